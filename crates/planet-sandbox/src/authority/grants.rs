//! What has been granted: codes, refresh tokens, access tokens.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use super::answer::Refusal;
use super::device::Devices;
use super::settings::{Consent, Settings};
use super::{Realm, key};
use crate::clock::later;

/// How long the code of a browser login lives.
const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// What a user, or a client for itself, was granted at one login. All tokens of a login share it.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) realm: Realm,
    pub(super) client: String,
    /// What was asked for, each scope once.
    pub(super) scopes: Vec<String>,
    /// Given back in an ID token.
    pub(super) nonce: Option<String>,
}

/// The number of a grant.
pub(super) type GrantId = usize;

/// A code of a browser login.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: String,
    /// Of PKCE.
    pub(super) challenge: String,
    expires: Timestamp,
    used: Option<GrantId>,
}

#[derive(Clone, Copy, Debug)]
struct AccessToken {
    grant: GrantId,
    /// Seconds since 1970.
    expires: i64,
}

#[derive(Clone, Copy, Debug)]
struct RefreshToken {
    grant: GrantId,
    used: bool,
}

#[derive(Debug)]
pub(crate) struct Grants {
    pub(super) consent: Consent,
    pub(super) devices: Devices,
    grants: Vec<Grant>,
    revoked: HashSet<GrantId>,
    codes: HashMap<String, Code>,
    access: HashMap<String, AccessToken>,
    refresh: HashMap<String, RefreshToken>,
}

impl Grants {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            consent: settings.consent(),
            devices: Devices::new(settings),
            grants: Vec::new(),
            revoked: HashSet::new(),
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
        }
    }

    /// Whether the API accepts this access token.
    pub(crate) fn is_live(&self, token: &str, now: Timestamp) -> bool {
        let known = self.access.get(token);
        known.is_some_and(|token| now.as_second() < token.expires && !self.revoked.contains(&token.grant))
    }

    pub(super) fn grant(&mut self, grant: Grant) -> GrantId {
        self.grants.push(grant);
        self.grants.len() - 1
    }

    pub(super) fn get(&self, id: GrantId) -> Option<&Grant> {
        self.grants.get(id)
    }

    pub(super) fn add_access(&mut self, token: String, grant: GrantId, expires: i64) {
        self.access.insert(token, AccessToken { grant, expires });
    }

    pub(super) fn new_refresh(&mut self, grant: GrantId) -> String {
        let token = random(43);
        self.refresh.insert(token.clone(), RefreshToken { grant, used: false });
        token
    }

    pub(super) fn new_code(&mut self, grant: Grant, redirect_uri: &str, challenge: &str, now: Timestamp) -> String {
        let code = random(43);
        let (redirect_uri, challenge) = (redirect_uri.to_owned(), challenge.to_owned());
        let expires = later(now, CODE_LIFETIME);
        self.codes.insert(code.clone(), Code { grant, redirect_uri, challenge, expires, used: None });
        code
    }

    /// Uses up a code. One that was used before revokes what it brought.
    pub(super) fn redeem(
        &mut self,
        code: &str,
        client: &str,
        redirect_uri: &str,
        verifier: &str,
        now: Timestamp,
    ) -> Result<GrantId, Refusal> {
        let known = self.codes.get(code).filter(|known| known.grant.client == client);
        let known = known.cloned().ok_or_else(Refusal::invalid_grant)?;
        if let Some(grant) = known.used {
            self.revoked.insert(grant);
            return Err(Refusal::invalid_grant());
        }
        if known.expires <= now || known.redirect_uri != redirect_uri || known.challenge != key::challenge(verifier) {
            return Err(Refusal::invalid_grant());
        }
        let grant = self.grant(known.grant);
        if let Some(code) = self.codes.get_mut(code) {
            code.used = Some(grant);
        }
        Ok(grant)
    }

    /// Uses a refresh token. One that was used up before revokes all tokens of its login.
    pub(super) fn refresh(&mut self, token: &str, client: &str, rotation: bool) -> Result<GrantId, Refusal> {
        let (grants, known) = (&self.grants, self.refresh.get_mut(token));
        let known = known.filter(|token| grants.get(token.grant).is_some_and(|grant| grant.client == client));
        let known = known.ok_or_else(Refusal::invalid_grant)?;
        let again = std::mem::replace(&mut known.used, rotation);
        let grant = known.grant;
        if again {
            self.revoked.insert(grant);
        }
        if self.revoked.contains(&grant) { Err(Refusal::invalid_grant()) } else { Ok(grant) }
    }

    /// Revokes one access token, or with a refresh token its whole login. What is unknown is no error (RFC 7009).
    pub(super) fn revoke(&mut self, token: &str, client: &str) -> Result<(), Refusal> {
        let access = self.access.get(token).map(|token| token.grant);
        let refresh = self.refresh.get(token).map(|token| token.grant);
        let Some(grant) = access.or(refresh) else { return Ok(()) };
        if self.get(grant).is_none_or(|grant| grant.client != client) {
            return Err(Refusal::invalid_grant());
        }
        self.access.remove(token);
        if refresh.is_some() {
            self.revoked.insert(grant);
        }
        Ok(())
    }

    pub(super) fn revoke_grant(&mut self, grant: GrantId) {
        self.revoked.insert(grant);
    }

    pub(super) fn revoke_all(&mut self) {
        self.revoked.extend(0..self.grants.len());
    }
}

/// Text that cannot be guessed well enough for an emulator.
pub(super) fn random(length: usize) -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(length).collect()
}
