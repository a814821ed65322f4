//! Waits over a scripted service, under a paused clock.

use std::error::Error as _;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_core::FusedStream;
use futures_util::{StreamExt, TryStreamExt};
use http::{HeaderValue, Request, Response, header};
use proptest::prelude::*;
use serde_json::json;
use tokio::time::Instant;

use super::{Verdict, Wait, WaitEvent, WaitLook, WaitRound, Watched};
use crate::testing::{Answer, ScriptedTransport};
use crate::{
    BoxError, Call, Endpoint, Error, ErrorKind, Operation, Outcome, ProgressEvent, Result, Retry, Route, Session,
    operation,
};

#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
struct Job {
    state: String,
    #[serde(default)]
    why: Vec<String>,
}

#[derive(Debug)]
struct LastJob(Job);

impl fmt::Display for LastJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the job is {}", self.0.state)
    }
}

impl std::error::Error for LastJob {}

impl Watched for Job {
    const WHAT: &'static str = "job";

    fn state(&self) -> &str {
        &self.state
    }

    fn reasons(&self) -> &[String] {
        &self.why
    }

    fn into_source(self) -> BoxError {
        LastJob(self).into()
    }
}

#[derive(Clone)]
struct GetJob;

impl Operation for GetJob {
    type Output = Job;
    const NAME: &'static str = "test.get";
    const ROUTE: Route = Route::new("test", 1e9);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/job").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Job> {
        operation::json(response)
    }
}

fn finished(job: &Job) -> Verdict {
    match job.state.as_str() {
        "done" => Verdict::Done,
        "failed" => Verdict::Never,
        _ => Verdict::Wait,
    }
}

fn job(state: &str) -> Answer {
    Answer::json(&json!({"state": state, "why": if state == "failed" { vec!["no light"] } else { vec![] }}))
}

fn html() -> Answer {
    Answer::bytes("<html>")
}

fn session(script: &ScriptedTransport) -> Session {
    script.session().retry(Retry::off()).build().unwrap()
}

