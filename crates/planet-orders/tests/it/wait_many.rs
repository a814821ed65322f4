//! Waiting for many orders, at a made-up service whose time is the paused clock's.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Ready;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use planet_core::middleware::{Request, Response, ResponseBody, Service};
use planet_orders::{
    Auth, ErrorKind, LastOrder, Order, OrdersClient, Pace, Retry, Session, Timestamp, WaitEvent, WaitReport,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::time::Instant;

/// When the newest order was placed; each before it a second earlier.
const NEWEST: i64 = 1_795_280_400;

/// An order of the service, with what becomes of it.
#[derive(Clone, Debug)]
struct Fake {
    id: String,
    placed: i64,
    /// Seconds after the start.
    ends: f64,
    end: &'static str,
    /// From when it stands in the list, if ever.
    listed: Option<f64>,
}

/// Orders, the newest first.
fn orders(count: usize) -> Vec<Fake> {
    let order = |number: usize| Fake {
        id: format!("00000000-0000-4000-8000-{number:012x}"),
        placed: NEWEST - number as i64,
        ends: 0.0,
        end: "success",
        listed: Some(0.0),
    };
    (0..count).map(order).collect()
}

#[derive(Clone)]
struct Fakes(Arc<Mutex<State>>);

struct State {
    orders: Vec<Fake>,
    began: Instant,
    /// The path and query of each request, with the second it came at.
    asked: Vec<(f64, String)>,
    /// Statuses instead of answers, by the number of the request from 0; 200 is HTML.
    bad: HashMap<usize, u16>,
    /// The status of every list.
    list_status: u16,
}

impl Fakes {
    fn new(orders: Vec<Fake>) -> Self {
        let state = State { orders, began: Instant::now(), asked: Vec::new(), bad: HashMap::new(), list_status: 200 };
        Self(Arc::new(Mutex::new(state)))
    }

    fn client(&self) -> OrdersClient {
        let session = Session::builder().auth(Auth::from_key("k")).pace(Pace::off()).retry(Retry::off());
        OrdersClient::new(&session.transport(self.clone()).build().unwrap())
    }

    fn ids(&self) -> Vec<String> {
        self.0.lock().unwrap().orders.iter().map(|order| order.id.clone()).collect()
    }

    /// The second, path and query of each request.
    fn asked(&self) -> Vec<(f64, String)> {
        self.0.lock().unwrap().asked.clone()
    }

    fn lists(&self) -> usize {
        self.asked().iter().filter(|(_, asked)| asked.contains("page_size=100")).count()
    }

    fn singles(&self) -> usize {
        self.asked().len() - self.lists()
    }

    async fn wait(&self) -> WaitReport<Order> {
        self.client().wait_many(self.ids()).await.unwrap()
    }
}

impl State {
    fn answer(&mut self, request: &Request) -> (u16, Value) {
        let now = self.began.elapsed().as_secs_f64();
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        let number = self.asked.len();
        self.asked.push((now, format!("{path}?{query}")));
        if let Some(status) = self.bad.get(&number) {
            return (*status, Value::Null);
        }
        let document = |order: &Fake| {
            let state = if now >= order.ends { order.end } else { "running" };
            let hints = if state == "failed" { vec!["no light"] } else { vec![] };
            let placed = Timestamp::from_unix_seconds(order.placed).unwrap();
            json!({"id": order.id, "state": state, "created_on": placed, "error_hints": hints})
        };
        if let Some(id) = path.strip_prefix("/compute/ops/orders/v2/") {
            return match self.orders.iter().find(|order| order.id == id) {
                Some(order) => (200, document(order)),
                None => (404, json!({"message": "Could not load order ID"})),
            };
        }
        if self.list_status != 200 {
            return (self.list_status, json!({"message": "no"}));
        }
        let asked: HashMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| {
                (name.to_owned(), percent_encoding::percent_decode_str(value).decode_utf8_lossy().into())
            })
            .collect();
        let second = |text: &str| text.parse::<Timestamp>().unwrap().unix_seconds();
        let window = asked.get("created_on").map(|window| window.split_once('/').unwrap());
        let window = window.map(|(start, end)| second(start)..second(end));
        let listed = |order: &&Fake| {
            order.listed.is_some_and(|from| now >= from)
                && window.as_ref().is_none_or(|window| window.contains(&order.placed))
        };
        let from = asked.get("page_marker").map_or(0, |marker| marker.parse::<usize>().unwrap());
        let mut rest = self.orders.iter().filter(listed).skip(from);
        let page: Vec<Value> = rest.by_ref().take(100).map(document).collect();
        let mut links = json!({});
        if rest.next().is_some() {
            let first = query.split("&page_marker").next().unwrap();
            links["next"] =
                json!(format!("https://api.planet.com/compute/ops/orders/v2?{first}&page_marker={}", from + 100));
        }
        (200, json!({"_links": links, "orders": page}))
    }
}

