//! The end of the stack: hyper's client.

pub(crate) mod classify;
mod connector;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower_service::Service;

use crate::stack::{Request, Response};
use crate::{BoxError, RequestBody, ResponseBody};
use connector::Connector;

/// Sends requests over the network. Connections are kept and shared by all clones.
#[derive(Clone)]
pub(crate) struct Transport(Client<Connector, RequestBody>);

impl Transport {
    pub(crate) fn new(connect_timeout: Duration) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(90))
            .build(Connector::new(connect_timeout));
        Self(client)
    }
}

impl Service<Request> for Transport {
    type Response = Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let target = request.uri().clone();
        let answer = self.0.request(request);
        Box::pin(async move {
            match answer.await {
                Ok(response) => Ok(response.map(ResponseBody::new)),
                Err(cause) => Err(classify::request_error(cause, &target).into()),
            }
        })
    }
}