fn wait(script: &ScriptedTransport) -> Wait<Call<GetJob>> {
    Wait::new(session(script).call(GetJob), "test.wait", Ok(vec!["7".to_owned()]), finished)
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn last(error: &Error) -> &Job {
    &error.source().unwrap().downcast_ref::<LastJob>().unwrap().0
}

/// When each poll was answered, in seconds since the wait began.
async fn times_of_polls(wait: Wait<Call<GetJob>>) -> Vec<f64> {
    let begin = Instant::now();
    let mut events = wait.events();
    let mut times = Vec::new();
    while let Some(event) = events.try_next().await.unwrap() {
        if matches!(event, WaitEvent::Polled { .. } | WaitEvent::Retrying(_)) {
            times.push((begin.elapsed().as_secs_f64() * 100.0).round() / 100.0);
        }
    }
    times
}

#[tokio::test(start_paused = true)]
async fn pauses_begin_with_a_second_grow_to_fifteen_and_vary_a_little() {
    let mut all = Vec::new();
    for _ in 0..20 {
        let script = ScriptedTransport::new((0..30).map(|_| job("running")).chain([job("done")]));
        let times = times_of_polls(wait(&script)).await;
        assert_eq!(times[0], 0.0, "the first poll does not wait");
        let pauses: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        for (number, pause) in pauses.iter().enumerate() {
            let longest = 1.25_f64.powi(number as i32).min(15.0);
            assert!((longest * 0.8).max(1.0) - 0.02 <= *pause && *pause <= longest + 0.02, "{number}: {pause}");
        }
        all.push(pauses[29]);
    }
    all.sort_by(f64::total_cmp);
    assert!(all[19] - all[0] > 0.3, "waits that begin together do not poll together: {all:?}");
}

#[tokio::test(start_paused = true)]
async fn an_interval_of_the_callers_is_counted_from_start_to_start() {
    let script =
        ScriptedTransport::new([job("running"), job("running"), job("done")].map(|job| job.after(seconds(3.0))));
    assert_eq!(times_of_polls(wait(&script).every(seconds(5.0))).await, [3.0, 8.0, 13.0]);
    let script = ScriptedTransport::new([job("running"), job("done")].map(|job| job.after(seconds(3.0))));
    assert_eq!(times_of_polls(wait(&script).every(Duration::ZERO)).await, [3.0, 6.0], "one at a time");
}

#[tokio::test(start_paused = true)]
async fn a_bad_answer_that_says_when_to_ask_again_is_obeyed() {
    let busy = || Answer::status(503).with_header(header::RETRY_AFTER, HeaderValue::from_static("20"));
    let script = ScriptedTransport::new([busy(), job("done")]);
    assert_eq!(times_of_polls(wait(&script)).await, [0.0, 20.0]);

    let script = ScriptedTransport::new([job("running"), busy(), job("done")]);
    let begin = Instant::now();
    let error = wait(&script).timeout(seconds(10.0)).for_one().await.unwrap_err();
    assert_eq!((error.kind(), script.left()), (ErrorKind::WaitTimeout, 1), "it is left alone until the end");
    assert_eq!((begin.elapsed(), last(&error).state.as_str()), (seconds(10.0), "running"));
}

#[tokio::test(start_paused = true)]
async fn bad_answers_are_put_up_with_while_they_are_not_too_many_in_a_row() {
    let ten = || (0..10).map(|_| html());
    let script = ScriptedTransport::new(ten().chain([job("running")]).chain(ten()).chain([job("done")]));
    assert_eq!(wait(&script).for_one().await.unwrap().state, "done");

    let script = ScriptedTransport::new([job("running")].into_iter().chain(ten()).chain([html(), job("done")]));
    let report = wait(&script).for_all().await.unwrap();
    let end = &report.all()[0];
    assert_eq!((end.result().unwrap_err().kind(), script.left()), (ErrorKind::Decode, 1));
    assert_eq!(end.last().unwrap().state, "running", "what was seen before is told");
    assert_eq!(report.not_known().count(), 1);

    for (answer, kind) in [(503, ErrorKind::Server), (401, ErrorKind::Unauthorized), (400, ErrorKind::Rejected)] {
        let script = ScriptedTransport::new([Answer::status(answer), job("done")]);
        let error = wait(&script).tolerate(0).for_one().await.unwrap_err();
        assert_eq!((error.kind(), script.left()), (kind, 1));
    }
    let script = ScriptedTransport::new([Answer::status(401), job("done")]);
    let error = wait(&script).for_one().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "patience does not help");
}

#[tokio::test(start_paused = true)]
async fn what_was_just_made_may_not_be_there_for_half_a_minute() {
    let script = ScriptedTransport::new((0..29).map(|_| Answer::status(404)).chain([job("done")]));
    let second = seconds(1.0);
    assert_eq!(wait(&script).every(second).for_one().await.unwrap().state, "done");

    let script = ScriptedTransport::new((0..40).map(|_| Answer::status(404)));
    let error = wait(&script).every(second).for_one().await.unwrap_err();
    assert_eq!((error.kind(), script.left()), (ErrorKind::NotFound, 9), "the answer at 30 s counts");

    let script = ScriptedTransport::new([Answer::status(404), job("done")]);
    let error = wait(&script).tolerate(0).for_one().await.unwrap_err();
    assert_eq!((error.kind(), script.left()), (ErrorKind::NotFound, 1));
}

#[tokio::test(start_paused = true)]
async fn what_can_no_longer_come_ends_the_wait_with_the_reasons_and_what_was_seen() {
    let script = ScriptedTransport::new([job("running"), job("failed"), job("done")]);
    let error = wait(&script).for_one().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::OperationFailed, Outcome::Rejected, 2));
    assert_eq!(error.message(), "job 7 ended as failed; no light");
    assert_eq!(error.operation(), Some("test.wait"));
    assert_eq!((last(&error).state.as_str(), script.left()), ("failed", 1));
}

