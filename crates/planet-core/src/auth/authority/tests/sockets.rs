//! Over sockets of this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::*;
use crate::transport::TransportSettings;
use crate::transport::tests::tls_server::{self, Clients, Service, config, text};
use crate::{Proxy, Tls};

const GOOD: &str = r#"{"access_token":"a","expires_in":3600}"#;

fn direct() -> TransportSettings {
    TransportSettings { proxy: Some(Proxy::off()), ..TransportSettings::default() }
}

fn at(url: &str, settings: TransportSettings) -> Authority {
    let mut client = client(ClientAuthentication::Secret(Secret::new("sesame")));
    client.endpoints.token = Some(format!("{url}/token"));
    Authority::new(client, Wire::new(settings))
}

/// What hangs fails.
async fn refresh(authority: &Authority) -> crate::Result<()> {
    let secret = Secret::new("a-refresh-token");
    let refreshed = authority.refresh(&secret);
    tokio::time::timeout(Duration::from_secs(10), refreshed).await.expect("it hangs").map(drop)
}

/// A peer that reads one request on each connection and then does as told.
struct Peer {
    url: String,
    connections: Arc<AtomicUsize>,
    _task: JoinSet<()>,
}

impl Peer {
    async fn start<F: Future<Output = ()> + Send>(act: impl Fn(TcpStream) -> F + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&connections);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let mut seen = [0; 4096];
                let _read = stream.read(&mut seen).await.unwrap();
                act(stream).await;
            }
        });
        Self { url, connections, _task: task }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_redirect_takes_no_secret_to_another_listener() {
    let thief = Service::start(None, |_| text(GOOD)).await;
    let location = HeaderValue::from_str(&format!("{}/token", thief.url)).unwrap();
    for status in [302, 307, 308] {
        let location = location.clone();
        let server = Service::start(None, move |_| {
            let mut response = text("");
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response.headers_mut().insert(header::LOCATION, location.clone());
            response
        });
        let server = server.await;
        let error = refresh(&at(&server.url, direct())).await.unwrap_err();
        assert!(error.to_string().contains(&format!("redirects to {}/token", thief.url)), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
    assert_eq!((thief.connections(), thief.seen().len()), (0, 0));
}

#[tokio::test]
async fn an_answer_that_comes_in_drops_is_read_whole() {
    let peer = Peer::start(|mut stream| async move {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", GOOD.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        for letter in GOOD.bytes() {
            tokio::time::sleep(Duration::from_millis(2)).await;
            stream.write_all(&[letter]).await.unwrap();
        }
    })
    .await;
    refresh(&at(&peer.url, direct())).await.unwrap();
}

#[tokio::test]
async fn an_answer_without_end_is_hung_up_on() {
    let peer = Peer::start(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        // It ends when nobody reads any more.
        while stream.write_all(&[b' '; 4096]).await.is_ok() {}
    })
    .await;
    let error = refresh(&at(&peer.url, direct())).await.unwrap_err();
    assert!(error.to_string().contains("answers with more than 1 MiB"), "{error}");
    assert_eq!(peer.connections(), 1);
}

#[tokio::test]
async fn a_refresh_token_goes_out_once_when_the_connection_breaks_before_the_answer_or_in_it() {
    for sent in ["", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"] {
        let peer = Peer::start(move |mut stream| async move {
            stream.write_all(sent.as_bytes()).await.unwrap();
        })
        .await;
        let error = refresh(&at(&peer.url, direct())).await.unwrap_err();
        assert_eq!(failure(&error), AuthFailure::Unreachable, "{error}");
        assert_eq!(peer.connections(), 1, "{error}");
    }
}

#[tokio::test]
async fn an_authority_is_not_shown_the_certificate_that_is_for_the_service() {
    let root = tls_server::Authority::new("root");
    let (server, ours) = (root.sign("127.0.0.1", |_| {}), root.sign("a client", |_| {}));
    let service =
        Service::start(Some(config(&server, &["h2", "http/1.1"], Clients::Welcome, &root)), |_| text(GOOD)).await;
    let tls = Tls::default().root_pem(root.root_pem()).unwrap().only_given_roots();
    let tls = tls.client_certificate_pem(ours.certificate, ours.key).unwrap();
    refresh(&at(&service.url, TransportSettings { tls, ..direct() })).await.unwrap();
    let seen = service.seen();
    assert!(!seen[0].client_certificate);
    assert_eq!(seen[0].headers[header::AUTHORIZATION], "Basic YS1jbGllbnQ6c2VzYW1l");
}

#[tokio::test]
async fn an_authority_that_is_not_trusted_is_told_nothing_and_named_with_what_to_do() {
    let root = tls_server::Authority::new("root");
    let server = root.sign("127.0.0.1", |_| {});
    let service = Service::start(Some(config(&server, &["h2"], Clients::Anonymous, &root)), |_| text(GOOD)).await;
    let other = Tls::default().root_pem(tls_server::Authority::new("other").root_pem()).unwrap().only_given_roots();
    let error = refresh(&at(&service.url, TransportSettings { tls: other, ..direct() })).await.unwrap_err();
    assert!(error.to_string().contains(&service.url) && error.to_string().contains("Tls::root_pem"), "{error}");
    assert!(!error.is_transient());
    assert_eq!((service.connections(), service.seen().len()), (1, 0));
}
