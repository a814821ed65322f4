//! Orders.

use serde::Deserialize;
use serde_json::json;

use super::call::{Answer, Call};
use crate::state::lock;

/// `GET /__sandbox__/orders`
pub(super) fn list(call: &Call<'_>) -> Answer {
    Ok(json!({ "order_ids": call.service.order_ids() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailNext {
    error_hints: Vec<String>,
}

/// `POST /__sandbox__/orders/fail-next`
pub(super) fn fail_next(call: &Call<'_>) -> Answer {
    let FailNext { error_hints } = call.body()?;
    let answer = json!({ "error_hints": error_hints });
    lock(&call.service.orders).fail_next(error_hints);
    Ok(answer)
}
