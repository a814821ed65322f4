//! Follows redirects.
//!
//! A layer of our own: what tower-http does by default turns a created order into a GET. The rules: GET and HEAD are
//! followed, at most 20 hops; other methods only by 307 and 308 to the same origin; never to plain http, except on this
//! machine. Once a hop has left the first origin only harmless headers are sent, and no body, also when a
//! later hop returns.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use tower::ServiceExt;

use super::around::{Around, Next};
use super::copied::Copied;
use super::{CallContext, Request, Response};
use crate::endpoint::resolve;
use crate::{BoxError, Error, ErrorKind, Origin, Outcome, RequestBody, redact};

const MAX_HOPS: usize = 20;

/// What may be sent to another origin. A list of what must not would never be complete: a provider or a layer of the
/// program's own may carry a credential under any name.
const HARMLESS: [HeaderName; 13] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::CACHE_CONTROL,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::IF_UNMODIFIED_SINCE,
    header::RANGE,
    header::PRAGMA,
    header::USER_AGENT,
    HeaderName::from_static("x-planet-app"),
];

/// Marks an answer to a request that had left our origin, and so went without the credential.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnsweredAway;

/// Which URL gave the answer, where it was not the one that was asked first: files are named after it.
#[cfg(feature = "fs")]
#[derive(Clone, Debug)]
pub(crate) struct AnsweredFrom(pub(crate) Uri);

pub(super) struct Redirect {
    /// Where the credential belongs.
    origin: Origin,
}

impl Redirect {
    pub(super) fn new(origin: Origin) -> Self {
        Self { origin }
    }
}

impl Around for Redirect {
    async fn around<S: Next>(self: Arc<Self>, mut request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let ours = self.origin.holds(request.uri());
        if !ours && let Some(origin) = Origin::of(request.uri()).filter(|origin| !origin.is_protected()) {
            return Err(in_the_clear(&origin).into());
        }
        let context = CallContext::of(&request);
        // A layer of the program's own may have turned the request elsewhere after it got the credential.
        let mut away = context.authorized() && !ours;
        if away {
            keep_harmless(request.headers_mut());
        }
        let home = request.uri().clone();
        for _ in 0..=MAX_HOPS {
            let mut copied = Copied::of(&request);
            let mut response = next.clone().oneshot(request).await?;
            let Some(target) = target(&copied.uri, &response)? else {
                if away {
                    response.extensions_mut().insert(AnsweredAway);
                }
                #[cfg(feature = "fs")]
                if copied.uri != home {
                    response.extensions_mut().insert(AnsweredFrom(copied.uri));
                }
                return Ok(response);
            };
            let same_origin = Origin::of(&target) == Origin::of(&home);
            if !may_follow(&copied.method, response.status(), same_origin) {
                return Err(refused(&copied.method, &response, &target).into());
            }
            if !same_origin {
                away = true;
                keep_harmless(&mut copied.headers);
                copied.body = RequestBody::default();
            }
            copied.uri = target;
            request = copied.into_request(&context);
        }
        let url = redact::url(&request.uri().to_string());
        Err(Error::new(ErrorKind::Unexpected, format!("more than {MAX_HOPS} redirects, the last to {url}")).into())
    }
}

fn in_the_clear(origin: &Origin) -> Error {
    let message = format!("plain http is only allowed to this machine, not to {origin}; use https");
    Error::new(ErrorKind::InvalidInput, message).with_outcome(Outcome::NotSent)
}

/// Drops whatever may tell who asks.
fn keep_harmless(headers: &mut HeaderMap) {
    let telling =
        |name: &HeaderName| !HARMLESS.contains(name) || headers.get_all(name).iter().any(HeaderValue::is_sensitive);
    let dropped: Vec<HeaderName> = headers.keys().filter(|name| telling(name)).cloned().collect();
    for name in dropped {
        headers.remove(name);
    }
}

/// Where the answer sends us, if it does.
fn target(from: &Uri, response: &Response) -> Result<Option<Uri>, Error> {
    let followed = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !followed.contains(&response.status()) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(header::LOCATION) else {
        return Ok(None);
    };
    let location = String::from_utf8_lossy(location.as_bytes());
    let target = resolve(from, &location)?;
    let bad = |what: &str| {
        let url = redact::url(&location);
        Err(Error::new(ErrorKind::Unexpected, format!("a redirect {what} is not followed: {url}")))
    };
    match Origin::of(&target) {
        None => bad("to what is no web address"),
        Some(_) if target.authority().is_some_and(|authority| authority.as_str().contains('@')) => {
            bad("with a user name in it")
        }
        Some(origin) if !origin.is_protected() => bad("to plain http"),
        Some(_) => Ok(Some(target)),
    }
}

fn may_follow(method: &Method, status: StatusCode, same_origin: bool) -> bool {
    let keeps_method = matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    matches!(*method, Method::GET | Method::HEAD) || (keeps_method && same_origin)
}

fn refused(method: &Method, response: &Response, target: &Uri) -> Error {
    let message = format!(
        "the service answered a {} with {} to {}, which is not followed: it would change the request or take it to another host",
        method,
        response.status(),
        redact::url(&target.to_string()),
    );
    Error::new(ErrorKind::Unexpected, message).with_help("Check the endpoint's address")
}
