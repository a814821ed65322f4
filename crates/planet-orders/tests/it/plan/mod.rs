//! Large jobs: what is placed, and what is never placed twice.

mod law;
mod service;

use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;
use planet_builders::order::{AmazonS3, Delivery, Notifications, Secret, Tool};
use planet_core::{Error, ErrorKind, Outcome};
use planet_orders::{
    Bundle, Geometry, IncompleteJob, ItemType, JobPart, OrderJob, OrderRequest, OrderRequestBuilder, Product, Reconcile,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use service::{End, Fake, Fate};

fn ids(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| format!("item_{number:05}")).collect()
}

/// Of another name in each test, as the client remembers which orders it placed.
fn request(name: &str, items: std::ops::Range<u32>) -> OrderRequestBuilder {
    OrderRequest::builder(name).product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids(items)))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn refused(status: u16) -> Fate {
    Fate { end: End::Refused(status), ..Fate::default() }
}

fn incomplete(error: &Error) -> &OrderJob {
    error.source().unwrap().downcast_ref::<IncompleteJob>().unwrap().job()
}

fn errors(job: &OrderJob) -> Vec<Option<ErrorKind>> {
    job.parts().iter().map(|part| part.error().map(Error::kind)).collect()
}

fn sizes(fake: &Fake) -> Vec<usize> {
    fake.state().placed.iter().map(|order| order.ids().len()).collect()
}

#[test]
fn a_plan_is_shown_before_anything_is_sent_and_hides_secrets() {
    let orders = planet_orders::OrdersClient::new(
        &planet_core::Session::builder().auth(planet_core::Auth::from_key("k")).build().unwrap(),
    );
    let bucket = AmazonS3::new("imagery", "us-east-2", "KEYID", Secret::new("sesame"));
    let request = request("shown", 0..501)
        .product(Product::new(ItemType::SKYSAT_SCENE, Bundle::VISUAL, ids(0..3)).fallback(Bundle::ANALYTIC))
        .delivery(Delivery::new().to(bucket))
        .notifications(Notifications::new().email(true));
    let plan = orders.plan(request).unwrap();
    assert_eq!((plan.parts().len(), plan.items()), (3, 504));
    let shown = plan.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "shown: 3 orders, 504 items");
    assert!(lines[1].ends_with("-1-of-3: 500 items of PSScene, analytic_udm2"), "{shown}");
    assert!(lines[3].ends_with("-3-of-3: 3 items of SkySatScene, visual,analytic"), "{shown}");

    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json[1]["name"], plan.parts()[1].name());
    assert_eq!(json[1]["products"][0]["item_ids"], json!(["item_00500"]));
    assert_eq!(json[2]["delivery"]["amazon_s3"]["aws_secret_access_key"], "<REDACTED>");
    for text in [json.to_string(), format!("{plan:?}"), format!("{:?}", plan.run())] {
        assert!(!text.contains("sesame"), "{text}");
    }
    let sent = serde_json::to_value(plan.parts()[2].request()).unwrap();
    assert_eq!(sent["delivery"]["amazon_s3"]["aws_secret_access_key"], "sesame");
    assert_eq!(sent["notifications"]["email"], true);
}

#[test]
fn a_faulty_request_is_refused_before_anything_is_sent() {
    let orders = planet_orders::OrdersClient::new(
        &planet_core::Session::builder().auth(planet_core::Auth::from_key("k")).build().unwrap(),
    );
    let error = orders.plan(request("", 0..0).tool(Tool::toar())).unwrap_err();
    let paths: Vec<&str> = error.faults().iter().map(|fault| fault.path()).collect();
    assert_eq!(paths, ["name", "products[0].item_ids"]);
    assert_eq!((error.operation(), error.outcome()), (Some("orders.plan"), Outcome::NotSent));
}

#[tokio::test(start_paused = true)]
async fn it_looks_and_settles_and_looks_again_before_it_places_anything() {
    let fake = Fake::new();
    let plan = fake.orders().plan(request("first", 0..1100)).unwrap();
    let started = Instant::now();
    let job = plan.run().await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 60);
    let asked: Vec<(Method, u64)> =
        fake.state().asked.iter().map(|(method, at)| (method.clone(), at.as_secs())).collect();
    let mut expected = vec![(Method::GET, 0), (Method::GET, 60)];
    expected.extend(vec![(Method::POST, 60); 3]);
    assert_eq!(asked, expected);
    assert_eq!(sizes(&fake), [500, 500, 100]);
    assert!(job.parts().iter().all(|part| part.is_new() && part.is_complete()));
    assert_eq!(job.order_ids().count(), 3);
    assert_eq!(job.name(), "first");
    for (part, placed) in plan.parts().iter().zip(&fake.state().placed) {
        assert_eq!(part.name(), placed.document["name"]);
    }
}

