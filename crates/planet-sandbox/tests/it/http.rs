//! A client just good enough for the tests: one connection a request.

use std::io;

use planet_sandbox::Sandbox;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// How the connection ended before the promised length was there, if it did.
    pub(crate) broken: Option<Broken>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// An orderly end, too early.
    Closed,
    Reset,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{}", text.chars().take(500).collect::<String>());
        self
    }
}

/// Sends a request to an absolute URL.
pub(crate) async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
    let rest = url.strip_prefix("http://").expect("an http URL");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut request = format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(request.as_bytes()).await?;
    stream.write_all(body).await?;
    read_answer(stream, method == "HEAD").await
}

async fn read_answer(mut stream: TcpStream, head_only: bool) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut answer = Answer { status, headers, body: bytes.split_off(end + 4), broken: None };
    if answer.header("transfer-encoding") == Some("chunked") {
        stream.read_to_end(&mut answer.body).await?;
        (answer.body, answer.broken) = without_chunks(&answer.body);
        return Ok(answer);
    }
    let length = answer.header("content-length").map_or(0, |text| text.parse().unwrap());
    while !head_only && answer.body.len() < length {
        match stream.read_buf(&mut answer.body).await {
            Ok(0) => answer.broken = Some(Broken::Closed),
            Ok(_) => continue,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {
                answer.broken = Some(Broken::Reset);
            }
            Err(error) => return Err(error),
        }
        break;
    }
    Ok(answer)
}

fn without_chunks(mut sent: &[u8]) -> (Vec<u8>, Option<Broken>) {
    let mut body = Vec::new();
    loop {
        let Some(line) = sent.windows(2).position(|pair| pair == b"\r\n") else {
            return (body, Some(Broken::Closed));
        };
        let length = usize::from_str_radix(std::str::from_utf8(&sent[..line]).unwrap(), 16).unwrap();
        if length == 0 {
            return (body, None);
        }
        let start = line + 2;
        body.extend_from_slice(&sent[start..start + length]);
        sent = &sent[start + length + 2..];
    }
}

/// The sandbox's API with its key.
pub(crate) async fn call(sandbox: &Sandbox, method: &str, path: &str, body: &[u8]) -> io::Result<Answer> {
    let url = format!("{}{path}", sandbox.url());
    send(method, &url, &[("authorization", &authorization(sandbox))], body).await
}

pub(crate) fn authorization(sandbox: &Sandbox) -> String {
    format!("api-key {}", sandbox.api_key())
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Answer {
    call(sandbox, "GET", path, b"").await.unwrap()
}

pub(crate) async fn post(sandbox: &Sandbox, path: &str, body: &Value) -> Answer {
    call(sandbox, "POST", path, body.to_string().as_bytes()).await.unwrap()
}

/// Follows a link of the sandbox's own, as the key's owner.
pub(crate) async fn follow(sandbox: &Sandbox, link: &Value) -> Answer {
    let path = link.as_str().unwrap().strip_prefix(sandbox.url()).unwrap();
    get(sandbox, path).await
}
