//! What is asked when the answer to an order was lost, and when, under a paused clock.

use std::time::Duration;

use http::{HeaderValue, Method, header};
use planet_core::testing::{Answer, ScriptedTransport};
use planet_core::{Clock, Outcome, Timestamp};
use planet_orders::{OrderRequest, OrdersClient, Product, Reconcile};
use serde_json::{Value, json};
use tokio::time::Instant;

const BEGAN: &str = "2026-11-21T12:00:00.5Z";

/// Of another name in each test, and their orders of another id: equal orders of one process are careful of each other, and so would the tests be.
fn request(name: &str) -> OrderRequest {
    let product = Product::new("PSScene", "analytic_udm2", ["20200909_182525_1014"]);
    let builder = OrderRequest::builder(name).source_type(planet_orders::SourceType::Scenes);
    builder.product(product).build().unwrap()
}

fn order(name: &str, id: &str, created_on: &str) -> Value {
    let mut order = serde_json::to_value(request(name)).unwrap();
    order["id"] = json!(id);
    order["state"] = json!("queued");
    order["created_on"] = json!(created_on);
    order
}

/// A list that the service answers so many seconds after the call began.
fn list(seconds: i64, orders: &[&Value]) -> Answer {
    list_with(seconds, &json!({"_links": {}, "orders": orders}))
}

fn list_with(seconds: i64, page: &Value) -> Answer {
    let answered = Timestamp::from_unix_seconds(1_795_262_400 + seconds).unwrap();
    let date = httpdate::fmt_http_date(answered.into());
    Answer::json(page).with_header(header::DATE, HeaderValue::from_str(&date).unwrap())
}

fn orders(script: &ScriptedTransport) -> OrdersClient {
    let began: Timestamp = BEGAN.parse().unwrap();
    OrdersClient::new(&script.session().clock(Clock::new(move || began.into())).build().unwrap())
}

#[tokio::test(start_paused = true)]
async fn an_absent_order_is_looked_for_five_times_in_a_minute() {
    let looks = [2, 6, 15, 30, 60].map(|seconds| list(seconds, &[]));
    let script = ScriptedTransport::new([Answer::status(502)].into_iter().chain(looks));
    let started = Instant::now();
    let error = orders(&script).create(request("oregon, 50%")).await.unwrap_err();
    assert_eq!((error.outcome(), started.elapsed().as_secs()), (Outcome::Unknown, 60));
    assert!(error.to_string().contains("60 s of looking"), "{error}");
    assert_eq!(script.left(), 0);
    let asked = script.requests();
    assert!(asked[1..].iter().all(|look| look.method() == Method::GET));
    assert_eq!(
        asked[1].uri().query(),
        Some("source_type=scenes&name=oregon%2C%2050%25&created_on=2026-11-21T11%3A55%3A00Z%2F..")
    );
}

#[tokio::test(start_paused = true)]
async fn the_only_match_is_adopted_when_it_is_alone_for_the_second_time() {
    let found = order("alone", "ours alone", "2026-11-21T12:00:00.712Z");
    let foreign = order("alone", "older", "2026-11-21T11:59:58Z");
    let looks = [list(2, &[&found, &foreign]), list(6, &[&found, &foreign])];
    let script = ScriptedTransport::new([Answer::status(502)].into_iter().chain(looks));
    let started = Instant::now();
    let found = orders(&script).create(request("alone")).send().await.unwrap();
    assert_eq!((found.value().id(), started.elapsed().as_secs()), ("ours alone", 6));
    assert_eq!(found.recovered_from().unwrap().status().unwrap(), 502);
}

#[tokio::test(start_paused = true)]
async fn an_order_on_a_later_page_is_found() {
    let (found, other) =
        (order("pages", "ours on page 2", "2026-11-21T12:00:00.712Z"), order("another", "other", BEGAN));
    let first_page = |seconds| {
        let next = "https://api.planet.com/compute/ops/orders/v2?page_marker=1";
        list_with(seconds, &json!({"_links": {"next": next}, "orders": [other]}))
    };
    let looks = [2, 6].into_iter().flat_map(|at| [first_page(at), first_page(at), list(at, &[&found])]);
    let script = ScriptedTransport::new([Answer::status(502)].into_iter().chain(looks));
    assert_eq!(orders(&script).create(request("pages")).await.unwrap().id(), "ours on page 2");
}

