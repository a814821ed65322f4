//! The places of the program's own layers, and of its own transport.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
    strays: Strays,
}

impl<A> Slot<A> {
    pub(super) fn new(layers: Vec<Wrap>, around: impl FnOnce(Strays) -> A) -> Self {
        let strays = Strays::default();
        Self { layers, around: Arc::new(around(strays.clone())), strays }
    }
}

/// How many requests came out of the program's own layers without their extensions. Nobody knows which call such a
/// request belongs to, so all that were in the layers then count as sent: an order must not be said to be unsent.
#[derive(Clone, Default)]
pub(super) struct Strays(Arc<AtomicU64>);

impl Strays {
    fn watch(&self, context: &CallContext) -> Watch {
        Watch { strays: Arc::clone(&self.0), before: self.0.load(Ordering::SeqCst), context: context.clone() }
    }

    fn notice(&self, request: &Request) {
        if CallContext::peek(request).is_none() {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Around the layers, also if the call is dropped while it is in them.
struct Watch {
    strays: Arc<AtomicU64>,
    before: u64,
    context: CallContext,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.strays.load(Ordering::SeqCst) != self.before {
            self.context.mark_sent();
        }
    }
}

impl<A: Around, S: Next> Layer<S> for Slot<A> {
    type Service = Either<AroundService<A, Unboxed>, S>;

    fn layer(&self, next: S) -> Self::Service {
        if self.layers.is_empty() {
            return Either::Right(next);
        }
        let strays = self.strays.clone();
        let inner = NextService::new(next.map_request(move |request| {
            strays.notice(&request);
            Box::new(request)
        }));
        let layered = self.layers.iter().rev().fold(inner, |next, wrap| wrap(next));
        Either::Left(AroundLayer::shared(Arc::clone(&self.around)).layer(Unboxed(layered)))
    }
}

/// What happens around the layers per call.
pub(super) struct PerCall(pub(super) Strays);

impl Around for PerCall {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let watch = self.0.watch(&context);
        let result = next.oneshot(informed(request, &context)).await;
        drop(watch);
        let response = result.map_err(|error| foreign(error, &context))?;
        // A layer may have answered by itself, or changed the body that was read before.
        collect::collected(&context, response).await
    }
}

/// What happens around the layers per attempt.
pub(super) struct PerAttempt(pub(super) Strays);

impl Around for PerAttempt {
    async fn around<S: Next>(self: Arc<Self>, request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let watch = self.0.watch(&context);
        let result = next.oneshot(informed(request, &context)).await;
        drop(watch);
        result.map_err(|error| foreign(error, &context))
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
///
/// A layer may well make an error whose kind means that nothing was sent, after something was.
fn foreign(error: BoxError, context: &CallContext) -> BoxError {
    match error.downcast::<Error>() {
        Ok(own) => own.unless_sent(context.outcome()).into(),
        Err(error) => Error::from_boxed(error).with_outcome(context.outcome()).into(),
    }
}