impl Service<Request> for Fakes {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (status, document) = self.0.lock().unwrap().answer(&request);
        let body = if document.is_null() { "<html>".to_owned() } else { document.to_string() };
        let mut response = http::Response::new(ResponseBody::from(Bytes::from(body)));
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        std::future::ready(Ok(response))
    }
}

fn states(report: &WaitReport<Order>) -> Vec<&str> {
    report.all().iter().map(|end| end.last().map_or("unseen", |order| order.state().as_str())).collect()
}

#[tokio::test(start_paused = true)]
async fn five_hundred_orders_cost_five_pages_a_round() {
    let mut all = orders(500);
    for (number, order) in all.iter_mut().rev().enumerate() {
        order.ends = 20.0 * number as f64 / 499.0;
    }
    let fakes = Fakes::new(all);
    let began = Instant::now();
    let report = fakes.wait().await;
    assert!(report.all().iter().map(|end| end.id()).eq(fakes.ids().iter()));
    assert_eq!(report.done().count(), 500);
    assert!(fakes.asked().len() <= 60, "{}", fakes.asked().len());
    let rounds: Vec<f64> = fakes.asked().iter().map(|(at, _)| *at).collect();
    let interval = rounds.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    let late = began.elapsed().as_secs_f64() - 20.0;
    assert!(late <= interval + 0.01, "{late} s after the last, at intervals of up to {interval} s");
}

#[tokio::test(start_paused = true)]
async fn each_order_comes_to_its_own_end() {
    let mut all = orders(6);
    for (order, end) in all.iter_mut().zip(["success", "failed", "partial", "cancelled", "on_hold", "success"]) {
        order.end = end;
    }
    all[5].ends = 1e9;
    let fakes = Fakes::new(all);
    let unknown = "ffffffff-ffff-4fff-8fff-ffffffffffff".to_owned();
    let ids: Vec<String> = fakes.ids().into_iter().chain([unknown.clone()]).collect();
    let report = fakes.client().wait_many(&ids).timeout(Duration::from_secs(120)).await.unwrap();
    assert!(report.all().iter().map(|end| end.id()).eq(&ids), "in the order given");
    assert_eq!(states(&report), ["success", "failed", "partial", "cancelled", "on_hold", "running", "unseen"]);
    assert_eq!(report.done().count(), 2);
    let failed: Vec<_> = report.failed().map(|end| end.result().unwrap_err()).collect();
    assert_eq!(failed[0].message(), format!("order {} ended as failed; no light", ids[1]));
    assert_eq!((failed.len(), failed[0].operation()), (2, Some("orders.wait_many")));
    assert!(report.timed_out().map(|end| end.id()).eq([&ids[4], &ids[5]]));
    let late = std::error::Error::source(report.all()[5].result().unwrap_err()).unwrap();
    assert_eq!(late.downcast_ref::<LastOrder>().unwrap().order().id(), ids[5]);
    let lost: Vec<_> = report.not_known().map(|end| (end.id(), end.result().unwrap_err().kind())).collect();
    assert_eq!(lost, [(unknown.as_str(), ErrorKind::NotFound)]);
}

#[tokio::test(start_paused = true)]
async fn ids_are_checked_and_counted_once_before_anything_is_sent() {
    let fakes = Fakes::new(orders(1));
    let client = fakes.client();
    let error = client.wait_many(Vec::<String>::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "order_ids"));
    let error = client.wait_many(["1", &fakes.ids()[0], ""]).await.unwrap_err();
    let places: Vec<&str> = error.faults().iter().map(|fault| fault.path()).collect();
    assert_eq!((error.kind(), places), (ErrorKind::InvalidInput, vec!["order_ids[0]", "order_ids[2]"]));
    let error = client.wait_many(["1"]).events().try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(fakes.asked().is_empty());

    let id = fakes.ids()[0].clone();
    let spellings = [id.clone(), id.to_uppercase(), format!("{{{id}}}"), id.replace('-', "")];
    let report = client.wait_many(spellings).await.unwrap();
    assert_eq!((report.all().len(), report.all()[0].id()), (1, id.as_str()));
}

