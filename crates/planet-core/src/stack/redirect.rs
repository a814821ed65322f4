//! Follows redirects.
//!
//! A layer of our own: what tower-http does by default turns a created order into a GET. The rules: GET and HEAD are
//! followed, at most 20 hops; other methods only by 307 and 308 to the same origin; once a hop has left the first
//! origin no credential is sent again, also when a later hop returns.

use std::sync::Arc;

use http::{HeaderName, Method, StatusCode, Uri, header};
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{Request, Response};
use crate::endpoint::resolve;
use crate::{BoxError, Error, ErrorKind, Origin, redact};

const MAX_HOPS: usize = 20;

/// What proves who is asking, and must not leave for another origin.
const CREDENTIALS: [HeaderName; 3] = [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];

/// Marks an answer to a request that had left our origin, and so went without the credential.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnsweredAway;

pub(super) struct Redirect;

impl Around for Redirect {
    async fn around<S: Next>(self: Arc<Self>, mut request: Request, next: S) -> Result<Response, BoxError> {
        let home = Origin::of(request.uri());
        let mut away = false;
        for _ in 0..=MAX_HOPS {
            let mut response = next.clone().oneshot(request.clone()).await?;
            let Some(target) = target(request.uri(), &response)? else {
                if away {
                    response.extensions_mut().insert(AnsweredAway);
                }
                return Ok(response);
            };
            let same_origin = Origin::of(&target) == home;
            if !may_follow(request.method(), response.status(), same_origin) {
                return Err(refused(&request, &response, &target).into());
            }
            if !same_origin {
                away = true;
                CREDENTIALS.iter().for_each(|name| drop(request.headers_mut().remove(name)));
            }
            *request.uri_mut() = target;
        }
        Err(Error::new(
            ErrorKind::Unexpected,
            format!("more than {MAX_HOPS} redirects, the last to {}", redact::url(&request.uri().to_string())),
        )
        .into())
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
    match Origin::of(&target) {
        Some(_) => Ok(Some(target)),
        None => Err(Error::new(
            ErrorKind::Unexpected,
            format!("a redirect to what is no web address: {}", redact::url(&location)),
        )),
    }
}

fn may_follow(method: &Method, status: StatusCode, same_origin: bool) -> bool {
    let keeps_method = matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    matches!(*method, Method::GET | Method::HEAD) || (keeps_method && same_origin)
}

fn refused(request: &Request, response: &Response, target: &Uri) -> Error {
    let message = format!(
        "the service answered a {} with {} to {}, which is not followed: it would change the request or take it to another host",
        request.method(),
        response.status(),
        redact::url(&target.to_string()),
    );
    Error::new(ErrorKind::Unexpected, message).with_help("Check the endpoint's address")
}
