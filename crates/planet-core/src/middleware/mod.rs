//! Layers of the program's own, and what they see.
//!
//! A layer is an ordinary [tower layer](Layer) around a [`NextService`]. It stands in one of two places:
//!
//! - [`layer_per_call`](crate::SessionBuilder::layer_per_call): once for each call, outside of retries. Caches and audits
//!   belong here. It never sees the credential, and bodies of JSON answers are in memory already.
//! - [`layer_per_attempt`](crate::SessionBuilder::layer_per_attempt): once for each attempt, after the wait for a turn. It
//!   sees the headers as they will leave.
//!
//! ```
//! use http::HeaderValue;
//! use planet_core::middleware::{NextService, Request};
//! use planet_core::{Auth, Session};
//! use tower::{Layer, ServiceExt};
//!
//! // Any function from a service to a service makes a layer.
//! let tagged = tower::layer::layer_fn(|next: NextService| {
//!     next.map_request(|mut request: Request| {
//!         request.headers_mut().insert("x-project", HeaderValue::from_static("oregon"));
//!         request
//!     })
//! });
//! let session = Session::builder().auth(Auth::from_key("PLAK0123")).layer_per_call(tagged).build()?;
//! # let _ = session;
//! # Ok::<(), planet_core::Error>(())
//! ```
//!
//! A layer may answer without calling the service below it, call it several times (each time a clone, with `oneshot`), and
//! fail: an [`Error`](crate::Error) of ours passes unchanged, any other becomes the source of an error of kind `Unexpected`.
//! Hand the request's extensions on: they tell the layers below which call it belongs to. A request without them is paced
//! as an unknown one and never sent twice.

#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Body;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
pub use tower_layer::Layer;
pub use tower_service::Service;

use crate::BoxError;
pub use crate::body::{RequestBody, ResponseBody};

/// A request on its way down.
pub type Request = http::Request<RequestBody>;

/// An answer on its way up. Statuses are not judged yet: a 404 is an answer like any other.
pub type Response = http::Response<ResponseBody>;

/// The future of a [`NextService`].
pub type ResponseFuture = Pin<Box<dyn Future<Output = Result<Response, BoxError>> + Send>>;

/// A service that a program may put into the stack: any tower service of requests, with any body of its own. It need not be
/// implemented; every fitting service is one.
pub trait UserService:
    Service<Request, Response = http::Response<Self::Body>, Error: Into<BoxError>, Future: Send + 'static>
    + Clone
    + Send
    + Sync
    + 'static
{
    /// The body of its answers.
    type Body: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;
}

impl<S, B> UserService for S
where
    S: Service<Request, Response = http::Response<B>, Error: Into<BoxError>, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Body = B;
}

/// The rest of the stack, below a layer. Use a clone once, with `oneshot`: readiness belongs to one clone.
#[derive(Clone)]
pub struct NextService(BoxCloneSyncService<Request, Response, BoxError>);

impl NextService {
    /// Wraps any service with any body.
    pub(crate) fn new(service: impl UserService) -> Self {
        let service = service.map_err(Into::into).map_response(|response| response.map(ResponseBody::new));
        Self(BoxCloneSyncService::new(service))
    }
}

impl Service<Request> for NextService {
    type Response = Response;
    type Error = BoxError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        self.0.call(request)
    }
}

impl fmt::Debug for NextService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NextService")
    }
}

/// What a layer may know of the call that a request belongs to. It is in the request's extensions.
///
/// ```
/// use planet_core::middleware::{CallInfo, Request};
///
/// fn label(request: &Request) -> String {
///     match request.extensions().get::<CallInfo>() {
///         Some(call) => format!("{} attempt {}", call.operation(), call.attempt()),
///         None => "not one of ours".to_owned(),
///     }
/// }
/// # assert_eq!(label(&Request::default()), "not one of ours");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallInfo {
    pub(crate) operation: &'static str,
    pub(crate) route: &'static str,
    pub(crate) idempotent: bool,
    pub(crate) streams: bool,
    pub(crate) attempt: u32,
}

impl CallInfo {
    /// The operation, such as `orders.create`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The rate limit that the call counts against, such as `orders.create`.
    #[must_use]
    pub fn route(&self) -> &'static str {
        self.route
    }

    /// Does sending it twice do the same as sending it once?
    #[must_use]
    pub fn idempotent(&self) -> bool {
        self.idempotent
    }

    /// Is the body of the answer read as a stream, as files are? It may be too large for the memory.
    #[must_use]
    pub fn streams(&self) -> bool {
        self.streams
    }

    /// Which attempt it is, counted from 1; 0 in a layer per call, before the first.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }
}
