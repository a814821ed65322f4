//! Permits and closing, over a leaf whose bodies stay open until they are dropped.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body_util::BodyExt;
use tokio::time::{sleep, timeout};
use tower::service_fn;

use super::*;
use crate::call::{RequestOptions, run};
use crate::stack::{Answer, CallContext, Pace, Request};
use crate::{Auth, BoxError, Outcome, ResponseBody, Retry, Route};

const SECOND: Duration = Duration::from_secs(1);

/// How long the answer to `/slow` takes; `/never` is not answered.
const SLOW: Duration = Duration::from_secs(30);

fn builder() -> SessionBuilder {
    Session::builder().auth(Auth::anonymous()).pace(Pace::off()).retry(Retry::off())
}

fn session(builder: SessionBuilder) -> (Session, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let leaf = service_fn(move |request: Request| {
        counter.fetch_add(1, Ordering::Relaxed);
        async move {
            match request.uri().path() {
                "/slow" => sleep(SLOW).await,
                "/never" => pending().await,
                _ => {}
            }
            Ok::<_, BoxError>(http::Response::new(ResponseBody::from(Bytes::from_static(b"bytes"))))
        }
    });
    (builder.build_on(leaf).unwrap(), asked)
}

async fn ask(session: &Session, answer: Answer, path: &str) -> Result<http::Response<ResponseBody>> {
    let url: Uri = format!("https://api.planet.com{path}").parse().unwrap();
    let context = CallContext::new("test", Route::new("test", 1.0), true, answer, RequestOptions::default());
    run(session, context, crate::operation::get(url)?).await
}

#[tokio::test(start_paused = true)]
async fn files_and_calls_have_permits_of_their_own() {
    let (session, asked) = session(builder().max_calls(2).max_files(1));
    let waits = async |answer| timeout(SECOND, ask(&session, answer, "/")).await.is_err();
    let file = ask(&session, Answer::Stream, "/").await.unwrap();
    assert!(waits(Answer::Stream).await, "the one permit for files is taken");
    assert!(!waits(Answer::Whole).await, "calls do not wait for files");
    drop(file);

    let two = futures_util::future::join_all((0..2).map(|_| timeout(SECOND, ask(&session, Answer::Whole, "/never"))));
    let mut two = std::pin::pin!(two);
    assert!(timeout(SECOND / 2, &mut two).await.is_err());
    let before = asked.load(Ordering::Relaxed);
    assert!(timeout(SECOND / 4, ask(&session, Answer::Whole, "/")).await.is_err(), "both permits are taken");
    assert_eq!(asked.load(Ordering::Relaxed), before);
    assert!(!waits(Answer::Stream).await, "files do not wait for calls");
    assert!(two.await.iter().all(std::result::Result::is_err));
    assert!(!waits(Answer::Whole).await, "calls that were dropped have given back their permits");
}

#[tokio::test(start_paused = true)]
async fn a_file_gives_its_permit_back_at_its_end() {
    let (session, _) = session(builder().max_files(1));
    let mut body = ask(&session, Answer::Stream, "/").await.unwrap().into_body();
    while body.frame().await.is_some() {}
    timeout(SECOND, ask(&session, Answer::Stream, "/")).await.unwrap().unwrap();
    drop(body);
}

#[tokio::test(start_paused = true)]
async fn a_closed_session_sends_nothing_more_and_says_so_on_every_clone() {
    let (session, asked) = session(builder());
    let clone = session.clone();
    timeout(SECOND, clone.close()).await.expect("nothing is under way");
    timeout(SECOND, session.close()).await.expect("closing twice does no harm");
    for answer in [Answer::Whole, Answer::Stream] {
        let error = ask(&session, answer, "/").await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Closed, Outcome::NotSent));
        assert!(!error.is_transient());
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn closing_waits_for_calls_and_files_that_are_under_way_and_refuses_others_meanwhile() {
    let (session, _) = session(builder());
    let file = ask(&session, Answer::Stream, "/").await.unwrap();
    let mut slow = Box::pin(ask(&session, Answer::Whole, "/slow"));
    assert!(timeout(SECOND, &mut slow).await.is_err());
    let mut close = Box::pin(session.close());
    assert!(timeout(SECOND, &mut close).await.is_err(), "a call and a file are under way");
    assert_eq!(ask(&session, Answer::Whole, "/").await.unwrap_err().kind(), ErrorKind::Closed);
    drop(file);
    assert!(timeout(SECOND, &mut close).await.is_err(), "the call is under way");
    slow.await.unwrap();
    timeout(SECOND, close).await.expect("nothing is under way any more");
}

#[tokio::test(start_paused = true)]
async fn closing_can_be_given_up_and_taken_up_again() {
    let (session, _) = session(builder());
    let file = ask(&session, Answer::Stream, "/").await.unwrap();
    drop(session.close());
    drop(ask(&session, Answer::Whole, "/").await.unwrap());
    assert!(timeout(SECOND, session.close()).await.is_err());
    assert_eq!(ask(&session, Answer::Whole, "/").await.unwrap_err().kind(), ErrorKind::Closed);
    let (one, other) = (session.close(), session.close());
    let mut both = Box::pin(futures_util::future::join(one, other));
    assert!(timeout(SECOND, &mut both).await.is_err());
    let bytes = file.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(bytes, "bytes");
    timeout(SECOND, both).await.expect("the file has ended");
}
