//! A control request that has found its route, read strictly.

use http::header::ALLOW;
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::routes::{ROUTES, Route};
use super::{PREFIX, line};
use crate::fault::{FaultError, read};
use crate::request::Request;
use crate::respond::Response;
use crate::state::Service;

/// A request for a route: with no other parameters than the route knows, and with a body only if it is a `POST`.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) service: &'a Service,
    request: &'a Request,
    /// The last segment of the path.
    pub(super) id: &'a str,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        service: &'a Service,
        request: &'a Request,
        route: &Route,
        path: &[&'a str],
    ) -> Result<Self, Refusal> {
        for (at, (name, _)) in request.query.iter().enumerate() {
            if !route.parameters.contains(&name.as_str()) {
                let known = listed(route.parameters, "no parameters");
                return Err(Refusal::bad(format!("unknown parameter `{name}`: {} knows {known}", route.title())));
            }
            if request.query.iter().take(at).any(|(earlier, _)| earlier == name) {
                return Err(Refusal::bad(format!("the parameter `{name}` is given twice")));
            }
        }
        if request.method != Method::POST && !request.body.is_empty() {
            return Err(Refusal::bad(format!("{} takes no body", route.title())));
        }
        Ok(Self { service, request, id: path.last().copied().unwrap_or_default() })
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.request.query_value(name)
    }

    /// The body as text.
    pub(super) fn text(&self) -> Result<&str, Refusal> {
        std::str::from_utf8(&self.request.body).map_err(|_| Refusal::bad("the body is not JSON: it is not UTF-8"))
    }

    /// The body as a JSON object. None at all is an empty one.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let text = match self.text()?.trim() {
            "" => "{}",
            text => text,
        };
        if !text.starts_with('{') {
            return Err(Refusal::bad("the body is not a JSON object"));
        }
        Ok(read(text)?)
    }
}

/// Why nothing was done.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    text: String,
    /// The methods that the path knows, if it was asked with another one.
    allow: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), allow: None }
    }

    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    /// No route has this method and path; `there` are those of the same path.
    pub(super) fn no_route(request: &Request, there: &[&Route]) -> Self {
        let Request { method, path, .. } = request;
        if there.is_empty() {
            let all: Vec<String> = ROUTES.iter().map(Route::title).collect();
            return Self::new(
                StatusCode::NOT_FOUND,
                format!("no route {method} {path}; there are: {}", all.join(", ")),
            );
        }
        let allow: Vec<&str> = there.iter().map(|route| route.method.as_str()).collect();
        let allow = allow.join(", ");
        let text = format!("no method {method} of {path}; there are: {allow}");
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, text) }
    }
}

impl From<FaultError> for Refusal {
    fn from(error: FaultError) -> Self {
        Self::bad(error.to_string())
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        let response = line(refusal.status, &json!({ "error": refusal.text }));
        match refusal.allow {
            Some(allow) => response.with_header(ALLOW, &allow),
            None => response,
        }
    }
}

/// What a route answers with.
pub(super) type Answer = Result<Value, Refusal>;

/// `names` for a message, or what to say if there are none.
pub(super) fn listed(names: &[&str], none: &str) -> String {
    if names.is_empty() {
        return none.to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Route {
    /// Method and path, as messages name a route.
    pub(super) fn title(&self) -> String {
        format!("{} {PREFIX}/{}", self.method, self.path)
    }
}
