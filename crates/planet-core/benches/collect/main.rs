//! What it costs to keep a list of 50,000 items, or to write it to a file, against a bare loop of hyper-util that keeps
//! each item as raw JSON. docs/benchmarks.md tells more.
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
#[path = "../common/process.rs"]
mod process;

use std::process::ExitCode;

use common::server::{ITEMS_PER_PAGE, PAGES};
use common::{Row, Server, report, runtime, server, small};
use http::Uri;
use http_body_util::BodyExt;
use process::{Took, median};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The argument that makes this program read the list once, and print what it took.
const ARGUMENT: &str = "read";
const ROUNDS: usize = 7;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [server::ARGUMENT] => server::run(),
        [ARGUMENT, how, url] => Took::print(|| runtime().block_on(read(how, url)) as f64),
        _ => return report(&measure(&Server::start().url)),
    }
    ExitCode::SUCCESS
}

fn measure(url: &str) -> [Row; 3] {
    let child = |how| Took::by(&[ARGUMENT, how, url]);
    let rounds: Vec<[Took; 3]> = (0..ROUNDS).map(|_| ["kept", "bare", "written"].map(child)).collect();
    assert!(rounds.iter().flatten().all(|took| took.result == (PAGES * ITEMS_PER_PAGE) as f64));
    let cpu = |of: usize| median(rounds.iter().map(|round| round[of].cpu * 1e3));
    let peak = |of: usize| rounds.iter().map(|round| round[of].memory).fold(0.0, f64::max);
    [
        Row {
            what: "CPU of 50,000 items kept: ours / bare",
            from: format!("{:.0} and {:.0} ms, {ROUNDS} rounds", cpu(0), cpu(1)),
            measured: median(rounds.iter().map(|round| round[0].cpu / round[1].cpu)),
            at_most: 1.5,
        },
        Row {
            what: "MiB at the peak of 50,000 items kept",
            from: format!("the most of {ROUNDS} processes; bare {:.1}", peak(1)),
            measured: peak(0),
            at_most: 140.0,
        },
        Row {
            what: "MiB at the peak of 50,000 items to a file",
            from: format!("the most of {ROUNDS} processes; CPU {:.0} ms", cpu(2)),
            measured: peak(2),
            at_most: 32.0,
        },
    ]
}

/// Reads the list once, and gives the number of items.
async fn read(how: &str, url: &str) -> usize {
    match how {
        "kept" => planet_core::collect(list::items(url)).await.unwrap().len(),
        "written" => written(url).await,
        _ => bare(url).await.len(),
    }
}

async fn written(url: &str) -> usize {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("items.ndjson");
    let written = planet_core::collect::to_ndjson_file(list::items(url), &path).await.unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() > 100_000_000);
    usize::try_from(written).unwrap()
}

async fn bare(url: &str) -> Vec<Box<RawValue>> {
    #[derive(Deserialize)]
    struct Page {
        features: Vec<Box<RawValue>>,
        #[serde(rename = "_links")]
        links: list::Links,
    }
    let client = small::bare();
    let mut items = Vec::new();
    let mut next = Some(format!("{url}/pages/0"));
    while let Some(url) = next {
        let response = client.get(url.parse::<Uri>().unwrap()).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let page: Page = serde_json::from_slice(&body).unwrap();
        items.extend(page.features);
        next = page.links.next;
    }
    items
}
