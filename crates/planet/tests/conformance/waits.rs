//! Waiting for many orders while the service enforces its limits.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt, stream};
use planet::{Auth, Endpoint, Planet, Session};
use planet_sandbox::{RequestRecord, Sandbox};

use crate::setup::{guide_order, planet_at};

const ORDERS: usize = 500;

/// From when an order is placed until it has finished. The service's limits and our pace both know the real time only, so
/// this test takes as long.
const EACH: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_five_hundred_orders_is_never_refused_and_costs_at_most_sixty_requests() {
    let sandbox = Sandbox::builder().limits(true).order_time(EACH).start().await.unwrap();
    sandbox.set_limits(false);
    let hasty = planet_at(sandbox.url(), sandbox.api_key()).orders();
    let placed = stream::iter(0..ORDERS).map(|_| async { hasty.create(guide_order()).await });
    let placed: Vec<_> = placed.buffered(8).try_collect().await.unwrap();
    let all_placed = Instant::now();
    sandbox.set_limits(true);
    let before = sandbox.requests().len();

    let session = Session::builder().auth(Auth::from_key(sandbox.api_key()));
    let session = session.endpoint(Endpoint::parse(sandbox.url()).unwrap()).build().unwrap();
    let report = Planet::new(session).orders().wait_many(placed.iter().map(|order| order.id())).await.unwrap();
    let late = all_placed.elapsed().saturating_sub(EACH);
    assert_eq!(report.done().count(), ORDERS);

    let requests = sandbox.requests().split_off(before);
    let refused = requests.iter().filter(|request| request.status != Some(200)).count();
    let rounds: Vec<&RequestRecord> = requests.iter().filter(|request| !is_later_page(request)).collect();
    let pauses = rounds.windows(2).map(|pair| pair[1].at.duration_since(pair[0].at).as_secs_f64());
    let longest = pauses.fold(0.0, f64::max);
    println!(
        "{ORDERS} orders: {} requests, {refused} refused, {} rounds, known at most {:.1} s after the last has finished",
        requests.len(),
        rounds.len(),
        late.as_secs_f64()
    );
    assert_eq!(refused, 0);
    assert!(requests.len() <= 60, "{}", requests.len());
    assert!(late.as_secs_f64() <= longest, "{late:?}, with rounds at most {longest:.1} s apart");
}

fn is_later_page(request: &RequestRecord) -> bool {
    request.query.iter().any(|(name, _)| name == "page_marker")
}
