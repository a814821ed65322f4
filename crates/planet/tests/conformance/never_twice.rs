//! An order whose answer is lost is found or reported, and never placed twice.

use std::collections::{HashMap, HashSet};
use std::error::Error as _;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{Method, Request, Response};
use planet::orders::{Order, OrderState, OrdersClient, Reconcile, UnknownOrder};
use planet::{
    Auth, Bundle, Clock, Endpoint, Error, ErrorKind, ItemType, Operation, OrderRequest, Outcome, Pace, Product, Result,
    Retry, Route, Session, Timeouts, Tool, operation,
};
use planet_sandbox::{Builder, Fault, Sandbox};

use crate::setup::oregon;

const ORDERS: &str = "/compute/ops/orders/v2";
const SETTLE: Duration = Duration::from_millis(400);

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn lost() -> Fault {
    Fault::on("POST", ORDERS).after_acting().status(502)
}

fn not_taken() -> Fault {
    Fault::on("POST", ORDERS).status(502)
}

struct Service {
    sandbox: Sandbox,
    session: Session,
    orders: OrdersClient,
}

impl Service {
    async fn new() -> Self {
        Self::of(|sandbox| sandbox).await
    }

    async fn of(settings: impl FnOnce(Builder) -> Builder) -> Self {
        let quiet = Sandbox::builder().limits(false).order_time(Duration::from_secs(3600));
        let sandbox = settings(quiet).start().await.unwrap();
        let session = session(&sandbox, Clock::system());
        let orders = orders(&session);
        Self { sandbox, session, orders }
    }

    /// Requests that placed orders, and requests that listed them.
    fn requests(&self) -> (usize, usize) {
        let requests = self.sandbox.requests();
        let count = |method: &str| requests.iter().filter(|request| request.method == method).count();
        (count("POST"), count("GET"))
    }

    /// An order that another program places.
    async fn foreign(&self, request: OrderRequest) -> Order {
        self.session.call(Foreign(request)).await.unwrap()
    }
}

fn session(sandbox: &Sandbox, clock: Clock) -> Session {
    Session::builder()
        .auth(Auth::from_key(sandbox.api_key()))
        .endpoint(Endpoint::parse(sandbox.url()).unwrap())
        .retry(Retry::default().first_delay(millis(2)).max_delay(millis(50)))
        .pace(Pace::off())
        .timeouts(Timeouts::default().idle(millis(300)))
        .clock(clock)
        .build()
        .unwrap()
}

fn orders(session: &Session) -> OrdersClient {
    OrdersClient::new(session).reconcile(Reconcile::default().settle(SETTLE))
}

/// The creation of an order by somebody else: no call of the client's knows of it.
struct Foreign(OrderRequest);

impl Operation for Foreign {
    type Output = Order;
    const NAME: &'static str = "test.create";
    const ROUTE: Route = Route::new("test", 1000.0);
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::with_json(Method::POST, endpoint.url(ORDERS).build()?, &self.0)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Order> {
        operation::json(response)
    }
}

fn named(name: &str) -> OrderRequest {
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200909_182525_1014"]);
    OrderRequest::builder(name).product(product).build().unwrap()
}

