//! What most layers are: code that runs around the rest of the stack.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::Either;
use tower::ServiceExt;
use tower::util::Oneshot;
use tower_layer::Layer;
use tower_service::Service;

use super::{Request, Response};
use crate::BoxError;
use crate::middleware::ResponseFuture;

/// A tower service that sends requests: the end of a stack, or a whole one.
pub(crate) trait Leaf:
    Service<Request, Response = Response, Error = BoxError, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> Leaf for S where
    S: Service<Request, Response = Response, Error = BoxError, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

/// The rest of the stack, seen from a layer. Use a clone once, with `oneshot`: readiness belongs to one clone.
///
/// Inside the stack requests are boxed: each layer's future holds one, and would be several times as large to move.
pub(crate) trait Next:
    Service<Box<Request>, Response = Response, Error = BoxError, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> Next for S where
    S: Service<Box<Request>, Response = Response, Error = BoxError, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// Code around the rest of the stack: before it, after it, or around several runs of it.
pub(crate) trait Around: Send + Sync + 'static {
    /// What is done at once, before the rest of the stack. False: nothing more is to be done around this request, and the
    /// layer costs no future of its own.
    fn before(&self, _request: &mut Request) -> bool {
        true
    }

    fn around<S: Next>(
        self: Arc<Self>,
        request: Box<Request>,
        next: S,
    ) -> impl Future<Output = Result<Response, BoxError>> + Send + 'static {
        next.oneshot(request)
    }
}

/// Makes [`AroundService`]s.
pub(super) struct AroundLayer<A>(Arc<A>);

impl<A> AroundLayer<A> {
    pub(super) fn new(around: A) -> Self {
        Self(Arc::new(around))
    }

    pub(super) fn shared(around: Arc<A>) -> Self {
        Self(around)
    }
}

impl<A, S> Layer<S> for AroundLayer<A> {
    type Service = AroundService<A, S>;

    fn layer(&self, next: S) -> Self::Service {
        AroundService { around: Arc::clone(&self.0), next: Arc::new(next) }
    }
}

/// The tower service that runs an [`Around`] around `next`. It is cloned for each request, so the layers below it are not
/// cloned with it.
pub(super) struct AroundService<A, S> {
    around: Arc<A>,
    next: Arc<S>,
}

impl<A, S> Clone for AroundService<A, S> {
    fn clone(&self) -> Self {
        Self { around: Arc::clone(&self.around), next: Arc::clone(&self.next) }
    }
}

impl<A: Around, S: Next> AroundService<A, S> {
    /// Runs it once, behind one box.
    pub(super) fn run(mut self, request: Box<Request>) -> ResponseFuture {
        match self.call(request) {
            Either::Left(boxed) => boxed,
            Either::Right(future) => Box::pin(future),
        }
    }
}

impl<A: Around, S: Next> Service<Box<Request>> for AroundService<A, S> {
    type Response = Response;
    type Error = BoxError;
    type Future = Either<ResponseFuture, Oneshot<S, Box<Request>>>;

    /// Always ready: the layers wait inside their futures, where a dropped call gives its place back.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Box<Request>) -> Self::Future {
        #[cfg(test)]
        super::order::ran(std::any::type_name::<A>());
        if self.around.before(&mut request) {
            Either::Left(Box::pin(Arc::clone(&self.around).around(request, S::clone(&self.next))))
        } else {
            Either::Right(S::clone(&self.next).oneshot(request))
        }
    }
}
