//! Registered clients, and how they prove who they are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use http::header::AUTHORIZATION;

use super::Realm;
use super::answer::Refusal;
use super::form::Form;
use crate::request::Request;
use crate::state::Service;

/// A registered client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(super) id: String,
    /// A public client has none.
    pub(super) secret: Option<String>,
    pub(super) flow: Flow,
}

/// How a client gets its first token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Device,
    Code { redirect_uris: Vec<String> },
    Machine,
}

impl Client {
    fn realm(&self) -> Realm {
        if self.flow == Flow::Machine { Realm::Machine } else { Realm::User }
    }

    /// Whether codes may be sent there. The port of a loopback address is not compared (RFC 8252, section 7.3).
    pub(super) fn may_redirect_to(&self, uri: &str) -> bool {
        match &self.flow {
            Flow::Code { redirect_uris } => redirect_uris.iter().any(|known| same_redirect(known, uri)),
            Flow::Device | Flow::Machine => false,
        }
    }
}

fn same_redirect(known: &str, uri: &str) -> bool {
    fn loopback(uri: &str) -> Option<Uri> {
        let parsed: Uri = uri.parse().ok()?;
        let on_loopback = matches!(parsed.host()?, "127.0.0.1" | "[::1]" | "localhost");
        // http::Uri drops a fragment, which a redirect URI must not have.
        (on_loopback && parsed.scheme_str() == Some("http") && !uri.contains(['#', '@'])).then_some(parsed)
    }
    match (loopback(known), loopback(uri)) {
        (Some(known), Some(uri)) => known.host() == uri.host() && known.path_and_query() == uri.path_and_query(),
        _ => known == uri,
    }
}

/// The client of this name.
pub(super) fn find<'a>(service: &'a Service, realm: Realm, id: &str) -> Option<&'a Client> {
    let clients = &service.settings.authority.clients;
    clients.iter().find(|client| client.id == id && client.realm() == realm)
}

/// The client that sends a form, if it proves to be one.
///
/// A public client names itself in the form. A confidential one sends HTTP Basic with id and secret as they are; in the
/// machines' realm both stand in the form, as recorded.
pub(super) fn authenticate<'a>(
    service: &'a Service,
    request: &Request,
    form: &Form,
    realm: Realm,
) -> Result<&'a Client, Refusal> {
    let basic = match request.header(AUTHORIZATION.as_str()) {
        Some(header) => Some(basic_pair(header).ok_or_else(Refusal::invalid_client)?),
        None => None,
    };
    let (id, secret) = match (&basic, realm) {
        (Some(_), Realm::Machine) => return Err(Refusal::invalid_client()),
        (Some(_), Realm::User) if form.get("client_secret").is_some() => {
            return Err(Refusal::invalid_request("client authentication must only be provided using one mechanism"));
        }
        (Some((id, _)), Realm::User) if form.get("client_id").is_some_and(|named| named != id) => {
            return Err(Refusal::invalid_request("mismatch in body and authorization client ids"));
        }
        (Some((id, secret)), Realm::User) => (Some(id.as_str()), Some(secret.as_str())),
        (None, _) => (form.get("client_id"), form.get("client_secret")),
    };
    let id = id.ok_or_else(|| Refusal::invalid_request("no client authentication mechanism provided"))?;
    let client = find(service, realm, id).ok_or_else(Refusal::invalid_client)?;
    if client.secret.as_deref() != secret {
        return Err(Refusal::invalid_client());
    }
    Ok(client)
}

fn basic_pair(header: &str) -> Option<(String, String)> {
    let (scheme, value) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_port_of_a_loopback_redirect_is_free() {
        let known = "http://127.0.0.1/callback";
        for (uri, same) in [
            ("http://127.0.0.1/callback", true),
            ("http://127.0.0.1:4711/callback", true),
            ("http://localhost:4711/callback", false),
            ("http://127.0.0.1:4711/", false),
            ("http://127.0.0.1:4711/callback?x=1", false),
            ("http://127.0.0.1:4711/callback#x", false),
            ("http://127.0.0.1@evil.example/callback", false),
            ("http://evil.example@127.0.0.1/callback", false),
            ("https://127.0.0.1/callback", false),
        ] {
            assert_eq!(same_redirect(known, uri), same, "{uri}");
        }
        assert!(same_redirect("https://app.example/cb", "https://app.example/cb"));
        assert!(!same_redirect("https://app.example/cb", "https://app.example:444/cb"));
    }
}
