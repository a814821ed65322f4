//! Opens connections: directly or through a proxy, plain or with TLS.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::ServiceExt;
use tower_service::Service;

use super::proxy::{Proxy, Via};
use super::tls::LazyTls;
use super::{classify, tunnel};
use crate::{BoxError, Error, ErrorKind, Origin};

/// A connection to the service, or to a proxy, which may have a certificate of its own. Boxed, as TLS makes it large.
pub(super) type Socket = Box<MaybeHttpsStream<TokioIo<TcpStream>>>;

/// It is cloned for each request, whether a connection is opened or not.
#[derive(Clone)]
pub(super) struct Connector(Arc<Settings>);

struct Settings {
    dial: Dial,
    home: Origin,
    limit: Duration,
}

impl Connector {
    pub(super) fn new(limit: Duration, home: Origin, tls: LazyTls, proxy: Proxy) -> Self {
        let mut plain = HttpConnector::new();
        plain.enforce_http(false);
        plain.set_nodelay(true);
        Self(Arc::new(Settings { dial: Dial { plain, tls, proxy }, home, limit }))
    }

    async fn connect(self, uri: Uri) -> Result<MaybeHttpsStream<Link>, BoxError> {
        let Settings { dial, home, .. } = &*self.0;
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Ok(MaybeHttpsStream::Http(dial.clone().oneshot(uri).await?));
        }
        let configs = dial.tls.configs()?;
        let config = if home.holds(&uri) { configs.home } else { configs.away };
        HttpsConnector::from((dial.clone(), config)).oneshot(uri).await
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Link>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connector, limit) = (self.clone(), self.0.limit);
        Box::pin(async move {
            // The limit covers all there is to opening a connection: the name, the socket, the proxy, the handshake.
            tokio::time::timeout(limit, connector.connect(uri)).await.unwrap_or_else(|_| {
                let message = format!("no connection within {:.1} s", limit.as_secs_f64());
                Err(Error::new(ErrorKind::Connect, message).into())
            })
        })
    }
}

/// Everything below the TLS of the service: the socket, and the way through a proxy.
#[derive(Clone)]
struct Dial {
    plain: HttpConnector,
    tls: LazyTls,
    proxy: Proxy,
}

impl Dial {
    async fn open(self, uri: Uri) -> Result<Link, BoxError> {
        let Some(via) = self.proxy.way(&uri)? else {
            let socket = MaybeHttpsStream::Http(self.plain.oneshot(uri).await?);
            return Ok(Link { socket: Box::new(socket), forwarded: false });
        };
        let socket = self.to_proxy(&via).await.map_err(|cause| {
            let reason = classify::connect_reason(&*cause);
            via.error(&format!("cannot be reached: {}", reason.text), "Check its address").with_source(cause)
        })?;
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Ok(Link { socket, forwarded: true });
        }
        Ok(Link { socket: tunnel::open(socket, &via, &uri).await?, forwarded: false })
    }

    async fn to_proxy(&self, via: &Via) -> Result<Socket, BoxError> {
        let uri = via.uri().clone();
        let socket = if uri.scheme() == Some(&Scheme::HTTPS) {
            HttpsConnector::from((self.plain.clone(), self.tls.configs()?.away)).oneshot(uri).await?
        } else {
            MaybeHttpsStream::Http(self.plain.clone().oneshot(uri).await?)
        };
        Ok(Box::new(socket))
    }
}

impl Service<Uri> for Dial {
    type Response = Link;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Link, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().open(uri))
    }
}

/// A socket that knows whether a proxy reads the requests on it, which then name the whole URL.
pub(super) struct Link {
    socket: Socket,
    forwarded: bool,
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        self.socket.connected().proxy(self.forwarded)
    }
}

#[deny(clippy::missing_trait_methods)]
impl Read for Link {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

#[deny(clippy::missing_trait_methods)]
impl Write for Link {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, bufs)
    }
}
