//! How a test steers the authority: by the handle, or over the control endpoint.

use super::{Consent, Realm};
use crate::Sandbox;
use crate::state::{Service, lock};

impl Service {
    /// Approves or refuses a login that waits; whether there was one.
    pub(crate) fn decide_login(&self, user_code: &str, approved: bool) -> bool {
        lock(&self.grants).devices.decide(user_code, approved, self.time.now())
    }

    pub(crate) fn pending_user_codes(&self) -> Vec<String> {
        lock(&self.grants).devices.pending(self.time.now())
    }

    pub(crate) fn consent(&self) -> Consent {
        lock(&self.grants).consent
    }

    pub(crate) fn set_consent(&self, consent: Consent) {
        lock(&self.grants).consent = consent;
    }

    pub(crate) fn revoke_all_tokens(&self) {
        lock(&self.grants).revoke_all();
    }
}

/// The authority.
impl Sandbox {
    /// The issuer of the users' authority, such as `http://127.0.0.1:40125/`, to be used in place of
    /// `https://login.planet.com/`: another origin than [`url`](Self::url).
    pub fn authority_url(&self) -> String {
        Realm::User.issuer(&self.service)
    }

    /// The issuer of the machines' realm, to be used in place of `https://services.sentinel-hub.com/auth/realms/main`: on the
    /// same listener, without a final slash.
    pub fn machine_authority_url(&self) -> String {
        Realm::Machine.issuer(&self.service)
    }

    /// The id of the public client that logs in by device code.
    pub fn device_client(&self) -> &str {
        self.service.settings.authority.device_client()
    }

    /// The id of the client that logs in with a browser.
    pub fn code_client(&self) -> &str {
        self.service.settings.authority.code_client()
    }

    /// Id and secret of the client that needs no user.
    pub fn m2m_client(&self) -> (&str, &str) {
        self.service.settings.authority.m2m_client()
    }

    /// E-mail address and password of the legacy login.
    pub fn user(&self) -> (&str, &str) {
        self.service.settings.authority.user()
    }

    /// Approves the login that shows this user code, as its user would on the device page. Whether there is one that waits.
    pub fn approve(&self, user_code: &str) -> bool {
        self.service.decide_login(user_code, true)
    }

    /// Refuses the login that shows this user code. Whether there is one that waits.
    pub fn deny(&self, user_code: &str) -> bool {
        self.service.decide_login(user_code, false)
    }

    /// The user codes that wait for somebody, oldest first.
    pub fn pending_user_codes(&self) -> Vec<String> {
        self.service.pending_user_codes()
    }

    /// What becomes of a browser that comes to `/authorize` from now on.
    pub fn set_consent(&self, consent: Consent) {
        self.service.set_consent(consent);
    }

    /// Revokes all that the authority has given out: no refresh token and no access token of it is good any more.
    pub fn revoke_all_tokens(&self) {
        self.service.revoke_all_tokens();
    }
}