#[tokio::test(start_paused = true)]
async fn run_again_it_finds_all_and_neither_waits_nor_places() {
    let fake = Fake::new();
    let first = fake.orders().plan(request("again", 0..1100)).unwrap().run().await.unwrap();
    // As another program would, with the ids in another order and some twice.
    let mut other = ids(0..1100);
    other.reverse();
    other.extend(ids(0..10));
    let other = OrderRequest::builder("again").product(Product::new("psscene", "analytic_udm2", other));
    let started = Instant::now();
    let second = fake.orders().plan(other).unwrap().run().await.unwrap();
    assert_eq!((started.elapsed(), fake.count(&Method::POST)), (Duration::ZERO, 3));
    assert!(second.order_ids().eq(first.order_ids()));
    assert!(second.parts().iter().all(|part| !part.is_new() && part.is_complete()));
}

#[tokio::test(start_paused = true)]
async fn with_reconciliation_off_it_looks_once_and_places_at_once() {
    let fake = Fake::new();
    let started = Instant::now();
    let orders = fake.orders().reconcile(Reconcile::off());
    orders.plan(request("off", 0..10)).unwrap().run().await.unwrap();
    assert_eq!((started.elapsed(), fake.count(&Method::GET)), (Duration::ZERO, 1));

    fake.state().fates.push_back(Fate { end: End::Lost, ..Fate::default() });
    let error = orders.plan(request("off and lost", 0..10)).unwrap().run().await.unwrap_err();
    assert!(error.help().is_some_and(|help| help.contains("look for it before you run the plan again")), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_a_stopped_run_placed_a_moment_ago_is_found_though_lists_are_late() {
    let fake = Fake::new();
    fake.state().lag = seconds(30);
    fake.state().fates.push_back(Fate { acts_after: seconds(10), ..Fate::default() });
    let plan = fake.orders().plan(request("stopped", 0..10)).unwrap();
    // Stopped when the request has left, and the service has not acted.
    assert!(tokio::time::timeout(seconds(61), plan.run().into_future()).await.is_err());
    assert_eq!((fake.count(&Method::POST), fake.state().placed.len()), (1, 0));
    let job = plan.run().await.unwrap();
    assert_eq!((fake.count(&Method::POST), fake.state().placed.len()), (1, 1));
    assert!(!job.parts()[0].is_new());
}

#[tokio::test(start_paused = true)]
async fn when_the_plan_has_grown_only_what_is_new_is_ordered() {
    let fake = Fake::new();
    fake.orders().plan(request("grown", 0..600)).unwrap().run().await.unwrap();
    let job = fake.orders().plan(request("grown", 0..720)).unwrap().run().await.unwrap();
    assert_eq!(sizes(&fake), [500, 100, 120]);
    assert_eq!(job.parts().len(), 2);
    assert_eq!((job.parts()[0].orders().len(), job.parts()[0].is_new()), (1, false));
    assert_eq!((job.parts()[1].orders().len(), job.parts()[1].is_new()), (2, true));
    assert_eq!(job.order_ids().count(), 3);
    // And where it has shrunk, the orders that have what is left.
    let job = fake.orders().plan(request("grown", 700..710)).unwrap().run().await.unwrap();
    assert!(job.order_ids().eq([fake.state().placed[2].id()]));
}

#[tokio::test(start_paused = true)]
async fn another_name_or_treatment_is_another_job() {
    let fake = Fake::new();
    let area = Geometry::bbox(-91.20, 42.89, -91.12, 42.95).unwrap();
    for plan in [
        request("job", 0..5),
        request("job two", 0..5),
        request("job", 0..5).tool(Tool::clip(area)),
        OrderRequest::builder("job").product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ids(0..5))),
    ] {
        fake.orders().plan(plan).unwrap().run().await.unwrap();
    }
    assert_eq!(sizes(&fake), [5, 5, 5, 5]);
}

