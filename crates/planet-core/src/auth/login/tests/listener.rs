//! The listener, over sockets of this machine.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::super::BrowserLogin;
use super::super::listener::Loopback;
use super::*;

fn flow(redirect_uri: &str) -> Flow {
    Flow::AuthorizationCode { redirect_uri: redirect_uri.into(), local_redirect_uri: redirect_uri.into() }
}

async fn begin(redirect_uri: &str, answers: impl IntoIterator<Item = Answer>) -> (BrowserLogin, MemoryStorage) {
    let script = ScriptedTransport::new([discovery()].into_iter().chain(answers));
    let (keeper, storage) = keeper(client(flow(redirect_uri)), &script);
    (BrowserLogin::begin(keeper).await.unwrap(), storage)
}

fn port(login: &BrowserLogin) -> u16 {
    let uri: http::Uri = login.redirect_uri().parse().unwrap();
    uri.port_u16().unwrap()
}

fn state(login: &BrowserLogin) -> String {
    fields(login.url().split_once('?').unwrap().1).remove("state").unwrap()
}

/// A whole exchange of a browser.
async fn visit(port: u16, start: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    stream.write_all(format!("{start} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_browser_comes_back_and_sees_a_page_without_the_code() {
    let (login, storage) = begin("http://127.0.0.1:0/callback", [token()]).await;
    assert!(port(&login) > 0);
    assert_eq!(fields(login.url())["redirect_uri"], login.redirect_uri());
    let target = format!("GET /callback?code=the-code&state={}", state(&login));
    let (done, page) = tokio::join!(login.complete(), visit(port(&login), &target));
    done.unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK") && page.contains("The login was answered."), "{page}");
    assert!(page.contains("cache-control: no-store") && page.contains("referrer-policy: no-referrer"), "{page}");
    assert!(!page.contains("the-code") && !page.contains(&state(&login)), "{page}");
    assert!(kept(&storage).is_some());
}

#[tokio::test]
async fn whatever_else_comes_is_turned_away_and_the_waiting_goes_on() {
    let (login, _) = begin("http://127.0.0.1:0/callback", [token()]).await;
    let (port, state) = (port(&login), state(&login));
    let visits = async {
        for (start, status) in [
            ("GET /favicon.ico", 404),
            ("GET /", 404),
            ("GET /callback", 404),
            ("GET /callback?x=1", 404),
            (&format!("GET /callback/?code=c&state={state}"), 404),
            (&format!("GET /Callback?code=c&state={state}"), 404),
            (&format!("HEAD /callback?code=c&state={state}"), 405),
            (&format!("POST /callback?code=c&state={state}"), 405),
            ("nonsense", 400),
        ] {
            let answer = visit(port, start).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{start}: {answer}");
        }
        // A browser that opened a connection and does not use it is in nobody's way.
        let _idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        visit(port, &format!("GET /callback?code=the-code&state={state}")).await
    };
    let (done, page) = tokio::join!(timeout(Duration::from_secs(5), login.complete()), visits);
    done.expect("it ends").unwrap();
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
}

#[tokio::test]
async fn a_refusal_and_an_answer_to_another_login_end_it() {
    for (query, failure) in [
        ("error=access_denied&error_description=%3Cscript%3E", AuthFailure::Denied),
        ("code=the-code&state=another", AuthFailure::BadAnswer),
    ] {
        let (login, storage) = begin("http://127.0.0.1:0/", []).await;
        let target = format!("GET /?{query}");
        let (done, page) = tokio::join!(login.complete(), visit(port(&login), &target));
        assert_eq!(told(&done.unwrap_err()).0, failure);
        assert!(page.starts_with("HTTP/1.1 200 ") && !page.contains("script"), "{page}");
        assert!(kept(&storage).is_none());
    }
}

#[tokio::test]
async fn a_login_that_nobody_waits_for_any_more_can_be_waited_for_again() {
    let (login, _) = begin("http://127.0.0.1:0/callback", [token()]).await;
    timeout(Duration::from_millis(20), login.complete()).await.unwrap_err();
    let target = format!("GET /callback?code=the-code&state={}", state(&login));
    let (done, _) = tokio::join!(login.complete(), visit(port(&login), &target));
    done.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_does_not_come_is_not_waited_for_longer_than_300_s() {
    let (login, _) = begin("http://127.0.0.1:0/callback", []).await;
    let start = tokio::time::Instant::now();
    let (failure, _, printed) = told(&login.complete().await.unwrap_err());
    assert_eq!(failure, AuthFailure::LoginExpired);
    assert!(printed.contains("within 300 s"), "{printed}");
    assert_eq!(start.elapsed().as_secs(), 300);
}

#[tokio::test]
async fn it_listens_on_this_machine_alone_and_for_localhost_at_both_addresses() {
    let (login, _) = begin("http://localhost:0/callback", []).await;
    let port = port(&login);
    assert_eq!(login.redirect_uri(), format!("http://localhost:{port}/callback"));
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok() {
        TcpStream::connect((Ipv6Addr::LOCALHOST, port)).await.unwrap();
    }
    // On Linux the whole of 127.0.0.0/8 is this machine; the listener stands at one address of it.
    #[cfg(target_os = "linux")]
    TcpStream::connect((Ipv4Addr::new(127, 0, 0, 2), port)).await.unwrap_err();
}

#[tokio::test]
async fn a_redirect_uri_that_is_not_on_this_machine_cannot_be_listened_at() {
    for uri in [
        "https://127.0.0.1:1/",
        "http://example.com/",
        "http://192.168.0.1/",
        "http://127.0.0.2:0/",
        "http://0.0.0.0:0/",
        "myapp://callback",
        "/callback",
        "",
    ] {
        let error = Loopback::bind(uri).await.map(|_| ()).unwrap_err();
        let (failure, _, printed) = told(&error);
        assert_eq!(failure, AuthFailure::BadProfile);
        assert!(printed.contains("complete_with"), "{printed}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_when_the_login_is_completed_and_leaves_the_other_way_open() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let uri = format!("http://127.0.0.1:{}/callback", taken.local_addr().unwrap().port());
    let (login, _) = begin(&uri, [token()]).await;
    let (failure, _, printed) = told(&login.complete().await.unwrap_err());
    assert_eq!(failure, AuthFailure::BadProfile);
    assert!(printed.contains(&uri) && printed.contains("cannot listen"), "{printed}");
    login.complete_with(format!("{uri}?code=the-code&state={}", state(&login))).await.unwrap();
}

#[tokio::test]
async fn a_port_is_chosen_only_where_the_uri_leaves_it_open() {
    let loopback = Loopback::bind("http://127.0.0.1:0/callback").await.unwrap();
    for kept in ["http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", "https://example.com:0/cb", "myapp:/cb"] {
        assert_eq!(loopback.name(kept), kept);
    }
    let named = loopback.name("http://localhost:0/a:0/b");
    assert!(
        named.starts_with("http://localhost:") && named.ends_with("/a:0/b") && !named.contains("localhost:0"),
        "{named}"
    );
}