#[tokio::test(start_paused = true)]
async fn the_time_is_kept_and_the_last_poll_comes_at_its_end() {
    let script = ScriptedTransport::new((0..9).map(|_| job("running")));
    let begin = Instant::now();
    let error = wait(&script).every(seconds(4.0)).timeout(seconds(10.0)).for_one().await.unwrap_err();
    assert_eq!((begin.elapsed(), error.attempts(), error.kind()), (seconds(10.0), 4, ErrorKind::WaitTimeout));
    assert_eq!(error.message(), "job 7 is still running after 10 s of waiting");
    assert_eq!(last(&error).state, "running");

    // A poll that hangs is cut at the end; the last one, which begins there, after a second.
    let hanging = || job("done").after(seconds(600.0));
    let script = ScriptedTransport::new([job("running"), hanging(), hanging()]);
    let begin = Instant::now();
    let error = wait(&script).every(seconds(10.0)).timeout(seconds(10.0)).for_one().await.unwrap_err();
    assert_eq!((error.kind(), begin.elapsed()), (ErrorKind::WaitTimeout, seconds(11.0)));

    let script = ScriptedTransport::new([html()]);
    let error = wait(&script).timeout(Duration::ZERO).for_one().await.unwrap_err();
    assert_eq!(error.message(), "job 7 was not seen in 0 s of waiting");
    let cause = error.source().unwrap().downcast_ref::<Error>().unwrap();
    assert_eq!(cause.kind(), ErrorKind::Decode);
}

#[tokio::test(start_paused = true)]
async fn no_pause_follows_the_last_attempt() {
    let script = ScriptedTransport::new((0..9).map(|_| job("running")));
    let begin = Instant::now();
    let error = wait(&script).every(seconds(5.0)).max_attempts(3).for_one().await.unwrap_err();
    assert_eq!((error.attempts(), begin.elapsed(), script.left()), (3, seconds(10.0), 6));

    let script = ScriptedTransport::new((0..300).map(|_| job("running")).chain([job("done")]));
    let end = wait(&script).max_attempts(0).for_one().await.unwrap();
    assert_eq!(end.state, "done", "0 is any number");
}

#[tokio::test(start_paused = true)]
async fn absurd_times_do_no_harm() {
    let script = ScriptedTransport::new([job("running"), job("done")]);
    let error = wait(&script).every(Duration::MAX).timeout(seconds(60.0)).for_one().await;
    assert_eq!(error.unwrap().state, "done", "the last poll comes at the end of the time");
    let script = ScriptedTransport::new([job("running"), job("done")]);
    assert_eq!(wait(&script).timeout(Duration::MAX).for_one().await.unwrap().state, "done");
}

#[tokio::test(start_paused = true)]
async fn the_listener_hears_of_each_change_and_of_the_end() {
    let script = ScriptedTransport::new(["queued", "queued", "running", "running", "done"].map(job));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let by = Arc::clone(&heard);
    wait(&script).on_state(move |job| by.lock().unwrap().push(job.state.clone())).for_one().await.unwrap();
    assert_eq!(*heard.lock().unwrap(), ["queued", "running", "done"]);
}

#[tokio::test(start_paused = true)]
async fn progress_is_told_of_each_change_by_the_id_of_the_thing() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let by = Arc::clone(&heard);
    let progress = move |event: &ProgressEvent| by.lock().unwrap().push(event.to_string());
    let rounds = vec![vec![Ok("running"), Ok("running"), Ok("running")]; 3];
    let rounds = [rounds, vec![vec![Ok("done"), Ok("failed"), Err(ErrorKind::Forbidden)]]].concat();
    wait_for_three(rounds, None).progress(progress).for_all().await.map(drop).unwrap();
    assert_eq!(*heard.lock().unwrap(), ["a: running", "b: running", "c: running", "a: done", "b: failed"]);
}

