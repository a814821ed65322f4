//! The authorities of the cases.

use serde_json::json;

use super::recorded::Authority;
use crate::auth::double::{self, Answer, Asked, Double};

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// The token that a stub gives.
pub(super) const NEW_TOKEN: &str = "fake-new-access-token";

pub(super) fn of(authority: Authority) -> Double {
    Double::new(move |asked, _| answer(authority, asked))
}

fn answer(authority: Authority, asked: &Asked) -> Answer {
    if authority == Authority::Offline {
        return None;
    }
    if let Some(base) = asked.url.strip_suffix(DISCOVERY) {
        let (token, device) = (format!("{base}/token"), format!("{base}/device"));
        let known = json!({"issuer": base, "token_endpoint": token, "device_authorization_endpoint": device});
        return double::json(200, &known);
    }
    let form = asked.form().unwrap_or_default();
    let refreshes = form.iter().any(|(name, value)| name == "grant_type" && value == "refresh_token");
    let mut token = json!({"access_token": NEW_TOKEN, "expires_in": 3600, "token_type": "Bearer"});
    match authority {
        Authority::InvalidGrant => return double::json(400, &json!({"error": "invalid_grant"})),
        Authority::InvalidClient => return double::json(401, &json!({"error": "invalid_client"})),
        Authority::Stub if refreshes => token["refresh_token"] = "fake-new-refresh-token".into(),
        _ => {}
    }
    double::json(200, &token)
}

/// Where the authority is asked for its endpoints.
pub(super) fn discovery_of(auth_server: &str) -> String {
    format!("{}{DISCOVERY}", auth_server.trim_end_matches('/'))
}
