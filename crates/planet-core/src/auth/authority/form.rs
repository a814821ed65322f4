//! The forms that an authority is sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::{Zeroize, Zeroizing};

use super::super::profile::OidcClient;
use crate::Secret;

/// Fields of a form (`application/x-www-form-urlencoded`). Its text is wiped when it is dropped.
#[derive(Clone, Default)]
pub(in crate::auth) struct Form {
    names: Vec<String>,
    text: Zeroizing<String>,
}

impl Form {
    pub(in crate::auth) fn new<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            form.add(name, value);
        }
        form
    }

    pub(in crate::auth) fn add(&mut self, name: &str, value: &str) {
        let separator = if self.text.is_empty() { "" } else { "&" };
        let encoded = utf8_percent_encode(value, NON_ALPHANUMERIC);
        // A text that grows leaves its old bytes behind.
        let mut longer = format!("{}{separator}{name}={encoded}", *self.text);
        std::mem::swap(&mut *self.text, &mut longer);
        longer.zeroize();
        self.names.push(name.to_owned());
    }

    pub(in crate::auth) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// What is asked for: scope, audience and the fields of the profile.
    pub(in crate::auth) fn add_request_fields(&mut self, client: &OidcClient) {
        let scope = client.scopes.join(" ");
        let fields = [
            ("scope", (!scope.is_empty()).then_some(scope.as_str())),
            ("audience", client.audience.as_deref()),
            ("organization", client.organization.as_deref()),
            ("project_id", client.project_id.as_deref()),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                self.add(name, value);
            }
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// The value of an `Authorization` header: id and secret as they are, as the official tools send them.
pub(super) fn basic(client_id: &str, secret: &Secret) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("{client_id}:{}", secret.expose()));
    Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))
}
