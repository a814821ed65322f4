//! What stands in for an authority: it notes what it is asked, and answers as a function says.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use http_body_util::Full;
use planet::middleware::{Request, Service};
use planet::{Error, ErrorKind, Outcome};
use serde_json::Value;

/// A request that was made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// An answer. `None`: no connection can be made.
pub(super) type Answer = Option<(u16, Vec<(String, String)>, Vec<u8>)>;

/// Answers the request with this number, counted from 0.
type Answering = dyn Fn(&Asked, usize) -> Answer + Send + Sync;

/// An authority. Clones share what they were asked.
#[derive(Clone)]
pub(super) struct Double {
    answer: Arc<Answering>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Double {
    pub(super) fn new(answer: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), asked: Arc::default() }
    }

    /// What it was asked.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asked {
    pub(super) fn header(&self, name: HeaderName) -> Option<String> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// Its body as names and values of a form, sorted; none if it has another type.
    pub(super) fn form(&self) -> Option<Vec<(String, String)>> {
        let is_form = self.header(header::CONTENT_TYPE)?.starts_with("application/x-www-form-urlencoded");
        let mut pairs = pairs(&String::from_utf8_lossy(&self.body));
        pairs.sort();
        is_form.then_some(pairs)
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// The decoded names and values of a query or a form.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// An answer in JSON.
pub(super) fn json(status: u16, document: &Value) -> Answer {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Some((status, headers, document.to_string().into_bytes()))
}

impl Service<Request> for Double {
    type Response = http::Response<Full<Bytes>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let asked = Asked {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            headers: request.headers().clone(),
            body: request.body().bytes().to_vec(),
        };
        let mut all = self.lock();
        let answer = (self.answer)(&asked, all.len());
        all.push(asked);
        drop(all);
        Box::pin(async move { answer.map_or_else(|| Err(unreachable()), |answer| response(&answer)) })
    }
}

fn unreachable() -> Error {
    Error::new(ErrorKind::Connect, "connection refused").with_outcome(Outcome::NotSent)
}

fn response(
    (status, headers, body): &(u16, Vec<(String, String)>, Vec<u8>),
) -> Result<http::Response<Full<Bytes>>, Error> {
    let wrong = |cause: http::Error| Error::new(ErrorKind::Unexpected, cause.to_string());
    let mut response = http::Response::builder().status(*status);
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).map_err(|cause| wrong(cause.into()))?;
        response = response.header(name, value);
    }
    response.body(Full::new(Bytes::from(body.clone()))).map_err(wrong)
}
