//! A service with TLS, and certificates made on the spot.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// Who signs certificates.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, as PEM.
pub(crate) struct Identity {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn root_pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a host, changed as told before it is signed.
    pub(crate) fn sign(&self, host: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params.signed_by(&key, &self.0).unwrap().pem(), key: key.serialize_pem() }
    }
}

/// Whether a server asks for a certificate of its clients.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Clients {
    Anonymous,
    Welcome,
    Demanded,
}

/// The settings of a server that speaks the protocols in `alpn`.
pub(crate) fn config(identity: &Identity, alpn: &[&str], clients: Clients, authority: &Authority) -> ServerConfig {
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.root_pem().as_bytes()).unwrap()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()));
    let builder = match clients {
        Clients::Anonymous => builder.with_no_client_auth(),
        Clients::Welcome => builder.with_client_cert_verifier(verifier.allow_unauthenticated().build().unwrap()),
        Clients::Demanded => builder.with_client_cert_verifier(verifier.build().unwrap()),
    };
    let chain = vec![CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let mut config = builder.with_single_cert(chain, key).unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    config
}

/// What the service saw of a request.
pub(crate) struct Seen {
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) client_certificate: bool,
}

#[derive(Default)]
struct Log {
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
}

/// A running service; dropping it stops it.
pub(crate) struct Service {
    pub(crate) url: String,
    log: Arc<Log>,
    _tasks: JoinSet<()>,
}

impl Service {
    /// With TLS, or in plain http. `answer` makes the answer to every request.
    pub(crate) async fn start<F>(tls: Option<ServerConfig>, answer: F) -> Self
    where
        F: Fn(&str) -> Response<Full<Bytes>> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        let (log, answer) = (Arc::<Log>::default(), Arc::new(answer));
        let mut tasks = JoinSet::new();
        let shared = Arc::clone(&log);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                connections.spawn(serve(stream, acceptor.clone(), Arc::clone(&shared), Arc::clone(&answer)));
            }
        });
        Self { url, log, _tasks: tasks }
    }

    pub(crate) fn connections(&self) -> usize {
        self.log.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.log.seen.lock().unwrap())
    }
}

async fn serve<F>(stream: TcpStream, acceptor: Option<TlsAcceptor>, log: Arc<Log>, answer: Arc<F>)
where
    F: Fn(&str) -> Response<Full<Bytes>> + Send + Sync + 'static,
{
    let respond = |client_certificate: bool| {
        service_fn(move |request: Request<Incoming>| {
            let (head, _) = request.into_parts();
            let response = answer(head.uri.path());
            let seen = Seen { version: head.version, headers: head.headers, client_certificate };
            log.seen.lock().unwrap().push(seen);
            std::future::ready(Ok::<_, std::convert::Infallible>(response))
        })
    };
    let http1 = hyper::server::conn::http1::Builder::new();
    let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    // A client may end the connection, or never finish the handshake: both are for the tests to judge.
    let _ended = match acceptor {
        None => http1.serve_connection(TokioIo::new(stream), respond(false)).await,
        Some(acceptor) => {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let (_, tls) = stream.get_ref();
            let (is_h2, respond) = (tls.alpn_protocol() == Some(b"h2"), respond(tls.peer_certificates().is_some()));
            if is_h2 {
                http2.serve_connection(TokioIo::new(stream), respond).await
            } else {
                http1.serve_connection(TokioIo::new(stream), respond).await
            }
        }
    };
}

/// An answer with a text.
pub(crate) fn text(body: &'static str) -> Response<Full<Bytes>> {
    Response::new(Full::from(body))
}
