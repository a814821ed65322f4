//! A list of 50,000 items in 200 pages, of which one property each is read: by a pager, and by a bare loop that parses
//! each page into a `serde_json::Value`. Each run is a process of its own, so that its memory can be told.

use std::process::Command;

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::{Request, Response, Uri};
use http_body_util::BodyExt;
use planet_core::paging::{Page, Paged};
use planet_core::{Document, Endpoint, Operation, Result, Route, operation};
use serde::Deserialize;
use serde_json::Value;

use crate::common::server::{ITEMS_PER_PAGE, PAGES};
use crate::common::{Row, runtime, small};
use crate::{cpu_time, median};

/// The argument that makes this program read the list once, and print what it took.
pub const ARGUMENT: &str = "pages";

const ROUNDS: usize = 5;

/// Reads the list once.
pub fn run(whose: &str, url: &str) {
    let before = cpu_time();
    let (items, sum) = match whose {
        "ours" => runtime().block_on(ours(url)),
        _ => runtime().block_on(theirs(url)),
    };
    let cpu = (cpu_time() - before).as_secs_f64();
    assert_eq!(items, PAGES * ITEMS_PER_PAGE);
    println!("{cpu} {} {sum}", peak_memory());
}

pub fn measure(url: &str) -> [Row; 2] {
    let rounds: Vec<_> = (0..ROUNDS).map(|_| (child("ours", url), child("bare", url))).collect();
    assert!(rounds.iter().all(|(ours, theirs)| ours.sum == theirs.sum), "both read the same");
    let cpu = Row {
        what: "CPU of a list of 50,000: ours / bare",
        from: format!(
            "{:.0} and {:.0} ms, {ROUNDS} rounds",
            median(rounds.iter().map(|round| round.0.cpu * 1e3).collect()),
            median(rounds.iter().map(|round| round.1.cpu * 1e3).collect())
        ),
        measured: median(rounds.iter().map(|(ours, theirs)| ours.cpu / theirs.cpu).collect()),
        at_most: 0.5,
    };
    let peak = |peaks: Vec<f64>| peaks.into_iter().fold(0.0, f64::max) / 1024.0;
    let theirs = peak(rounds.iter().map(|round| round.1.memory).collect());
    let memory = Row {
        what: "MiB at the peak of a list of 50,000",
        from: format!("the most of {ROUNDS} processes; bare {theirs:.1}"),
        measured: peak(rounds.iter().map(|round| round.0.memory).collect()),
        at_most: 32.0,
    };
    [cpu, memory]
}

/// What one process took.
struct Took {
    cpu: f64,
    memory: f64,
    sum: f64,
}

fn child(whose: &str, url: &str) -> Took {
    let output = Command::new(std::env::current_exe().unwrap()).args([ARGUMENT, whose, url]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut figures = text.split_whitespace().map(|figure| figure.parse().unwrap());
    let mut next = || figures.next().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    Took { cpu: next(), memory: next(), sum: next() }
}

/// The most that this process has had in memory, in KiB (Linux).
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// A search's item as the service crates have it: the document as it came, and its id.
struct Item {
    document: Document,
    id: String,
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let document = Document::deserialize(deserializer)?;
        let id = document.get("id").map_err(serde::de::Error::custom)?;
        let id = id.ok_or_else(|| serde::de::Error::missing_field("id"))?;
        Ok(Self { document, id })
    }
}

#[derive(Deserialize)]
struct ItemPage {
    features: Vec<Item>,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Deserialize)]
struct Links {
    #[serde(rename = "_next")]
    next: Option<String>,
}

struct ListItems;

impl Operation for ListItems {
    type Output = Page<Item>;
    const NAME: &'static str = "bench.list";
    const ROUTE: Route = Route::new("bench", 5.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/pages/0").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Item>> {
        let page: ItemPage = operation::json(response)?;
        Ok(Page::new(page.features, page.links.next))
    }
}

impl Paged for ListItems {
    type Item = Item;
}

async fn ours(url: &str) -> (usize, f64) {
    let (mut items, mut sum) = (0, 0.0);
    let mut list = small::session(url).list(ListItems).items();
    while let Some(item) = list.try_next().await.unwrap() {
        assert_eq!(item.id.len(), 20);
        items += 1;
        sum += item.document.get::<f64>("properties.sun_elevation").unwrap().unwrap();
    }
    (items, sum)
}

async fn theirs(url: &str) -> (usize, f64) {
    let (mut items, mut sum) = (0, 0.0);
    let client = small::bare();
    let mut next = Some(format!("{url}/pages/0"));
    while let Some(url) = next {
        let response = client.get(url.parse::<Uri>().unwrap()).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let page: Value = serde_json::from_slice(&body).unwrap();
        for item in page["features"].as_array().unwrap() {
            assert_eq!(item["id"].as_str().unwrap().len(), 20);
            items += 1;
            sum += item["properties"]["sun_elevation"].as_f64().unwrap();
        }
        next = page["_links"]["_next"].as_str().map(str::to_owned);
    }
    (items, sum)
}
