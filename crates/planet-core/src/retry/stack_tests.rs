//! Retries as a call meets them: through the whole stack, over a scripted leaf, under a paused clock.

use std::collections::VecDeque;
use std::error::Error as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use futures_util::StreamExt;
use http::{Method, Request, Response, StatusCode};
use tokio::time::Instant;
use tower::service_fn;

use super::*;
use crate::call::Call;
use crate::paging::{Page, Paged};
use crate::{
    Auth, AuthHeaders, BoxError, CredentialsFuture, CredentialsProvider, Endpoint, ErrorKind, Operation, Outcome, Pace,
    ResponseBody, Result, Route, Session, SessionBuilder, stack,
};

/// What the leaf does with a request.
#[derive(Clone)]
enum Act {
    Answer(u16, &'static str),
    After(u16, &'static str),
    Big(u16),
    Fail(ErrorKind, Outcome),
    Foreign,
    Redirect(&'static str),
    Hang,
}

use Act::{After, Answer, Big, Fail, Foreign, Hang, Redirect};

const SECOND: Duration = Duration::from_secs(1);
const LOST: Act = Fail(ErrorKind::Transport, Outcome::Unknown);
const UNSENT: Act = Fail(ErrorKind::Connect, Outcome::NotSent);

impl Act {
    async fn run(self) -> Result<Response<ResponseBody>, BoxError> {
        let answer = |status: u16, body: Bytes| {
            let mut response = Response::new(ResponseBody::from(body));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            Ok(response)
        };
        match self {
            Self::Answer(status, body) => answer(status, Bytes::from_static(body.as_bytes())),
            Self::Big(status) => answer(status, Bytes::from(vec![b'x'; 20_000])),
            Self::After(status, retry_after) => {
                let mut response = answer(status, Bytes::new())?;
                response.headers_mut().insert("retry-after", retry_after.parse()?);
                Ok(response)
            }
            Self::Redirect(target) => {
                let mut response = answer(302, Bytes::new())?;
                response.headers_mut().insert("location", target.parse()?);
                Ok(response)
            }
            Self::Fail(kind, outcome) => Err(Error::new(kind, "as scripted").with_outcome(outcome).into()),
            Self::Foreign => Err("a layer's own".into()),
            Self::Hang => std::future::pending().await,
        }
    }
}

/// A leaf that acts as scripted; the last act repeats.
#[derive(Clone)]
struct Leaf {
    acts: Arc<Mutex<VecDeque<Act>>>,
    asked: Arc<AtomicU32>,
}

impl Leaf {
    fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self { acts: Arc::new(Mutex::new(acts.into_iter().collect())), asked: Arc::default() }
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    fn session(&self, builder: SessionBuilder) -> Session {
        let leaf = self.clone();
        let service = service_fn(move |_: stack::Request| {
            leaf.asked.fetch_add(1, Ordering::SeqCst);
            let mut acts = leaf.acts.lock().unwrap();
            let act = if acts.len() > 1 { acts.pop_front() } else { acts.front().cloned() };
            act.unwrap().run()
        });
        builder.build_on(service).unwrap()
    }

    fn call(&self, operation: Thing) -> Call<Thing> {
        self.session(builder()).call(operation)
    }
}

fn builder() -> SessionBuilder {
    Session::builder().auth(Auth::from_key("KEY")).pace(Pace::off())
}

/// An idempotent operation, unless its call says otherwise.
struct Thing(Method);

const GET: Thing = Thing(Method::GET);
const PUT: Thing = Thing(Method::PUT);
const POST: Thing = Thing(Method::POST);

impl Operation for Thing {
    type Output = String;
    const NAME: &'static str = "test.thing";
    const ROUTE: Route = Route::new("test", 1000.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let mut request = crate::operation::get(endpoint.url("/thing").build()?)?;
        *request.method_mut() = self.0.clone();
        Ok(request)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<String> {
        crate::operation::json(response)
    }
}

/// Answers what it is told, and keeps what it was asked.
struct Scripted(Mutex<VecDeque<Decision>>, Mutex<Vec<(RetryState, ErrorKind, Option<Duration>)>>);

impl Scripted {
    fn new(decisions: impl IntoIterator<Item = Decision>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(decisions.into_iter().collect()), Mutex::default()))
    }
}

impl RetryPolicy for Scripted {
    fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision {
        self.1.lock().unwrap().push((state.clone(), attempt.kind(), attempt.retry_after()));
        self.0.lock().unwrap().pop_front().unwrap_or(Decision::Final)
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_the_programs_own_decides_about_each_failed_attempt_and_no_other() {
    let policy = Scripted::new([Decision::Again(5 * SECOND), Decision::Again(7 * SECOND)]);
    let leaf = Leaf::new([After(404, "3"), LOST, Answer(200, "\"good\"")]);
    let session = leaf.session(builder().retry(Arc::clone(&policy)));
    let started = Instant::now();
    assert_eq!(session.call(GET).await.unwrap(), "good");
    assert_eq!(started.elapsed().as_secs(), 12);
    let asked = policy.1.lock().unwrap();
    let [(first, ErrorKind::NotFound, Some(wait)), (second, ErrorKind::Transport, None)] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!((first.number(), first.elapsed(), *wait), (1, Duration::ZERO, 3 * SECOND));
    assert_eq!((second.number(), second.elapsed().as_secs()), (2, 5));
    assert_eq!((second.operation(), second.idempotent()), ("test.thing", true));
}

#[tokio::test(start_paused = true)]
async fn no_policy_makes_an_order_be_placed_twice() {
    for lost in [LOST, Answer(502, ""), Answer(500, "")] {
        let always = Scripted::new([Decision::Again(SECOND); 5]);
        let leaf = Leaf::new([lost]);
        let error = leaf.session(builder().retry(always)).call(POST).idempotent(false).await.unwrap_err();
        assert_eq!((leaf.asked(), error.outcome()), (1, Outcome::Unknown), "{error:?}");
    }
    let always = Scripted::new([Decision::Again(SECOND); 5]);
    let leaf = Leaf::new([Answer(409, ""), Answer(202, "\"placed\"")]);
    assert_eq!(
        leaf.session(builder().retry(always)).call(POST).idempotent(false).await.unwrap(),
        "placed",
        "a refusal may be repeated"
    );
}

#[tokio::test(start_paused = true)]
async fn a_calls_own_policy_takes_the_place_of_the_sessions() {
    let leaf = Leaf::new([Answer(503, "")]);
    let session = leaf.session(builder().retry(Retry::off()));
    let error = session.call(GET).retry(Retry::default().max_attempts(3)).await.unwrap_err();
    assert_eq!((error.attempts(), error.exhausted(), leaf.asked()), (3, true, 3));
    let error = session.call(GET).await.unwrap_err();
    assert_eq!((error.attempts(), error.exhausted()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_final_is_not_exhausted() {
    for (act, call) in [(Answer(404, ""), GET), (Foreign, GET)] {
        let leaf = Leaf::new([act]);
        let error = leaf.call(call).await.unwrap_err();
        assert_eq!((error.attempts(), error.exhausted(), leaf.asked()), (1, false, 1), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_body_is_kept_to_8_kib_after_all_attempts() {
    let leaf = Leaf::new([Big(503)]);
    let error = leaf.call(GET).await.unwrap_err();
    assert_eq!((error.attempts(), error.exhausted(), error.kind()), (6, true, ErrorKind::Server));
    assert_eq!(error.api().unwrap().body().len(), 8192);
    assert!(error.elapsed() > Duration::ZERO && !error.to_string().contains('\n'));
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_session_share_the_budget_and_its_end_is_told() {
    let leaf = Leaf::new([Answer(503, "")]);
    let retry = Retry::default().first_delay(Duration::from_millis(1));
    let session = leaf.session(builder().retry(retry).retry_budget(RetryBudget::default().share(0.0).floor(1)));
    let calls = futures_util::future::join_all((0..100).map(|_| session.call(GET).send())).await;
    assert_eq!(leaf.asked(), 160, "a hundred first attempts, and the minute's 60 retries");
    for error in calls.into_iter().map(std::result::Result::unwrap_err) {
        assert!(error.exhausted() && error.kind() == ErrorKind::Server, "{error:?}");
        let told = error.help().is_some_and(|help| help.contains("retry budget"));
        assert_eq!(told, error.attempts() < 6, "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn successes_pay_for_the_retries_of_others_and_the_budget_can_be_off() {
    let leaf = Leaf::new(vec![Answer(200, "1"); 10].into_iter().chain([Answer(503, "")]));
    let session = leaf.session(builder().retry_budget(RetryBudget::default().floor(0)));
    for _ in 0..10 {
        let decoded = session.call(GET).await;
        assert_eq!(decoded.unwrap_err().kind(), ErrorKind::Decode, "a number is no text, but a success");
    }
    assert_eq!(session.call(GET).await.unwrap_err().attempts(), 3, "ten successes pay for two retries");

    let leaf = Leaf::new([Answer(503, "")]);
    let session = leaf.session(builder().retry_budget(RetryBudget::off()));
    for _ in 0..100 {
        assert_eq!(session.call(GET).await.unwrap_err().attempts(), 6);
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_budget_keeps_the_advice_of_the_error() {
    let leaf = Leaf::new([LOST]);
    let session = leaf.session(builder().retry_budget(RetryBudget::default().floor(0)));
    let error = session.call(GET).await.unwrap_err();
    assert_eq!((error.attempts(), error.exhausted(), error.outcome()), (1, true, Outcome::Unknown));
    assert!(error.to_string().contains("retry budget"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_tells_the_attempts_and_the_last_failure() {
    let leaf = Leaf::new([After(503, "40")]);
    let error = leaf.call(GET).deadline(100 * SECOND).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.elapsed()), (ErrorKind::Timeout, 3, 100 * SECOND));
    assert_eq!(error.retry_after(), Some(40 * SECOND));
    let source = error.source().unwrap().downcast_ref::<Error>().unwrap();
    assert_eq!(source.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert!(error.is_client_error() && source.is_api_error());
    assert!(!error.to_string().contains("503") && format!("{error:?}").contains("503"));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_before_any_failure_tells_the_attempt_under_way() {
    let error = Leaf::new([Hang]).call(GET).deadline(SECOND).await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (1, Outcome::Unknown));
    assert!(error.source().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_deadline_knows_whether_the_service_may_have_acted() {
    let outcome = async |acts: &[Act]| {
        let call = Leaf::new(acts.iter().cloned()).call(POST).idempotent(false);
        call.deadline(30 * SECOND).await.unwrap_err().outcome()
    };
    assert_eq!(outcome(&[After(429, "60")]).await, Outcome::Rejected, "refused, and waiting to try again");
    assert_eq!(outcome(&[After(429, "1"), Hang]).await, Outcome::Unknown, "the second attempt is under way");
    assert_eq!(outcome(&[Hang]).await, Outcome::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_answer_was_lost_stays_unknown_whatever_comes_after() {
    for last in [Answer(409, ""), UNSENT, Answer(429, "quota")] {
        let policy = Scripted::new([Decision::Again(SECOND)]);
        let leaf = Leaf::new([LOST, last]);
        let session = leaf.session(builder().retry(policy));
        let error = session.call(PUT).await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 2), "{error:?}");
        assert!(error.help().unwrap().contains("earlier attempt"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_a_lost_answer_is_open_for_changes_and_plain_for_questions() {
    let outcome = async |thing| Leaf::new([Answer(502, ""), Answer(404, "")]).call(thing).await.unwrap_err().outcome();
    assert_eq!(outcome(PUT).await, Outcome::Unknown);
    assert_eq!(outcome(GET).await, Outcome::Rejected);
    assert_eq!(outcome(POST).await, Outcome::Rejected, "a search");
    let declared = Leaf::new([Answer(502, ""), Answer(409, "")]).call(POST).idempotent(true).await.unwrap_err();
    assert_eq!(declared.outcome(), Outcome::Unknown, "the caller's own");
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_of_the_programs_own_or_a_redirect_ends_tells_its_attempts() {
    let leaf = Leaf::new([Answer(503, ""), Foreign]);
    let error = leaf.call(GET).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.exhausted()), (ErrorKind::Unexpected, 2, false));

    let leaf = Leaf::new([Redirect("ftp://elsewhere.example/x")]);
    assert_eq!(leaf.call(GET).await.unwrap_err().attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_layer_around_the_call_that_refuses_its_answer_leaves_the_attempts_told() {
    let layer = tower::util::MapResponseLayer::new(|mut response: Response<ResponseBody>| {
        *response.status_mut() = StatusCode::GONE;
        response.extensions_mut().clear();
        response
    });
    let leaf = Leaf::new([Answer(503, ""), Answer(200, "")]);
    let error = leaf.session(builder().layer_per_call(layer)).call(GET).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotFound, 2));
    assert!(error.elapsed() > Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_cannot_be_followed_tells_the_attempts_at_its_last_page() {
    struct List;

    impl Operation for List {
        type Output = Page<u8>;
        const NAME: &'static str = "test.list";
        const ROUTE: Route = Route::new("test", 1000.0);
        const IDEMPOTENT: bool = true;

        fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
            GET.request(endpoint)
        }

        fn decode(&self, _: &Response<Bytes>) -> Result<Page<u8>> {
            Ok(Page::new(vec![1], Some("https://elsewhere.example/".into())))
        }
    }

    impl Paged for List {
        type Item = u8;
    }

    let session = Leaf::new([Answer(503, ""), Answer(200, "")]).session(builder());
    let mut items = session.list(List).items();
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Paging, 2));
    assert!(error.elapsed() > Duration::ZERO);
}

/// A source of credentials that takes its time, or fails.
struct Vault {
    takes: Duration,
    fails: Option<bool>,
}

impl CredentialsProvider for Vault {
    fn headers(&self) -> CredentialsFuture<'_> {
        Box::pin(async move {
            tokio::time::sleep(self.takes).await;
            match self.fails {
                None => AuthHeaders::authorization("Bearer x", 0),
                Some(transient) => Err(Error::new(ErrorKind::Credentials, "sealed").with_transient(transient)),
            }
        })
    }

    fn describe(&self) -> String {
        "the vault".into()
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_credential_is_asked_for_again_only_if_its_source_says_that_it_may_come() {
    for (transient, attempts) in [(true, 6), (false, 1)] {
        let auth = Auth::from_provider(Vault { takes: Duration::ZERO, fails: Some(transient) });
        let leaf = Leaf::new([Answer(200, "")]);
        let session = leaf.session(Session::builder().auth(auth));
        let error = session.call(POST).idempotent(false).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Credentials, Outcome::NotSent));
        assert_eq!((error.attempts(), leaf.asked()), (attempts, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn time_also_bounds_calls_of_which_nothing_leaves() {
    let auth = Auth::from_provider(Vault { takes: 200 * SECOND, fails: Some(true) });
    let session = Leaf::new([Answer(200, "")]).session(Session::builder().auth(auth));
    let error = session.call(GET).await.unwrap_err();
    assert_eq!((error.attempts(), error.exhausted()), (2, true), "the third attempt would begin after 5 minutes");
}

#[tokio::test(start_paused = true)]
async fn waiting_before_the_first_request_leaves_costs_no_retry() {
    let auth = Auth::from_provider(Vault { takes: 400 * SECOND, fails: None });
    let leaf = Leaf::new([Answer(503, ""), Answer(200, "\"good\"")]);
    let session = leaf.session(Session::builder().auth(auth).retry(Retry::default()));
    let answer = session.call(GET).send().await.unwrap();
    assert_eq!((answer.value().as_str(), answer.attempts()), ("good", 2));
}

#[cfg(feature = "fs")]
mod files {
    use futures_util::stream;
    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;
    use crate::transfer::{Digests, Download};

    /// A session whose files break after some bytes, and the number of requests it saw.
    fn broken(builder: SessionBuilder) -> (Session, Arc<AtomicU32>) {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        let service = service_fn(move |_: stack::Request| {
            counter.fetch_add(1, Ordering::SeqCst);
            let frames = [Ok(Frame::data(Bytes::from_static(b"half"))), Err(BoxError::from("reset"))];
            let body = ResponseBody::new(StreamBody::new(stream::iter(frames)));
            async move { Ok::<_, BoxError>(Response::new(body)) }
        });
        (builder.pace(Pace::off()).build_on(service).unwrap(), asked)
    }

    async fn fetch(session: &Session) -> Error {
        let dir = tempfile::tempdir().unwrap();
        let link = "https://api.planet.com/file".parse().unwrap();
        let download = Download::new(session, "test.file", Route::new("file", 1000.0), link, dir.path());
        download.expect(Some(8), Digests::default()).run().await.unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_breaks_is_fetched_again_by_the_sessions_policy() {
        let (session, asked) = broken(builder().retry(Retry::default().max_attempts(4)));
        let error = fetch(&session).await;
        assert_eq!((error.kind(), error.attempts(), error.exhausted()), (ErrorKind::Transport, 4, true));
        assert_eq!(asked.load(Ordering::SeqCst), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_breaks_draws_on_the_budget() {
        // Each answer's headers are a success, so that one retry costs 5 files.
        let (session, asked) = broken(builder().retry_budget(RetryBudget::default().floor(0)));
        for _ in 0..4 {
            let error = fetch(&session).await;
            assert_eq!((error.attempts(), error.exhausted()), (1, true));
            assert!(error.help().unwrap().contains("retry budget"), "{error:?}");
        }
        assert_eq!(fetch(&session).await.attempts(), 2);
        assert_eq!(asked.load(Ordering::SeqCst), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_stack_has_given_up_is_not_begun_again() {
        let leaf = Leaf::new([Answer(501, "")]);
        let error = fetch(&leaf.session(builder())).await;
        assert_eq!((error.attempts(), error.exhausted(), leaf.asked()), (1, false, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_attempt_waits_for_its_turn_behind_others_does_not_use_up_the_time() {
    let leaf = Leaf::new([Answer(503, ""), Answer(503, ""), Answer(503, ""), Answer(200, "\"ok\"")]);
    let slow = builder().pace(Pace::default().per_session().rate("test", 0.005));
    let begun = Instant::now();
    assert_eq!(leaf.session(slow).call(GET).await.unwrap(), "ok");
    assert!(begun.elapsed() >= Duration::from_secs(600) && leaf.asked() == 4);
}
