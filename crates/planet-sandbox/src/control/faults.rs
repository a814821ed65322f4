//! The fault rules.

use http::StatusCode;
use serde_json::json;

use super::call::{Answer, Call, Refusal};
use crate::Fault;

/// `GET /__sandbox__/faults`
pub(super) fn list(call: &Call<'_>) -> Answer {
    Ok(json!({ "faults": call.service.faults.list() }))
}

/// `POST /__sandbox__/faults`
pub(super) fn add(call: &Call<'_>) -> Answer {
    let faults = Fault::from_json(call.text()?)?;
    Ok(json!({ "ids": call.service.faults.add_all(faults) }))
}

/// `DELETE /__sandbox__/faults`
pub(super) fn clear(call: &Call<'_>) -> Answer {
    Ok(json!({ "removed": call.service.faults.clear() }))
}

/// `DELETE /__sandbox__/faults/{id}`
pub(super) fn remove(call: &Call<'_>) -> Answer {
    let removed = call.id.parse().is_ok_and(|id| call.service.faults.remove(id));
    if !removed {
        return Err(Refusal::new(StatusCode::NOT_FOUND, format!("there is no fault with the id `{}`", call.id)));
    }
    Ok(json!({ "removed": 1 }))
}
