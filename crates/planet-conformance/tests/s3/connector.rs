//! How the client of object_store reaches a store on this machine, without another HTTP library.

use std::io;

use async_trait::async_trait;
use http_body_util::BodyExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use planet_core::http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Plain HTTP/1.1, a connection for each request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain;

impl HttpConnector for Plain {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Self))
    }
}

#[async_trait]
impl HttpService for Plain {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let authority = head.uri.authority().expect("the client sends whole URLs").as_str();
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let mut text = format!("{} {target} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n", head.method);
        for (name, value) in
            head.headers.iter().filter(|(name, _)| !["host", "content-length"].contains(&name.as_str()))
        {
            text += &format!("{name}: {}\r\n", value.to_str().expect("the client sends text"));
        }
        text += &format!("content-length: {}\r\n\r\n", body.len());
        let answer = exchange(authority, &[text.as_bytes(), &body]).await;
        let answer = answer.map_err(|cause| HttpError::new(HttpErrorKind::Interrupted, cause))?;
        Ok(read(&answer, head.method == Method::HEAD))
    }
}

/// A request without a body or a signature, which moto does not ask for: its status and its body.
pub(crate) async fn ask(method: &str, url: &str) -> (u16, String) {
    let (authority, target) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a plain URL");
    let request =
        format!("{method} /{target} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    let answer = read(&exchange(authority, &[request.as_bytes()]).await.expect("an answer"), false);
    let (head, body) = answer.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    (head.status.as_u16(), String::from_utf8_lossy(&body).into_owned())
}

async fn exchange(authority: &str, parts: &[&[u8]]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(authority).await?;
    for part in parts {
        stream.write_all(part).await?;
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

/// moto tells the length of every answer and closes the connection after it.
fn read(answer: &[u8], is_head: bool) -> HttpResponse {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole answer");
    let head = std::str::from_utf8(&answer[..end]).expect("an answer in text");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
    let body = if is_head { Vec::new() } else { answer[end + 4..].to_vec() };
    let mut response = Response::new(HttpResponseBody::from(body));
    *response.status_mut() = StatusCode::from_bytes(status.as_bytes()).expect("a status");
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header");
        response.headers_mut().append(name, HeaderValue::from_str(value.trim()).expect("a header"));
    }
    response
}
