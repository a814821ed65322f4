//! A tunnel through a proxy: `CONNECT`.
//!
//! On hyper's own client rather than on hyper-util's `Tunnel`, which does not tell with which status a proxy refused.

use std::pin::pin;

use http::{HeaderMap, Request, StatusCode, Uri, header};
use http_body_util::Empty;
use hyper::client::conn::http1;

use super::connector::Socket;
use super::proxy::Via;
use crate::{BoxError, Error};

/// Asks the proxy at the other end of `socket` for a connection to `target`.
pub(super) async fn open(socket: Socket, via: &Via, target: &Uri) -> Result<Socket, Error> {
    let ask = async {
        let (mut sender, connection) = http1::handshake(socket).await?;
        let request = request(via, target)?;
        let mut talk = pin!(async {
            let answer = sender.send_request(request).await?;
            if !answer.status().is_success() {
                return Err(refusal(via, answer.status()).into());
            }
            let opened = hyper::upgrade::on(answer).await?.downcast::<Socket>();
            let parts = opened.map_err(|_| BoxError::from("the proxy's connection changed its type"))?;
            // The client speaks first in TLS.
            if parts.read_buf.is_empty() { Ok(parts.io) } else { Err("the proxy sent something of its own".into()) }
        });
        // Nothing is read or written unless the connection is polled; it ends when the tunnel is open, or with an error.
        tokio::select! {
            done = &mut talk => done,
            _ended = connection.with_upgrades() => talk.await,
        }
    };
    ask.await.map_err(|cause: BoxError| match cause.downcast::<Error>() {
        Ok(refusal) => *refusal,
        Err(cause) => via.error("broke the connection", "Check that it is a proxy").with_source(cause),
    })
}

/// Holds nothing of the request that goes through the tunnel but the host and the port.
fn request(via: &Via, target: &Uri) -> Result<Request<Empty<&'static [u8]>>, http::Error> {
    let authority = format!("{}:{}", target.host().unwrap_or_default(), target.port_u16().unwrap_or(443));
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, authority.parse()?);
    if let Some(credential) = via.credential() {
        headers.insert(header::PROXY_AUTHORIZATION, credential);
    }
    let mut request = Request::connect(authority).body(Empty::new())?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// A proxy's answer that is no tunnel. It has not passed the request on.
pub(super) fn refusal(via: &Via, status: StatusCode) -> Error {
    let help = match status {
        // tinyproxy answers 401 where the password is wrong.
        StatusCode::PROXY_AUTHENTICATION_REQUIRED | StatusCode::UNAUTHORIZED => {
            "Give it the right user name and password, percent-encoded: http://user:password@host:port"
        }
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            "It cannot reach the host; try again later, or check the address"
        }
        _ => "Ask who runs the proxy to allow the host, or exempt it with NO_PROXY",
    };
    via.error(&format!("refused: {status}"), help).with_transient(status.is_server_error())
}
