//! Opens connections: plain ones at once, TLS set up when the first https address is asked for.
//!
//! Reading the trust roots takes time and can fail; a program that only talks to a sandbox needs neither.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::ServiceExt;
use tower_service::Service;

use crate::{BoxError, Error, ErrorKind};

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type Tls = Result<HttpsConnector<HttpConnector>, String>;

#[derive(Clone)]
pub(super) struct Connector {
    plain: HttpConnector,
    limit: Duration,
    tls: Arc<OnceLock<Tls>>,
}

impl Connector {
    pub(super) fn new(limit: Duration) -> Self {
        let mut plain = HttpConnector::new();
        plain.enforce_http(false);
        plain.set_nodelay(true);
        Self { plain, limit, tls: Arc::default() }
    }

    async fn connect(self, uri: Uri) -> Result<Stream, BoxError> {
        if uri.scheme() == Some(&http::uri::Scheme::HTTPS) {
            self.secure()?.oneshot(uri).await
        } else {
            Ok(MaybeHttpsStream::Http(self.plain.oneshot(uri).await?))
        }
    }

    fn secure(&self) -> Result<HttpsConnector<HttpConnector>, BoxError> {
        let made = self.tls.get_or_init(|| secure_connector(self.plain.clone()));
        made.clone().map_err(|reason| {
            let help = "Use a build with TLS (features rustls-ring and native-roots), on a machine with trust roots (ca-certificates)";
            Error::new(ErrorKind::Unexpected, format!("https cannot be used: {reason}")).with_help(help).into()
        })
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connector, limit) = (self.clone(), self.limit);
        Box::pin(async move {
            // The limit covers all there is to opening a connection: the name, the socket, the handshake.
            tokio::time::timeout(limit, connector.connect(uri)).await.unwrap_or_else(|_| {
                let message = format!("no connection within {:.1} s", limit.as_secs_f64());
                Err(Error::new(ErrorKind::Connect, message).into())
            })
        })
    }
}

#[cfg(all(feature = "rustls-ring", feature = "native-roots"))]
fn secure_connector(plain: HttpConnector) -> Tls {
    let provider = rustls::crypto::CryptoProvider::get_default()
        .cloned()
        .unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
    let builder = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(provider)
        .map_err(|cause| cause.to_string())?;
    Ok(builder.https_only().enable_http1().wrap_connector(plain))
}

#[cfg(not(all(feature = "rustls-ring", feature = "native-roots")))]
fn secure_connector(_: HttpConnector) -> Tls {
    Err("this program was built without TLS".into())
}
