//! A transport that answers from a script, for unit tests of programs that use the SDK. (Feature `testing`.)
//!
//! Credentials, retries, paging and decoding work as always; only the network is gone.
//!
//! ```
//! use http::Method;
//! use planet_core::testing::{Answer, ScriptedTransport};
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> planet_core::Result<()> {
//! let script = ScriptedTransport::new([Answer::status(503), Answer::json(&json!({"state": "success"}))]);
//! let session = script.session().build()?;
//!
//! let order = session.request(Method::GET, "/compute/ops/orders/v2/1").await?;
//! assert_eq!(order["state"], "success");
//! assert_eq!(script.requests().len(), 2); // the first answer was a failure worth another try
//! assert_eq!(script.left(), 0);
//! # Ok(())
//! # }
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

use crate::middleware::{Request, Response, ResponseBody, Service};
use crate::{Auth, Error, ErrorKind, Outcome, Pace, Retry, Session, SessionBuilder, redact};

/// What a [`ScriptedTransport`] answers to one request.
#[derive(Debug)]
pub struct Answer {
    result: Result<http::Response<Bytes>, Error>,
    after: Duration,
}

impl Answer {
    /// 200 with a JSON document.
    #[must_use]
    pub fn json(document: &Value) -> Self {
        let mut response = http::Response::new(Bytes::from(document.to_string()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { result: Ok(response), after: Duration::ZERO }
    }

    /// 200 with these bytes. As from a server, they come with their `Content-Length`, unless the answer is given that or a
    /// `Transfer-Encoding` as a header.
    #[must_use]
    pub fn bytes(body: impl Into<Bytes>) -> Self {
        Self { result: Ok(http::Response::new(body.into())), after: Duration::ZERO }
    }

    /// A status and nothing more. What is no status of HTTP becomes 500.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::bytes(Bytes::new()).with_status(status)
    }

    /// No answer: the transport fails with this error.
    #[must_use]
    pub fn failure(error: Error) -> Self {
        Self { result: Err(error), after: Duration::ZERO }
    }

    /// Replaces the status. What is no status of HTTP becomes 500.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        if let Ok(response) = &mut self.result {
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        }
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Ok(response) = &mut self.result {
            response.headers_mut().append(name, value);
        }
        self
    }

    /// Waits before answering: with tokio's clock, so that a paused one jumps over it.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.after = delay;
        self
    }
}

/// A transport that gives the answers of a script, one for each request, and keeps what it was asked.
///
/// Clones share the script. A request beyond its end fails loudly: an error of kind `Unexpected`, not retried, that names
/// the request.
#[derive(Clone, Default)]
pub struct ScriptedTransport(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    requests: Vec<http::Request<Bytes>>,
}

impl ScriptedTransport {
    /// A script of these answers.
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = answers.into_iter().collect();
        Self(Arc::new(Mutex::new(Script { answers, requests: Vec::new() })))
    }

    /// Adds an answer at the end.
    pub fn push(&self, answer: Answer) {
        self.script().answers.push_back(answer);
    }

    /// The requests so far, as they would have left: credentials are marked sensitive, so that `Debug` hides them.
    #[must_use]
    pub fn requests(&self) -> Vec<http::Request<Bytes>> {
        self.script().requests.clone()
    }

    /// How many answers were not asked for yet. A test that ends with some left has sent too little.
    #[must_use]
    pub fn left(&self) -> usize {
        self.script().answers.len()
    }

    /// Settings of a session over this transport: with a made-up key, without pacing, and with delays between attempts of at
    /// most 10 ms.
    pub fn session(&self) -> SessionBuilder {
        let quick = Retry::default().first_delay(Duration::from_millis(1)).max_delay(Duration::from_millis(10));
        let builder = Session::builder().auth(Auth::from_key("a-made-up-key"));
        builder.pace(Pace::off()).retry(quick).transport(self.clone())
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service<Request> for ScriptedTransport {
    type Response = Response;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let mut kept = http::Request::new(request.body().bytes().clone());
        *kept.method_mut() = request.method().clone();
        *kept.uri_mut() = request.uri().clone();
        *kept.headers_mut() = request.headers().clone();
        let mut script = self.script();
        script.requests.push(kept);
        let number = script.requests.len();
        let answer = script.answers.pop_front();
        Box::pin(async move {
            let Some(answer) = answer else {
                let url = redact::url(&request.uri().to_string());
                let message = format!("the script has no answer to request {number}, {} {url}", request.method());
                return Err(Error::new(ErrorKind::Unexpected, message).with_outcome(Outcome::NotSent));
            };
            tokio::time::sleep(answer.after).await;
            answer.result.map(|response| with_length(response).map(ResponseBody::from))
        })
    }
}

fn with_length(mut response: http::Response<Bytes>) -> http::Response<Bytes> {
    let length = response.body().len();
    let headers = response.headers_mut();
    if !headers.contains_key(header::TRANSFER_ENCODING) {
        headers.entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    response
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = self.script();
        let (requests, left) = (script.requests.len(), script.answers.len());
        f.debug_struct("ScriptedTransport").field("requests", &requests).field("left", &left).finish()
    }
}
