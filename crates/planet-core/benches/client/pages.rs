//! A list of 50,000 items in 200 pages, of which one property each is read: by a pager, and by a bare loop that parses
//! each page into a `serde_json::Value`.

use futures_util::TryStreamExt;
use http::Uri;
use http_body_util::BodyExt;
use serde_json::Value;

use crate::common::server::{ITEMS_PER_PAGE, PAGES};
use crate::common::{Row, runtime, small};
use crate::list;
use crate::process::{Took, median};

/// The argument that makes this program read the list once, and print what it took.
pub const ARGUMENT: &str = "pages";

const ROUNDS: usize = 5;

/// Reads the list once.
pub fn run(whose: &str, url: &str) {
    Took::print(|| {
        let (items, sum) = match whose {
            "ours" => runtime().block_on(ours(url)),
            _ => runtime().block_on(theirs(url)),
        };
        assert_eq!(items, PAGES * ITEMS_PER_PAGE);
        sum
    });
}

pub fn measure(url: &str) -> [Row; 2] {
    let child = |whose| Took::by(&[ARGUMENT, whose, url]);
    let rounds: Vec<_> = (0..ROUNDS).map(|_| (child("ours"), child("bare"))).collect();
    assert!(rounds.iter().all(|(ours, theirs)| ours.result == theirs.result), "both read the same");
    let cpu = Row {
        what: "CPU of a list of 50,000: ours / bare",
        from: format!(
            "{:.0} and {:.0} ms, {ROUNDS} rounds",
            median(rounds.iter().map(|round| round.0.cpu * 1e3)),
            median(rounds.iter().map(|round| round.1.cpu * 1e3))
        ),
        measured: median(rounds.iter().map(|(ours, theirs)| ours.cpu / theirs.cpu)),
        at_most: 0.5,
    };
    let theirs = rounds.iter().map(|round| round.1.memory).fold(0.0, f64::max);
    let memory = Row {
        what: "MiB at the peak of a list of 50,000",
        from: format!("the most of {ROUNDS} processes; bare {theirs:.1}"),
        measured: rounds.iter().map(|round| round.0.memory).fold(0.0, f64::max),
        at_most: 32.0,
    };
    [cpu, memory]
}

async fn ours(url: &str) -> (usize, f64) {
    let (mut items, mut sum) = (0, 0.0);
    let mut list = list::items(url);
    while let Some(item) = list.try_next().await.unwrap() {
        assert_eq!(item.id().len(), 20);
        items += 1;
        sum += item.get::<f64>("properties.sun_elevation").unwrap().unwrap();
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