fn told(event: WaitEvent<Job>) -> String {
    match event {
        WaitEvent::Polled { polls, waiting } => format!("polled {polls}, {waiting} waiting"),
        WaitEvent::Changed(job) => format!("changed {}", job.state),
        WaitEvent::Retrying(error) => format!("retrying {:?}", error.kind()),
        WaitEvent::Done(end) => match end.result() {
            Ok(job) => format!("{} is {}", end.id(), job.state),
            Err(error) => format!("{} has {:?}", end.id(), error.kind()),
        },
    }
}

#[tokio::test(start_paused = true)]
async fn events_tell_of_polls_changes_bad_answers_and_the_end() {
    let script = ScriptedTransport::new([job("queued"), html(), job("queued"), job("done")]);
    let mut events = wait(&script).events();
    let mut all = Vec::new();
    while let Some(event) = events.try_next().await.unwrap() {
        all.push(told(event));
    }
    let expected = [
        "polled 1, 1 waiting",
        "changed queued",
        "retrying Decode",
        "polled 3, 1 waiting",
        "polled 4, 0 waiting",
        "changed done",
        "7 is done",
    ];
    assert_eq!(all, expected);
    assert!(events.is_terminated() && events.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn bad_input_ends_the_wait_before_anything_is_sent() {
    let script = ScriptedTransport::default();
    let bad = || {
        let ids = Err(Error::new(ErrorKind::InvalidInput, "no ids"));
        Wait::new(session(&script).call(GetJob), "test.wait", ids, finished)
    };
    let error = bad().for_all().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, Some("test.wait")));
    let events: Vec<_> = bad().events().collect().await;
    assert_eq!(events.len(), 1);
    assert!(events[0].as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidInput));
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_asks_no_more() {
    let script = ScriptedTransport::new((0..9).map(|_| job("running")));
    let waiting = wait(&script).every(seconds(1.0)).for_one();
    assert!(tokio::time::timeout(seconds(2.5), waiting).await.is_err());
    tokio::time::sleep(seconds(60.0)).await;
    assert_eq!(script.requests().len(), 3);
}

type Round = Vec<Result<&'static str, ErrorKind>>;

/// Looks at three jobs as a script says, one line a round.
#[derive(Clone)]
struct Rounds {
    call: Call<GetJob>,
    script: Arc<Mutex<Vec<Round>>>,
    breaks_at: Option<usize>,
}

impl WaitLook for Rounds {
    type Operation = GetJob;
    type Value = Job;

    fn call_mut(&mut self) -> &mut Call<GetJob> {
        &mut self.call
    }

    async fn look(&mut self, round: &mut WaitRound<Job>) -> Result<()> {
        let line = self.script.lock().unwrap().remove(0);
        for (at, seen) in line.into_iter().enumerate() {
            if self.breaks_at == Some(at) {
                return Err(Error::new(ErrorKind::Server, "the rest is not known"));
            }
            let job = |state: &str| Job { state: state.to_owned(), why: Vec::new() };
            round.tell(at, seen.map(job).map_err(|kind| Error::new(kind, "bad")));
        }
        Ok(())
    }
}

fn wait_for_three(rounds: Vec<Vec<Result<&'static str, ErrorKind>>>, breaks_at: Option<usize>) -> Wait<Rounds> {
    let call = session(&ScriptedTransport::default()).call(GetJob);
    let look = Rounds { call, script: Arc::new(Mutex::new(rounds)), breaks_at };
    Wait::new(look, "test.wait_many", Ok(["a", "b", "c"].map(str::to_owned).into()), finished)
}

