//! TLS, its certificates, and the versions of HTTP that are agreed upon in it.

use std::sync::Arc;

use http::{Response, Version};
use planet_core::{ErrorKind, HttpVersion, Outcome, Proxy, Retry, Session, SessionBuilder, Timeouts, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::support::{GetThing, builder, quick};
use crate::tls_server::{Authority, Clients, Identity, Service, config, text};

const BOTH: &[&str] = &["h2", "http/1.1"];

fn local(authority: &Authority) -> Identity {
    authority.sign("127.0.0.1", |_| {})
}

/// A service with a certificate for its address.
async fn service(authority: &Authority, alpn: &[&str], clients: Clients) -> Service {
    Service::start(Some(config(&local(authority), alpn, clients, authority)), |_| text("hello")).await
}

fn trusting(authority: &Authority) -> Tls {
    Tls::default().root_pem(authority.root_pem()).unwrap().only_given_roots()
}

fn session(url: &str, tls: Tls, retry: Retry) -> SessionBuilder {
    // Handshakes take a while on a machine that is busy.
    builder(url, retry).timeouts(Timeouts::default()).proxy(Proxy::off()).tls(tls)
}

fn built(service: &Service, authority: &Authority) -> Session {
    session(&service.url, trusting(authority), Retry::off()).build().unwrap()
}

#[tokio::test]
async fn http_2_is_spoken_where_the_service_offers_it() {
    let authority = Authority::new("root");
    for (alpn, spoken) in [(BOTH, Version::HTTP_2), (&["http/1.1"], Version::HTTP_11), (&[], Version::HTTP_11)] {
        let service = service(&authority, alpn, Clients::Anonymous).await;
        assert_eq!(built(&service, &authority).call(GetThing).await.unwrap(), "hello");
        assert_eq!(service.seen()[0].version, spoken, "{alpn:?}");
    }
}

#[tokio::test]
async fn http_1_is_spoken_where_it_is_asked_for() {
    let authority = Authority::new("root");
    let service = service(&authority, BOTH, Clients::Anonymous).await;
    let session = session(&service.url, trusting(&authority), Retry::off()).http_version(HttpVersion::Http1);
    assert_eq!(session.build().unwrap().call(GetThing).await.unwrap(), "hello");
    assert_eq!(service.seen()[0].version, Version::HTTP_11);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let authority = Authority::new("root");
    let plain = Service::start(None, |_| text("hello")).await;
    let http1 = service(&authority, &["http/1.1"], Clients::Anonymous).await;
    let http2 = service(&authority, BOTH, Clients::Anonymous).await;
    for service in [&plain, &http1, &http2] {
        let session = built(service, &authority);
        for _ in 0..3 {
            session.call(GetThing).await.unwrap();
        }
        assert_eq!((service.seen().len(), service.connections()), (3, 1), "{}", service.url);
    }
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_connection_at_http_2() {
    let authority = Authority::new("root");
    let service = service(&authority, BOTH, Clients::Anonymous).await;
    let session = built(&service, &authority);
    session.call(GetThing).await.unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let session = session.clone();
        calls.spawn(async move { session.call(GetThing).await.unwrap() });
    }
    assert_eq!(calls.join_all().await.len(), 20);
    assert_eq!(service.connections(), 1);
}

/// The error of a call to a service with this certificate, under a policy that would try again.
async fn refusal(identity: &Identity, authority: &Authority, tls: Tls) -> planet_core::Error {
    let config = config(identity, BOTH, Clients::Anonymous, authority);
    let service = Service::start(Some(config), |_| text("hello")).await;
    let error = session(&service.url, tls, quick()).build().unwrap().call(GetThing).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error}");
    assert_eq!((error.attempts(), error.is_transient()), (1, false), "another attempt would end the same way: {error}");
    assert!(service.seen().is_empty());
    error
}

