//! What the builder sets of the authority.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::client::{Client, Flow};
use crate::Builder;

/// What becomes of a browser that comes to `/authorize`.
///
/// In JSON and at the program's `--consent`: `automatic`, `page` or `denied`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Consent {
    /// It is sent back with a code at once, as if the user had consented before.
    #[default]
    Automatic,
    /// It is shown a page with two buttons.
    Page,
    /// It is sent back with `access_denied` at once.
    Denied,
}

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(super) clients: Vec<Client>,
    pub(super) email: String,
    pub(super) password: String,
    pub(super) consent: Consent,
    /// After so many polls a device code is approved without anybody.
    pub(super) approve_after: Option<u32>,
    pub(super) device_interval: Duration,
    pub(super) device_lifetime: Duration,
    pub(super) token_lifetime: Duration,
    pub(super) opaque: bool,
    pub(super) rotation: bool,
    pub(super) tell_expiry: bool,
}

impl Settings {
    pub(crate) fn consent(&self) -> Consent {
        self.consent
    }

    fn client(&self, right: impl Fn(&Client) -> bool) -> (&str, &str) {
        let found = self.clients.iter().find(|client| right(client));
        found.map_or(("", ""), |client| (&client.id, client.secret.as_deref().unwrap_or_default()))
    }

    pub(crate) fn device_client(&self) -> &str {
        self.client(|client| client.flow == Flow::Device && client.secret.is_none()).0
    }

    pub(crate) fn code_client(&self) -> &str {
        self.client(|client| matches!(client.flow, Flow::Code { .. })).0
    }

    pub(crate) fn m2m_client(&self) -> (&str, &str) {
        self.client(|client| client.flow == Flow::Machine)
    }

    pub(crate) fn user(&self) -> (&str, &str) {
        (&self.email, &self.password)
    }

    fn replace(&mut self, same: impl Fn(&Client) -> bool, client: Client) {
        self.clients.retain(|known| !same(known));
        self.clients.push(client);
    }
}

impl Default for Settings {
    fn default() -> Self {
        let client = |id: &str, secret: Option<&str>, flow| Client {
            id: id.to_owned(),
            secret: secret.map(str::to_owned),
            flow,
        };
        let redirect_uris = ["http://127.0.0.1/callback", "http://localhost/callback"].map(str::to_owned).to_vec();
        Self {
            clients: vec![
                client("sandbox-device-client", None, Flow::Device),
                client("sandbox-device-secret-client", Some("sandbox-device-secret"), Flow::Device),
                client("sandbox-code-client", None, Flow::Code { redirect_uris }),
                client("sandbox-m2m-client", Some("sandbox-m2m-secret"), Flow::Machine),
            ],
            email: "user@example.com".to_owned(),
            password: "sandbox-password".to_owned(),
            consent: Consent::Automatic,
            approve_after: None,
            device_interval: Duration::from_secs(1),
            device_lifetime: Duration::from_secs(600),
            token_lifetime: Duration::from_secs(3600),
            opaque: false,
            rotation: true,
            tell_expiry: true,
        }
    }
}

/// The authority.
impl Builder {
    /// The port of the authority; default 0, any free one.
    pub fn authority_port(mut self, port: u16) -> Self {
        self.authority_port = port;
        self
    }

    /// The public client that logs in by device code; default `sandbox-device-client`.
    pub fn device_client(mut self, id: impl Into<String>) -> Self {
        let client = Client { id: id.into(), secret: None, flow: Flow::Device };
        self.settings.authority.replace(|known| known.flow == Flow::Device && known.secret.is_none(), client);
        self
    }

    /// The client with a secret that logs in by device code; default `sandbox-device-secret-client` with
    /// `sandbox-device-secret`.
    pub fn confidential_device_client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        let client = Client { id: id.into(), secret: Some(secret.into()), flow: Flow::Device };
        self.settings.authority.replace(|known| known.flow == Flow::Device && known.secret.is_some(), client);
        self
    }

    /// The client that logs in with a browser, and where its codes may be sent; default `sandbox-code-client` with
    /// `http://127.0.0.1/callback` and `http://localhost/callback`. The port of such a loopback address is not compared.
    pub fn code_client<S: Into<String>>(
        mut self,
        id: impl Into<String>,
        redirect_uris: impl IntoIterator<Item = S>,
    ) -> Self {
        let redirect_uris = redirect_uris.into_iter().map(Into::into).collect();
        let client = Client { id: id.into(), secret: None, flow: Flow::Code { redirect_uris } };
        self.settings.authority.replace(|known| matches!(known.flow, Flow::Code { .. }), client);
        self
    }

    /// The client that needs no user; default `sandbox-m2m-client` with `sandbox-m2m-secret`.
    pub fn m2m_client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        let client = Client { id: id.into(), secret: Some(secret.into()), flow: Flow::Machine };
        self.settings.authority.replace(|known| known.flow == Flow::Machine, client);
        self
    }

    /// Who logs in by the legacy login; default `user@example.com` with `sandbox-password`.
    pub fn user(mut self, email: impl Into<String>, password: impl Into<String>) -> Self {
        self.settings.authority.email = email.into();
        self.settings.authority.password = password.into();
        self
    }

    /// What becomes of a browser that comes to `/authorize`; default [`Consent::Automatic`].
    pub fn consent(mut self, consent: Consent) -> Self {
        self.settings.authority.consent = consent;
        self
    }

    /// Approves every device code after so many answers that say "pending", without anybody; default: nobody does.
    pub fn approve_after(mut self, polls: u32) -> Self {
        self.settings.authority.approve_after = Some(polls);
        self
    }

    /// How long a client has to wait between two polls for a device code; default 1 s. Told in whole seconds. A poll that
    /// comes earlier, by the real time and every [`advance`](crate::Sandbox::advance), is answered with `slow_down`, and 5 s are
    /// added for good.
    pub fn device_interval(mut self, interval: Duration) -> Self {
        self.settings.authority.device_interval = interval;
        self
    }

    /// How long a device code lives by the sandbox's clock; default 600 s.
    pub fn device_lifetime(mut self, time: Duration) -> Self {
        self.settings.authority.device_lifetime = time;
        self
    }

    /// How long access tokens live by the sandbox's clock, in whole seconds; default 3600 s. Refresh tokens live until they
    /// are used or revoked.
    pub fn token_lifetime(mut self, time: Duration) -> Self {
        self.settings.authority.token_lifetime = time;
        self
    }

    /// Whether access tokens are random text instead of JSON Web Tokens; default false.
    pub fn opaque_tokens(mut self, on: bool) -> Self {
        self.settings.authority.opaque = on;
        self
    }

    /// Whether a refresh token is good for one use, and each refresh brings a new one; default true. If not, the answer to a
    /// refresh has none.
    pub fn rotate_refresh_tokens(mut self, on: bool) -> Self {
        self.settings.authority.rotation = on;
        self
    }

    /// Whether token answers tell `expires_in`; default true. Clients have to refuse those without it.
    pub fn tell_expiry(mut self, on: bool) -> Self {
        self.settings.authority.tell_expiry = on;
        self
    }
}
