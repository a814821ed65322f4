//! Requests to any URL of the service, for what no client of ours models.

#[cfg(test)]
mod tests;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body::Body;
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;

use crate::call::{RequestOptions, run};
use crate::retry::Policy;
use crate::stack::{Answer, Attempts, CallContext};
use crate::transport::classify;
use crate::{Error, ErrorKind, Origin, ResponseBody, Result, RetryPolicy, Route, Session, UrlBuilder, operation};

/// The name in errors and logs.
const NAME: &str = "request";

/// A request to any URL of the service. Await it for the JSON of the answer, or [`send`](Self::send) it for the JSON with
/// the facts of the answer.
///
/// It has all that other calls have: the credential, the rate limits, retries. A URL of another origin is fetched without
/// the credential.
///
/// ```
/// use http::Method;
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// # use planet_core::middleware::{Request, ResponseBody};
/// # let answers = tower::service_fn(|_: Request| async {
/// #     Ok::<_, std::convert::Infallible>(http::Response::new(ResponseBody::from(bytes::Bytes::from("{}"))))
/// # });
/// # let session = planet_core::Session::builder().auth(planet_core::Auth::anonymous()).transport(answers).build()?;
/// let types = session.request(Method::GET, "/data/v1/item-types").await?;
/// let body = json!({"item_types": ["PSScene"], "filter": {"type": "AndFilter", "config": []}, "interval": "day"});
/// let stats = session.request(Method::POST, "/data/v1/stats").json(&body).idempotent(true).await?;
/// # let _ = (types, stats);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `InvalidInput`, before anything is sent, if the URL is neither a path nor an https URL, or the body cannot be written as
/// JSON; `Decode` if the answer is no JSON; otherwise whatever can go wrong on the way, see [`ErrorKind`].
///
/// # Cancel safety
/// Dropping the future ends the request: nothing more is sent. What was sent by then may have been acted upon.
#[must_use = "a request does nothing until it is awaited or sent"]
pub struct RawRequest {
    session: Session,
    method: Method,
    url: UrlBuilder,
    body: Option<Result<Bytes, String>>,
    route: Option<Route>,
    options: RequestOptions,
}

impl RawRequest {
    pub(crate) fn new(session: Session, method: Method, target: &str) -> Self {
        let url = session.endpoint().target(target);
        Self { session, method, url, body: None, route: None, options: RequestOptions::default() }
    }

    /// Sets the body: a document, sent as `application/json`.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.body = Some(serde_json::to_vec(body).map(Bytes::from).map_err(|cause| cause.to_string()));
        self
    }

    /// Adds one query parameter, encoded. Call it again with the same name for a list.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.url = self.url.query(name, value);
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.options.headers.append(name, value);
        self
    }

    /// Declares that sending it twice does the same as once, or that it does not. Default: true for GET and HEAD, which are
    /// then sent again when their outcome is unknown, else false.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.options.idempotent = Some(idempotent);
        self
    }

    /// The rate limit that it counts against. Default: that of the path, as far as the service documents one, else 5
    /// requests a second.
    pub fn route(mut self, route: Route) -> Self {
        self.route = Some(route);
        self
    }

    /// The time for the whole call: waiting for a turn, all attempts, and a body that is read whole.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.options.deadline = Some(limit);
        self
    }

    /// The time for one attempt, until the headers of its answer are there.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.options.attempt_timeout = Some(limit);
        self
    }

    /// How failed attempts are repeated, instead of the session's way.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.options.retry = Some(Policy::new(policy));
        self
    }

    /// The request as it would be sent, without the credential.
    ///
    /// # Errors
    /// `InvalidInput` if the URL is neither a path nor an https URL, or the body cannot be written as JSON.
    pub fn to_request(&self) -> Result<Request<Bytes>> {
        let url = self.url.clone().build()?;
        let mut request = operation::bodyless(self.method.clone(), url)?;
        match &self.body {
            None => {}
            Some(Ok(bytes)) => {
                *request.body_mut() = bytes.clone();
                request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            }
            Some(Err(cause)) => {
                let message = format!("the request cannot be written as JSON: {cause}");
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
        }
        request.headers_mut().extend(self.options.headers.clone());
        Ok(request)
    }

    /// Sends the request and gives the JSON with what is known about the answer. An empty body is `null`.
    ///
    /// # Errors
    /// `Decode` if the answer is no JSON; otherwise whatever can go wrong on the way, see [`ErrorKind`].
    ///
    /// # Cancel safety
    /// As the whole request.
    pub async fn send(self) -> Result<crate::Response<Value>> {
        let response = self.bytes().await?;
        let mut answer = http::Response::new(response.value().clone());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        let value = if answer.body().is_empty() { Ok(Value::Null) } else { operation::json(&answer) };
        let value = value.map_err(|error| {
            let error = error.with_operation(NAME).with_answer(response.status(), response.headers());
            error.with_attempts(response.attempts(), response.elapsed(), false)
        })?;
        Ok(response.map(|_| value))
    }

    /// Sends the request and gives the bytes of the answer, read whole: at most 256 MiB.
    ///
    /// # Errors
    /// Whatever can go wrong on the way, see [`ErrorKind`].
    ///
    /// # Cancel safety
    /// As the whole request.
    pub async fn bytes(self) -> Result<crate::Response<Bytes>> {
        let response = self.run(Answer::Whole).await?;
        let body = response.body().in_memory().cloned().unwrap_or_default();
        Ok(with_facts(response.map(|_| body)))
    }

    /// Sends the request and gives the body of the answer as it comes, once the headers are there. Attempts are repeated
    /// until then; a body that breaks later ends in an error. Unless you set `Accept-Encoding` the body comes as it is
    /// stored.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use http::Method;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// # use planet_core::middleware::{Request, ResponseBody};
    /// # let answers = tower::service_fn(|_: Request| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new(ResponseBody::from(bytes::Bytes::from("abc"))))
    /// # });
    /// # let session = planet_core::Session::builder().auth(planet_core::Auth::anonymous()).transport(answers).build()?;
    /// let answer = session.request(Method::GET, "/data/v1/download").query("token", "...").stream().await?;
    /// let mut pieces = answer.into_value();
    /// let mut size = 0;
    /// while let Some(bytes) = pieces.try_next().await? {
    ///     size += bytes.len();
    /// }
    /// assert_eq!(size, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Whatever can go wrong on the way, see [`ErrorKind`].
    ///
    /// # Cancel safety
    /// As the whole request. Dropping the stream closes it.
    pub async fn stream(mut self) -> Result<crate::Response<ByteStream>> {
        let headers = &mut self.options.headers;
        headers.entry(header::ACCEPT_ENCODING).or_insert(HeaderValue::from_static("identity"));
        let response = self.run(Answer::Stream).await?;
        let response = with_facts(response);
        let (attempts, answered) = (response.attempts(), Instant::now());
        let before = response.elapsed();
        Ok(response.map(|body| ByteStream { body: Some(body), attempts, before, answered }))
    }

    async fn run(self, answer: Answer) -> Result<http::Response<ResponseBody>> {
        let request = self.to_request().map_err(|error| error.with_operation(NAME))?;
        let route = self.route.unwrap_or_else(|| self.default_route(request.uri()));
        let harmless = matches!(self.method, Method::GET | Method::HEAD);
        let idempotent = self.options.idempotent.unwrap_or(harmless);
        let context = CallContext::new(NAME, route, idempotent, answer, self.options);
        run(&self.session, context, request).await.map_err(|error| error.with_operation(NAME))
    }

    fn default_route(&self, url: &Uri) -> Route {
        let endpoint = self.session.endpoint();
        if Origin::of(url).as_ref() != Some(endpoint.origin()) {
            return OTHER;
        }
        route_of(&self.method, endpoint.path_below(url))
    }
}

