//! Login by device code (RFC 8628): the codes, the polls, and the page where a user decides.

use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::answer::{self, Refusal};
use super::client::{self, Flow};
use super::form::Form;
use super::grants::{Grant, GrantId, random};
use super::settings::Settings;
use super::{Realm, page, token};
use crate::clock::later;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::state::{Service, lock};

/// Of user codes: consonants that are not mistaken for each other.
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

/// A timer on the client's side may be a little early.
const TOLERANCE: Duration = Duration::from_millis(50);

/// What `slow_down` adds to the interval (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// A login that somebody has to approve.
#[derive(Debug)]
struct Device {
    device_code: String,
    user_code: String,
    grant: Grant,
    expires: Timestamp,
    interval: Duration,
    /// When the last poll came.
    polled: Option<Duration>,
    polls: u32,
    /// Whether it was approved.
    decision: Option<bool>,
    /// What it brought.
    used: Option<GrantId>,
}

/// What a poll is answered with.
#[derive(Debug)]
pub(super) enum Poll {
    Granted(Grant),
    Refused(Refusal),
    /// The code was used before: what it brought is revoked.
    UsedTwice(GrantId),
}

/// The logins by device code, oldest first.
#[derive(Debug)]
pub(super) struct Devices {
    logins: Vec<Device>,
    approve_after: Option<u32>,
    interval: Duration,
    lifetime: Duration,
}

impl Devices {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            logins: Vec::new(),
            approve_after: settings.approve_after,
            interval: settings.device_interval,
            lifetime: settings.device_lifetime,
        }
    }

    /// Begins a login, and returns its device code and its user code.
    fn begin(&mut self, grant: Grant, now: Timestamp) -> (String, String) {
        let letters = |_| char::from(*fastrand::choice(LETTERS).unwrap_or(&b'B'));
        let half = || (0..4).map(letters).collect::<String>();
        let codes = (random(43), format!("{}-{}", half(), half()));
        self.logins.push(Device {
            device_code: codes.0.clone(),
            user_code: codes.1.clone(),
            grant,
            expires: later(now, self.lifetime),
            interval: self.interval,
            polled: None,
            polls: 0,
            decision: None,
            used: None,
        });
        codes
    }

    /// The login that waits with this user code; case and dash do not matter.
    fn waiting(&mut self, user_code: &str, now: Timestamp) -> Option<&mut Device> {
        let plain = |code: &str| code.replace(['-', ' '], "").to_ascii_uppercase();
        let code = plain(user_code);
        self.logins.iter_mut().find(|device| device.waits(now) && plain(&device.user_code) == code)
    }

    /// Decides on a login; whether there was one that waits.
    pub(super) fn decide(&mut self, user_code: &str, approved: bool, now: Timestamp) -> bool {
        let device = self.waiting(user_code, now);
        device.map(|device| device.decision = Some(approved)).is_some()
    }

    pub(super) fn pending(&self, now: Timestamp) -> Vec<String> {
        let waiting = self.logins.iter().filter(|device| device.waits(now));
        waiting.map(|device| device.user_code.clone()).collect()
    }

    /// A client asks whether its login was approved. `elapsed` is the time of the polls, `now` that of the codes.
    pub(super) fn poll(&mut self, device_code: &str, client: &str, elapsed: Duration, now: Timestamp) -> Poll {
        let known = self.logins.iter_mut().find(|device| device.device_code == device_code);
        let Some(device) = known.filter(|device| device.grant.client == client) else {
            return Poll::Refused(Refusal::invalid_grant());
        };
        if let Some(grant) = device.used {
            return Poll::UsedTwice(grant);
        }
        if device.expires <= now {
            return Poll::Refused(Refusal::new("expired_token", "device code is expired"));
        }
        let last = device.polled.replace(elapsed);
        if device.decision.is_none() {
            let early = last.is_some_and(|last| elapsed.saturating_sub(last) + TOLERANCE < device.interval);
            if early {
                device.interval += SLOWER;
                return Poll::Refused(Refusal::new("slow_down", "polling too fast"));
            }
            if self.approve_after.is_some_and(|polls| device.polls >= polls) {
                device.decision = Some(true);
            }
            device.polls += 1;
        }
        match device.decision {
            Some(true) => Poll::Granted(device.grant.clone()),
            Some(false) => Poll::Refused(Refusal::access_denied()),
            None => Poll::Refused(Refusal::new(
                "authorization_pending",
                "authorization request is still pending as the end-user hasn't yet completed the user interaction steps",
            )),
        }
    }

    pub(super) fn used(&mut self, device_code: &str, grant: GrantId) {
        if let Some(device) = self.logins.iter_mut().find(|device| device.device_code == device_code) {
            device.used = Some(grant);
        }
    }
}

impl Device {
    fn waits(&self, now: Timestamp) -> bool {
        self.decision.is_none() && now < self.expires
    }
}

