//! From a request to the handler that answers it.

use http::Method;

use crate::api::{data, features, files, orders, parameters};
use crate::auth;
use crate::authority;
use crate::limit::{self, Class};
use crate::observe::Listener;
use crate::request::Request;
use crate::respond::{Response, unknown_parameter, unknown_route};
use crate::state::{Service, lock};

/// The service's answer to a request.
pub(crate) fn answer(service: &Service, request: &Request) -> Response {
    match request.listener {
        Listener::Storage => return files::answer(service, request),
        Listener::Authority => return authority::answer(service, request),
        Listener::Api => {}
    }
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    if !is_known_api(&segments) {
        return unknown_route(request);
    }
    if !is_open(&segments) && !auth::is_good(service, request) {
        return auth::unauthorized();
    }
    if !is_admitted(service, request, &segments) {
        return limit::too_many_requests(service.settings.retry_after);
    }
    if let Some(name) = parameters::unknown(request, &segments) {
        return unknown_parameter(request, name);
    }
    let answer = match segments.as_slice() {
        ["v0", "auth", "login"] if request.method == Method::POST => Some(authority::login(service, request)),
        ["data", "v1", path @ ..] => data::route(service, request, path),
        ["compute", "ops", path @ ..] => orders::route(service, request, path),
        ["features", "v1", "ogc", "my", path @ ..] => features::route(service, request, path),
        _ => None,
    };
    answer.unwrap_or_else(|| unknown_route(request))
}

fn is_admitted(service: &Service, request: &Request, segments: &[&str]) -> bool {
    let (settings, now) = (&service.settings, service.time.elapsed());
    match (Class::of(&request.method, segments), settings.requests_a_second) {
        (_, Some(most)) => lock(&service.limiter).admit_any(most, now),
        (Some(class), None) if settings.limits => lock(&service.limiter).admit(class, now),
        _ => true,
    }
}

/// Anything else is refused as unknown, with or without a credential.
fn is_known_api(segments: &[&str]) -> bool {
    matches!(
        segments,
        ["v0", "auth", "login"] | ["data", "v1", ..] | ["compute", "ops", ..] | ["features", "v1", "ogc", "my", ..]
    )
}

/// Routes that need no credential: the legacy login, the bundle specification, and links with a token in them.
fn is_open(segments: &[&str]) -> bool {
    matches!(
        segments,
        ["v0", "auth", "login"]
            | ["compute", "ops", "bundles", "spec"]
            | ["compute", "ops", "download"]
            | ["data", "v1", "download"]
    )
}
