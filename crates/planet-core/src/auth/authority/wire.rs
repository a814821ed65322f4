//! Requests to authorities: no redirects, no cookies, no netrc, and limits on all that comes back.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Uri, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::{Instant, sleep, timeout_at};
use tower::ServiceExt;
use zeroize::Zeroizing;

use super::super::problem::{AuthError, AuthFailure};
use super::answer::Answer;
use crate::middleware::{NextService, Request, UserService};
use crate::transport::{Transport, TransportSettings};
use crate::{BoxError, Clock, Error, ErrorKind, Origin, Outcome, RequestBody, ResponseBody, Result, redact};

const CONNECT: Duration = Duration::from_secs(10);
/// For all tries of one request and the waits between them.
const TOTAL: Duration = Duration::from_secs(30);
const TRIES: u32 = 3;
const MOST: usize = 1024 * 1024;

/// May a request be sent again after its answer was lost? What was certainly not acted on is always sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::auth) enum Repeat {
    /// It does no harm.
    Harmless,
    /// It spends what can be spent once. An authority takes a second use for a theft, and ends the session.
    SpendsSomething,
}

/// The way to the authorities of one [`Auth`](crate::Auth). Connections are opened when the first request is sent.
#[derive(Clone)]
pub(in crate::auth) struct Wire {
    way: Arc<Way>,
    clock: Clock,
}

struct Way {
    settings: TransportSettings,
    service: OnceLock<NextService>,
}

/// A try that brought no answer.
struct Broken {
    error: Error,
    may_pass: bool,
    outcome: Outcome,
}

impl Wire {
    pub(in crate::auth) fn new(mut settings: TransportSettings) -> Self {
        // The certificate is for the service alone.
        settings.tls = settings.tls.without_client_certificate();
        Self { way: Arc::new(Way { settings, service: OnceLock::new() }), clock: Clock::system() }
    }

    /// Requests go to a service of the program's own.
    pub(in crate::auth) fn own(service: impl UserService) -> Self {
        let way = Way { settings: TransportSettings::default(), service: OnceLock::from(NextService::new(service)) };
        Self { way: Arc::new(way), clock: Clock::system() }
    }

    /// The clock that signed assertions and dates of `Retry-After` go by.
    pub(in crate::auth) fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Sends a request until it is answered, at most three times. It is made anew for each try.
    pub(in crate::auth) async fn send(
        &self,
        uri: &Uri,
        repeat: Repeat,
        request: impl Fn() -> Result<Request>,
    ) -> Result<Answer> {
        let end = Instant::now() + TOTAL;
        let mut number = 1;
        let mut failure = None;
        loop {
            let exchange = self.exchange(uri, request()?);
            let Ok(result) = timeout_at(end, exchange).await else {
                return Err(failure.unwrap_or_else(|| late(uri)));
            };
            let wait = match &result {
                Ok(answer) if answer.asks_to_wait() => answer.retry_after(),
                Err(broken) if broken.may_be_repeated(repeat) => None,
                _ => return result.map_err(|broken| broken.error),
            };
            let wait = wait.unwrap_or(Duration::from_secs(u64::from(number)));
            if number == TRIES || wait >= end.saturating_duration_since(Instant::now()) {
                return result.map_err(|broken| broken.error);
            }
            failure = result.err().map(|broken| broken.error);
            number += 1;
            sleep(wait).await;
        }
    }

    async fn exchange(&self, uri: &Uri, mut request: Request) -> Result<Answer, Broken> {
        let headers = request.headers_mut();
        let agent = concat!("planet-rust/", env!("CARGO_PKG_VERSION"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        let response = self.service(uri).oneshot(request).await.map_err(|cause| Broken::new(uri, cause))?;
        let (head, body) = response.into_parts();
        let text = read(uri, body).await?;
        tracing::debug!(target: "planet", url = shown(uri), status = head.status.as_u16(), "asked the authority");
        Ok(Answer::new(uri, head, text, self.clock.now()))
    }

    fn service(&self, uri: &Uri) -> NextService {
        let connect = || {
            let home = Origin::of(uri).unwrap_or_else(|| crate::Endpoint::default().origin().clone());
            NextService::new(Transport::new(self.way.settings.clone(), CONNECT, home))
        };
        self.way.service.get_or_init(connect).clone()
    }
}

impl Broken {
    fn new(uri: &Uri, cause: BoxError) -> Self {
        let cause = cause.downcast::<Error>().map_or_else(
            |_| {
                let unknown = Error::new(ErrorKind::Transport, "the program's own transport failed");
                unknown.with_outcome(Outcome::Unknown)
            },
            |own| *own,
        );
        let url = shown(uri);
        let message = format!("cannot reach {url}: {}", cause.message());
        let mut error = AuthError::new(AuthFailure::Unreachable, message).about(url).into_error();
        error = error.with_transient(cause.is_transient());
        if let Some(help) = cause.help() {
            error = error.with_help(help.to_owned());
        }
        Self { error, may_pass: cause.is_transient(), outcome: cause.outcome() }
    }

    fn may_be_repeated(&self, repeat: Repeat) -> bool {
        self.may_pass && (self.outcome == Outcome::NotSent || repeat == Repeat::Harmless)
    }
}

/// An address that credentials may be sent to: https, or this machine.
pub(in crate::auth) fn address(url: &str, name: &str, failure: AuthFailure) -> Result<Uri> {
    let uri: Option<Uri> = url.parse().ok();
    let is_good = |uri: &Uri| {
        let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        !has_user && Origin::of(uri).is_some_and(|origin| origin.is_protected())
    };
    uri.filter(is_good).ok_or_else(|| {
        let url = redact::url(url);
        let message = format!("{name} is no https URL: {url}");
        AuthError::new(failure, message).about(url).into_error()
    })
}

/// Whether two addresses of an authority differ in no more than a slash at the end.
pub(in crate::auth) fn is_same_server(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

/// An address as it may stand in a message.
pub(in crate::auth) fn shown(uri: &Uri) -> String {
    redact::url(&uri.to_string())
}

/// A body that is wiped when it was sent.
pub(in crate::auth) fn wiped_body(text: Zeroizing<Vec<u8>>) -> RequestBody {
    RequestBody::new(Bytes::from_owner(text))
}

fn late(uri: &Uri) -> Error {
    let url = shown(uri);
    let message = format!("no answer from {url} within {} s", TOTAL.as_secs());
    AuthError::new(AuthFailure::Unreachable, message).about(url).into_error()
}

/// Reads an answer into memory that is wiped. What hyper had of it below is beyond our reach.
async fn read(uri: &Uri, body: ResponseBody) -> Result<Zeroizing<Vec<u8>>, Broken> {
    let mut body = Limited::new(body, MOST);
    let mut text = Zeroizing::new(Vec::with_capacity(16 * 1024));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|cause| match cause.is::<LengthLimitError>() {
            true => too_long(uri),
            false => Broken::new(uri, cause),
        })?;
        let Some(data) = frame.data_ref() else { continue };
        if text.capacity() - text.len() < data.len() {
            // A buffer that grows by itself leaves its old bytes behind.
            let mut larger = Zeroizing::new(Vec::with_capacity(2 * (text.len() + data.len())));
            larger.extend_from_slice(&text);
            text = larger;
        }
        text.extend_from_slice(data);
    }
    Ok(text)
}

fn too_long(uri: &Uri) -> Broken {
    let url = shown(uri);
    let message = format!("{url} answers with more than {} MiB", MOST >> 20);
    let error = AuthError::new(AuthFailure::BadAnswer, message).about(url).into_error();
    Broken { error, may_pass: false, outcome: Outcome::Unknown }
}
