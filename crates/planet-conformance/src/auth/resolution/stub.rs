//! The authorities of the cases.

use serde_json::json;

use super::recorded::Authority;
use crate::auth::double::{self, Answer, Asked, Double};

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// The token that a stub gives.
pub(super) const NEW_TOKEN: &str = "fake-new-access-token";
pub(super) const NEW_REFRESH_TOKEN: &str = "fake-new-refresh-token";

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
    let token = json!({"access_token": NEW_TOKEN, "expires_in": 3600, "token_type": "Bearer"});
    let rotated = json!({
        "access_token": NEW_TOKEN, "expires_in": 3600, "token_type": "Bearer", "refresh_token": NEW_REFRESH_TOKEN,
    });
    match authority {
        Authority::InvalidGrant => double::json(400, &json!({"error": "invalid_grant"})),
        Authority::InvalidClient => double::json(401, &json!({"error": "invalid_client"})),
        Authority::Stub if refreshes => double::json(200, &rotated),
        _ => double::json(200, &token),
    }
}

/// Where the authority is asked for its endpoints.
pub(super) fn discovery_of(auth_server: &str) -> String {
    format!("{}{DISCOVERY}", auth_server.trim_end_matches('/'))
}
