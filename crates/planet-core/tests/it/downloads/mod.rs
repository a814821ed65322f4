//! Downloads by chance: storage that breaks, stalls, corrupts, changes and forgets, runs that are dropped at any time, and
//! what they left damaged. Whatever happens, a final name never holds wrong bytes, nothing that is known to be right is
//! fetched again, and in the end everything is there and nothing else.
//!
//! `PLANET_SEEDS` is the number of seeds (`cargo xtask soak` sets it); `PLANET_SEED` runs one alone.

mod drops;
mod fault;
mod seed;
mod storage;

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Instant;

use planet_core::Result;
use planet_core::transfer::FileReport;

/// Much of a seed's time is spent waiting for the thread that writes.
const WORKERS: u64 = 4;

/// What all seeds together have met.
#[derive(Debug, Default)]
struct Tally {
    faults: BTreeMap<&'static str, u64>,
    errors: BTreeMap<String, u64>,
    runs: u64,
    dropped: u64,
    requests: u64,
    /// Files that were continued by a later run, and bytes that it did not fetch.
    resumed: (u64, u64),
    /// Requests for what was lacking of a file, and the bytes that they did not fetch.
    continued: (u64, u64),
    violations: Vec<String>,
}

impl Tally {
    /// How a run ended; nothing if it was dropped.
    fn note(&mut self, ended: Option<&[Result<FileReport>]>) {
        self.runs += 1;
        self.dropped += u64::from(ended.is_none());
        for result in ended.into_iter().flatten() {
            match result {
                Ok(report) if report.resumed > 0 => {
                    self.resumed.0 += 1;
                    self.resumed.1 += report.resumed;
                }
                Ok(_) => {}
                Err(error) => *self.errors.entry(format!("{:?}", error.kind())).or_default() += 1,
            }
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    Some(env::var(variable).ok()?.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

#[test]
fn whatever_happens_no_name_holds_wrong_bytes_and_nothing_right_is_fetched_twice() {
    let seeds = number("PLANET_SEED").map_or(0..number("PLANET_SEEDS").unwrap_or(200), |seed| seed..seed + 1);
    let (tally, started) = (Mutex::new(Tally::default()), Instant::now());
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (share, tally) = (seeds.clone().filter(move |seed| seed % WORKERS == worker), &tally);
            scope.spawn(move || share.for_each(|seed| paused(seed::run(seed, tally))));
        }
    });
    let Tally { faults, errors, runs, dropped, requests, resumed, continued, violations } = tally.into_inner().unwrap();
    println!(
        "downloads: {} seeds in {:.1} s; {runs} runs, {dropped} of them dropped; {requests} requests, {} of them for the rest of a \
         file ({} bytes spared); {} files of earlier runs continued ({} bytes spared)\n  faults: {faults:?}\n  errors: {errors:?}",
        seeds.end - seeds.start,
        started.elapsed().as_secs_f64(),
        continued.0,
        continued.1,
        resumed.0,
        resumed.1,
    );
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

/// Runs on a runtime of its own, whose clock begins anew and jumps over every wait.
fn paused<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(future)
}

/// A folder in memory where there is one: syncing to a disk is what would take the time.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// A future that is polled so many times, then given up.
struct Polls<F> {
    future: Pin<Box<F>>,
    left: usize,
}

impl<F: Future> Polls<F> {
    fn new(future: F, polls: usize) -> Self {
        Self { future: Box::pin(future), left: polls }
    }
}

impl<F: Future> Future for Polls<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        let polled = self.future.as_mut().poll(cx).map(Some);
        if self.left == 0 && polled.is_pending() {
            return Poll::Ready(None);
        }
        polled
    }
}