#[tokio::test(start_paused = true)]
async fn only_the_orders_between_the_oldest_and_the_newest_are_listed_once_they_are_known() {
    let mut all = orders(1000);
    all.iter_mut().for_each(|order| order.ends = 5.0);
    let fakes = Fakes::new(all);
    let report = fakes.client().wait_many(&fakes.ids()[300..420]).await.unwrap();
    assert_eq!(report.done().count(), 120);
    let asked = fakes.asked();
    assert!(asked[0].1.ends_with("?source_type=all&page_size=100"), "{}", asked[0].1);
    let first_round = asked.iter().filter(|(at, _)| *at == 0.0).count();
    assert_eq!(first_round, 5, "it reads on no further than to the last order");
    let second_round: Vec<_> = asked.iter().filter(|(at, _)| *at > 0.0 && *at < 1.01).collect();
    assert_eq!(second_round.len(), 2);
    assert!(second_round[0].1.contains("&created_on=20"), "{}", second_round[0].1);
}

#[tokio::test(start_paused = true)]
async fn what_the_list_does_not_show_is_asked_for_one_by_one() {
    let mut all = orders(130);
    for order in &mut all[100..] {
        order.listed = None;
    }
    all.iter_mut().for_each(|order| order.ends = 60.0);
    let fakes = Fakes::new(all);
    assert_eq!(fakes.wait().await.done().count(), 130);
    let mut each_second: HashMap<u64, usize> = HashMap::new();
    for (at, _) in fakes.asked().iter().filter(|(_, asked)| !asked.contains("page_size")) {
        *each_second.entry((at * 1000.0) as u64).or_default() += 1;
    }
    assert!(each_second.values().all(|asked| *asked <= 10), "at most ten in a round: {each_second:?}");
    let rounds = each_second.len();
    assert!(fakes.lists() <= rounds + 2, "the list is read for the others: {} in {rounds}", fakes.lists());
}

#[tokio::test(start_paused = true)]
async fn orders_that_are_asked_for_one_by_one_take_turns() {
    let mut all = orders(130);
    for (number, order) in all.iter_mut().enumerate().skip(100) {
        (order.listed, order.ends) = (None, if number < 110 { 1e9 } else { 0.0 });
    }
    let fakes = Fakes::new(all);
    let report = fakes.client().wait_many(fakes.ids()).timeout(Duration::from_secs(60)).await.unwrap();
    assert_eq!((report.done().count(), report.timed_out().count()), (120, 10));
}

#[tokio::test(start_paused = true)]
async fn what_the_list_does_not_show_in_half_a_minute_is_not_looked_for_there_for_ever() {
    let mut all = orders(3000);
    for order in &mut all[..150] {
        order.ends = 200.0;
    }
    for order in &mut all[2900..2903] {
        (order.listed, order.ends) = (None, 200.0);
    }
    let fakes = Fakes::new(all);
    let ids: Vec<String> = fakes
        .ids()
        .into_iter()
        .enumerate()
        .filter(|(n, _)| *n < 150 || (2900..2903).contains(n))
        .map(|(_, id)| id)
        .collect();
    assert_eq!(fakes.client().wait_many(ids).await.unwrap().done().count(), 153);
    let lists_at = |from: f64, to: f64| {
        let asked = fakes.asked();
        let lists = asked.iter().filter(|(at, asked)| (from..to).contains(at) && asked.contains("page_size"));
        lists.map(|(at, _)| (at * 1000.0) as u64).fold(HashMap::<u64, usize>::new(), |mut rounds, at| {
            *rounds.entry(at).or_default() += 1;
            rounds
        })
    };
    assert!(lists_at(0.0, 30.0).values().all(|pages| *pages == 5), "two, and three in vain");
    assert!(lists_at(90.0, 200.0).values().all(|pages| *pages == 2), "{:?}", lists_at(90.0, 200.0));
}

