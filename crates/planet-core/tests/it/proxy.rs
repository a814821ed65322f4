//! Through proxies.

use std::env;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use planet_core::{ErrorKind, Outcome, Proxy, Retry, Session, Timeouts, Tls};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::support::{GetThing, builder, quick};
use crate::tls_server::{Authority, Clients, Service, config, text};

/// `Aladdin:open sesame`, as it stands in `Proxy-Authorization`.
const CREDENTIAL: &str = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";

/// A proxy; dropping it stops it.
struct Gate {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Gate {
    /// One that lets everything through.
    async fn open() -> Self {
        Self::start(None, None).await
    }

    /// One that answers every request so.
    async fn answering(answer: &'static str) -> Self {
        Self::start(Some(answer), None).await
    }

    async fn start(answer: Option<&'static str>, tls: Option<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&heads);
        let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (log, acceptor) = (Arc::clone(&log), acceptor.clone());
                connections.spawn(async move {
                    match acceptor {
                        Some(acceptor) => pass(acceptor.accept(stream).await.unwrap(), answer, &log).await,
                        None => pass(stream, answer, &log).await,
                    }
                });
            }
        });
        Self { address, heads, _tasks: tasks }
    }

    fn url(&self) -> String {
        format!("http://Aladdin:open%20sesame@{}", self.address)
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Reads the head of the first request and passes everything on.
async fn pass(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: Option<&str>, log: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    log.lock().unwrap().push(head.clone());
    if let Some(answer) = answer {
        stream.write_all(answer.as_bytes()).await.unwrap();
        return;
    }
    let target = head.split(' ').nth(1).unwrap();
    let mut onward = if head.starts_with("CONNECT") {
        let onward = TcpStream::connect(target).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 Connection established\r\nProxy-Agent: gate\r\n\r\n").await.unwrap();
        onward
    } else {
        let authority = target.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let mut onward = TcpStream::connect(authority).await.unwrap();
        let kept = head.lines().filter(|line| !line.starts_with("proxy-authorization"));
        let kept = kept.map(|line| format!("{line}\r\n")).collect::<String>();
        onward.write_all(kept.replacen(&format!("http://{authority}"), "", 1).as_bytes()).await.unwrap();
        onward
    };
    let _ended = copy_bidirectional(&mut stream, &mut onward).await;
}

fn session(service: &Service, authority: &Authority, proxy: &str, retry: Retry) -> Session {
    let tls = Tls::default().root_pem(authority.root_pem()).unwrap().only_given_roots();
    // Handshakes take a while on a machine that is busy.
    let builder = builder(&service.url, retry).timeouts(Timeouts::default());
    builder.tls(tls).proxy(Proxy::all(proxy).unwrap()).build().unwrap()
}

async fn secure(authority: &Authority) -> Service {
    let identity = authority.sign("127.0.0.1", |_| {});
    let config = config(&identity, &["h2", "http/1.1"], Clients::Anonymous, authority);
    Service::start(Some(config), |_| text("hello")).await
}

async fn plain() -> Service {
    Service::start(None, |_| text("hello")).await
}

#[tokio::test]
async fn https_goes_through_a_tunnel_and_each_side_sees_its_own_credential_only() {
    let authority = Authority::new("root");
    let (service, gate) = (secure(&authority).await, Gate::open().await);
    let session = session(&service, &authority, &gate.url(), Retry::off());
    for _ in 0..2 {
        assert_eq!(session.call(GetThing).await.unwrap(), "hello");
    }
    let target = service.url.strip_prefix("https://").unwrap();
    let asked = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\nproxy-authorization: {CREDENTIAL}\r\n\r\n");
    assert_eq!(gate.heads(), [asked], "one tunnel, and nothing of the request");
    for seen in service.seen() {
        assert_eq!(seen.version, http::Version::HTTP_2);
        assert_eq!(seen.headers["authorization"], "api-key KEY");
        assert!(!seen.headers.contains_key("proxy-authorization"));
    }
}

#[tokio::test]
async fn plain_http_is_forwarded_with_its_whole_url() {
    let (service, gate) = (plain().await, Gate::open().await);
    let session = session(&service, &Authority::new("root"), &gate.url(), Retry::off());
    assert_eq!(session.call(GetThing).await.unwrap(), "hello");
    let head = &gate.heads()[0];
    assert!(head.starts_with(&format!("GET {}/thing HTTP/1.1\r\n", service.url)), "{head}");
    assert!(head.contains(&format!("\r\nproxy-authorization: {CREDENTIAL}\r\n")), "{head}");
}

#[tokio::test]
async fn a_proxy_without_user_and_password_gets_none() {
    let authority = Authority::new("root");
    let gate = Gate::open().await;
    let url = format!("http://{}", gate.address);
    for service in [secure(&authority).await, plain().await] {
        session(&service, &authority, &url, Retry::off()).call(GetThing).await.unwrap();
    }
    assert_eq!(gate.heads().len(), 2);
    assert!(!gate.heads().concat().contains("proxy-authorization"));
}

#[tokio::test]
async fn hosts_of_no_proxy_and_sessions_without_a_proxy_go_directly() {
    let authority = Authority::new("root");
    let (service, gate) = (secure(&authority).await, Gate::open().await);
    let tls = Tls::default().root_pem(authority.root_pem()).unwrap();
    for proxy in [Proxy::off(), Proxy::all(&gate.url()).unwrap().no_proxy("127.0.0.1")] {
        let builder = builder(&service.url, Retry::off()).timeouts(Timeouts::default());
        let session = builder.tls(tls.clone()).proxy(proxy).build().unwrap();
        assert_eq!(session.call(GetThing).await.unwrap(), "hello");
    }
    assert!(gate.heads().is_empty());
    assert!(service.seen().iter().all(|seen| !seen.headers.contains_key("proxy-authorization")));
}

#[tokio::test]
async fn a_proxy_may_have_a_certificate_of_its_own() {
    let authority = Authority::new("root");
    let identity = authority.sign("127.0.0.1", |_| {});
    let tls = config(&identity, &["h2", "http/1.1"], Clients::Anonymous, &authority);
    let gate = Gate::start(None, Some(tls)).await;
    for service in [secure(&authority).await, plain().await] {
        let session = session(&service, &authority, &gate.url().replace("http://", "https://"), Retry::off());
        assert_eq!(session.call(GetThing).await.unwrap(), "hello");
    }
    assert_eq!(gate.heads().len(), 2);
}

/// The error of a call through a proxy, which must name the proxy and not its password.
async fn error(service: &Service, authority: &Authority, gate: &Gate) -> planet_core::Error {
    let session = session(service, authority, &gate.url(), quick());
    let error = session.call(GetThing).idempotent(false).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error:?}");
    assert!(error.to_string().contains(&format!("the proxy http://{} ", gate.address)), "{error}");
    for secret in ["Aladdin", "sesame", "QWxh"] {
        assert!(!format!("{error:?}").contains(secret), "{error:?}");
    }
    assert!(service.seen().is_empty());
    error
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_with_its_reason_and_nothing_was_sent() {
    let authority = Authority::new("root");
    let service = secure(&authority).await;
    for (answer, shown, help, attempts) in [
        ("407 Proxy Authentication Required", "refused: 407", "user name and password", 1),
        ("401 Unauthorized", "refused: 401", "user name and password", 1),
        ("403 Filtered", "refused: 403", "NO_PROXY", 1),
        ("502 Bad Gateway", "refused: 502", "cannot reach the host", 3),
        ("503 Service Unavailable", "refused: 503", "cannot reach the host", 3),
    ] {
        let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 2\r\n\r\nno").leak();
        let error = error(&service, &authority, &Gate::answering(answer).await).await;
        assert!(error.to_string().contains(shown) && error.to_string().contains(help), "{error}");
        assert_eq!(error.attempts(), attempts, "{error}");
    }
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_for_plain_http_is_told_from_the_service() {
    let gate = Gate::answering("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno").await;
    let error = error(&plain().await, &Authority::new("root"), &gate).await;
    assert!(error.to_string().contains("refused: 407"), "{error}");
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_or_is_none_is_named() {
    let authority = Authority::new("root");
    let service = secure(&authority).await;
    let mut gate = Gate::open().await;
    gate._tasks.shutdown().await;
    let refused = error(&service, &authority, &gate).await;
    assert!(refused.to_string().contains("cannot be reached: Connection refused"), "{refused}");
    for answer in ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\nhello"] {
        let broke = error(&service, &authority, &Gate::answering(answer).await).await;
        assert!(broke.to_string().contains("broke the connection"), "{answer:?}: {broke}");
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_and_a_port_that_is_closed_are_told_apart() {
    for (url, reason, help) in [
        ("https://no-such-host.invalid", "cannot connect to no-such-host.invalid:443", "name server"),
        ("http://127.0.0.1:1", "Connection refused", "Nothing listens there"),
    ] {
        let session = builder(url, quick()).proxy(Proxy::off()).build().unwrap();
        let error = session.call(GetThing).idempotent(false).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error}");
        assert!(error.to_string().contains(reason) && error.to_string().contains(help), "{error}");
        assert_eq!(error.attempts(), 3);
    }
}

/// `cargo xtask interop` starts the proxy.
#[cfg(feature = "fs")]
#[tokio::test]
#[ignore = "needs a real proxy at PLANET_TEST_PROXY"]
async fn a_file_comes_through_a_real_proxy() {
    use planet_core::Route;
    use planet_core::transfer::{Digests, Download};

    let proxy = env::var("PLANET_TEST_PROXY").unwrap();
    let (user, host) = proxy.rsplit_once('@').unwrap();
    let wrong = format!("{}:wrong@{host}", user.rsplit_once(':').unwrap().0);
    let authority = Authority::new("root");
    let file = Bytes::from((0..8 << 20).map(|at: u32| (at % 251) as u8).collect::<Vec<_>>());
    let identity = authority.sign("127.0.0.1", |_| {});
    let folder = env::temp_dir().join(format!("planet-proxy-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let tls = config(&identity, &["h2", "http/1.1"], Clients::Anonymous, &authority);
    for (name, tls) in [("tunnel", Some(tls)), ("forwarded", None)] {
        let served = file.clone();
        let service = Service::start(tls, move |_| Response::new(Full::from(served.clone()))).await;
        let download = |proxy: &str| {
            let session = session(&service, &authority, proxy, Retry::off());
            let link = format!("{}/file", service.url).parse().unwrap();
            Download::new(&session, "test.download", Route::new("test", 1000.0), link, &folder)
                .name(name)
                .unwrap()
                .expect(Some(file.len() as u64), Digests::default())
        };
        // In a tunnel its answer is the proxy's own; a forwarded one might be the service's.
        let error = download(&wrong).run().await.unwrap_err();
        let kind = if name == "tunnel" { ErrorKind::Connect } else { ErrorKind::Unauthorized };
        assert_eq!(error.kind(), kind, "{error}");
        assert!(service.seen().is_empty());

        download(&proxy).run().await.unwrap();
        assert_eq!(std::fs::read(folder.join(name)).unwrap(), file);
        assert!(!service.seen()[0].headers.contains_key("proxy-authorization"));
    }
    std::fs::remove_dir_all(folder).unwrap();
}
