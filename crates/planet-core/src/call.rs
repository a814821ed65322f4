//! A call: an operation on its way.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri};
use tower::ServiceExt;

use crate::retry::Policy;
use crate::stack::{Answer, Attempts, CallContext, CredentialOrigin};
use crate::{Error, ErrorKind, Operation, RequestBody, ResponseBody, Result, RetryPolicy, Session};

/// What a caller may set for one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestOptions {
    pub(crate) deadline: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: Option<Policy>,
    pub(crate) idempotent: Option<bool>,
    pub(crate) headers: HeaderMap,
    /// Nobody may be polling it for a while, so it must not hold what others wait for.
    pub(crate) fetched_ahead: bool,
}

/// One call of an operation. Await it for the value, or [`send`](Self::send) it for the value with its facts.
///
/// ```
/// # async fn run<O: planet_core::Operation>(session: planet_core::Session, operation: O) -> planet_core::Result<()> {
/// use std::time::Duration;
///
/// let value = session.call(operation).deadline(Duration::from_secs(30)).await?;
/// # let _ = value;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `InvalidInput`, before anything is sent, if the inputs make no valid request; `Decode` if the answer cannot be read;
/// otherwise whatever can go wrong on the way, see [`ErrorKind`].
///
/// # Cancel safety
/// Dropping the future ends the call: nothing more is sent, and the permit is given back. What was sent by then may
/// have been acted upon.
#[must_use = "a call does nothing until it is awaited or sent"]
#[derive(Clone)]
pub struct Call<O> {
    session: Session,
    operation: O,
    options: RequestOptions,
}

impl<O: Operation> Call<O> {
    pub(crate) fn new(session: Session, operation: O) -> Self {
        Self { session, operation, options: RequestOptions::default() }
    }

    /// The operation, to change its inputs.
    pub fn operation_mut(&mut self) -> &mut O {
        &mut self.operation
    }

    /// A call of another operation in the same session and with the same options: how a call that needs a second
    /// question asks it.
    ///
    /// ```
    /// # fn second<O: planet_core::Operation, P: planet_core::Operation>(first: planet_core::Call<O>, operation: P) {
    /// let second = first.with_operation(operation).deadline(std::time::Duration::from_secs(5));
    /// # drop(second);
    /// # }
    /// ```
    pub fn with_operation<P: Operation>(&self, operation: P) -> Call<P> {
        Call { session: self.session.clone(), operation, options: self.options.clone() }
    }

    /// The time for the whole call: waiting for a turn, all attempts, the delays between them, and the body if it is
    /// read whole. A list has it for each page. Default: none. 0 fails at once, and nothing is sent.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.options.deadline = Some(limit);
        self
    }

    /// The time for one attempt, from leaving until the headers of its answer are there, with all redirects; what waits
    /// for a permit or a turn has not left. The body is not covered: nothing cuts one that moves. Default: none, so
    /// that the session's [`Timeouts`](crate::Timeouts) are the limits. 0 fails each attempt before it is sent.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.options.attempt_timeout = Some(limit);
        self
    }

    /// How failed attempts of this call are repeated, instead of the session's way: a [`Retry`](crate::Retry), or a
    /// [`RetryPolicy`] of your own.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.options.retry = Some(Policy::new(policy));
        self
    }

    /// Declares that sending this call twice does the same as once, or that it does not.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.options.idempotent = Some(idempotent);
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.options.headers.append(name, value);
        self
    }

    /// The request as it would be sent, without the credential.
    ///
    /// # Errors
    /// `InvalidInput` if the inputs make no valid request.
    pub fn to_request(&self) -> Result<Request<Bytes>> {
        request_of(&self.session, &self.operation, &self.options)
    }

    /// Sends the call and gives the value with what is known about the answer.
    ///
    /// # Errors
    /// As the whole call.
    ///
    /// # Cancel safety
    /// As the whole call.
    pub async fn send(self) -> Result<crate::Response<O::Output>> {
        let Self { session, operation, options } = self;
        dispatch(&session, &operation, options).await
    }
}

fn request_of<O: Operation>(session: &Session, operation: &O, options: &RequestOptions) -> Result<Request<Bytes>> {
    let mut request = operation.request(session.endpoint()).map_err(|error| error.with_operation(O::NAME))?;
    request.headers_mut().extend(options.headers.clone());
    Ok(request)
}

