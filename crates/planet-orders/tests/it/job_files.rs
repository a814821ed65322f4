//! The files of a job, order by order.

use std::error::Error as _;

use planet_core::testing::{Answer, ScriptedTransport};
use planet_core::{Error, ErrorKind, Retry};
use planet_orders::{
    Bundle, IncompleteJobDownload, ItemType, LastOrder, OrderJob, OrderRequest, OrderRequestBuilder, OrdersClient,
    Product,
};
use serde_json::{Value, json};

const IDS: [&str; 3] = [
    "18389c7e-1831-4de7-8187-d30ffe88b4b7",
    "26da6d2b-8ec0-4b7f-8d61-d0f5bd3b3c7d",
    "f05b1ed7-11f0-43da-960c-a624f7c355c8",
];

fn request(name: &str) -> OrderRequestBuilder {
    let bundles = [Bundle::VISUAL, Bundle::ANALYTIC_8B_UDM2, Bundle::ANALYTIC_UDM2];
    let products = bundles.map(|bundle| Product::new(ItemType::PSSCENE, bundle, ["a"]));
    OrderRequest::builder(name).products(products)
}

/// An order with one file and its manifest.
fn order(id: &str, state: &str) -> Value {
    let results = ["manifest.json", "a.tif"].map(|name| {
        json!({"name": format!("{id}/{name}"), "location": format!("https://api.planet.com/d/{name}"),
            "delivery": "success"})
    });
    json!({"id": id, "state": state, "products": [{"item_ids": ["a"]}], "_links": {"results": results}})
}

/// The answers to the download of an order that comes.
fn files(id: &str) -> [Answer; 3] {
    let digests = json!({"md5": "900150983cd24fb0d6963f7d28e17f72"});
    let manifest = json!({"files": [{"path": "a.tif", "size": 3, "media_type": "image/tiff", "digests": digests}]});
    [Answer::json(&order(id, "success")), Answer::json(&manifest), Answer::bytes("abc")]
}

/// A job of three orders that are there already, of another name in each test, as no plan is run twice at once. What is
/// asked of it next is answered in this order.
async fn job(name: &str, answers: impl IntoIterator<Item = Answer>) -> (ScriptedTransport, OrderJob) {
    let script = ScriptedTransport::new([]);
    let orders = OrdersClient::new(&script.session().retry(Retry::off()).build().unwrap());
    let plan = orders.plan(request(name)).unwrap();
    let named = plan.parts().iter().zip(IDS).map(|(part, id)| {
        let mut order = order(id, "success");
        order["name"] = json!(part.name());
        order
    });
    let list = json!({"orders": named.collect::<Vec<_>>(), "_links": {}});
    // Each bundle has a list of its own.
    for _ in IDS {
        script.push(Answer::json(&list));
    }
    let job = plan.run().await.unwrap();
    assert!(job.order_ids().eq(IDS));
    for answer in answers {
        script.push(answer);
    }
    (script, job)
}

fn incomplete(error: &Error) -> &IncompleteJobDownload {
    error.source().unwrap().downcast_ref().unwrap()
}

fn complete(incomplete: &IncompleteJobDownload) -> Vec<&str> {
    incomplete.reports().iter().map(|report| report.order_id()).collect()
}

fn failed(incomplete: &IncompleteJobDownload) -> Vec<(&str, ErrorKind)> {
    incomplete.failed().iter().map(|(id, error)| (id.as_str(), error.kind())).collect()
}

#[tokio::test]
async fn the_reports_of_orders_that_came_are_in_the_error_of_one_that_did_not() {
    let answers = files(IDS[0]).into_iter().chain([Answer::json(&order(IDS[1], "failed"))]).chain(files(IDS[2]));
    let (script, job) = job("one failed", answers).await;
    let dir = tempfile::tempdir().unwrap();
    let error = job.download().to(dir.path()).await.unwrap_err();
    assert_eq!((error.kind(), script.left()), (ErrorKind::OperationFailed, 0));
    let told = format!("2 of 3 orders of the job are complete; not: {}", IDS[1]);
    assert!(error.help().unwrap().ends_with(&told), "{error}");

    let incomplete = incomplete(&error);
    assert_eq!(complete(incomplete), [IDS[0], IDS[2]]);
    assert!(incomplete.reports().iter().all(|report| report.files()[0].path.is_file()));
    assert_eq!(failed(incomplete), [(IDS[1], ErrorKind::OperationFailed)]);
    // What the failure of the order has to tell is still there.
    let cause: &Error = incomplete.source().unwrap().downcast_ref().unwrap();
    assert_eq!(cause.source().unwrap().downcast_ref::<LastOrder>().unwrap().order().id(), IDS[1]);
}

#[tokio::test]
async fn a_failure_that_ends_the_download_leaves_the_reports_of_what_came_before() {
    let answers = files(IDS[0]).into_iter().chain([Answer::status(401)]);
    let (script, job) = job("one ended it", answers).await;
    let dir = tempfile::tempdir().unwrap();
    let error = job.download().to(dir.path()).await.unwrap_err();
    assert_eq!((error.kind(), script.left()), (ErrorKind::Unauthorized, 0));
    let told = format!("1 of 3 orders of the job are complete; not: {}; 1 were not begun", IDS[1]);
    assert!(error.help().unwrap().ends_with(&told), "{error}");
    assert_eq!(complete(incomplete(&error)), [IDS[0]]);
    assert_eq!(failed(incomplete(&error)), [(IDS[1], ErrorKind::Unauthorized)]);
}

#[tokio::test]
async fn the_failure_that_ends_the_download_is_the_one_that_the_error_tells_of() {
    let (_script, job) = job("two failed", [Answer::json(&order(IDS[0], "running")), Answer::status(401)]).await;
    let dir = tempfile::tempdir().unwrap();
    let error = job.download().to(dir.path()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let incomplete = incomplete(&error);
    assert_eq!(failed(incomplete), [(IDS[0], ErrorKind::Conflict), (IDS[1], ErrorKind::Unauthorized)]);
    let cause: &Error = incomplete.source().unwrap().downcast_ref().unwrap();
    assert_eq!(cause.kind(), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn options_that_cannot_be_meant_are_refused_without_a_word_of_the_orders() {
    let (script, job) = job("bad options", []).await;
    let asked = script.requests().len();
    for download in [job.download().layout("{nothing}"), job.download().paths([""; 0])] {
        let error = download.await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, Some("orders.download")));
        assert!(error.source().is_none() && !error.to_string().contains("of the job"), "{error}");
    }
    assert_eq!(script.requests().len(), asked);
}
