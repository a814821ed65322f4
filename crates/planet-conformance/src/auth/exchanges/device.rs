//! A login with a code that is entered elsewhere, and how long it takes.

use planet::Auth;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

use super::drive::Outcome;
use super::recorded::{Flow, Response};

pub(super) async fn login(flow: &Flow, auth: &Auth) -> Result<Outcome, String> {
    let login = match auth.device_login().await {
        Ok(login) => login,
        Err(error) => return Ok(Err(error)),
    };
    let given =
        flow.exchanges.iter().map(|exchange| &exchange.response).find(|response| response.text("user_code").is_some());
    let given = given.ok_or("the authority gave no code")?;
    let prompt = login.prompt();
    let shown = [
        ("user_code", Some(prompt.user_code())),
        ("verification_uri", Some(prompt.verification_uri())),
        ("verification_uri_complete", prompt.verification_uri_complete()),
    ];
    if let Some((name, ours)) = shown.into_iter().find(|(name, ours)| given.text(name) != *ours) {
        return Err(format!("{name} is {ours:?}, not {:?}", given.text(name)));
    }
    let begun = Instant::now();
    let outcome = login.complete().await;
    on_time(flow, given, begun.elapsed())?;
    Ok(outcome)
}

/// One interval before each question, five seconds longer for good after each `slow_down`.
fn on_time(flow: &Flow, given: &Response, elapsed: Duration) -> Result<(), String> {
    let number = |name: &str| given.json.as_ref().and_then(|json| json.get(name)).and_then(Value::as_u64);
    if flow.outlasts_failures() {
        let life = Duration::from_secs(number("expires_in").unwrap_or_default());
        let late = elapsed > life + Duration::from_secs(1);
        return if late || elapsed < life / 2 {
            Err(format!("gives up after {elapsed:?} of {life:?}"))
        } else {
            Ok(())
        };
    }
    let mut interval = number("interval").unwrap_or(5);
    let mut wanted = 0;
    for exchange in flow.exchanges.iter().filter(|exchange| exchange.request.field("device_code").is_some()) {
        wanted += interval;
        if exchange.response.text("error") == Some("slow_down") {
            interval += 5;
        }
    }
    match elapsed.as_secs_f64().round() == Duration::from_secs(wanted).as_secs_f64() {
        true => Ok(()),
        false => Err(format!("takes {elapsed:?}, not {wanted} s")),
    }
}
