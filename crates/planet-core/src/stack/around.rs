//! What most layers are: code that runs around the rest of the stack.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::{Request, Response};
use crate::BoxError;

/// The rest of the stack, seen from a layer. Use a clone once, with `oneshot`: readiness belongs to one clone.
pub(crate) trait Next:
    Service<Request, Response = Response, Error = BoxError, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> Next for S where
    S: Service<Request, Response = Response, Error = BoxError, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

/// Code around the rest of the stack: before it, after it, or around several runs of it.
pub(crate) trait Around: Send + Sync + 'static {
    fn around<S: Next>(
        self: Arc<Self>,
        request: Request,
        next: S,
    ) -> impl Future<Output = Result<Response, BoxError>> + Send + 'static;
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
        AroundService { around: Arc::clone(&self.0), next }
    }
}

/// The tower service that runs an [`Around`] around `next`.
pub(super) struct AroundService<A, S> {
    around: Arc<A>,
    next: S,
}

impl<A, S: Clone> Clone for AroundService<A, S> {
    fn clone(&self) -> Self {
        Self { around: Arc::clone(&self.around), next: self.next.clone() }
    }
}

impl<A: Around, S: Next> Service<Request> for AroundService<A, S> {
    type Response = Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, BoxError>> + Send>>;

    /// Always ready: the layers wait inside their futures, where a dropped call gives its place back.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        #[cfg(test)]
        super::order::ran(std::any::type_name::<A>());
        Box::pin(Arc::clone(&self.around).around(request, self.next.clone()))
    }
}
