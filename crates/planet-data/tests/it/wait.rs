//! Waiting for assets, with a clock that jumps.

use std::convert::Infallible;
use std::error::Error as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use planet_core::bytes::Bytes;
use planet_core::middleware::{Request, ResponseBody};
use planet_core::testing::{Answer, ScriptedTransport};
use planet_data::{Asset, Auth, DataClient, Error, ErrorKind, LastAsset, Pace, Session, Verdict, active};
use serde_json::{Value, json};
use tokio::time::Instant;
use tower::service_fn;

const LINK: &str = "https://api.planet.com/data/v1/assets";

fn document(token: &str, status: &str) -> Value {
    json!({"_links": {"_self": format!("{LINK}/{token}")}, "status": status, "type": "ortho_visual"})
}

fn asset(token: &str, status: &str) -> Asset {
    serde_json::from_value(document(token, status)).unwrap()
}

fn in_status(status: &str) -> Answer {
    Answer::json(&document("a", status))
}

fn answering(answers: impl IntoIterator<Item = Answer>) -> (ScriptedTransport, DataClient) {
    let script = ScriptedTransport::new(answers);
    let data = DataClient::new(&script.session().build().unwrap());
    (script, data)
}

/// The asset that an error carries.
fn last(error: &Error) -> &Asset {
    error.source().unwrap().downcast_ref::<LastAsset>().unwrap().asset()
}

