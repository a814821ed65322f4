//! Plain HTTP/1.1 on this machine, a connection for each request.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A GET with cookies, or none.
pub(crate) async fn get(url: &str, cookies: &str) -> Answer {
    let (authority, target) = split(url);
    send(authority, format!("GET {target} HTTP/1.1\r\nhost: {authority}\r\ncookie: {cookies}\r\n"), "").await
}

/// Posts JSON and returns JSON.
pub(crate) async fn post(url: &str, body: &Value) -> Value {
    let (authority, target) = split(url);
    let head = format!("POST {target} HTTP/1.1\r\nhost: {authority}\r\ncontent-type: application/json\r\n");
    let answer = send(authority, head, &body.to_string()).await;
    assert_eq!(answer.status, 200, "{url}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The host with its port, and the rest.
pub(crate) fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").expect("a plain URL");
    rest.find('/').map_or((rest, "/"), |start| rest.split_at(start))
}

async fn send(authority: &str, head: String, body: &str) -> Answer {
    let mut stream = TcpStream::connect(authority).await.unwrap();
    let text = format!("{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    read(&String::from_utf8(answer).unwrap())
}

fn read(answer: &str) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Answer { status: status.expect("a status"), headers, body: body.to_owned() }
}