/// Sends an operation's request and reads its answer.
async fn dispatch<O: Operation>(
    session: &Session,
    operation: &O,
    options: RequestOptions,
) -> Result<crate::Response<O::Output>> {
    let request = request_of(session, operation, &options)?;
    let idempotent = options.idempotent.unwrap_or(O::IDEMPOTENT);
    let context = CallContext::new(O::NAME, O::ROUTE, idempotent, Answer::Whole, options);
    let response = run(session, context, request).await.map_err(|error| error.with_operation(O::NAME))?;
    let attempts = response.extensions().get::<Attempts>().copied();
    let response = response.map(|body| body.in_memory().cloned().unwrap_or_default());
    let value = operation.decode(&response).map_err(|error| {
        let error = error.with_operation(O::NAME).with_answer(response.status(), response.headers());
        match attempts {
            Some(tried) => error.with_attempts(tried.count, tried.elapsed, false),
            None => error,
        }
    });
    let (parts, _) = response.into_parts();
    Ok(crate::Response::new(value?, parts.status, parts.headers, attempts))
}

/// What further calls of the same list need: the session and the options of its first call.
pub(crate) struct Template {
    session: Session,
    options: RequestOptions,
    /// How often and how long the last page was asked for.
    tried: (u32, Duration),
}

impl Template {
    pub(crate) fn endpoint(&self) -> &crate::Endpoint {
        self.session.endpoint()
    }

    /// The URL that an operation asks.
    pub(crate) fn url<O: Operation>(&self, operation: &O) -> Result<Uri> {
        Ok(request_of(&self.session, operation, &self.options)?.uri().clone())
    }

    pub(crate) async fn send<O: Operation>(&mut self, operation: &O) -> Result<O::Output> {
        let response = dispatch(&self.session, operation, self.options.clone()).await?;
        self.tried = (response.attempts(), response.elapsed());
        Ok(response.into_value())
    }

    /// Notes on an error about the last page how often that was asked for.
    pub(crate) fn complete(&self, error: Error) -> Error {
        if error.attempts() > 0 {
            return error;
        }
        let (attempts, elapsed) = self.tried;
        error.with_attempts(attempts, elapsed, false)
    }
}

impl<O: Operation> Call<O> {
    /// `fetched_ahead`: later calls may begin before anybody waits for them.
    pub(crate) fn into_template(self, fetched_ahead: bool) -> (Template, O) {
        let options = RequestOptions { fetched_ahead, ..self.options };
        (Template { session: self.session, options, tried: Default::default() }, self.operation)
    }
}

impl<O: Operation> IntoFuture for Call<O> {
    type Output = Result<O::Output>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.send().await?.into_value()) })
    }
}

impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &O::NAME).finish_non_exhaustive()
    }
}

/// Sends a request through the session's stack. An answer whose status is no success becomes an error.
pub(crate) async fn run(
    session: &Session,
    context: CallContext,
    request: Request<Bytes>,
) -> Result<Response<ResponseBody>> {
    let (stack, in_flight) = session.enter()?;
    let streamed = context.answer() == Answer::Stream;
    let mut request = request.map(RequestBody::from);
    request.extensions_mut().insert(context.clone());
    let failure = match stack.oneshot(request).await {
        Ok(response) if response.status().is_success() && streamed => {
            return Ok(response.map(|body| body.with_under_way(in_flight)));
        }
        Ok(response) if response.status().is_success() => return Ok(response),
        Ok(response) => failure(&response),
        Err(error) => Error::from_boxed(error),
    };
    // What layers of the program's own made does not tell the attempts.
    Err(context.complete(failure))
}

/// The error that an answer without success is.
pub(crate) fn failure(response: &Response<ResponseBody>) -> Error {
    let extensions = response.extensions();
    let body = response.body().in_memory().map_or(&[][..], |bytes| bytes);
    let mut error = Error::from_status(response.status(), response.headers(), body);
    if let Some(attempts) = extensions.get::<Attempts>() {
        error = attempts.on(error);
    }
    match (error.kind(), extensions.get::<CredentialOrigin>()) {
        (ErrorKind::Unauthorized, Some(CredentialOrigin { origin, is_fixed: false })) => error.with_help(format!(
            "The credential came from {origin}. Log in again, or give the credential of a user or program that may do this"
        )),
        (ErrorKind::Unauthorized, Some(CredentialOrigin { origin, .. })) => error.with_help(format!(
            "The credential came from {origin}. Put a valid API key there (planet.com, My Settings; PL_API_KEY is the variable that Auth::from_env reads)"
        )),
        _ => error,
    }
}