#[tokio::test(start_paused = true)]
async fn an_old_order_is_asked_for_by_its_id_rather_than_looked_for_in_a_long_list() {
    let fakes = Fakes::new(orders(5000));
    let ids = [&fakes.ids()[3], &fakes.ids()[4990]];
    let report = fakes.client().wait_many(ids).await.unwrap();
    assert_eq!(report.done().count(), 2);
    assert_eq!((fakes.lists(), fakes.singles()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn the_last_few_are_asked_for_in_the_cheaper_way() {
    let far_apart = {
        let mut all = orders(500);
        all[5].ends = 10.0;
        all[450].ends = 10.0;
        Fakes::new(all)
    };
    assert_eq!(far_apart.wait().await.done().count(), 500);
    let later = |fakes: &Fakes| fakes.asked().iter().filter(|(at, _)| *at > 0.0).cloned().collect::<Vec<_>>();
    assert!(later(&far_apart).iter().all(|(_, asked)| !asked.contains("page_size")), "each by its id");

    let close = {
        let mut all = orders(500);
        all[5].ends = 10.0;
        all[9].ends = 10.0;
        Fakes::new(all)
    };
    assert_eq!(close.wait().await.done().count(), 500);
    assert!(later(&close).iter().all(|(_, asked)| asked.contains("created_on=")), "one page");
}

#[tokio::test(start_paused = true)]
async fn orders_that_come_into_the_list_late_are_found_there() {
    let mut all = orders(300);
    for order in &mut all {
        (order.listed, order.ends) = (Some(5.0), 20.0);
    }
    let fakes = Fakes::new(all);
    assert_eq!(fakes.wait().await.done().count(), 300);
    assert!(fakes.asked().len() <= 100, "{}", fakes.asked().len());
}

#[tokio::test(start_paused = true)]
async fn bad_answers_cost_no_order() {
    let mut all = orders(300);
    all.iter_mut().for_each(|order| order.ends = 30.0);
    let fakes = Fakes::new(all);
    // The first poll, second pages, HTML, a whole round.
    fakes.0.lock().unwrap().bad = [(0, 503), (2, 503), (4, 200), (6, 502), (7, 502), (8, 502)].into();
    let mut events = fakes.client().wait_many(fakes.ids()).events();
    let (mut retries, mut done) = (0, 0);
    while let Some(event) = events.try_next().await.unwrap() {
        match event {
            WaitEvent::Retrying(_) => retries += 1,
            WaitEvent::Done(end) => done += usize::from(end.result().is_ok()),
            _ => {}
        }
    }
    assert_eq!((retries, done), (6, 300));

    let fakes = Fakes::new(orders(300));
    fakes.0.lock().unwrap().list_status = 401;
    let report = fakes.wait().await;
    assert_eq!((report.not_known().count(), fakes.asked().len()), (300, 1), "a bad key is bad for all");
    assert_eq!(report.into_results().unwrap_err().kind(), ErrorKind::Unauthorized);

    let fakes = Fakes::new(orders(20));
    fakes.0.lock().unwrap().list_status = 403;
    assert_eq!(fakes.wait().await.done().count(), 20, "who may not list may still ask");
}

fn order() -> impl Strategy<Value = (f64, &'static str, Option<f64>)> {
    let end = prop_oneof![5 => Just("success"), 1 => Just("partial"), 1 => Just("failed"), 1 => Just("cancelled")];
    let listed = prop_oneof![6 => Just(Some(0.0)), 1 => (0.0..40.0).prop_map(Some), 1 => Just(None)];
    (0.0..90.0, end, listed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_order_comes_to_its_end_whatever_the_list_shows_and_whichever_polls_fail(
        fakes in prop::collection::vec(order(), 1..250),
        wanted in prop::collection::vec(any::<prop::sample::Index>(), 1..120),
        bad in prop::collection::vec((0_usize..60, prop_oneof![Just(503), Just(200), Just(429)]), 0..8),
    ) {
        let mut all = orders(fakes.len());
        for (order, (ends, end, listed)) in all.iter_mut().zip(fakes) {
            (order.ends, order.end, order.listed) = (ends, end, listed);
        }
        let wanted: Vec<Fake> = wanted.iter().map(|index| index.get(&all).clone()).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let (report, seconds) = runtime.block_on(async {
            let fakes = Fakes::new(all);
            fakes.0.lock().unwrap().bad = bad.into_iter().collect();
            let began = Instant::now();
            let report = fakes.client().wait_many(wanted.iter().map(|order| &order.id)).await.unwrap();
            (report, began.elapsed().as_secs_f64())
        });
        let ends: HashMap<&str, &str> = report.all().iter().zip(states(&report)).map(|(end, state)| (end.id(), state)).collect();
        prop_assert_eq!(report.all().len(), ends.len());
        for order in &wanted {
            prop_assert_eq!(ends[order.id.as_str()], order.end);
        }
        let delivered = |order: &&Fake| matches!(order.end, "success" | "partial");
        let expected: std::collections::HashSet<&str> = wanted.iter().filter(delivered).map(|order| order.id.as_str()).collect();
        prop_assert_eq!(report.done().count(), expected.len());
        prop_assert!(seconds < 600.0, "{} s", seconds);
    }
}
