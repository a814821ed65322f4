//! Against peers that break connections.

use std::time::{Duration, Instant};

use planet_core::{Auth, Endpoint, ErrorKind, Outcome, Pace, Retry, Session, Timeouts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::{GetThing, quick, session};

/// What the peer does with one connection, after it has read the request.
#[derive(Clone, Copy)]
enum Act {
    /// Sends these bytes and closes.
    Send(&'static str),
    /// Sends these bytes and keeps still.
    Stall(&'static [u8]),
    /// Sends a body in small pieces, with pauses that together are longer than any limit of the tests.
    Drip,
    /// Closes without a word.
    Close,
}

/// A peer that treats its connections as told, one after another; the last act repeats.
async fn peer(acts: impl Into<Vec<Act>>) -> (String, JoinSet<()>) {
    let acts = acts.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = Vec::new();
        for act in acts.iter().chain(std::iter::repeat(acts.last().unwrap())) {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            match act {
                Act::Send(bytes) => stream.write_all(bytes.as_bytes()).await.unwrap(),
                Act::Stall(bytes) => {
                    stream.write_all(bytes).await.unwrap();
                    open.push(stream);
                }
                Act::Drip => drip(stream).await,
                Act::Close => {}
            }
        }
    });
    (url, tasks)
}

async fn drip(mut stream: TcpStream) {
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\nconnection: close\r\n\r\n").await.unwrap();
    for piece in b"drip drip drip" {
        tokio::time::sleep(Duration::from_millis(100)).await;
        // Who has seen enough closes the connection.
        drop(stream.write_all(&[*piece]).await);
    }
}

async fn read_request(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        seen.push(stream.read_u8().await.unwrap());
    }
}

const WHOLE: Act = Act::Send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello");
const HALF: Act = Act::Send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhe");

#[tokio::test]
async fn a_connection_that_closes_before_the_answer_is_tried_again() {
    let (url, _peer) = peer(&[Act::Close, WHOLE]).await;
    let response = session(&url, quick()).call(GetThing).send().await.unwrap();
    assert_eq!((response.value().as_str(), response.attempts()), ("hello", 2));
}

#[tokio::test]
async fn a_body_that_breaks_is_an_attempt_that_failed() {
    let (url, _peer) = peer(&[HALF, WHOLE]).await;
    let response = session(&url, quick()).call(GetThing).send().await.unwrap();
    assert_eq!((response.value().as_str(), response.attempts()), ("hello", 2));
}

#[tokio::test]
async fn a_call_that_is_not_idempotent_is_not_sent_again_and_its_outcome_is_unknown() {
    for acts in [&[Act::Close, WHOLE], &[HALF, WHOLE]] {
        let (url, _peer) = peer(acts).await;
        let error = session(&url, quick()).call(GetThing).idempotent(false).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown), "{error}");
        assert_eq!(error.attempts(), 1);
    }
}

/// What hangs fails.
async fn soon<F: IntoFuture>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(5), future.into_future()).await.expect("it hangs")
}

#[tokio::test]
async fn headers_that_do_not_come_are_a_timeout() {
    for act in [&[Act::Stall(b"")], &[Act::Stall(b"HTTP/1.1 200 OK\r\n")]] {
        let (url, _peer) = peer(act).await;
        let error = soon(session(&url, Retry::off()).call(GetThing)).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown), "{error}");
        assert!(error.to_string().contains("time to the headers"), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_stalls_is_a_timeout_and_is_asked_for_again() {
    const PLAIN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe";
    const GZIP: &[u8] =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 99\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03";
    for act in [PLAIN, GZIP] {
        let stalls = vec![Act::Stall(act)];
        let (url, _peer) = peer(stalls.clone()).await;
        let error = soon(session(&url, Retry::off()).call(GetThing)).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown), "{error}");
        assert!(error.is_transient() && error.to_string().contains("stalled"), "{error}");

        let (url, _peer) = peer([stalls, vec![WHOLE]].concat()).await;
        let response = soon(session(&url, quick()).call(GetThing).send()).await.unwrap();
        assert_eq!((response.value().as_str(), response.attempts()), ("hello", 2));
    }
}

#[tokio::test]
async fn a_body_that_is_slow_but_moves_is_not_cut() {
    let (url, _peer) = peer([Act::Drip]).await;
    let started = Instant::now();
    let call = session(&url, Retry::off()).call(GetThing).attempt_timeout(Duration::from_millis(300));
    assert_eq!(soon(call).await.unwrap(), "drip drip drip");
    assert!(started.elapsed() > Duration::from_secs(1), "longer than all limits of the session");
}

