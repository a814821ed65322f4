//! What a user would do at the authority.

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::call::{Answer, Call, Refusal};
use crate::Consent;

/// `GET /__sandbox__/authority`
pub(super) fn show(call: &Call<'_>) -> Answer {
    Ok(json!({ "pending_user_codes": call.service.pending_user_codes(), "consent": call.service.consent() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Login {
    user_code: String,
}

/// `POST /__sandbox__/authority/approve`
pub(super) fn approve(call: &Call<'_>) -> Answer {
    decide(call, true)
}

/// `POST /__sandbox__/authority/deny`
pub(super) fn deny(call: &Call<'_>) -> Answer {
    decide(call, false)
}

fn decide(call: &Call<'_>, approved: bool) -> Answer {
    let Login { user_code } = call.body()?;
    if !call.service.decide_login(&user_code, approved) {
        let text = format!("no login waits with the user code `{user_code}`: it may have expired, or been decided");
        return Err(Refusal::new(StatusCode::NOT_FOUND, text));
    }
    show(call)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewConsent {
    consent: Consent,
}

/// `POST /__sandbox__/authority/consent`
pub(super) fn set_consent(call: &Call<'_>) -> Answer {
    let NewConsent { consent } = call.body()?;
    call.service.set_consent(consent);
    show(call)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// `POST /__sandbox__/authority/revoke-all-tokens`
pub(super) fn revoke_all(call: &Call<'_>) -> Answer {
    let Nothing {} = call.body()?;
    call.service.revoke_all_tokens();
    show(call)
}
