//! The OAuth authority: one for users, and a realm for machines, both on the third listener.

mod answer;
mod authorize;
mod client;
mod device;
mod discovery;
mod form;
mod grants;
mod key;
mod login;
mod page;
mod revoke;
mod settings;
mod steer;
mod token;

use http::Method;

use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::Service;

pub(crate) use grants::Grants;
pub(crate) use login::login;
pub use settings::Consent;
pub(crate) use settings::Settings;

/// Where the machines' realm begins on the listener.
const MACHINE_PATH: &str = "/auth/realms/main";

/// The two authorities, each with clients and a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    User,
    Machine,
}

impl Realm {
    /// The issuer's name without a final slash: what endpoints begin with.
    fn base(self, service: &Service) -> String {
        match self {
            Self::User => service.authority_url.clone(),
            Self::Machine => format!("{}{MACHINE_PATH}", service.authority_url),
        }
    }

    /// The issuer's name. That of the users' authority ends with a slash.
    pub(crate) fn issuer(self, service: &Service) -> String {
        match self {
            Self::User => format!("{}/", self.base(service)),
            Self::Machine => self.base(service),
        }
    }
}

/// The authority's answer to a request.
pub(crate) fn answer(service: &Service, request: &Request) -> Response {
    // The path as it was sent: an authority does not forgive a doubled slash.
    let found = match request.path.strip_prefix(MACHINE_PATH) {
        Some(path) => machine_route(service, request, path),
        None => user_route(service, request, &request.path),
    };
    found.unwrap_or_else(|| respond::unknown_route(request))
}

fn user_route(service: &Service, request: &Request, path: &str) -> Option<Response> {
    let (get, post) = (request.method == Method::GET, request.method == Method::POST);
    Some(match path {
        "/.well-known/openid-configuration" if get => discovery::document(service, request, Realm::User),
        "/.well-known/jwks.json" if get => discovery::keys(request, Realm::User),
        "/oauth/device/code" if post => device::start(service, request),
        "/oauth/token" if post => token::answer(service, request, Realm::User),
        "/oauth/revoke" if post => revoke::answer(service, request, Realm::User),
        "/activate" if get => device::show(service, request),
        "/activate" if post => device::decide(service, request),
        "/authorize" if get => authorize::show(service, request),
        "/authorize" if post => authorize::decide(service, request),
        _ => return None,
    })
}

fn machine_route(service: &Service, request: &Request, path: &str) -> Option<Response> {
    let (get, post) = (request.method == Method::GET, request.method == Method::POST);
    Some(match path {
        "/.well-known/openid-configuration" if get => discovery::document(service, request, Realm::Machine),
        "/protocol/openid-connect/certs" if get => discovery::keys(request, Realm::Machine),
        "/protocol/openid-connect/token" if post => token::answer(service, request, Realm::Machine),
        "/protocol/openid-connect/revoke" if post => revoke::answer(service, request, Realm::Machine),
        _ => return None,
    })
}