#[tokio::test]
async fn an_asset_that_is_active_is_given_back_as_it_is() {
    let (script, data) = answering([]);
    let given: Asset = serde_json::from_value(json!({"status": "active", "x": 1})).unwrap();
    let ended = data.wait(&given).await.unwrap();
    assert_eq!(ended.as_json(), given.as_json());
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_asset_is_asked_for_by_its_own_link_until_it_is_active() {
    let statuses = ["inactive", "activating", "activating", "active"];
    let (script, data) = answering(statuses.map(in_status));
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let wait = data.wait(&asset("a", "inactive")).every(Duration::from_secs(5));
    let started = Instant::now();
    let ended = wait.on_state(move |asset| listener.lock().unwrap().push(asset.status().to_string())).await.unwrap();
    assert!(ended.status().is_active());
    assert_eq!(*told.lock().unwrap(), ["inactive", "activating", "active"]);
    assert_eq!(started.elapsed().as_secs(), 15);
    assert!(script.requests().iter().all(|request| *request.uri() == *format!("{LINK}/a")));
    assert_eq!(script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_the_last_poll_counts() {
    let (_, data) = answering(["activating", "activating", "active"].map(in_status));
    data.wait(&asset("a", "inactive")).max_attempts(3).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn bad_answers_on_the_way_are_put_up_with() {
    let html = || Answer::bytes("<html>come back later</html>");
    let lost = Answer::failure(Error::new(ErrorKind::Transport, "reset"));
    let no_asset = Answer::json(&json!({"message": "busy", "status": 5}));
    let answers = [in_status("activating"), html(), Answer::status(500), lost, html(), no_asset, in_status("active")];
    let (script, data) = answering(answers);
    let wait = data.wait(&asset("a", "activating")).retry(planet_data::Retry::off());
    assert!(wait.await.unwrap().status().is_active());
    assert_eq!(script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_tolerates_nothing_ends_at_the_first_bad_answer() {
    let (_, data) = answering([Answer::bytes("<html>")]);
    let error = data.wait(&asset("a", "activating")).tolerate(0).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Decode, Some("data.get_asset")));
}

#[tokio::test(start_paused = true)]
async fn an_asset_that_is_inactive_again_has_failed() {
    for given in ["inactive", "activating"] {
        let statuses = if given == "inactive" { &["activating", "inactive"][..] } else { &["inactive"] };
        let (script, data) = answering(statuses.iter().map(|status| in_status(status)));
        let error = data.wait(&asset("a", given)).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::OperationFailed, Some("data.wait")));
        assert!(error.to_string().contains("ortho_visual") && error.to_string().contains("inactive again"), "{error}");
        assert_eq!(last(&error).status().as_str(), "inactive");
        assert_eq!(script.left(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_that_is_not_known_ends_the_wait_at_once() {
    let (script, data) = answering([in_status("failed"), in_status("active")]);
    let error = data.wait(&asset("a", "activating")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OperationFailed);
    assert_eq!(last(&error).status().as_str(), "failed");
    assert_eq!(script.left(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_asset_that_nobody_activates_is_given_up_after_ten_minutes() {
    let (_, data) = answering((0..100).map(|_| in_status("inactive")));
    let started = Instant::now();
    let error = data.wait(&asset("a", "inactive")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OperationFailed);
    assert!(error.to_string().contains("nobody has activated it"), "{error}");
    assert!((600..620).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_activation_may_take_longer_than_that() {
    let (_, data) = answering((0..200).map(|_| in_status("activating")).chain([in_status("active")]));
    let wait = data.wait(&asset("a", "activating")).every(Duration::from_secs(60));
    assert!(wait.await.unwrap().status().is_active());
}

#[tokio::test(start_paused = true)]
async fn when_the_time_is_used_up_the_error_carries_the_asset() {
    let (_, data) = answering((0..100).map(|_| in_status("activating")));
    let error = data.wait(&asset("a", "activating")).timeout(Duration::from_secs(60)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimeout);
    assert!(error.to_string().contains("ortho_visual") && error.to_string().contains("still activating"), "{error}");
    assert_eq!(last(&error).status().as_str(), "activating");
}

#[tokio::test(start_paused = true)]
async fn another_condition_may_be_waited_for() {
    let (_, data) = answering(["inactive", "activating"].map(in_status));
    let begun = |asset: &Asset| match active(asset) {
        Verdict::Wait if asset.status().as_str() == "activating" => Verdict::Done,
        verdict => verdict,
    };
    let ended = data.wait(&asset("a", "inactive")).until(begun).await.unwrap();
    assert_eq!(ended.status().as_str(), "activating");
}

#[tokio::test]
async fn what_cannot_be_waited_for_is_refused_by_name_before_anything_is_sent() {
    let (script, data) = answering([]);
    for (document, path) in [
        (json!({}), "status"),
        (json!({"_links": {"_self": LINK}}), "status"),
        (json!({"status": "inactive"}), "_links._self"),
        (json!({"status": "activating", "_links": {"_self": "https://example.com/a"}}), "_links._self"),
        (json!({"status": "activating", "_links": {"_self": "/data/v1/assets/a"}}), "_links._self"),
    ] {
        let bad: Asset = serde_json::from_value(document.clone()).unwrap();
        let error = data.wait(&bad).await.unwrap_err();
        assert_eq!(error.faults()[0].path(), format!("asset.{path}"), "{document}: {error}");
        assert_eq!(error.operation(), Some("data.wait"));

        let error = data.wait_many([asset("a", "inactive"), bad]).await.unwrap_err();
        assert_eq!(error.faults()[0].path(), format!("assets[1].{path}"), "{document}: {error}");
    }
    let error = data.wait_many(Vec::<Asset>::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "assets"));
    assert!(script.requests().is_empty());
}

/// A service whose assets are active at the n-th poll, where n is the number in their token; `x` is never asked twice as it
/// fails. It counts the polls, and the most that were under way at once.
#[derive(Clone, Default)]
struct Counting {
    polls: Arc<Mutex<Vec<String>>>,
    under_way: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Counting {
    fn client(&self, pace: Pace) -> DataClient {
        let counting = self.clone();
        let service = service_fn(move |request: Request| {
            let counting = counting.clone();
            async move { Ok::<_, Infallible>(counting.answer(&request).await) }
        });
        let session = Session::builder().auth(Auth::from_key("a-made-up-key")).transport(service).pace(pace);
        DataClient::new(&session.build().unwrap())
    }

    async fn answer(&self, request: &Request) -> http::Response<ResponseBody> {
        let token = request.uri().path().rsplit('/').next().unwrap().to_owned();
        let now = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(500)).await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        let polls = {
            let mut polls = self.polls.lock().unwrap();
            polls.push(token.clone());
            polls.iter().filter(|polled| **polled == token).count()
        };
        let status = match token.split('-').next().unwrap().parse::<usize>() {
            Ok(number) if polls >= number => "active",
            Ok(_) => "activating",
            Err(_) => "broken",
        };
        http::Response::new(ResponseBody::from(Bytes::from(document(&token, status).to_string())))
    }
}

#[tokio::test(start_paused = true)]
async fn many_assets_end_each_in_its_own_way_in_the_order_given() {
    let counting = Counting::default();
    let data = counting.client(Pace::off());
    let given = ["3-a", "x", "1-b", "3-a", "99-c"].map(|token| asset(token, "activating"));
    let mut given: Vec<Asset> = given.into();
    given.push(asset("here", "active"));
    let report = data.wait_many(&given).every(Duration::from_secs(5)).timeout(Duration::from_secs(60)).await.unwrap();

    let links: Vec<&str> = report.all().iter().map(|end| end.last().unwrap().self_link().unwrap()).collect();
    assert_eq!(links, ["3-a", "x", "1-b", "99-c", "here"].map(|token| format!("{LINK}/{token}")));
    let kinds: Vec<Option<ErrorKind>> = report.all().iter().map(|end| end.result().err().map(Error::kind)).collect();
    let (failed, late) = (Some(ErrorKind::OperationFailed), Some(ErrorKind::WaitTimeout));
    assert_eq!(kinds, [None, failed, None, late, None]);

    // What has ended is asked for no more.
    let polls = counting.polls.lock().unwrap();
    let polled = |token: &str| polls.iter().filter(|polled| *polled == token).count();
    assert_eq!((polled("3-a"), polled("x"), polled("1-b"), polled("here")), (3, 1, 1, 0));
    assert_eq!(polled("99-c"), 13);
}

#[tokio::test(start_paused = true)]
async fn many_assets_are_asked_for_sixteen_at_once_and_no_faster_than_the_pace() {
    let assets: Vec<Asset> = (0..100).map(|number| asset(&format!("2-{number}"), "activating")).collect();
    let counting = Counting::default();
    let started = Instant::now();
    let report = counting.client(Pace::off()).wait_many(&assets).await.unwrap();
    assert_eq!((report.done().count(), counting.most.load(Ordering::Relaxed)), (100, 16));
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());

    let counting = Counting::default();
    let started = Instant::now();
    let report = counting.client(Pace::default().per_session()).wait_many(&assets).await.unwrap();
    assert_eq!((report.done().count(), counting.polls.lock().unwrap().len()), (100, 200));
    let seconds = started.elapsed().as_secs_f64();
    assert!((19.9..22.0).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn one_asset_that_cannot_be_read_does_not_keep_the_others() {
    let (script, data) = answering([Answer::status(404), Answer::json(&document("b", "active"))]);
    let given = [asset("a", "activating"), asset("b", "activating")];
    let report = data.wait_many(&given).tolerate(0).await.unwrap();
    let kinds: Vec<Option<ErrorKind>> = report.all().iter().map(|end| end.result().err().map(Error::kind)).collect();
    assert_eq!(kinds, [Some(ErrorKind::NotFound), None]);
    assert_eq!(script.left(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_asks_no_more() {
    let (script, data) = answering((0..9).map(|_| in_status("activating")));
    let given = asset("a", "activating");
    let waiting = tokio::time::timeout(Duration::from_secs(3), data.wait(&given).every(Duration::from_secs(2)));
    waiting.await.unwrap_err();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_time_ends_a_round_of_polls_that_would_take_longer() {
    let assets: Vec<Asset> = (0..300).map(|number| asset(&format!("99-{number}"), "activating")).collect();
    let counting = Counting::default();
    let started = Instant::now();
    let data = counting.client(Pace::default().per_session());
    let report = data.wait_many(&assets).timeout(Duration::from_secs(5)).await.unwrap();
    let late = |error: &Error| error.kind() == ErrorKind::WaitTimeout;
    assert_eq!(report.all().iter().filter(|end| end.result().is_err_and(late)).count(), 300);
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
}
