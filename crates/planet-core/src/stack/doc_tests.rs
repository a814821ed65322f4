//! `docs/configuration.md` against the code.

use std::collections::BTreeMap;
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pace::{FIRST_PAUSE, MAX_PAUSE, MIN_SHARE, RECOVERY, SLOWDOWN};
use super::*;
use crate::{Endpoint, Retry, RetryBudget, Timeouts};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The first two cells of the rows of the first table under a heading.
fn table(heading: &str) -> BTreeMap<String, String> {
    let page = read_to_string(root().join("docs/configuration.md")).unwrap();
    let (_, after) = page.split_once(heading).unwrap();
    let lines = after.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cell = |row: &str, number: usize| row.split('|').nth(number).unwrap().trim().replace('`', "");
    lines.skip(2).map(|row| (cell(row, 1), cell(row, 2))).collect()
}

fn figures<const N: usize>(pairs: [(&str, String); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

fn percent(share: f64) -> String {
    format!("{} %", share * 100.0)
}

#[test]
fn the_defaults_of_a_session_are_as_documented() {
    let permits = Permits::default();
    let documented = table("## Session");
    let origin = Endpoint::default();
    assert_eq!(
        documented,
        figures([
            ("auth", "the key in PL_API_KEY".into()),
            ("endpoint", origin.url("").build().unwrap().to_string().trim_end_matches('/').to_owned()),
            ("max_calls", permits.calls.to_string()),
            ("max_files", permits.files.to_string()),
            ("user_agent", "planet-rust/ and the version".into()),
        ])
    );
}

#[test]
fn the_time_limits_are_as_documented() {
    let Timeouts { connect, headers, idle } = Timeouts::default();
    let options = crate::call::RequestOptions::default();
    let none = |limit: Option<Duration>| limit.map_or("none".to_owned(), seconds);
    assert_eq!(
        table("## Time limits"),
        figures([
            ("Timeouts::connect", seconds(connect)),
            ("Timeouts::headers", seconds(headers)),
            ("Timeouts::idle", seconds(idle)),
            ("Call::attempt_timeout", none(options.attempt_timeout)),
            ("Call::deadline", none(options.deadline)),
        ])
    );
}

#[test]
fn the_defaults_of_retries_are_as_documented() {
    let documented = table("## Retries");
    let shown = format!("{:?}, {:?}", Retry::default(), RetryBudget::default());
    assert_eq!(documented.len(), 6);
    for (name, value) in documented {
        let field = name.split("::").nth(1).unwrap();
        let shown = shown.split_once(&format!("{field}: ")).unwrap().1.split([',', ' ']).next().unwrap();
        assert_eq!(shown, value.replace(' ', ""), "{name}");
    }
}

#[test]
fn what_a_429_does_is_as_documented() {
    assert_eq!(
        table("A 429 pauses"),
        figures([
            ("longest pause by Retry-After", seconds(MAX_PAUSE)),
            ("pause without Retry-After", seconds(FIRST_PAUSE)),
            ("rate", percent(SLOWDOWN)),
            ("lowest rate", percent(MIN_SHARE)),
            ("each answer that is no 429", percent(RECOVERY)),
        ])
    );
}

/// A number, or a product of numbers, after the last `before` in a file of any crate. Most of these constants are private.
fn figure(file: &str, before: &str) -> u64 {
    let source = read_to_string(root().join("crates").join(file)).unwrap();
    let (_, after) = source.rsplit_once(before).unwrap_or_else(|| panic!("`{before}` is not in {file}"));
    let product = after.split([';', ',', ')']).next().unwrap().split('*');
    product.map(|factor| factor.trim().replace('_', "").parse::<u64>().unwrap()).product()
}

#[test]
fn the_settings_of_the_network_are_as_documented() {
    let none = || "none".to_owned();
    assert_eq!(
        table("## Network"),
        figures([
            ("proxy", "Proxy::from_env()".into()),
            ("tls", "the system's roots, no certificate of ours".into()),
            ("http_version", format!("{:?}", crate::HttpVersion::default())),
            ("clock", "the system's".into()),
            ("transport", "the network".into()),
            ("layer_per_call", none()),
            ("layer_per_attempt", none()),
        ])
    );
}

#[test]
fn the_defaults_of_lists_orders_and_files_are_as_documented() {
    let list = "planet-core/src/paging/list.rs";
    let constant = |file: &str, name: &str| figure(file, &format!("const {name} = "));
    let wait = "planet-core/src/wait/mod.rs";
    let pause =
        |name: &str| figure("planet-core/src/wait/pauses.rs", &format!("{name}: Duration = Duration::from_secs("));
    let settle = figure("planet-orders/src/reconcile/mod.rs", "Self { settle: Some(Duration::from_secs(");
    let hours = figure(wait, "const TIMEOUT: Duration = Duration::from_secs(") / 3600;
    let add_many = "planet-features/src/add_many/mod.rs";
    assert_eq!(
        table("## Lists, orders and files"),
        figures([
            ("limit of a list", figure(list, "Settings { limit: ").to_string()),
            ("max_pages of a list", constant("planet-core/src/paging/walk.rs", "MAX_PAGES: u64").to_string()),
            ("prefetch of a list", figure(list, "max_pages: MAX_PAGES, prefetch: ").to_string()),
            (
                "page_size of searches and lists of searches",
                constant("planet-data/src/search.rs", "MAX_PAGE_SIZE: u32").to_string(),
            ),
            ("page_size of lists of orders", "the service's".into()),
            (
                "page_size of lists of collections and features",
                constant("planet-features/src/collection.rs", "PAGE_SIZE: u32").to_string(),
            ),
            ("Reconcile::settle", format!("{settle} s")),
            ("timeout of a wait", format!("{hours} h")),
            ("tolerate of a wait", constant(wait, "TOLERATED: u32").to_string()),
            ("every of a wait", format!("{} to {} s", pause("FIRST"), pause("LONGEST"))),
            ("max_attempts of a wait", figure(wait, "timeout: TIMEOUT, max_attempts: ").to_string()),
            ("RunPlan::at_once", constant("planet-orders/src/plan/run.rs", "AT_ONCE: usize").to_string()),
            ("DownloadOrder::at_once", constant("planet-orders/src/download/options.rs", "AT_ONCE: usize").to_string()),
            ("AddMany::chunk_size", constant(add_many, "FEATURES: usize").to_string()),
            ("AddMany::chunk_bytes", "4 MiB".into()),
        ])
    );
}

#[test]
fn the_limits_that_cannot_be_set_are_as_documented() {
    let page = read_to_string(root().join("docs/configuration.md")).unwrap();
    let words: Vec<&str> = page.split_whitespace().collect();
    let page = words.join(" ");
    let size = figure("planet-core/src/stack/collect.rs", "const LIMIT: usize = ") >> 20;
    let hops = figure("planet-core/src/stack/redirect.rs", "const MAX_HOPS: usize = ");
    assert!(page.contains(&format!("may have {size} MiB")), "{size}");
    assert!(page.contains(&format!("follows {hops} redirects")), "{hops}");
}

/// The files of Rust code below a folder, without tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            sources(&path, found);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_route_of_every_crate_is_documented_with_its_rate() {
    let documented = table("## Pace");
    let mut files = Vec::new();
    for service in ["core", "data", "features", "orders"] {
        sources(&root().join(format!("crates/planet-{service}/src")), &mut files);
    }
    let mut routes = 0;
    for file in files {
        let source = read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let Some((_, route)) = line.split_once("Route::new(\"") else { continue };
            let (name, rate) = route.split_once("\", ").unwrap();
            let rate: f64 = rate.split(')').next().unwrap().parse().unwrap();
            assert_eq!(documented.get(name), Some(&rate.to_string()), "{name} in {}", file.display());
            routes += 1;
        }
    }
    assert!(routes >= 9, "{routes}");
}