#[tokio::test]
async fn a_certificate_of_an_unknown_root_is_refused_and_the_error_says_how_to_trust_it() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    for tls in [trusting(&ours), Tls::default()] {
        let error = refusal(&local(&theirs), &theirs, tls).await.to_string();
        assert!(error.contains("UnknownIssuer") && error.contains("Tls::root_pem"), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_that_has_expired_or_is_for_another_host_is_refused() {
    let authority = Authority::new("root");
    let expired = authority.sign("127.0.0.1", |params| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    });
    let error = refusal(&expired, &authority, trusting(&authority)).await.to_string();
    assert!(error.contains("expired") && error.contains("clock"), "{error}");

    let other = authority.sign("other.example.com", |_| {});
    let error = refusal(&other, &authority, trusting(&authority)).await.to_string();
    assert!(error.contains("other.example.com") && error.contains("another one's"), "{error}");
}

#[tokio::test]
async fn a_server_that_shows_its_root_is_refused_and_the_error_says_what_to_make_instead() {
    let authority = Authority::new("root");
    let shown = authority.sign("127.0.0.1", |params| {
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    });
    let error = refusal(&shown, &authority, trusting(&authority)).await.to_string();
    assert!(error.contains("sign one for the server with it"), "{error}");
}

#[tokio::test]
async fn a_given_root_stands_beside_the_default_ones_and_may_come_with_others() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let service = service(&ours, BOTH, Clients::Anonymous).await;
    let tls = Tls::default().root_pem(format!("{}\n{}", other.root_pem(), ours.root_pem())).unwrap();
    assert_eq!(session(&service.url, tls, Retry::off()).build().unwrap().call(GetThing).await.unwrap(), "hello");
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_a_service_that_demands_one() {
    let authority = Authority::new("root");
    let service = service(&authority, BOTH, Clients::Demanded).await;
    let me = authority.sign("me", |_| {});
    let tls = trusting(&authority).client_certificate_pem(&me.certificate, &me.key).unwrap();
    assert_eq!(session(&service.url, tls, Retry::off()).build().unwrap().call(GetThing).await.unwrap(), "hello");
    assert!(service.seen()[0].client_certificate);
}

#[tokio::test]
async fn a_client_certificate_that_is_missing_or_unknown_is_asked_for() {
    let (authority, other) = (Authority::new("root"), Authority::new("other"));
    let stranger = other.sign("me", |_| {});
    let unknown = trusting(&authority).client_certificate_pem(&stranger.certificate, &stranger.key).unwrap();
    for alpn in [BOTH, &["http/1.1"]] {
        for tls in [trusting(&authority), unknown.clone()] {
            let service = service(&authority, alpn, Clients::Demanded).await;
            let error = session(&service.url, tls, quick()).build().unwrap().call(GetThing).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error:?}");
            assert!(error.to_string().contains("client_certificate_pem"), "{error:?}");
            assert_eq!(error.attempts(), 1);
        }
    }
}

#[tokio::test]
async fn storage_sees_no_client_certificate_and_speaks_http_1() {
    let authority = Authority::new("root");
    let storage = service(&authority, BOTH, Clients::Welcome).await;
    let link = format!("{}/bucket", storage.url);
    let config = config(&local(&authority), BOTH, Clients::Welcome, &authority);
    let home = Service::start(Some(config), move |_| {
        Response::builder().status(302).header("location", &link).body(http_body_util::Full::default()).unwrap()
    })
    .await;
    let me = authority.sign("me", |_| {});
    let tls = trusting(&authority).client_certificate_pem(&me.certificate, &me.key).unwrap();
    assert_eq!(session(&home.url, tls, Retry::off()).build().unwrap().call(GetThing).await.unwrap(), "hello");
    let (home, storage) = (&home.seen()[0], &storage.seen()[0]);
    assert_eq!((home.client_certificate, home.version), (true, Version::HTTP_2));
    assert_eq!((storage.client_certificate, storage.version), (false, Version::HTTP_11));
}

#[test]
fn what_is_no_pem_is_refused_and_the_error_says_what_was_found() {
    let authority = Authority::new("root");
    let (me, other) = (authority.sign("me", |_| {}), authority.sign("me", |_| {}));
    let broken = me.certificate.replace("MII", "!!!");
    for (pem, found) in [
        ("", "found nothing"),
        ("not a certificate", "17 bytes that are no PEM"),
        ("\x30\x03\x02\x01\x00", "DER; convert it"),
        (&me.key, "holds no certificate; found PEM of PRIVATE KEY"),
        (&broken, "broken PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
    ] {
        let error = Tls::default().root_pem(pem).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().starts_with("root_pem: ") && error.to_string().contains(found), "{error}");
    }
    let encrypted = me.key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    for (key, found) in [
        (me.certificate.as_str(), "holds no private key; found PEM of CERTIFICATE"),
        (&encrypted, "encrypted"),
        (&other.key, "does not belong"),
        (&me.key.replace("MI", "!!"), "no private key"),
        (&me.key.replace("-----END PRIVATE KEY-----", ""), "no private key"),
    ] {
        let error = Tls::default().client_certificate_pem(&me.certificate, key).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.to_string().contains(found), "{error}");
        let secret = me.key.lines().nth(1).unwrap();
        assert!(!format!("{error:?}").contains(&secret[4..20]));
    }
}

