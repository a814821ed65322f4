//! By chance: runs that are killed at any time and begun again, answers that are lost, services that act late, lists that
//! are late or fail, orders that fail, and plans that grow. Whatever happens, no item is in two orders.
//!
//! `PLANET_SEEDS` is the number of seeds; `PLANET_SEED` runs one alone.

use std::collections::{HashMap, HashSet};
use std::env;
use std::time::Duration;

use fastrand::Rng;
use planet_orders::{Bundle, ItemType, OrderRequest, Product};
use serde_json::json;
use tokio::time::timeout;

use super::ids;
use super::service::Fake;

fn number(variable: &str) -> Option<u64> {
    Some(env::var(variable).ok()?.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
}

#[test]
fn whatever_happens_no_item_is_in_two_orders_and_in_the_end_each_is_in_one() {
    let seeds = number("PLANET_SEED").map_or(0..number("PLANET_SEEDS").unwrap_or(80), |seed| seed..seed + 1);
    let (mut killed, mut failed) = (0, 0);
    for seed in seeds.clone() {
        // A runtime for each, whose clock begins anew.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let met = runtime.block_on(one(seed));
        killed += met.killed;
        failed += met.failed;
    }
    if seeds.end - seeds.start >= 80 {
        assert!(killed > 60 && failed > 30, "{killed} killed, {failed} failed: the seeds meet too little");
    }
}

struct Met {
    killed: usize,
    failed: usize,
}

async fn one(seed: u64) -> Met {
    let mut rng = Rng::with_seed(seed);
    let fake = Fake::new();
    fake.state().chance = Some(rng.fork());
    let (mut killed, mut failed) = (0, 0);
    let mut items = rng.u32(1..800);
    let runs = rng.usize(1..7);
    for run in 0..=runs + 20 {
        let calm = run >= runs;
        if calm {
            fake.state().chance = None;
        }
        let few = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ids(0..7));
        let many = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids(0..items));
        let plan = OrderRequest::builder(format!("law {seed}")).products([many, few]);
        let plan = fake.orders().plan(plan).unwrap();
        let limit = if calm || rng.bool() { 1_000_000 } else { rng.u64(1..200_000) };
        match timeout(Duration::from_millis(limit * if calm { 10 } else { 1 }), plan.run().into_future()).await {
            Err(_) => killed += 1,
            Ok(Err(_)) => failed += 1,
            Ok(Ok(job)) => {
                never_twice(seed, &fake);
                let listed = job.order_ids().collect::<HashSet<_>>().len();
                assert!(listed >= 2, "seed {seed}: a job of two bundles has {listed} orders");
                if calm {
                    each_once(seed, &fake, items);
                    break;
                }
            }
        }
        assert!(run < runs + 20, "seed {seed}: it does not come to an end");
        never_twice(seed, &fake);
        if rng.bool() {
            items += rng.u32(0..300);
        }
        let mut state = fake.state();
        if let Some(order) = rng.choice(&mut state.placed).filter(|_| run < runs) {
            order.document["state"] = json!(["failed", "cancelled", "running", "success"][seed as usize % 4]);
        }
    }
    Met { killed, failed }
}

/// How many orders that deliver have an item, for each bundle and item.
fn holders(fake: &Fake) -> HashMap<(String, String), usize> {
    let mut holders = HashMap::new();
    for order in fake.state().placed.iter().filter(|order| order.is_alive()) {
        let bundle = order.document["products"][0]["product_bundle"].as_str().unwrap().to_owned();
        for id in order.ids() {
            *holders.entry((bundle.clone(), id)).or_default() += 1;
        }
    }
    holders
}

fn never_twice(seed: u64, fake: &Fake) {
    let twice = holders(fake).into_iter().find(|(_, orders)| *orders > 1);
    assert!(twice.is_none(), "seed {seed}: {twice:?}");
}

fn each_once(seed: u64, fake: &Fake, items: u32) {
    let holders = holders(fake);
    assert_eq!(holders.len(), items as usize + 7, "seed {seed}");
    assert!(holders.values().all(|orders| *orders == 1), "seed {seed}");
}
