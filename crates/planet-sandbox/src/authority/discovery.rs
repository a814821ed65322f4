//! Where the endpoints are, and the public keys.

use serde_json::Value;

use super::Realm;
use super::answer;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::Service;

/// The discovery document as recorded, with our addresses.
pub(super) fn document(service: &Service, request: &Request, realm: Realm) -> Response {
    if let Some(refused) = refuse_parameters(request) {
        return refused;
    }
    let recorded = match realm {
        Realm::User => include_str!("../../data/user-discovery.json"),
        Realm::Machine => include_str!("../../data/machine-discovery.json"),
    };
    let text = recorded.replace("{authority}", &realm.base(service));
    let document: Value = serde_json::from_str(&text).unwrap_or_default();
    answer::public(&document)
}

pub(super) fn keys(request: &Request, realm: Realm) -> Response {
    refuse_parameters(request).unwrap_or_else(|| answer::public(&realm.public_keys()))
}

fn refuse_parameters(request: &Request) -> Option<Response> {
    let (name, _) = request.query.first()?;
    Some(respond::unknown_parameter(request, name))
}
