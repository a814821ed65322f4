//! Many orders at once, from a service that admits few requests and breaks some of the answers: all of them come whole.
//!
//! `PLANET_ORDERS` is their number in a run with the settings that every session has (`cargo xtask soak` takes 100);
//! without it there are few of them, and everything goes faster.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use planet::orders::{Checksum, OrderReport, validate_checksum};
use planet::{Auth, Bundle, Endpoint, ItemType, OrderRequest, Pace, Planet, Product, Result, Session};
use planet_sandbox::{Fault, FaultHandle, Sandbox};

use crate::setup::{STORAGE, files_below};

const FILES: usize = 6;

/// Faults of this share of the requests, as they were measured with other clients.
fn break_answers(sandbox: &Sandbox) -> [(&'static str, FaultHandle); 5] {
    let get = |path, p, seed| Fault::on("GET", path).probability(p, seed);
    [
        ("resets", get("*", 0.02, 1).reset()),
        ("502", get("*", 0.02, 2).status(502)),
        ("429", get("*", 0.01, 3).status(429)),
        ("429 with Retry-After", get("*", 0.01, 4).status(429).header("retry-after", "1")),
        ("truncated", get(STORAGE, 0.01, 5).cut_at(1_000)),
    ]
    .map(|(name, fault)| (name, sandbox.fault(fault)))
}

async fn place(planet: &Planet, number: usize) -> String {
    let items = ["20200909_182525_1014", "20200909_182524_1014", "20200925_161027_48_2223"];
    let order = OrderRequest::builder(format!("load {number}"));
    let order = order.product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, items)).build().unwrap();
    planet.orders().create(order).await.unwrap().id().to_owned()
}

/// Downloads so many orders at once from a service that admits so many requests a second.
async fn load(orders: usize, most: u32, retry_after: bool, pace: Pace) {
    let sandbox = Sandbox::builder().requests_a_second(most).retry_after(retry_after).order_time(Duration::ZERO);
    let sandbox = sandbox.start().await.unwrap();
    let session = |pace| {
        let endpoint = Endpoint::parse(sandbox.url()).unwrap();
        Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(endpoint).pace(pace).build().unwrap()
    };
    sandbox.set_limits(false);
    let placing = Planet::new(session(Pace::off()));
    let ids = join_all((0..orders).map(|number| place(&placing, number))).await;
    sandbox.set_limits(true);
    let (faults, before, started) = (break_answers(&sandbox), sandbox.requests().len(), Instant::now());

    let session = session(pace);
    let (planet, dir) = (Planet::new(session.clone()), tempfile::tempdir().unwrap());
    let run = || join_all(ids.iter().map(|id| planet.orders().download(id).to(dir.path()).into_future()));
    let results: Vec<Result<OrderReport>> = run().await;
    let seconds = started.elapsed().as_secs_f64();
    let answers: Vec<_> = sandbox.requests().into_iter().skip(before).filter_map(|request| request.status).collect();
    let refused = answers.iter().filter(|status| **status == 429).count();
    let failed: Vec<String> = results.iter().filter_map(|result| Some(result.as_ref().err()?.to_string())).collect();
    let hits: Vec<_> = faults.iter().map(|(name, fault)| format!("{} {name}", fault.hits())).collect();
    println!(
        "load: {orders} orders of {FILES} files, {most} requests/s admitted, Retry-After {retry_after}: {seconds:.1} s, {} answers, \
         {refused} of them 429, {} retries, {} failed orders; faults: {}",
        answers.len(),
        session.stats().retries(),
        failed.len(),
        hits.join(", "),
    );
    assert!(failed.is_empty(), "{} of {orders} orders failed:\n{}", failed.len(), failed.join("\n"));

    sandbox.clear_faults();
    for report in results.iter().flatten() {
        assert_eq!(report.files().len(), FILES);
        validate_checksum(report.directory(), Checksum::Sha256).await.unwrap();
    }
    let files = files_below(dir.path());
    assert_eq!(
        files.len(),
        orders * (FILES + 1),
        "the files of each order and its manifest, and nothing else: {files:?}"
    );

    // What is whole is known to be whole.
    let stored = sandbox.requests().len();
    for report in run().await {
        assert!(report.unwrap().files().iter().all(|file| file.fetched == 0));
    }
    let again = sandbox.requests().into_iter().skip(stored);
    assert!(again.into_iter().all(|request| !request.path.ends_with(".tif")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_orders_come_whole_from_a_service_that_is_slow_and_breaks() {
    let Some(orders) = crate::sweep::number("PLANET_ORDERS") else {
        // Together more than the service admits, so that both learn from its refusals.
        let pace = || Pace::default().per_session().rate("orders.get", 40.0).rate("orders.download", 80.0);
        tokio::join!(load(8, 30, true, pace()), load(8, 30, false, pace()));
        return;
    };
    let orders = usize::try_from(orders).unwrap();
    // What the documented rates add up to is less than 10 requests a second, and more than 6.
    load(orders, 10, true, Pace::default()).await;
    load(orders, 6, false, Pace::default()).await;
}