/// `POST /oauth/device/code`
pub(super) fn start(service: &Service, request: &Request) -> Response {
    begin(service, request).unwrap_or_else(Response::from)
}

fn begin(service: &Service, request: &Request) -> Result<Response, Refusal> {
    let form = Form::read(request)?;
    let client = client::authenticate(service, request, &form, Realm::User)?;
    form.only(&["scope", "audience", "organization", "project_id"], request)?;
    if client.flow != Flow::Device {
        return Err(token::unauthorized_client());
    }
    let scopes = token::scopes(&form, Realm::User)?;
    let grant = Grant { realm: Realm::User, client: client.id.clone(), scopes, nonce: None };
    let (device_code, user_code) = lock(&service.grants).devices.begin(grant, service.time.now());
    let settings = &service.settings.authority;
    let place = format!("{}/activate", Realm::User.base(service));
    let body = json!({
        "device_code": device_code,
        "verification_uri_complete": format!("{place}?user_code={user_code}"),
        "verification_uri": place,
        "user_code": user_code,
        "expires_in": token::whole_seconds(settings.device_lifetime),
        "interval": token::whole_seconds(settings.device_interval),
    });
    Ok(answer::secret(StatusCode::OK, &body))
}

/// `GET /activate`: asks for the user code, or shows what waits with the one given.
pub(super) fn show(service: &Service, request: &Request) -> Response {
    if let Some((name, _)) = request.query.iter().find(|(name, _)| name != "user_code") {
        return respond::unknown_parameter(request, name);
    }
    let Some(user_code) = request.query_value("user_code") else {
        return page::enter_code();
    };
    match lock(&service.grants).devices.waiting(user_code, service.time.now()) {
        Some(device) => page::confirm_device(&device.user_code, &device.grant),
        None => page::error("No login waits with this code. It may have expired, or been decided."),
    }
}

/// `POST /activate` with `user_code` and `decision=approve` or `decision=deny`.
pub(super) fn decide(service: &Service, request: &Request) -> Response {
    let form = match Form::read(request) {
        Ok(form) => form,
        Err(refusal) => return page::error(&refusal.description),
    };
    let approved = match form.get("decision") {
        Some("approve") => true,
        Some("deny") => false,
        _ => return page::error("The field decision is approve or deny."),
    };
    let user_code = form.get("user_code").unwrap_or_default();
    if !lock(&service.grants).devices.decide(user_code, approved, service.time.now()) {
        return page::error("No login waits with this code. It may have expired, or been decided.");
    }
    page::done(if approved { "The login is approved. You can close this page." } else { "The login is refused." })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(settings: &Settings) -> (Devices, String, String) {
        let mut devices = Devices::new(settings);
        let grant = Grant { realm: Realm::User, client: "client".to_owned(), scopes: Vec::new(), nonce: None };
        let (device_code, user_code) = devices.begin(grant, Timestamp::UNIX_EPOCH);
        (devices, device_code, user_code)
    }

    fn poll(devices: &mut Devices, code: &str, millis: u64) -> String {
        match devices.poll(code, "client", Duration::from_millis(millis), Timestamp::UNIX_EPOCH) {
            Poll::Granted(_) => "granted".to_owned(),
            Poll::UsedTwice(_) => "used twice".to_owned(),
            Poll::Refused(refusal) => refusal.error.to_owned(),
        }
    }

    #[test]
    fn a_client_that_polls_too_fast_has_to_wait_five_seconds_longer_for_good() {
        let (mut devices, code, _) = begun(&Settings::default());
        let mut told = |millis| poll(&mut devices, &code, millis);
        assert_eq!(told(0), "authorization_pending");
        assert_eq!(told(960), "authorization_pending");
        assert_eq!(told(1_800), "slow_down");
        assert_eq!(told(7_700), "slow_down");
        assert_eq!(told(18_700), "authorization_pending");
        assert_eq!(told(29_700), "authorization_pending");
    }

    #[test]
    fn a_login_that_was_approved_is_answered_at_once_however_early_the_poll_comes() {
        let (mut devices, code, user_code) = begun(&Settings::default());
        assert_eq!(poll(&mut devices, &code, 0), "authorization_pending");
        assert!(devices.decide(&user_code.replace('-', "").to_lowercase(), true, Timestamp::UNIX_EPOCH));
        assert!(!devices.decide(&user_code, false, Timestamp::UNIX_EPOCH));
        assert_eq!(poll(&mut devices, &code, 1), "granted");
        devices.used(&code, 0);
        assert_eq!(poll(&mut devices, &code, 2), "used twice");
    }

    #[test]
    fn logins_approve_themselves_after_so_many_polls() {
        let settings = Settings { approve_after: Some(2), ..Settings::default() };
        let (mut devices, code, _) = begun(&settings);
        let told: Vec<_> = (0..3).map(|n| poll(&mut devices, &code, n * 1_000)).collect();
        assert_eq!(told, ["authorization_pending", "authorization_pending", "granted"]);
    }
}