#[test]
fn a_key_is_never_printed() {
    let authority = Authority::new("root");
    let me = authority.sign("me", |_| {});
    let tls = trusting(&authority).client_certificate_pem(&me.certificate, &me.key).unwrap();
    let printed = format!("{:?}", builder("https://api.planet.com", Retry::off()).tls(tls));
    assert!(printed.contains("client_certificate: true"), "{printed}");
    assert!(!printed.contains(me.key.lines().nth(1).unwrap()), "{printed}");
}

/// What a peer does with the streams of its first connection. It answers on all later ones.
#[derive(Clone, Copy, Debug)]
enum Break {
    Reset(h2::Reason),
    /// A GOAWAY that leaves the stream out.
    GoAway,
    Close,
}

/// A peer that speaks HTTP/2 and breaks its first connection.
async fn breaking(authority: &Authority, how: Break) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let acceptor = TlsAcceptor::from(Arc::new(config(&local(authority), BOTH, Clients::Anonymous, authority)));
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = acceptor.accept(stream).await.unwrap();
            match how {
                Break::GoAway if number == 0 => {
                    stream.write_all(b"\0\0\0\x04\0\0\0\0\0").await.unwrap(); // SETTINGS
                    // The preface, the client's SETTINGS and WINDOW_UPDATE, and the request.
                    while stream.read(&mut [0; 4096]).await.unwrap() < 60 {}
                    stream.write_all(b"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0").await.unwrap();
                    connections.spawn(async move { while stream.read(&mut [0; 64]).await.is_ok_and(|n| n > 0) {} });
                }
                how => drop(connections.spawn(answer(stream, (number == 0).then_some(how)))),
            }
        }
    });
    (url, tasks)
}

async fn answer(stream: tokio_rustls::server::TlsStream<tokio::net::TcpStream>, how: Option<Break>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    let mut broken = false;
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        match how {
            Some(Break::Reset(reason)) if !broken => respond.send_reset(reason),
            Some(Break::Close) => return,
            _ => respond.send_response(Response::new(()), false).unwrap().send_data("hello".into(), true).unwrap(),
        }
        broken = true;
    }
}

#[tokio::test]
async fn a_refused_stream_was_not_sent_and_is_sent_again_even_if_it_may_cost_money() {
    let authority = Authority::new("root");
    let (url, _peer) = breaking(&authority, Break::Reset(h2::Reason::REFUSED_STREAM)).await;
    let once = session(&url, trusting(&authority), Retry::off()).build().unwrap();
    let error = once.call(GetThing).idempotent(false).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotSent), "{error}");

    let (url, _peer) = breaking(&authority, Break::Reset(h2::Reason::REFUSED_STREAM)).await;
    let session = session(&url, trusting(&authority), quick()).build().unwrap();
    let response = session.call(GetThing).idempotent(false).send().await.unwrap();
    assert_eq!((response.value().as_str(), response.attempts()), ("hello", 2));
}

#[tokio::test]
async fn any_other_broken_stream_may_have_been_acted_upon() {
    let authority = Authority::new("root");
    for how in [
        Break::Reset(h2::Reason::INTERNAL_ERROR),
        Break::Reset(h2::Reason::CANCEL),
        Break::Reset(h2::Reason::NO_ERROR),
        Break::Close,
        Break::GoAway,
    ] {
        let (url, _peer) = breaking(&authority, how).await;
        let error = session(&url, trusting(&authority), quick()).build().unwrap();
        let error = error.call(GetThing).idempotent(false).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown), "{how:?}: {error}");
        assert_eq!(error.attempts(), 1, "{how:?}");

        let (url, _peer) = breaking(&authority, how).await;
        let session = session(&url, trusting(&authority), quick()).build().unwrap();
        let response = session.call(GetThing).send().await.unwrap();
        assert_eq!((response.value().as_str(), response.attempts()), ("hello", 2), "{how:?}");
    }
}