#[tokio::test(start_paused = true)]
async fn orders_that_failed_or_were_cancelled_are_placed_again_and_unknown_states_are_not() {
    for (state, posts) in [("failed", 2), ("cancelled", 2), ("on_hold", 1), ("partial", 1), ("running", 1)] {
        let fake = Fake::new();
        let plan = fake.orders().plan(request(&format!("state {state}"), 0..5)).unwrap();
        plan.run().await.unwrap();
        fake.state().placed[0].document["state"] = json!(state);
        plan.run().await.unwrap();
        assert_eq!(fake.count(&Method::POST), posts, "{state}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_area_of_a_basemap_is_ordered_once() {
    let fake = Fake::new();
    let area = Geometry::bbox(4.61, 52.35, 4.68, 52.40).unwrap();
    let request = OrderRequest::builder("area").product(Product::mosaic_area("january", area));
    let plan = fake.orders().plan(request).unwrap();
    assert!(plan.to_string().contains("an area of january"), "{plan}");
    plan.run().await.unwrap();
    plan.run().await.unwrap();
    assert_eq!(fake.count(&Method::POST), 1);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_is_refused_is_reported_and_the_others_live_on() {
    let fake = Fake::new();
    fake.state().fates.extend([Fate::default(), refused(400)]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    let listener = move |part: &JobPart| telling.lock().unwrap().push((part.name().to_owned(), part.is_complete()));
    let plan = fake.orders().plan(request("refused", 0..1100)).unwrap();
    let error = plan.run().at_once(1).on_part(listener).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Rejected, Outcome::Rejected));
    let text = error.to_string();
    assert!(text.contains("2 of 3 orders of refused are placed, 1 failed"), "{text}");
    assert!(text.contains("refused") && text.contains("Run the plan again"), "{text}");
    let job = incomplete(&error);
    assert_eq!(errors(job), [None, Some(ErrorKind::Rejected), None]);
    assert_eq!(job.order_ids().count(), 2);
    let complete: Vec<bool> = told.lock().unwrap().iter().map(|(_, complete)| *complete).collect();
    assert_eq!(complete, [true, false, true]);
    assert_eq!(told.lock().unwrap()[1].0, plan.parts()[1].name());

    let job = plan.run().await.unwrap();
    assert_eq!(sizes(&fake), [500, 100, 500], "only what was missing");
    assert_eq!(job.order_ids().count(), 3);
}

#[tokio::test(start_paused = true)]
async fn after_three_failures_in_a_row_that_are_not_about_the_parts_no_other_is_begun() {
    let fake = Fake::new();
    fake.state().fates.extend([refused(409), Fate::default(), refused(409), refused(409), refused(409)]);
    let plan = fake.orders().plan(request("full", 0..4000)).unwrap();
    let error = plan.run().at_once(1).await.unwrap_err();
    assert_eq!((error.kind(), fake.count(&Method::POST)), (ErrorKind::Conflict, 5));
    assert!(error.to_string().contains("1 of 8 orders of full are placed, 4 failed, 3 were not begun"), "{error}");
    let job = incomplete(&error);
    assert!(job.parts()[7].error().is_none() && !job.parts()[7].is_complete());

    // What the service refuses for what it is says nothing about the other parts.
    let fake = Fake::new();
    fake.state().fates.extend([refused(400); 7]);
    let error = fake.orders().plan(request("bad", 0..4000)).unwrap().run().at_once(1).await.unwrap_err();
    assert_eq!((incomplete(&error).order_ids().count(), fake.count(&Method::POST)), (1, 8));
}

#[tokio::test(start_paused = true)]
async fn a_part_whose_answer_is_lost_is_found_or_reported_and_not_placed_again_by_the_same_run() {
    let fake = Fake::new();
    // By the service's clock it is made after the call began.
    let lost = Fate { acts_after: seconds(1), end: End::Lost, ..Fate::default() };
    fake.state().fates.extend([lost, refused(502)]);
    let plan = fake.orders().plan(request("lost", 0..1100)).unwrap();
    let error = plan.run().at_once(1).await.unwrap_err();
    assert_eq!((error.outcome(), fake.count(&Method::POST)), (Outcome::Unknown, 3));
    assert!(error.to_string().contains("2 of 3 orders of lost are placed, 1 may have been placed"), "{error}");
    assert_eq!(errors(incomplete(&error)), [None, Some(ErrorKind::Server), None]);
    plan.run().await.unwrap();
    assert_eq!(sizes(&fake), [500, 100, 500]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_placed_where_an_order_of_the_job_cannot_be_read_or_lists_fail() {
    let fake = Fake::new();
    let plan = fake.orders().plan(request("unreadable", 0..600)).unwrap();
    plan.run().await.unwrap();
    fake.state().placed.truncate(1);
    fake.state().placed[0].document["products"] = Value::Null;
    let error = plan.run().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Decode, Some("orders.plan")));
    assert!(error.to_string().contains(&fake.state().placed[0].id()), "{error}");
    assert_eq!(fake.count(&Method::POST), 2);
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_not_run_twice_at_once_and_can_be_run_after_it_was_dropped() {
    let fake = Fake::new();
    let plan = fake.orders().plan(request("both", 0..5)).unwrap();
    let (one, two) = tokio::join!(plan.run().into_future(), plan.run().into_future());
    assert!(one.is_ok());
    let error = two.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Conflict, Outcome::NotSent));
    assert!(tokio::time::timeout(seconds(1), plan.run().into_future()).await.is_ok());
    assert_eq!(fake.count(&Method::POST), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_made_of_all_items_together_is_another_job_with_other_items() {
    let fake = Fake::new();
    let composite = |items| request("one image", items).tool(Tool::composite());
    fake.orders().plan(composite(0..5)).unwrap().run().await.unwrap();
    fake.orders().plan(composite(0..5)).unwrap().run().await.unwrap();
    let grown = fake.orders().plan(composite(0..8)).unwrap().run().await.unwrap();
    assert_eq!(sizes(&fake), [5, 8], "an image of all, and not another one of what is new");
    assert!(grown.order_ids().eq([fake.state().placed[1].id()]));
    fake.orders().plan(composite(0..3)).unwrap().run().await.unwrap();
    assert_eq!(sizes(&fake), [5, 8, 3]);

    let fake = Fake::new();
    let aligned = |items| request("aligned", items).tool(Tool::coregister("item_00000"));
    fake.orders().plan(aligned(0..5)).unwrap().run().await.unwrap();
    fake.orders().plan(aligned(0..8)).unwrap().run().await.unwrap();
    assert_eq!(sizes(&fake), [5, 8], "each with the anchor");
}