fn candidates(error: &Error) -> Vec<String> {
    let unknown = error.source().unwrap().downcast_ref::<UnknownOrder>().unwrap();
    let mut ids: Vec<String> = unknown.candidates().iter().map(|order| order.id().to_owned()).collect();
    ids.sort();
    ids
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

fn assert_unknown(error: &Error, expected: Vec<String>) {
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    assert_eq!(error.operation(), Some("orders.create"));
    assert_eq!(candidates(error), sorted(expected), "{error}");
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found_however_it_was_lost() {
    let lost = || Fault::on("POST", ORDERS).after_acting();
    for fault in [
        lost().status(502),
        lost().status(408),
        lost().reset(),
        lost().status(202).body("<html>"),
        lost().status(202).body(r#"{"id": 7}"#),
        Fault::on("POST", ORDERS).cut_at(20),
        Fault::on("POST", ORDERS).stall_at(20),
        Fault::on("POST", ORDERS).reset_after_headers(),
    ] {
        let service = Service::new().await;
        service.sandbox.fault(fault);
        let request = named("lost").into_builder().tool(Tool::clip(oregon())).build().unwrap();
        let found = service.orders.create(request).send().await.unwrap();
        assert_eq!(service.sandbox.order_ids(), [found.value().id()]);
        assert_eq!((found.value().name(), found.value().state()), ("lost", &OrderState::Queued));
        assert_eq!(found.recovered_from().unwrap().outcome(), Outcome::Unknown);
        assert_eq!(service.requests().0, 1);
    }
}

#[tokio::test]
async fn an_order_that_was_answered_is_not_looked_for() {
    let service = Service::new().await;
    let placed = service.orders.create(named("answered")).send().await.unwrap();
    assert!(placed.recovered_from().is_none());
    assert_eq!(service.requests(), (1, 0));
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_is_not_looked_into() {
    for (status, kind) in [(400, ErrorKind::Rejected), (401, ErrorKind::Unauthorized), (409, ErrorKind::Conflict)] {
        let service = Service::new().await;
        service.sandbox.fault(Fault::on("POST", ORDERS).status(status));
        let error = service.orders.create(named("refused")).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Rejected));
        assert_eq!(service.requests().1, 0);
    }
}

#[tokio::test]
async fn names_of_any_length_and_letters_are_found() {
    let long = "ü/ ".repeat(2_000);
    for name in ["a b+c&d=e/f?ü%20#", " spaces around ", "../..", "a,b\"c'd", long.as_str()] {
        let service = Service::new().await;
        service.sandbox.fault(lost());
        let found = service.orders.create(named(name)).await.unwrap();
        assert_eq!((found.name(), service.sandbox.order_ids().len()), (name, 1));
        let requests = service.sandbox.requests();
        let asked = |name: &str| requests.iter().any(|request| request.query_value("name") == Some(name));
        assert_eq!(asked(name), name.len() < 500, "a long name would make an address that servers refuse");
    }
}

#[tokio::test]
async fn an_order_that_the_service_did_not_take_is_reported_and_not_placed_again() {
    let service = Service::new().await;
    service.sandbox.fault(not_taken());
    let error = service.orders.create(named("not taken")).await.unwrap_err();
    assert_unknown(&error, vec![]);
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Server, 502));
    let text = error.to_string();
    assert!(text.contains("502") && text.contains("may still appear") && text.contains("List the orders"), "{text}");
    let unknown = error.source().unwrap();
    assert!(unknown.source().unwrap().to_string().contains("502"), "the failure itself is the cause");
    assert_eq!(service.requests(), (1, 5));
}

#[tokio::test]
async fn looking_is_turned_off_for_a_call_or_a_client() {
    let service = Service::new().await;
    service.sandbox.fault(lost());
    let off = OrdersClient::new(&service.session).reconcile(Reconcile::off());
    let per_client = off.create(named("one")).recreate_if_absent().await.unwrap_err();
    let per_call = service.orders.create(named("two")).reconcile(Reconcile::off()).await.unwrap_err();
    for error in [per_client, per_call] {
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.source().is_none_or(|source| !source.is::<UnknownOrder>()));
    }
    assert_eq!(service.requests(), (2, 0));
}

#[tokio::test]
async fn an_order_that_comes_into_the_list_late_is_found_within_the_settling_time_and_not_after_it() {
    let service = Service::of(|sandbox| sandbox.list_lag(millis(60))).await;
    service.sandbox.fault(lost());
    let found = service.orders.create(named("late")).await.unwrap();
    assert_eq!(service.sandbox.order_ids(), [found.id()]);

    let service = Service::of(|sandbox| sandbox.list_lag(Duration::from_secs(60))).await;
    service.sandbox.fault(lost());
    let error = service.orders.create(named("later")).await.unwrap_err();
    assert_unknown(&error, vec![]);
    assert_eq!((service.requests().0, service.sandbox.order_ids().len()), (1, 1));
}

#[tokio::test]
async fn an_order_that_the_service_makes_after_the_settling_time_stays_the_only_one() {
    let service = Service::new().await;
    service.sandbox.fault(Fault::on("POST", ORDERS).delay(millis(1200)));
    let create = service.orders.create(named("slow")).attempt_timeout(millis(100));
    assert_unknown(&create.await.unwrap_err(), vec![]);
    assert!(service.sandbox.order_ids().is_empty());
    tokio::time::sleep(millis(1500)).await;
    assert_eq!((service.requests().0, service.sandbox.order_ids().len()), (1, 1));
}