#[tokio::test(start_paused = true)]
async fn a_second_match_that_comes_later_leaves_doubt() {
    let (one, two) =
        (order("doubt", "one", "2026-11-21T12:00:00.712Z"), order("doubt", "two", "2026-11-21T12:00:00.713Z"));
    let looks = [2, 6, 15, 30, 60].map(|seconds| match seconds {
        2 => list(seconds, &[&one]),
        _ => list(seconds, &[&one, &two]),
    });
    let script = ScriptedTransport::new([Answer::status(502)].into_iter().chain(looks));
    let error = orders(&script).create(request("doubt")).await.unwrap_err();
    assert!(error.to_string().contains("it could be one (queued") && error.to_string().contains("or two ("), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_a_look_too_early_for_the_services_clock_is_asked_for_anew() {
    // The service's clock is an hour behind ours.
    let behind = order("too early", "ours early", "2026-11-21T11:00:03.5Z");
    let answers = [list(-3598, &[]), list(-3598, &[&behind]), list(-3594, &[&behind])];
    let script = ScriptedTransport::new([Answer::status(502)].into_iter().chain(answers));
    let found = orders(&script).create(request("too early")).await.unwrap();
    assert_eq!(found.id(), "ours early");
    let windows: Vec<_> = script.requests()[1..].iter().map(|look| look.uri().query().unwrap().to_owned()).collect();
    assert!(windows[0].ends_with("T11%3A55%3A00Z%2F.."), "{windows:?}");
    assert!(windows[1].contains("T10%3A") && windows[1] == windows[2], "{windows:?}");
}

#[tokio::test(start_paused = true)]
async fn without_the_services_date_nothing_is_adopted_and_nothing_is_absent() {
    let undated = |orders: &[&Value]| Answer::json(&json!({"orders": orders}));
    let found = order("undated", "ours undated", "2026-11-21T12:00:00.712Z");
    let script = ScriptedTransport::new([Answer::status(502)]);
    (0..5).for_each(|_| script.push(undated(&[&found])));
    let error = orders(&script).create(request("undated")).await.unwrap_err();
    assert!(error.to_string().contains("it could be ours undated"), "{error}");

    let script = ScriptedTransport::new([Answer::status(502)]);
    (0..5).for_each(|_| script.push(undated(&[])));
    orders(&script).create(request("undated")).recreate_if_absent().await.unwrap_err();
    assert_eq!(script.requests().len(), 6, "the order was not placed again");
}

#[tokio::test(start_paused = true)]
async fn the_looks_keep_to_the_deadline_also_where_the_lists_do_not_answer() {
    let seconds = Duration::from_secs;
    let script = ScriptedTransport::new([Answer::status(502).after(seconds(10))]);
    (0..30).for_each(|_| script.push(Answer::json(&json!({})).after(seconds(3600))));
    let started = Instant::now();
    let error = orders(&script).create(request("deadline")).deadline(seconds(30)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(started.elapsed() <= seconds(30), "{:?}", started.elapsed());

    let script = ScriptedTransport::new([Answer::status(502).after(seconds(60))]);
    let error = orders(&script).create(request("deadline")).deadline(seconds(30)).await.unwrap_err();
    assert!(error.to_string().contains("no time to look"), "{error}");
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_absurd_settling_time_is_cut() {
    let script = ScriptedTransport::new([Answer::status(502)]);
    (0..5).for_each(|_| script.push(list(0, &[])));
    let for_ever = Reconcile::default().settle(Duration::MAX);
    let started = Instant::now();
    orders(&script).create(request("absurd")).reconcile(for_ever).await.unwrap_err();
    assert_eq!(started.elapsed().as_secs(), 24 * 60 * 60);
}
