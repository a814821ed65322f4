//! What a session costs in time and memory, against a bare client of hyper-util in the same run.
//!
//! The server is another process. What is compared is the CPU time of the client, by ratios of rounds that take turns:
//! absolute times differ from machine to machine, and with what else runs there. docs/benchmarks.md tells more.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/list.rs"]
mod list;
mod pages;
#[path = "../common/process.rs"]
mod process;

use std::future::IntoFuture;
use std::process::ExitCode;

use common::small::{self, GetSmall};
use common::{Row, Server, report, runtime, server};
use http::Uri;
use process::{cpu_time, median};
use tokio::task::JoinSet;

const IN_FLIGHT: usize = 32;
const CALLS: usize = 4_000;
const ROUNDS: usize = 21;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [server::ARGUMENT] => server::run(),
        [pages::ARGUMENT, whose, url] => pages::run(whose, url),
        ["profile", whose, url] => profile(whose, url),
        _ => {
            let server = Server::start();
            let mut rows = vec![small_gets(&server.url)];
            rows.extend(sizes(&server.url));
            rows.extend(pages::measure(&server.url));
            return report(&rows);
        }
    }
    ExitCode::SUCCESS
}

fn small_gets(url: &str) -> Row {
    let runtime = runtime();
    let (session, bare) = (small::session(url), small::bare());
    let address: Uri = format!("{url}/small").parse().unwrap();
    let ours = move || {
        let session = session.clone();
        async move { small::ours(&session).await }
    };
    let theirs = move || {
        let (bare, address) = (bare.clone(), address.clone());
        async move { small::theirs(&bare, &address).await }
    };
    // The first round opens the connections.
    let mut rounds = (0..=ROUNDS).map(|_| (runtime.block_on(round(&ours)), runtime.block_on(round(&theirs))));
    rounds.next();
    let rounds: Vec<(f64, f64)> = rounds.collect();
    let from = format!(
        "{:.1} and {:.1} us a call, {ROUNDS} rounds of {CALLS}",
        median(rounds.iter().map(|round| round.0)),
        median(rounds.iter().map(|round| round.1))
    );
    let measured = median(rounds.iter().map(|(ours, theirs)| ours / theirs));
    Row { what: "CPU of a small GET, 32 in flight: ours / bare", from, measured, at_most: 1.5 }
}

/// Microseconds of CPU a call.
async fn round<F>(call: &(impl Fn() -> F + Clone + Send + Sync + 'static)) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    let before = cpu_time();
    let mut tasks = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let call = call.clone();
        tasks.spawn(async move {
            for _ in 0..CALLS / IN_FLIGHT {
                call().await;
            }
        });
    }
    tasks.join_all().await;
    (cpu_time() - before).as_secs_f64() * 1e6 / CALLS as f64
}

/// Calls of one side only, for a profiler to look at.
fn profile(whose: &str, url: &str) {
    let (session, bare) = (small::session(url), small::bare());
    let address: Uri = format!("{url}/small").parse().unwrap();
    for _ in 0..ROUNDS {
        let (session, bare, address) = (session.clone(), bare.clone(), address.clone());
        let cost = match whose {
            "ours" => runtime_round(move || {
                let session = session.clone();
                async move { small::ours(&session).await }
            }),
            _ => runtime_round(move || {
                let (bare, address) = (bare.clone(), address.clone());
                async move { small::theirs(&bare, &address).await }
            }),
        };
        println!("{cost:.1} us a call");
    }
}

fn runtime_round<F>(call: impl Fn() -> F + Clone + Send + Sync + 'static) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    runtime().block_on(round(&call))
}

fn sizes(url: &str) -> [Row; 2] {
    let session = small::session(url);
    let row = |what, size: usize| Row { what, from: String::new(), measured: size as f64, at_most: 4095.0 };
    let sent = size_of_val(&session.call(GetSmall).send());
    let awaited = session.call(GetSmall).into_future();
    let awaited = size_of_val(&*awaited);
    [row("bytes of the future of call.send()", sent), row("bytes of the future of an awaited call", awaited)]
}
