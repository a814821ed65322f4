//! Revocation (RFC 7009).

use bytes::Bytes;
use http::StatusCode;

use super::answer::Refusal;
use super::form::Form;
use super::{Realm, client};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::{Service, lock};

/// A token that its owner does not want any more. With a refresh token its whole login ends.
pub(super) fn answer(service: &Service, request: &Request, realm: Realm) -> Response {
    match revoke(service, request, realm) {
        Ok(()) => respond::response(StatusCode::OK, "text/plain; charset=utf-8", Bytes::new()),
        Err(refusal) => refusal.into(),
    }
}

fn revoke(service: &Service, request: &Request, realm: Realm) -> Result<(), Refusal> {
    let form = Form::read(request)?;
    let client = client::authenticate(service, request, &form, realm)?;
    form.only(&["token", "token_type_hint"], request)?;
    lock(&service.grants).revoke(form.required("token")?, &client.id)
}