#[tokio::test(start_paused = true)]
async fn of_many_things_each_comes_to_its_own_end_in_the_order_given() {
    let rounds =
        vec![vec![Ok("running"), Ok("failed"), Err(ErrorKind::Forbidden)], vec![Ok("running")], vec![Ok("done")]];
    let report = wait_for_three(rounds, None).for_all().await.unwrap();
    assert_eq!(report.all().iter().map(|end| end.id()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(report.done().map(|job| job.state.as_str()).collect::<Vec<_>>(), ["done"]);
    assert_eq!(report.failed().map(|end| end.id()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(report.not_known().map(|end| end.id()).collect::<Vec<_>>(), ["c"]);
    assert_eq!(report.timed_out().count(), 0);
    assert_eq!(report.into_results().unwrap_err().kind(), ErrorKind::OperationFailed, "the first error");
}

#[tokio::test(start_paused = true)]
async fn a_round_that_breaks_counts_for_what_it_told_and_is_a_bad_answer_to_the_rest() {
    let rounds = vec![vec![Ok("running"), Ok("running"), Ok("running")]; 5];
    let wait = wait_for_three(rounds, Some(1)).tolerate(2).max_attempts(5);
    let mut events = wait.events();
    let (mut all, mut ends) = (Vec::new(), Vec::new());
    while let Some(event) = events.try_next().await.unwrap() {
        match event {
            WaitEvent::Done(end) => ends.push((end.id().to_owned(), end.result().unwrap_err().kind())),
            event => all.push(told(event)),
        }
    }
    let [server, timeout] = [ErrorKind::Server, ErrorKind::WaitTimeout];
    assert_eq!(ends, [("b".to_owned(), server), ("c".to_owned(), server), ("a".to_owned(), timeout)]);
    assert_eq!(all[..2], ["retrying Server", "changed running"], "once for all: {all:?}");

    let rounds = vec![vec![Ok("running"), Ok("running"), Ok("running")], vec![Ok("done")]];
    let report = wait_for_three(rounds, Some(1)).tolerate(0).for_all().await.unwrap();
    assert_eq!((report.done().count(), report.not_known().count()), (1, 2), "what was told is not bad");
}

/// What the service may answer to a poll.
#[derive(Clone, Copy, Debug)]
enum Said {
    State(&'static str),
    Status(u16),
    Html,
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        6 => Just(Said::State("running")),
        3 => Just(Said::State("unheard of")),
        1 => Just(Said::State("done")),
        1 => Just(Said::State("failed")),
        6 => Just(Said::Status(503)),
        3 => Just(Said::Status(404)),
        3 => Just(Said::Html),
        1 => Just(Said::Status(401)),
    ]
}

/// What should come of it, told without the engine: the kind of the error, if it is one, and the number of polls.
fn foretold(answers: &[Said], tolerate: u32, max_attempts: u32) -> (Option<ErrorKind>, u32) {
    let mut bad = 0;
    for (poll, said) in (1..).zip(answers) {
        let at = poll - 1;
        let kind = match said {
            Said::State("done") => return (None, poll),
            Said::State("failed") => return (Some(ErrorKind::OperationFailed), poll),
            Said::State(_) => {
                bad = 0;
                None
            }
            Said::Status(404) if tolerate > 0 && at < 30 => None,
            Said::Status(404) => return (Some(ErrorKind::NotFound), poll),
            Said::Status(401) => return (Some(ErrorKind::Unauthorized), poll),
            Said::Status(_) => Some(ErrorKind::Server),
            Said::Html => Some(ErrorKind::Decode),
        };
        if let Some(kind) = kind {
            if bad == tolerate {
                return (Some(kind), poll);
            }
            bad += 1;
        }
        if poll == max_attempts {
            return (Some(ErrorKind::WaitTimeout), poll);
        }
    }
    (None, answers.len() as u32)
}

proptest! {
    #[test]
    fn whatever_the_service_answers_the_wait_ends_right(
        mut answers in prop::collection::vec(said(), 0..60),
        tolerate in 0_u32..6,
        max_attempts in 0_u32..70,
    ) {
        answers.push(Said::State("done"));
        let expected = foretold(&answers, tolerate, max_attempts);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let script = ScriptedTransport::new(answers.iter().map(|said| match said {
            Said::State(state) => job(state),
            Said::Status(status) => Answer::status(*status),
            Said::Html => html(),
        }));
        let end = runtime.block_on(async {
            let wait = wait(&script).every(seconds(1.0)).tolerate(tolerate).max_attempts(max_attempts);
            wait.for_one().await
        });
        let polls = script.requests().len() as u32;
        prop_assert_eq!((end.err().map(|error| error.kind()), polls), expected);
    }
}
