//! Calls without async: `planet::blocking`.

use std::thread;
use std::time::Duration;

use planet::prelude::*;
use planet::testing::{Answer, ScriptedTransport};
use planet::{ErrorKind, Planet, http::Method, serde_json::json};
use planet_sandbox::Sandbox;

use crate::setup::{guide_order, planet_at};

const ID: &str = "18389c7e-1831-4de7-8187-d30ffe88b4b7";

fn scripted(answers: impl IntoIterator<Item = Answer>) -> (Planet, ScriptedTransport) {
    let script = ScriptedTransport::new(answers);
    (Planet::new(script.session().build().unwrap()), script)
}

fn order() -> Answer {
    Answer::json(&json!({"id": ID, "state": "success"}))
}

/// A page of two orders; the link leads to the page with the next number.
fn page(number: usize, last: bool) -> Answer {
    let orders: Vec<_> = (0..2).map(|at| json!({"id": format!("{number}-{at}"), "state": "queued"})).collect();
    let next = format!("https://api.planet.com/compute/ops/orders/v2?page={}", number + 1);
    let links = if last { json!({}) } else { json!({"next": next}) };
    Answer::json(&json!({"orders": orders, "_links": links}))
}

/// A sandbox on a runtime of its own, as a service that other programs run.
fn sandbox() -> (tokio::runtime::Runtime, Sandbox) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::builder().limits(false).order_time(Duration::ZERO).start()).unwrap();
    (runtime, sandbox)
}

#[test]
fn a_call_gives_its_value_or_the_value_with_its_facts() {
    let (planet, script) = scripted([order(), order(), order()]);
    assert_eq!(planet.orders().get(ID).blocking().unwrap().id(), ID);
    let answer = planet.orders().get(ID).deadline(Duration::from_secs(9)).send().blocking().unwrap();
    assert_eq!((answer.attempts(), answer.value().id()), (1, ID));
    assert_eq!(planet.session().request(Method::GET, "/any").blocking().unwrap()["id"], ID);
    assert_eq!(script.left(), 0);
}

#[test]
fn the_error_of_a_call_is_the_one_that_awaiting_it_gives() {
    let (planet, _) = scripted([Answer::status(404)]);
    assert_eq!(planet.orders().get(ID).blocking().unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_list_is_an_iterator_that_fetches_pages_as_it_goes_on() {
    let (planet, script) = scripted([page(0, false), page(1, true)]);
    let mut orders = planet.orders().list().items().blocking();
    assert!(script.requests().is_empty());
    assert_eq!(orders.next().unwrap().unwrap().id(), "0-0");
    assert_eq!(script.requests().len(), 1);
    let rest: Vec<String> = orders.map(|order| order.unwrap().id().to_owned()).collect();
    assert_eq!(rest, ["0-1", "1-0", "1-1"]);
}

#[test]
fn an_error_in_a_list_is_its_last_item() {
    let (planet, _) = scripted([page(0, false), Answer::status(403)]);
    let orders: Vec<_> = planet.orders().list().items().blocking().collect();
    assert_eq!(orders.len(), 3);
    assert_eq!(orders[2].as_ref().unwrap_err().kind(), ErrorKind::Forbidden);
}

#[test]
fn an_iterator_that_is_dropped_half_way_fetches_nothing_more_and_its_place_is_kept() {
    let (planet, script) = scripted([page(0, false), page(1, false)]);
    let mut orders = planet.orders().list().prefetch(1).items();
    for order in (&mut orders).blocking().take(1) {
        order.unwrap();
    }
    let here = orders.checkpoint();
    drop(orders);
    assert!(script.requests().len() <= 2);

    let (planet, _) = scripted([page(0, false), page(1, true)]);
    let rest: Vec<_> = planet.orders().list().resume(here).items().blocking().collect::<Result<_, _>>().unwrap();
    assert_eq!(rest.iter().map(|order| order.id()).collect::<Vec<_>>(), ["0-1", "1-0", "1-1"]);
}

#[test]
fn pages_and_collections_come_without_async_too() {
    let (planet, _) = scripted([page(0, true), page(0, true), page(0, true)]);
    let sizes: Vec<usize> = planet.orders().list().pages().blocking().map(|page| page.unwrap().items.len()).collect();
    assert_eq!(sizes, [2]);
    let all = planet::collect(planet.orders().list().items()).blocking().unwrap();
    assert_eq!(all.len(), 2);
    let mut lines = Vec::new();
    assert_eq!(planet::collect::to_ndjson(planet.orders().list().items(), &mut lines).blocking().unwrap(), 2);
}

#[tokio::test]
async fn inside_an_async_context_it_answers_an_error_and_sends_nothing() {
    refused_here();
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_does_on_the_threads_of_a_runtime() {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async { refused_here() });
    tasks.spawn_blocking(refused_here);
    tasks.join_all().await;
}

#[test]
fn and_within_a_blocking_call() {
    let within = async {
        refused_here();
        planet::Result::Ok(())
    };
    within.blocking().unwrap();
}

fn refused_here() {
    let (planet, script) = scripted([order(), page(0, true)]);
    let error = planet.orders().get(ID).blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains(".await"), "{error}");
    let mut orders = planet.orders().list().items().blocking();
    assert_eq!(orders.next().unwrap().unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(orders.next().is_none());
    assert_eq!(script.requests().len(), 0);
}

#[tokio::test]
async fn a_thread_of_its_own_may_block_beside_an_async_program() {
    let (planet, _) = scripted([order(), order()]);
    let other = planet.clone();
    let blocking = thread::spawn(move || other.orders().get(ID).blocking().unwrap());
    assert_eq!(planet.orders().get(ID).await.unwrap().id(), ID);
    assert_eq!(blocking.join().unwrap().id(), ID);
}

#[test]
fn threads_share_one_planet_over_real_connections() {
    let (_service, sandbox) = sandbox();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let placed = planet.orders().create(guide_order()).blocking().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(planet.orders().get(placed.id()).blocking().unwrap().id(), placed.id());
                }
            });
        }
    });
    // A runtime may come and go between: the connections of the others stay.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(planet.orders().get(placed.id()).into_future()).unwrap();
    drop(runtime);
    assert_eq!(planet.orders().get(placed.id()).blocking().unwrap().id(), placed.id());
}

#[test]
fn a_whole_job_needs_no_async() {
    let (_service, sandbox) = sandbox();
    let planet = planet_at(sandbox.url(), sandbox.api_key());
    let directory = tempfile::tempdir().unwrap();
    let placed = planet.orders().create(guide_order()).blocking().unwrap();
    planet.orders().wait(placed.id()).blocking().unwrap();
    planet.orders().download(placed.id()).to(directory.path()).blocking().unwrap();
    assert!(!crate::setup::files_below(directory.path()).is_empty());
    let found = planet.orders().list().items().blocking().filter(|order| order.as_ref().unwrap().id() == placed.id());
    assert_eq!(found.count(), 1);
}