impl IntoFuture for RawRequest {
    type Output = Result<Value>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.send().await?.into_value()) })
    }
}

impl fmt::Debug for RawRequest {
    /// Without the query, which may hold a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

fn with_facts<T>(response: http::Response<T>) -> crate::Response<T> {
    let (parts, value) = response.into_parts();
    let attempts = parts.extensions.get::<Attempts>().copied();
    crate::Response::new(value, parts.status, parts.headers, attempts)
}

/// An API whose limits are not known.
const OTHER: Route = Route::new("other", 5.0);

/// The rate limit of a path, by the names and figures that the service clients use.
fn route_of(method: &Method, path: &str) -> Route {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (post, put) = (*method == Method::POST, *method == Method::PUT);
    match segments.as_slice() {
        ["data", "v1", "download"] => Route::new("data.download", 15.0),
        ["data", "v1", "quick-search"] => Route::new("data.search", 5.0),
        ["data", "v1", "assets", _, "activate"] => Route::new("data.activate", 5.0),
        ["data", ..] => Route::new("data", 10.0),
        ["compute", "ops", "orders", "v2"] if post => Route::new("orders.create", 3.0),
        ["compute", "ops", "orders", "v2"] => Route::new("orders.list", 3.0),
        ["compute", "ops", "orders", "v2", _] if put => Route::new("orders.cancel", 3.0),
        ["compute", "ops", "orders", "v2", _] => Route::new("orders.get", 3.0),
        ["compute", "ops", "bulk", ..] => Route::new("orders.bulk_cancel", 5.0),
        ["compute", "ops", "stats", ..] => Route::new("orders.stats", 5.0),
        ["compute", "ops", "download"] => Route::new("orders.download", 5.0),
        ["compute", "ops", "bundles", ..] => Route::new("orders.bundles", 10.0),
        ["destinations", ..] => Route::new("destinations", 3.0),
        ["features", ..] => Route::new("features", 5.0),
        _ => OTHER,
    }
}

/// The body of an answer, as a stream of bytes. It ends after the last byte, or after the first error.
/// [`RawRequest::stream`] makes it.
///
/// ```
/// use futures_util::TryStreamExt;
/// use planet_core::{ByteStream, Result};
///
/// async fn size(mut body: ByteStream) -> Result<usize> {
///     let mut size = 0;
///     while let Some(bytes) = body.try_next().await? {
///         size += bytes.len();
///     }
///     Ok(size)
/// }
/// ```
///
/// # Errors
/// `Timeout` if no more bytes come for too long, `Transport` if the connection breaks. Nothing is asked for again by itself:
/// what was read is a part of the body. Ask again for the whole, or for the rest with a `Range` header.
///
/// # Cancel safety
/// Dropping it closes the connection, unless the body was at its end.
#[must_use = "a stream does nothing until it is polled"]
pub struct ByteStream {
    body: Option<ResponseBody>,
    attempts: u32,
    /// The time until the headers were there.
    before: Duration,
    answered: Instant,
}

impl Stream for ByteStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(body) = &mut self.body {
            match std::task::ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => return Poll::Ready(Some(Ok(bytes))),
                    Err(_trailers) => {}
                },
                Some(Err(cause)) => {
                    self.body = None;
                    let elapsed = self.before + self.answered.elapsed();
                    let error = classify::body_error(cause).with_operation(NAME);
                    return Poll::Ready(Some(Err(error.with_attempts(self.attempts, elapsed, false))));
                }
                None => self.body = None,
            }
        }
        Poll::Ready(None)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream").field("ended", &self.body.is_none()).finish()
    }
}
