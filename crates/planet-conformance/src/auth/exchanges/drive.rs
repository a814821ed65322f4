//! Makes with ours what was recorded.

use std::time::{Duration, UNIX_EPOCH};

use planet::{Auth, AuthBuilder, Clock, Error};
use serde_json::{Map, Value, json};

use super::recorded::{Exchange, Flow, Goal};
use super::script::Script;
use super::{browser, client, device};
use crate::auth::home::Home;
use crate::auth::resolution::claims;
use crate::auth::stuck;

/// How a flow ended.
pub(super) type Outcome = Result<(), Error>;

/// 2026-11-22, if no token says when it was made.
const RECORDED: f64 = 1_795_305_600.0;

pub(super) async fn drive(flow: &Flow, goal: Goal) -> Result<Outcome, String> {
    match goal {
        Goal::LegacyLogin => legacy_login(flow).await,
        Goal::Refresh => refreshes(flow).await,
        Goal::Device | Goal::Browser | Goal::ClientCredentials | Goal::Revoke => {
            let script = Script::new(flow.of_the_client().cloned().collect(), flow.outlasts_failures());
            let outcome = with_a_profile(flow, goal, &script).await?;
            script.end()?;
            Ok(outcome)
        }
    }
}

/// A login or a logout of a client whose profile lies in a home folder.
async fn with_a_profile(flow: &Flow, goal: Goal, script: &Script) -> Result<Outcome, String> {
    let home = Home::new().map_err(stuck)?;
    client::write(flow, goal, &home)?;
    if goal == Goal::Revoke {
        let field = |name: &str| flow.exchanges.iter().find_map(|exchange| exchange.request.field(name));
        let hint = field("token_type_hint").unwrap_or("refresh_token");
        let other = if hint == "access_token" { "refresh_token" } else { "access_token" };
        let token = json!({hint: field("token"), other: "another-token", "_iat": RECORDED, "_exp": RECORDED + 3600.0});
        home.put(client::TOKEN_FILE, token.to_string().as_bytes())?;
    }
    let auth = match builder(flow, &home, script).profile(client::PROFILE) {
        Ok(auth) => auth,
        Err(error) => return Ok(Err(error)),
    };
    let outcome = match goal {
        Goal::Device => device::login(flow, &auth).await?,
        Goal::Browser => browser::login(flow, &auth, script).await?,
        Goal::Revoke => auth.logout().await,
        _ => auth.value().await.map(drop),
    };
    match (&outcome, goal) {
        (Err(_), _) => {}
        (Ok(()), Goal::Revoke) if auth.is_initialized() => return Err("there is a session after its end".to_owned()),
        (Ok(()), Goal::Revoke) => {}
        (Ok(()), _) => holds(flow.exchanges.last(), &auth, &home).await?,
    }
    Ok(outcome)
}

/// Each refresh in a session of its own, which holds the refresh token that was sent. How the last one ended counts.
async fn refreshes(flow: &Flow) -> Result<Outcome, String> {
    let mut outcome = Ok(());
    let exchanges: Vec<Exchange> = flow.of_the_client().cloned().collect();
    for (number, exchange) in exchanges.iter().enumerate() {
        if exchange.request.discovers().is_some() {
            return Err("a refresh with discovery: nobody knows which session asks".to_owned());
        }
        let home = Home::new().map_err(stuck)?;
        client::write(flow, Goal::Refresh, &home)?;
        let sent = exchange.request.field("refresh_token");
        let token = json!({"access_token": "an-old-token", "_iat": 1, "_exp": 2, "refresh_token": sent});
        home.put(client::TOKEN_FILE, token.to_string().as_bytes())?;
        let script = Script::new(vec![exchange.clone()], false);
        let auth = builder(flow, &home, &script).profile(client::PROFILE).map_err(stuck)?;
        outcome = auth.value().await.map(drop);
        script.end()?;
        match &outcome {
            Ok(()) => {
                holds(Some(exchange), &auth, &home).await?;
                keeps_a_refresh_token(exchange, &home)?;
            }
            Err(error) if number + 1 < exchanges.len() => return Err(format!("fails before its end: {error}")),
            Err(_) => {}
        }
    }
    Ok(outcome)
}

async fn legacy_login(flow: &Flow) -> Result<Outcome, String> {
    let home = Home::new().map_err(stuck)?;
    let script = Script::new(flow.of_the_client().cloned().collect(), false);
    let exchange = flow.exchanges.first().ok_or("there is no exchange")?;
    let json = exchange.request.json.clone().unwrap_or_default();
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let base_url = exchange.request.url.strip_suffix("/login").ok_or("a login elsewhere")?;
    let login = builder(flow, &home, &script).login(text("email"), text("password"));
    let outcome = login.base_url(base_url).await;
    script.end()?;
    let auth = match outcome {
        Ok(auth) => auth,
        Err(error) => return Ok(Err(error)),
    };
    let claims = exchange.response.text("token").and_then(claims).unwrap_or_default();
    let key = claims.get("api_key").and_then(Value::as_str);
    match auth.value().await {
        Ok(value) if Some(value.expose()) == key => Ok(Ok(())),
        _ => Err("the key is not the one in the token".to_owned()),
    }
}

fn builder(flow: &Flow, home: &Home, script: &Script) -> AuthBuilder {
    let issued = flow.exchanges.iter().filter_map(|exchange| claims(exchange.response.text("access_token")?));
    let issued = issued.filter_map(|claims| claims.get("iat")?.as_f64());
    let now = issued.reduce(f64::max).unwrap_or(RECORDED);
    let clock = Clock::new(move || UNIX_EPOCH + Duration::from_secs_f64(now));
    let nothing: [(&str, &str); 0] = [];
    Auth::builder().variables(nothing).home(home.path()).transport(script.authority().clone()).clock(clock)
}

/// The session has the token that the authority gave, in memory and on the disk.
async fn holds(exchange: Option<&Exchange>, auth: &Auth, home: &Home) -> Result<(), String> {
    let given = exchange.and_then(|exchange| exchange.response.json.clone()).unwrap_or_default();
    let value = auth.value().await.map_err(|error| format!("there is no token after all: {error}"))?;
    if given.get("access_token").and_then(Value::as_str) != Some(value.expose()) {
        return Err("the token is not the one that the authority gave".to_owned());
    }
    let stored = stored(home)?;
    match given.iter().find(|(name, value)| stored.get(*name) != Some(value)) {
        Some((name, _)) => Err(format!("{name} is not in the file as the authority gave it")),
        None => Ok(()),
    }
}

/// The new one, or else the one that was sent.
fn keeps_a_refresh_token(exchange: &Exchange, home: &Home) -> Result<(), String> {
    let wanted = exchange.response.text("refresh_token").or(exchange.request.field("refresh_token"));
    let stored = stored(home)?;
    match stored.get("refresh_token").and_then(Value::as_str) == wanted {
        true => Ok(()),
        false => Err("the refresh token is lost".to_owned()),
    }
}

fn stored(home: &Home) -> Result<Map<String, Value>, String> {
    let text = std::fs::read(home.resolve(client::TOKEN_FILE)?).map_err(stuck)?;
    serde_json::from_slice(&text).map_err(|error| format!("the token file is no object: {error}"))
}