#[tokio::test]
async fn a_deadline_ends_the_call_and_its_attempts() {
    for act in [Act::Stall(b""), Act::Drip] {
        let (url, _peer) = peer([act]).await;
        let started = Instant::now();
        let call = session(&url, Retry::default()).call(GetThing).deadline(Duration::from_millis(200));
        let error = soon(call).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("deadline"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn an_attempt_has_its_own_limit() {
    let (url, _peer) = peer([Act::Stall(b"")]).await;
    let call = session(&url, quick()).call(GetThing).attempt_timeout(Duration::from_millis(50));
    let error = soon(call).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 3));
    assert!(error.to_string().contains("attempt's time"), "{error}");
}

/// A session that waits 100 ms for a connection, and longer than the test for everything else.
fn impatient(url: &str) -> Session {
    let timeouts = Timeouts::default().connect(Duration::from_millis(100));
    Session::builder()
        .auth(Auth::from_key("KEY"))
        .endpoint(Endpoint::parse(url).unwrap())
        .retry(Retry::off())
        .pace(Pace::off())
        .timeouts(timeouts)
        .build()
        .unwrap()
}

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
#[tokio::test]
async fn a_handshake_that_does_not_come_is_a_failure_to_connect() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let error = soon(impatient(&url).call(GetThing)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error}");
    assert!(error.to_string().contains("no connection within 0.1 s"), "{error}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_is_not_taken_is_a_failure_to_connect() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    // Nobody accepts: when the queue is full Linux answers no further connection.
    let mut full = Vec::new();
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(500), TcpStream::connect(address)).await {
        full.push(stream.unwrap());
    }
    let error = soon(impatient(&format!("http://{address}")).call(GetThing)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connect, Outcome::NotSent), "{error}");
}

#[tokio::test]
async fn sessions_with_the_same_key_and_origin_share_the_rate_of_a_route() {
    let (url, _peer) = peer([WHOLE]).await;
    let session = |key: &str, pace: Pace| {
        let builder = Session::builder().auth(Auth::from_key(key)).endpoint(Endpoint::parse(&url).unwrap());
        builder.pace(pace.rate("test", 2.0)).build().unwrap()
    };
    let took = async |other: Session| {
        let started = Instant::now();
        soon(other.call(GetThing)).await.unwrap();
        started.elapsed()
    };
    soon(session("KEY", Pace::default()).call(GetThing)).await.unwrap();
    assert!(took(session("KEY", Pace::default())).await > Duration::from_millis(300));
    for free in [session("OTHER", Pace::default()), session("KEY", Pace::default().per_session())] {
        assert!(took(free).await < Duration::from_millis(300));
    }
}

/// A peer that answers one request and then waits for the end of the connection, which it tells.
async fn peer_that_waits_for_the_end() -> (String, JoinSet<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await.unwrap();
        stream.read(&mut [0]).await.unwrap()
    });
    (url, tasks)
}

#[tokio::test]
async fn the_connections_of_a_session_are_closed_with_its_last_clone() {
    let (url, mut peer) = peer_that_waits_for_the_end().await;
    let session = session(&url, Retry::off());
    let clone = session.clone();
    soon(session.call(GetThing)).await.unwrap();
    drop(session);
    let still_open = tokio::time::timeout(Duration::from_millis(100), peer.join_next()).await;
    assert!(still_open.is_err(), "there is another clone");
    drop(clone);
    assert_eq!(soon(peer.join_next()).await.unwrap().unwrap(), 0, "the end of the connection");
}

#[tokio::test]
async fn closing_a_session_closes_its_connections_whoever_holds_clones() {
    let (url, mut peer) = peer_that_waits_for_the_end().await;
    let session = session(&url, Retry::off());
    let clone = session.clone();
    soon(session.call(GetThing)).await.unwrap();
    soon(clone.close()).await;
    assert_eq!(soon(peer.join_next()).await.unwrap().unwrap(), 0, "the end of the connection");
    let error = session.call(GetThing).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Closed, Outcome::NotSent), "{error}");
}

#[tokio::test]
async fn nonsense_instead_of_http_is_a_transport_error() {
    let (url, _peer) = peer(&[Act::Send("SSH-2.0-OpenSSH_9.2\r\n")]).await;
    let error = session(&url, Retry::off()).call(GetThing).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown));
}
