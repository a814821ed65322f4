//! Login in a browser (RFC 6749, section 4.1, with PKCE).

use http::header::CACHE_CONTROL;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::answer::Refusal;
use super::form::Form;
use super::grants::Grant;
use super::settings::Consent;
use super::{Realm, client, page, token};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::{Service, lock};

const KNOWN: &[&str] = &[
    "response_type",
    "redirect_uri",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "scope",
    "audience",
    "organization",
    "project_id",
];

/// Where the browser is sent back to.
struct Return {
    redirect_uri: String,
    state: Option<String>,
    issuer: String,
}

/// What the client asks for.
struct Asked {
    grant: Grant,
    challenge: String,
}

/// `GET /authorize`: back at once, or a page that asks the user.
pub(super) fn show(service: &Service, request: &Request) -> Response {
    let consent = lock(&service.grants).consent;
    match read(service, request) {
        Err(page) => page,
        Ok((back, Err(refusal))) => back.with_refusal(&refusal),
        Ok((back, Ok(asked))) => match consent {
            Consent::Automatic => back.with_code(service, asked),
            Consent::Denied => back.with_refusal(&Refusal::access_denied()),
            Consent::Page => page::confirm_browser(&asked.grant),
        },
    }
}

/// `POST /authorize` with the same query, and `decision=approve` or `decision=deny`: what the page sends.
pub(super) fn decide(service: &Service, request: &Request) -> Response {
    let decision = Request { query: Vec::new(), ..request.clone() };
    let decision = match Form::read(&decision) {
        Ok(form) => form.get("decision").unwrap_or_default().to_owned(),
        Err(refusal) => return page::error(&refusal.description),
    };
    match (read(service, request), decision.as_str()) {
        (Err(page), _) => page,
        (Ok((back, Err(refusal))), _) => back.with_refusal(&refusal),
        (Ok((back, Ok(asked))), "approve") => back.with_code(service, asked),
        (Ok((back, Ok(_))), "deny") => back.with_refusal(&Refusal::access_denied()),
        (Ok(_), _) => page::error("The field decision is approve or deny."),
    }
}

/// Reads a request: a page where nobody can be told by a redirect; else the way back, and what is asked for.
fn read(service: &Service, request: &Request) -> Result<(Return, Result<Asked, Refusal>), Response> {
    let form = Form::of_query(request).map_err(|refusal| page::error(&refusal.description))?;
    let client = form.get("client_id").and_then(|id| client::find(service, Realm::User, id));
    let Some(client) = client else {
        return Err(page::error("invalid_client: client is invalid"));
    };
    let redirect_uri = form.get("redirect_uri").filter(|uri| client.may_redirect_to(uri));
    let Some(redirect_uri) = redirect_uri else {
        return Err(page::error(
            "invalid_redirect_uri: redirect_uri did not match any of the client's registered ones",
        ));
    };
    let back = Return {
        redirect_uri: redirect_uri.to_owned(),
        state: form.get("state").map(str::to_owned),
        issuer: Realm::User.issuer(service),
    };
    Ok((back, asked(request, &form, &client.id)))
}

fn asked(request: &Request, form: &Form, client: &str) -> Result<Asked, Refusal> {
    form.only(KNOWN, request)?;
    if form.required("response_type")? != "code" {
        return Err(Refusal::new("unsupported_response_type", "unsupported response_type requested"));
    }
    let challenge = form.get("code_challenge").ok_or_else(|| {
        Refusal::invalid_request("Authorization Server policy requires PKCE to be used for this request")
    })?;
    if form.get("code_challenge_method") != Some("S256") {
        return Err(Refusal::invalid_request("not supported value of code_challenge_method"));
    }
    if challenge.len() != 43 {
        return Err(Refusal::invalid_request("code_challenge must be a string of 43 characters"));
    }
    let scopes = token::scopes(form, Realm::User)?;
    let nonce = form.get("nonce").map(str::to_owned);
    let grant = Grant { realm: Realm::User, client: client.to_owned(), scopes, nonce };
    Ok(Asked { grant, challenge: challenge.to_owned() })
}

impl Return {
    fn with_code(&self, service: &Service, asked: Asked) -> Response {
        let now = service.time.now();
        let code = lock(&service.grants).new_code(asked.grant, &self.redirect_uri, &asked.challenge, now);
        self.with(&[("code", &code)])
    }

    fn with_refusal(&self, refusal: &Refusal) -> Response {
        self.with(&[("error", refusal.error), ("error_description", &refusal.description)])
    }

    fn with(&self, fields: &[(&str, &str)]) -> Response {
        let state = self.state.as_deref().map(|state| ("state", state));
        let mut url = self.redirect_uri.clone();
        for (name, value) in fields.iter().copied().chain(state).chain([("iss", self.issuer.as_str())]) {
            let separator = if url.contains('?') { '&' } else { '?' };
            url.push_str(&format!("{separator}{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
        }
        respond::redirect(&url).with_header(CACHE_CONTROL, "no-store")
    }
}
