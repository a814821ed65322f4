//! Faults by chance: a client, one or two faults, and where they strike, all drawn from a seed. Whatever comes of the
//! call, some things must hold; `ground` checks them.
//!
//! `PLANET_SEEDS` is the number of seeds (`cargo xtask soak` sets it); `PLANET_SEED` runs one alone.

mod foreign;
mod ground;
mod job;
mod kind;

use std::collections::BTreeMap;
use std::env;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use fastrand::Rng;
use tokio::task::JoinSet;

use ground::Ground;

/// Most of a seed's time is spent waiting, so many run at once.
const WORKERS: u64 = 8;

/// A sandbox is used for so many seeds: it keeps the orders and requests of all of them.
const SEEDS_PER_GROUND: usize = 25;

/// What all seeds together have met.
#[derive(Debug, Default)]
struct Tally {
    faults: BTreeMap<&'static str, u64>,
    errors: BTreeMap<String, u64>,
    jobs: BTreeMap<&'static str, u64>,
    retries: u64,
    dropped: u64,
    violations: Vec<String>,
}

static TALLY: Mutex<Option<Tally>> = Mutex::new(None);

fn tally(note: impl FnOnce(&mut Tally)) {
    note(TALLY.lock().unwrap().get_or_insert_default());
}

pub fn number(variable: &str) -> Option<u64> {
    Some(env::var(variable).ok()?.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_goes_wrong_nothing_is_bought_twice_leaked_or_damaged() {
    let seeds: Vec<u64> = match number("PLANET_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("PLANET_SEEDS").unwrap_or(200)).collect(),
    };
    let started = Instant::now();
    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        let share: Vec<u64> = seeds.iter().copied().filter(|seed| seed % WORKERS == worker).collect();
        workers.spawn(async move {
            for share in share.chunks(SEEDS_PER_GROUND) {
                let ground = Ground::new().await;
                for seed in share {
                    ground.run(*seed).await;
                }
            }
        });
    }
    workers.join_all().await;
    let tally = TALLY.lock().unwrap().take().unwrap_or_default();
    let Tally { faults, errors, jobs, retries, dropped, violations } = &tally;
    println!(
        "sweep: {} seeds in {:.1} s; {retries} retries, {dropped} dropped\n  jobs: {jobs:?}\n  faults: {faults:?}\n  errors: {errors:?}",
        seeds.len(),
        started.elapsed().as_secs_f64(),
    );
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

/// A time up to so many milliseconds.
fn up_to(rng: &mut Rng, milliseconds: u64) -> Duration {
    Duration::from_millis(rng.u64(0..=milliseconds))
}
