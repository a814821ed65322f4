//! The request log.

use serde_json::{Value, json};

use super::call::{Answer, Call, Refusal, listed};
use crate::fault::path_matches;
use crate::observe::{Listener, RequestRecord};

pub(super) const PARAMETERS: &[&str] = &["since", "method", "path", "listener", "status"];

/// `GET /__sandbox__/requests`
pub(super) fn list(call: &Call<'_>) -> Answer {
    let since: u64 = number(call, "since")?.unwrap_or_default();
    let status: Option<u16> = number(call, "status")?;
    let listener = listener(call)?;
    let wanted = |request: &RequestRecord| {
        request.number > since
            && call.parameter("method").is_none_or(|method| request.method.eq_ignore_ascii_case(method))
            && call.parameter("path").is_none_or(|pattern| path_matches(pattern, &request.path))
            && listener.is_none_or(|listener| request.listener == listener)
            && (status.is_none() || request.status == status)
    };
    let (requests, last) = call.service.log.select(wanted);
    let requests: Vec<Value> = requests.iter().map(RequestRecord::to_json).collect();
    Ok(json!({ "requests": requests, "last": last }))
}

fn number<T: std::str::FromStr>(call: &Call<'_>, name: &str) -> Result<Option<T>, Refusal> {
    let read = |text: &str| text.parse().map_err(|_| Refusal::bad(format!("`{name}` is a number, not `{text}`")));
    call.parameter(name).map(read).transpose()
}

fn listener(call: &Call<'_>) -> Result<Option<Listener>, Refusal> {
    let Some(name) = call.parameter("listener") else {
        return Ok(None);
    };
    let found = Listener::ALL.into_iter().find(|listener| listener.name() == name);
    found.map(Some).ok_or_else(|| {
        let known = listed(&Listener::ALL.map(Listener::name), "");
        Refusal::bad(format!("`listener` is one of {known}, not `{name}`"))
    })
}

/// `DELETE /__sandbox__/requests`
pub(super) fn forget(call: &Call<'_>) -> Answer {
    Ok(json!({ "forgotten": call.service.log.forget() }))
}
