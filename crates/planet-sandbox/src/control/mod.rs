//! The control endpoint: what a [`Sandbox`](crate::Sandbox) handle can do, for programs in other processes and languages.
//!
//! It asks for no credential: the listener is on 127.0.0.1, where whoever can reach it can also read this process's memory
//! or kill it. A web page in a browser on the same machine is the exception, and is refused.

mod about;
mod authority;
mod call;
mod faults;
mod orders;
mod requests;
mod routes;
mod time;

use std::net::IpAddr;

use http::StatusCode;
use http::header::{HOST, ORIGIN};
use serde_json::Value;

use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::Service;
use call::{Call, Refusal};
use routes::{ROUTES, Route};

/// Where all routes begin. Planet has no such path.
const PREFIX: &str = "/__sandbox__";

/// Whether a path on the API listener belongs to the control endpoint.
pub(crate) fn is_meant(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The answer to a control request.
pub(crate) fn answer(service: &Service, request: &Request) -> Response {
    refuse_browsers(request).and_then(|()| dispatch(service, request)).unwrap_or_else(Response::from)
}

/// A page that somebody visits must neither steer a sandbox on their machine nor read what it was sent. Browsers say
/// `Origin` with whatever changes something or can be read across origins. A page whose own name was made to lead to 127.0.0.1
/// may read without, but then its name is in `Host`.
fn refuse_browsers(request: &Request) -> Result<(), Refusal> {
    if request.headers.contains_key(ORIGIN) {
        let text = "requests with an `Origin` header are refused: a web page must not steer the sandbox";
        return Err(Refusal::new(StatusCode::FORBIDDEN, text));
    }
    match request.header(HOST.as_str()) {
        Some(host) if !is_local(host) => {
            let text = format!("the host `{host}` is refused: use 127.0.0.1 or localhost");
            Err(Refusal::new(StatusCode::FORBIDDEN, text))
        }
        _ => Ok(()),
    }
}

fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn dispatch(service: &Service, request: &Request) -> Result<Response, Refusal> {
    let segments = request.segments();
    let path: Vec<&str> = segments.iter().skip(1).map(String::as_str).collect();
    let there: Vec<&Route> = ROUTES.iter().filter(|route| route.matches(&path)).collect();
    let Some(route) = there.iter().find(|route| route.method == request.method) else {
        return Err(Refusal::no_route(request, &there));
    };
    let call = Call::new(service, request, route, &path)?;
    (route.run)(&call).map(|document| line(StatusCode::OK, &document))
}

/// JSON as a line of its own: terminals show it as it is.
fn line(status: StatusCode, document: &Value) -> Response {
    respond::json_bytes(status, format!("{document}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for host in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:80", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["", "example.com", "example.com:8080", "192.168.1.7:80", "127.0.0.1.example.com", "[::2]:80"] {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn only_whole_segments_of_the_prefix_are_meant() {
        assert!(is_meant("/__sandbox__") && is_meant("/__sandbox__/clock"));
        assert!(!is_meant("/__sandbox__s") && !is_meant("/data/v1/__sandbox__/") && !is_meant("/"));
    }
}
