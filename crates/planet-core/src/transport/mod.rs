//! The end of the stack: hyper's client.

pub(crate) mod classify;
mod connector;
mod pem;
mod proxy;
#[cfg(test)]
#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
pub(crate) mod tests;
mod tls;
mod tunnel;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{StatusCode, Uri, header};
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower_service::Service;

use crate::stack::{Request, Response};
use crate::{BoxError, Origin, RequestBody, ResponseBody};
use connector::Connector;
use proxy::Via;
use tls::LazyTls;

#[cfg(feature = "fs")]
pub(crate) use pem::private_key;
pub use proxy::Proxy;
pub use tls::Tls;
#[cfg(feature = "fs")]
pub(crate) use tls::provider as crypto_provider;

/// How much of a body may be under way before it is read, at HTTP/2. 4 MiB fill a connection of 320 Mbit/s with a round
/// trip of 100 ms; the 64 KiB of the specification would allow 5 Mbit/s.
const STREAM_WINDOW: u32 = 4 * 1024 * 1024;

/// The same for all bodies of a connection together: so much that it never counts. If it did, a few bodies that nobody
/// reads would stop all other calls. What is held in memory is bounded by the permits times [`STREAM_WINDOW`].
const CONNECTION_WINDOW: u32 = 1024 * 1024 * 1024;

/// With [`PING_TIMEOUT`], finds a dead HTTP/2 connection before the time for an answer is over. It would be kept otherwise,
/// as a request that is given up does not close it, and the next requests would die on it too.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// Which version of HTTP is spoken. Plain http, which is only allowed to this machine, is always HTTP/1.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpVersion {
    /// HTTP/2 to the service if it offers it, and HTTP/1.1 to the storage that downloads are redirected to: there each file
    /// has a connection of its own, so that a lost packet slows one file and not all.
    #[default]
    Auto,
    /// HTTP/1.1, for networks that break HTTP/2.
    Http1,
}

/// The settings of a [`Transport`], apart from the time to connect.
#[derive(Clone, Debug, Default)]
pub(crate) struct TransportSettings {
    pub(crate) proxy: Option<Proxy>,
    pub(crate) tls: Tls,
    pub(crate) version: HttpVersion,
}

/// Sends requests over the network. Connections are kept and shared by all clones.
#[derive(Clone)]
pub(crate) struct Transport {
    client: Client<Connector, RequestBody>,
    proxy: Proxy,
}

impl Transport {
    /// `home` is the origin of the service.
    pub(crate) fn new(settings: TransportSettings, connect_timeout: Duration, home: Origin) -> Self {
        let proxy = settings.proxy.unwrap_or_default();
        let tls = LazyTls::new(settings.tls, settings.version);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(90))
            .timer(TokioTimer::new())
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW)
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .build(Connector::new(connect_timeout, home, tls, proxy.clone()));
        Self { client, proxy }
    }

    /// The proxy that reads this request and passes it on; in a tunnel it reads nothing.
    fn forwarder(&self, to: &Uri) -> Option<Via> {
        // The connector tells of a proxy that cannot be used.
        if to.scheme_str() == Some("http") { self.proxy.way(to).ok().flatten() } else { None }
    }
}

impl Service<Request> for Transport {
    type Response = Response;
    type Error = BoxError;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let target = request.uri().clone();
        let forwarder = self.forwarder(&target);
        // It is for the proxy, and nobody else gets to see it.
        request.headers_mut().remove(header::PROXY_AUTHORIZATION);
        if let Some(credential) = forwarder.as_ref().and_then(Via::credential) {
            request.headers_mut().insert(header::PROXY_AUTHORIZATION, credential);
        }
        Answering { answer: self.client.request(request), target, forwarder }
    }
}

/// The future of a [`Transport`].
pub(crate) struct Answering {
    answer: ResponseFuture,
    target: Uri,
    forwarder: Option<Via>,
}

impl Future for Answering {
    type Output = Result<Response, BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answer).poll(cx));
        Poll::Ready(match (answer, &self.forwarder) {
            // The one status that only a proxy sends.
            (Ok(response), Some(via)) if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                Err(tunnel::refusal(via, response.status()).into())
            }
            (Ok(response), _) => Ok(response.map(ResponseBody::from)),
            (Err(cause), _) => Err(classify::request_error(cause, &self.target).into()),
        })
    }
}
