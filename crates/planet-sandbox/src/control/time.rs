//! The clock, and the limits that recover with it.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::call::{Answer, Call, Refusal};
use crate::Clock;
use crate::state::lock;

/// `GET /__sandbox__/clock`
pub(super) fn clock(call: &Call<'_>) -> Answer {
    let time = &call.service.time;
    let kind = match time.kind() {
        Clock::Real => "real",
        Clock::Manual => "manual",
    };
    Ok(json!({ "now": time.now().to_string(), "clock": kind }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: f64,
}

/// `POST /__sandbox__/clock`
pub(super) fn advance(call: &Call<'_>) -> Answer {
    let Advance { advance_seconds } = call.body()?;
    let by = Duration::try_from_secs_f64(advance_seconds)
        .map_err(|_| Refusal::bad(format!("`advance_seconds` is a number from 0 on, not {advance_seconds}")))?;
    call.service.time.advance(by);
    clock(call)
}

/// `GET /__sandbox__/limits`
pub(super) fn limits(call: &Call<'_>) -> Answer {
    Ok(json!({ "enforced": has_limits(call) && lock(&call.service.limiter).is_on() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    enforced: bool,
}

/// `POST /__sandbox__/limits`
pub(super) fn set_limits(call: &Call<'_>) -> Answer {
    let Limits { enforced } = call.body()?;
    if enforced && !has_limits(call) {
        return Err(Refusal::new(StatusCode::CONFLICT, "the sandbox was started without limits"));
    }
    lock(&call.service.limiter).switch(enforced);
    limits(call)
}

/// Whether the sandbox was started with limits.
fn has_limits(call: &Call<'_>) -> bool {
    let settings = &call.service.settings;
    settings.limits || settings.requests_a_second.is_some()
}
