//! Against peers that break connections.

use std::time::Duration;

use planet_core::{ErrorKind, Outcome, Retry};
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
    Stall(&'static str),
    /// Closes without a word.
    Close,
}

/// A peer that treats its connections as told, one after another; the last act repeats.
async fn peer(acts: &'static [Act]) -> (String, JoinSet<()>) {
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
                    stream.write_all(bytes.as_bytes()).await.unwrap();
                    open.push(stream);
                }
                Act::Close => {}
            }
        }
    });
    (url, tasks)
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

#[tokio::test]
async fn headers_that_do_not_come_and_bodies_that_stall_are_timeouts() {
    for act in [
        &[Act::Stall("")],
        &[Act::Stall("HTTP/1.1 200 OK\r\n")],
        &[Act::Stall("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe")],
    ] {
        let (url, _peer) = peer(act).await;
        let error = session(&url, Retry::off()).call(GetThing).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown), "{error}");
    }
}

#[tokio::test]
async fn a_deadline_ends_the_call_and_its_attempts() {
    let (url, _peer) = peer(&[Act::Stall("")]).await;
    let call = session(&url, Retry::default()).call(GetThing).deadline(Duration::from_millis(50));
    let error = call.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("deadline"), "{error}");
}

#[tokio::test]
async fn nonsense_instead_of_http_is_a_transport_error() {
    let (url, _peer) = peer(&[Act::Send("SSH-2.0-OpenSSH_9.2\r\n")]).await;
    let error = session(&url, Retry::off()).call(GetThing).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown));
}