#[tokio::test]
async fn a_list_that_fails_is_asked_again_and_both_failures_are_told_if_it_never_answers() {
    let service = Service::new().await;
    service.sandbox.fault(lost());
    service.sandbox.fault(Fault::on("GET", ORDERS).times(1).status(200).body("<html>"));
    service.orders.create(named("first")).await.unwrap();

    service.sandbox.fault(Fault::on("GET", ORDERS).status(403).body(r#"{"message":"no lists for you"}"#));
    let error = service.orders.create(named("second")).recreate_if_absent().await.unwrap_err();
    assert_unknown(&error, vec![]);
    assert!(error.to_string().contains("502") && error.to_string().contains("no lists for you"), "{error}");
    let unknown = error.source().unwrap().downcast_ref::<UnknownOrder>().unwrap();
    assert_eq!(unknown.cause().kind(), ErrorKind::Server);
    assert_eq!(unknown.look_failure().unwrap().kind(), ErrorKind::Forbidden);
    assert_eq!((service.requests().0, service.sandbox.order_ids().len()), (2, 2), "unseen is not absent");
}

#[tokio::test]
async fn the_deadline_covers_the_looks() {
    let service = Service::new().await;
    service.sandbox.fault(Fault::on("GET", ORDERS).delay(Duration::from_secs(60)));
    for fault in [not_taken(), Fault::on("POST", ORDERS).delay(Duration::from_secs(60))] {
        service.sandbox.fault(fault);
        let started = Instant::now();
        let patient = Reconcile::default().settle(Duration::from_secs(600));
        let create = service.orders.create(named("hurry")).reconcile(patient).deadline(millis(500));
        assert_unknown(&create.await.unwrap_err(), vec![]);
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_short_deadline_still_leaves_time_to_find_the_order() {
    let service = Service::new().await;
    service.sandbox.fault(lost());
    let create = service.orders.create(named("short")).reconcile(Reconcile::default()).deadline(Duration::from_secs(2));
    let found = create.await.unwrap();
    assert_eq!(service.sandbox.order_ids(), [found.id()]);
}

#[tokio::test]
async fn an_order_that_is_absent_is_placed_again_once_where_the_caller_wants_it() {
    let service = Service::new().await;
    service.sandbox.fault(not_taken().times(1));
    let placed = service.orders.create(named("again")).recreate_if_absent().send().await.unwrap();
    assert_eq!(service.sandbox.order_ids(), [placed.value().id()]);
    assert_eq!(placed.recovered_from().unwrap().outcome(), Outcome::Unknown);
    assert_eq!(service.requests(), (2, 5));

    let service = Service::new().await;
    service.sandbox.fault(not_taken());
    let error = service.orders.create(named("never")).recreate_if_absent().await.unwrap_err();
    assert_unknown(&error, vec![]);
    assert_eq!(service.requests(), (2, 10), "once, and not more");
}

#[tokio::test]
async fn an_order_that_is_there_is_not_placed_again_also_where_the_caller_wants_it() {
    let service = Service::of(|sandbox| sandbox.list_lag(millis(60))).await;
    service.sandbox.fault(lost());
    service.orders.create(named("there")).recreate_if_absent().await.unwrap();
    // Somebody else's order cannot be told from ours: that is doubt, and no absence.
    service.sandbox.clear_faults();
    service.sandbox.fault(not_taken().nth(1).delay(millis(300)));
    let create = service.orders.create(named("doubt")).recreate_if_absent().into_future();
    let (created, foreign) = tokio::join!(create, async {
        tokio::time::sleep(millis(100)).await;
        service.foreign(named("doubt").into_builder().tool(Tool::clip(oregon())).build().unwrap()).await
    });
    assert_unknown(&created.unwrap_err(), vec![foreign.id().to_owned()]);
}

#[tokio::test]
async fn after_a_second_placing_whose_answer_is_refused_the_first_may_still_appear() {
    let service = Service::new().await;
    service.sandbox.fault(not_taken().nth(1));
    service.sandbox.fault(Fault::on("POST", ORDERS).nth(2).status(400));
    let error = service.orders.create(named("refused then")).recreate_if_absent().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_unknown(&error, vec![]);
}

#[tokio::test]
async fn two_orders_of_one_call_are_both_candidates() {
    // The first is made after the call has looked in vain, the second at once; both answers are lost.
    let service = Service::new().await;
    service.sandbox.fault(Fault::on("POST", ORDERS).nth(1).delay(millis(900)));
    service.sandbox.fault(lost().nth(2));
    let create = service.orders.create(named("both")).attempt_timeout(millis(150)).recreate_if_absent();
    let error = create.await.unwrap_err();
    assert_eq!(service.sandbox.order_ids().len(), 2, "the risk that the caller took");
    assert_unknown(&error, service.sandbox.order_ids());
}

mod twins {
    use super::*;

    #[tokio::test]
    async fn two_equal_orders_whose_answers_are_both_lost_are_candidates_of_both_calls() {
        let service = Service::new().await;
        service.sandbox.fault(lost());
        let create = || service.orders.create(named("twins")).into_future();
        let (one, two) = tokio::join!(create(), create());
        assert_eq!(service.sandbox.order_ids().len(), 2);
        for error in [one.unwrap_err(), two.unwrap_err()] {
            assert_unknown(&error, service.sandbox.order_ids());
            for id in service.sandbox.order_ids() {
                assert!(error.to_string().contains(&id), "{error}");
            }
        }
        assert_eq!(service.requests().0, 2);
    }

    #[tokio::test]
    async fn of_two_equal_orders_the_one_without_an_answer_is_found_by_leaving_out_the_other() {
        let service = Service::new().await;
        service.sandbox.fault(lost().nth(1));
        let create = || service.orders.create(named("twins")).into_future();
        let (one, two) = tokio::join!(create(), create());
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_ne!(one.id(), two.id());
        assert_eq!(sorted(vec![one.id().to_owned(), two.id().to_owned()]), sorted(service.sandbox.order_ids()));
    }

    #[tokio::test]
    async fn an_order_that_a_slow_equal_call_may_have_made_is_left_to_it() {
        let service = Service::new().await;
        // The first call's request never gets through; the second's order is made at once, and its answer is slow.
        service.sandbox.fault(not_taken().nth(1));
        service.sandbox.fault(Fault::on("POST", ORDERS).nth(2).stall_at(0));
        let first = service.orders.create(named("twins")).into_future();
        let second = async {
            tokio::time::sleep(millis(20)).await;
            service.orders.create(named("twins")).await
        };
        let (first, second) = tokio::join!(first, second);
        let only = service.sandbox.order_ids();
        assert_eq!(only.len(), 1);
        assert_unknown(&first.unwrap_err(), only.clone());
        assert_unknown(&second.unwrap_err(), only);
    }

    #[tokio::test]
    async fn a_call_waits_for_an_equal_one_and_finds_its_own_when_that_was_answered() {
        let service = Service::of(|sandbox| sandbox).await;
        service.sandbox.fault(lost().nth(1));
        service.sandbox.fault(Fault::on("POST", ORDERS).nth(2).delay(millis(300)));
        let patient = Reconcile::default().settle(millis(1500));
        let create = || service.orders.create(named("twins")).reconcile(patient);
        let second = async {
            tokio::time::sleep(millis(20)).await;
            create().await
        };
        let (first, second) = tokio::join!(create().into_future(), second);
        assert_eq!(service.sandbox.order_ids(), [first.unwrap().id(), second.unwrap().id()]);
    }

    #[tokio::test]
    async fn an_order_that_a_dropped_call_may_have_made_is_nobodys() {
        let service = Service::new().await;
        service.sandbox.fault(Fault::on("POST", ORDERS).nth(1).stall_at(0));
        let dropped = tokio::time::timeout(millis(150), service.orders.create(named("dropped")).into_future());
        assert!(dropped.await.is_err());
        assert_eq!(service.sandbox.order_ids().len(), 1, "it was made before the call was dropped");

        service.sandbox.fault(not_taken());
        let error = service.orders.create(named("dropped")).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        service.sandbox.clear_faults();
        service.sandbox.fault(lost());
        let error = service.orders.create(named("dropped")).await.unwrap_err();
        let last = service.sandbox.order_ids().pop().unwrap();
        assert!(candidates(&error).contains(&last), "{error}");

        let other = service.orders.create(named("not dropped")).await.unwrap();
        assert_eq!(other.name(), "not dropped");
    }

    #[tokio::test]
    async fn two_sessions_of_one_process_know_of_each_other() {
        let service = Service::new().await;
        service.sandbox.fault(lost());
        let other = orders(&session(&service.sandbox, Clock::system()));
        let (one, two) = tokio::join!(
            service.orders.create(named("twins")).into_future(),
            other.create(named("twins")).into_future()
        );
        assert_unknown(&one.unwrap_err(), service.sandbox.order_ids());
        assert_unknown(&two.unwrap_err(), service.sandbox.order_ids());
    }
}

mod others {
    use super::*;

    #[tokio::test]
    async fn an_equal_order_of_another_program_leaves_doubt_and_both_are_told() {
        let service = Service::new().await;
        service.sandbox.fault(lost().nth(1).delay(millis(200)));
        let (created, foreign) = tokio::join!(service.orders.create(named("same")).into_future(), async {
            tokio::time::sleep(millis(50)).await;
            service.foreign(named("same")).await
        });
        assert_eq!(service.sandbox.order_ids()[0], foreign.id());
        assert_unknown(&created.unwrap_err(), service.sandbox.order_ids());
    }

    #[tokio::test]
    async fn an_older_equal_order_is_never_taken_for_ours() {
        let service = Service::new().await;
        let older = service.foreign(named("older")).await;
        service.sandbox.fault(not_taken());
        let error = service.orders.create(named("older")).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        // Whole seconds in the service's answers leave it open whether it is older by so little; if not, it is no candidate.
        assert!(candidates(&error).iter().all(|id| id == older.id()), "{error}");
    }

    #[tokio::test]
    async fn an_order_with_other_tools_is_a_candidate_and_never_adopted() {
        let service = Service::new().await;
        service.sandbox.fault(not_taken().nth(1).delay(millis(200)));
        let (created, foreign) = tokio::join!(service.orders.create(named("tools")).into_future(), async {
            tokio::time::sleep(millis(50)).await;
            service.foreign(named("tools").into_builder().tool(Tool::clip(oregon())).build().unwrap()).await
        });
        assert_unknown(&created.unwrap_err(), vec![foreign.id().to_owned()]);
    }

    #[tokio::test]
    async fn an_order_is_found_among_many_of_its_name() {
        let service = Service::new().await;
        service.sandbox.fault(lost().nth(1).delay(millis(600)));
        let create = service.orders.create(named("many")).into_future();
        let crowd = async {
            let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200909_182524_1014"]);
            let request = OrderRequest::builder("many").product(product).build().unwrap();
            tokio::time::sleep(millis(30)).await;
            stream::iter(0..45).for_each_concurrent(4, async |_| drop(service.foreign(request.clone()).await)).await;
        };
        let (created, ()) = tokio::join!(create, crowd);
        let created = created.unwrap();
        assert_eq!(service.sandbox.order_ids().len(), 46);
        assert_eq!(created.get::<Vec<Vec<String>>>("products").ok(), None);
        assert!(created.as_json().contains("20200909_182525_1014"));
    }
}

mod clocks {
    use super::*;

    fn ahead_by(offset: Duration) -> Clock {
        Clock::new(move || Clock::system().now() + offset)
    }

    #[tokio::test]
    async fn where_our_clock_is_an_hour_ahead_our_order_is_not_missed() {
        let service = Service::new().await;
        service.sandbox.fault(lost());
        let ahead = orders(&session(&service.sandbox, ahead_by(Duration::from_secs(3600))));
        match ahead.create(named("ahead")).recreate_if_absent().await {
            Ok(order) => assert_eq!(service.sandbox.order_ids(), [order.id()]),
            Err(error) => assert_unknown(&error, service.sandbox.order_ids()),
        }
        assert_eq!((service.requests().0, service.sandbox.order_ids().len()), (1, 1));
    }

    #[tokio::test]
    async fn where_our_clock_is_an_hour_behind_an_older_order_is_not_taken_for_ours() {
        let service = Service::new().await;
        // By the service's clock it is newer than the beginning of the call by ours.
        let older = service.foreign(named("behind")).await;
        service.sandbox.fault(not_taken());
        let behind = Clock::new(|| {
            Clock::system().now().checked_sub(Duration::from_secs(3600)).unwrap_or(SystemTime::UNIX_EPOCH)
        });
        let error = orders(&session(&service.sandbox, behind)).create(named("behind")).await.unwrap_err();
        assert_unknown(&error, vec![older.id().to_owned()]);
    }
}

/// What can happen to the answers, half of the time, and how many of the orders must be found for the sweep to say much.
fn sweep() -> Vec<(&'static str, Vec<Fault>, Duration, bool)> {
    let post = || Fault::on("POST", ORDERS);
    let get = || Fault::on("GET", ORDERS);
    let now = Duration::ZERO;
    vec![
        ("502 before acting", vec![post().status(502)], now, false),
        ("502 after acting", vec![post().after_acting().status(502)], now, true),
        ("503 before acting", vec![post().status(503)], now, false),
        ("429 before acting", vec![post().status(429)], now, false),
        ("400 before acting", vec![post().status(400)], now, false),
        ("reset before acting", vec![post().reset()], now, false),
        ("reset after acting", vec![post().after_acting().reset()], now, true),
        ("no headers in time", vec![post().delay(millis(400))], now, true),
        ("later than the settling time", vec![post().delay(millis(1500))], now, false),
        ("stalled body", vec![post().stall_at(30)], now, true),
        ("cut body", vec![post().cut_at(30)], now, true),
        ("HTML", vec![post().after_acting().status(200).body("<html>")], now, true),
        ("lists that fail", vec![post().after_acting().status(502), get().status(502), get().reset()], now, true),
        ("lists that lag", vec![post().after_acting().status(502)], millis(100), true),
        ("lists that lag too long", vec![post().after_acting().status(502)], Duration::from_secs(3), false),
    ]
}

const SEEDS: u64 = 200;

/// 200 orders of each kind of fault: of different names, of the same name in pairs, and some dropped on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_makes_a_second_order_or_gives_away_another_calls() {
    let kinds = sweep().into_iter().enumerate();
    stream::iter(kinds)
        .for_each_concurrent(None, async |(number, (kind, faults, lag, finds))| {
            let service = Service::of(|sandbox| sandbox.list_lag(lag)).await;
            for (rule, fault) in faults.into_iter().enumerate() {
                let seed = number as u64 * 10 + rule as u64;
                service.sandbox.fault(fault.probability(0.5, seed));
            }
            let results = stream::iter(0..SEEDS)
                .map(|seed| one(&service.orders, kind, seed))
                .buffer_unordered(40)
                .collect::<Vec<_>>()
                .await;
            // Until what was late has been acted upon, and is listed.
            tokio::time::sleep(millis(1700) + lag).await;
            service.sandbox.clear_faults();
            let listed: Vec<Order> = service.orders.list().page_size(100).items().try_collect().await.unwrap();
            assert_eq!(listed.len(), service.sandbox.order_ids().len());
            check(kind, &listed, &results);
            let found = results.iter().filter(|result| matches!(result.1, Ended::Order { found: true, .. })).count();
            assert!(!finds || found > 5, "{kind}: only {found} orders were found");
        })
        .await;
}

enum Ended {
    Order { id: String, found: bool },
    Failed(Error),
    Dropped,
}

fn name_of(kind: &str, seed: u64) -> String {
    // Of ten seeds the last two have the same name: two equal orders at once.
    format!("{kind} {}", if seed % 10 == 9 { seed - 1 } else { seed })
}

async fn one(orders: &OrdersClient, kind: &str, seed: u64) -> (String, Ended) {
    let name = name_of(kind, seed);
    let create = orders.create(named(&name)).attempt_timeout(millis(250)).send();
    let limit = if seed % 10 == 7 { millis(seed / 2) } else { Duration::from_secs(60) };
    let ended = match tokio::time::timeout(limit, create).await {
        Ok(Ok(order)) => Ended::Order { id: order.value().id().to_owned(), found: order.recovered_from().is_some() },
        Ok(Err(error)) => Ended::Failed(error),
        Err(_) => Ended::Dropped,
    };
    (name, ended)
}

/// What must be true of the calls, given the orders that the service has in the end.
fn check(kind: &str, listed: &[Order], results: &[(String, Ended)]) {
    let mut made: HashMap<&str, Vec<&str>> = HashMap::new();
    for order in listed {
        made.entry(order.name()).or_default().push(order.id());
    }
    let mut given = HashSet::new();
    for name in results.iter().map(|(name, _)| name).collect::<HashSet<_>>() {
        let made = made.get(name.as_str()).cloned().unwrap_or_default();
        let calls: Vec<&Ended> = results.iter().filter(|result| result.0 == *name).map(|result| &result.1).collect();
        let certain_of_none =
            |ended: &&&Ended| matches!(ended, Ended::Failed(error) if error.outcome() != Outcome::Unknown);
        let none = calls.iter().filter(certain_of_none).count();
        assert!(made.len() <= calls.len() - none, "{kind}, {name}: {} orders of {} calls", made.len(), calls.len());
        for ended in calls {
            match ended {
                Ended::Order { id, .. } => {
                    assert!(made.contains(&id.as_str()), "{kind}, {name}: an order of another name");
                    assert!(given.insert(id), "{kind}, {name}: {id} was given to two calls");
                }
                Ended::Failed(error) if error.outcome() == Outcome::Unknown => {
                    let candidates = candidates(error);
                    assert!(candidates.iter().all(|id| made.contains(&id.as_str())), "{kind}, {name}: {error}");
                }
                Ended::Failed(_) | Ended::Dropped => {}
            }
        }
    }
}
