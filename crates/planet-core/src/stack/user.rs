//! The places of the program's own layers, and of its own transport.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::ServiceExt;
use tower::util::Either;
use tower_layer::Layer;
use tower_service::Service;

use super::around::{Around, AroundLayer, AroundService, Leaf, Next};
use super::{CallContext, Request, Response, collect};
use crate::middleware::{NextService, ResponseFuture};
use crate::{BoxError, Error, ErrorKind, Outcome};

type Wrap = Arc<dyn Fn(NextService) -> NextService + Send + Sync>;

/// The program's own layers, the outermost first.
#[derive(Clone, Default)]
pub(crate) struct UserLayers {
    pub(crate) per_call: Vec<Wrap>,
    pub(crate) per_attempt: Vec<Wrap>,
}

impl fmt::Debug for UserLayers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per call, {} per attempt", self.per_call.len(), self.per_attempt.len())
    }
}

/// Puts the layers of one place around the rest of the stack. Without any it costs nothing.
pub(super) struct Slot<A> {
    layers: Vec<Wrap>,
    around: Arc<A>,
}

impl<A> Slot<A> {
    pub(super) fn new(layers: Vec<Wrap>, around: A) -> Self {
        Self { layers, around: Arc::new(around) }
    }
}

impl<A: Around, S: Next> Layer<S> for Slot<A> {
    type Service = Either<AroundService<A, Unboxed>, S>;

    fn layer(&self, next: S) -> Self::Service {
        if self.layers.is_empty() {
            return Either::Right(next);
        }
        let inner = NextService::new(next.map_request(Box::new));
        let layered = self.layers.iter().rev().fold(inner, |next, wrap| wrap(next));
        Either::Left(AroundLayer::shared(Arc::clone(&self.around)).layer(Unboxed(layered)))
    }
}

/// What happens around the layers per call.
pub(super) struct PerCall;

impl Around for PerCall {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let response = next.oneshot(informed(request, &context)).await.map_err(|error| foreign(error, &context))?;
        // A layer may have answered by itself, or changed the body that was read before.
        collect::collected(&context, response).await
    }
}

/// What happens around the layers per attempt.
pub(super) struct PerAttempt;

impl Around for PerAttempt {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        next.oneshot(informed(request, &context)).await.map_err(|error| foreign(error, &context))
    }
}

/// What happens around a transport of the program's own.
pub(super) struct OwnTransport;

impl Around for OwnTransport {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        next.oneshot(informed(request, &context)).await.map_err(|error| {
            if error.is::<Error>() {
                return error;
            }
            let failed = Error::new(ErrorKind::Transport, "the program's own transport failed");
            failed.with_outcome(Outcome::Unknown).with_source(error).into()
        })
    }
}

/// A transport of the program's own, as the end of the stack.
pub(crate) fn own_transport(service: NextService) -> impl Leaf {
    AroundLayer::new(OwnTransport).layer(Unboxed(service)).map_request(Box::new)
}

/// The program's own services see plain requests.
#[derive(Clone)]
pub(super) struct Unboxed(NextService);

impl Service<Box<Request>> for Unboxed {
    type Response = Response;
    type Error = BoxError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Box<Request>) -> ResponseFuture {
        self.0.call(*request)
    }
}

fn informed(mut request: Box<Request>, context: &CallContext) -> Box<Request> {
    request.extensions_mut().insert(context.info());
    request
}

/// An error of ours as it is, any other with what the call leaves behind.
fn foreign(error: BoxError, context: &CallContext) -> BoxError {
    if error.is::<Error>() {
        return error;
    }
    Error::from_boxed(error).with_outcome(context.outcome()).into()
}
