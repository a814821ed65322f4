//! How often a call asks for memory, beyond what a bare client of hyper-util does.
//!
//! A program of its own: an allocator that counts takes time, which would change the other benchmark's verdicts.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark"
)]

#[path = "../common/mod.rs"]
mod common;

use std::alloc::System;
use std::process::ExitCode;

use common::{Row, Server, report, runtime, server, small};
use http::Uri;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: u32 = 2_000;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(server::ARGUMENT) {
        server::run();
        return ExitCode::SUCCESS;
    }
    let server = Server::start();
    let runtime = runtime();
    let (session, bare) = (small::session(&server.url), small::bare());
    let address: Uri = format!("{}/small", server.url).parse().unwrap();
    let ours = runtime.block_on(allocations(async || small::ours(&session).await));
    let theirs = runtime.block_on(allocations(async || small::theirs(&bare, &address).await));
    report(&[Row {
        what: "allocations a call more than the bare client's",
        from: format!("{ours:.1} and {theirs:.1}, growing counted"),
        measured: ours - theirs,
        at_most: 25.0,
    }])
}

/// How often a call asks for memory, or for more of it.
async fn allocations(call: impl AsyncFn()) -> f64 {
    // Connections and what is kept are made first.
    for _ in 0..10 {
        call().await;
    }
    let region = Region::new(ALLOCATOR);
    for _ in 0..CALLS {
        call().await;
    }
    let change = region.change();
    (change.allocations + change.reallocations) as f64 / f64::from(CALLS)
}
