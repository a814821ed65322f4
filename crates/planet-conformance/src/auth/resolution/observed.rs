//! What ours does with a case.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, UNIX_EPOCH};

use http::{Method, header};
use planet::testing::{Answer, ScriptedTransport};
use planet::{Auth, AuthKind, AuthWarningKind, Clock, Error, Pace, Retry, Session};
use serde_json::{Value, json};

use super::recorded::Recorded;
use super::token::Token;
use super::wanted::Found;
use super::{call, stub};
use crate::auth::double::Asked;
use crate::auth::home::{self, Home, Written};
use crate::auth::stuck;
use crate::log::Log;

/// 2026-11-22. No recorded token begins later but those of the homes; none of them ends before it by itself.
const RECORDED: f64 = 1_795_305_600.0;

/// What the API is asked for.
const URL: &str = "https://api.planet.com/data/v1/item-types";

/// Everything that can be seen from outside.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) found: Result<Found, Error>,
    /// The `Authorization` headers of the requests to the API, and how the call ended.
    pub(super) sent: Vec<Option<String>>,
    pub(super) ended: Result<(), Error>,
    pub(super) asked: Vec<Asked>,
    pub(super) warnings: BTreeSet<String>,
    pub(super) files: BTreeMap<String, Written>,
    /// The profile that the order of the command line leads to.
    pub(super) cli: Result<Option<String>, Error>,
}

/// The time that the case is run at. A home is looked at a minute after the youngest of its tokens came.
pub(super) fn now(case: &Recorded) -> f64 {
    let tokens = case.files.iter().filter(|(name, _)| case.home.is_some() && name.ends_with("/token.json"));
    let tokens = tokens.filter_map(|(_, text)| Token::parse(text));
    tokens.map(|token| token.times(RECORDED).0 + 60.0).fold(RECORDED, f64::max)
}

pub(super) fn run(case: &Recorded, now: f64) -> Result<Observed, String> {
    // No delay takes real time.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let log = Log::default();
    let logging = tracing::subscriber::set_default(log.clone());
    let observed = runtime.map_err(stuck)?.block_on(observe(case, now, &log));
    drop(logging);
    observed
}

async fn observe(case: &Recorded, now: f64, log: &Log) -> Result<Observed, String> {
    let clock = Clock::new(move || UNIX_EPOCH + Duration::from_secs_f64(now));
    let cli = {
        let home = filled(case)?;
        let builder = call::builder(case, &home, &stub::of(case.authority), &clock).command_line_order(true);
        builder.user_default_session().map(|auth| auth.explain().profile().map(str::to_owned))
    };

    let home = filled(case)?;
    let before = home.snapshot()?;
    let authority = stub::of(case.authority);
    let made = call::make(&case.call, call::builder(case, &home, &authority, &clock), &home).await;
    let mut observed = Observed {
        found: Ok(Found::default()),
        sent: Vec::new(),
        ended: Ok(()),
        asked: Vec::new(),
        warnings: BTreeSet::new(),
        files: BTreeMap::new(),
        cli,
    };
    let mut said = String::new();
    match made {
        Ok(auth) => {
            observed.found = Ok(found(&auth, &home));
            observed.warnings = warnings(&auth);
            (observed.sent, observed.ended) = request(&auth).await?;
            said = format!("{} {:?} {auth:?}", auth.explain(), auth.explain());
        }
        Err(error) => observed.found = Err(error),
    }
    observed.asked = authority.asked();
    observed.warnings.extend(log.events(["token_load_failed", "token_refresh_failed", "token_not_saved"]));
    observed.files = home::changes(&before, &home.snapshot()?)?;
    for error in [observed.found.as_ref().err(), observed.ended.as_ref().err()].into_iter().flatten() {
        said += &format!(" {error} {error:?}");
    }
    match secrets(case).into_iter().find(|secret| said.contains(secret) || !log.levels_of(secret).is_empty()) {
        Some(secret) => Err(format!("{secret:?} is told to whoever reads errors, explanations and logs")),
        None => Ok(observed),
    }
}

fn filled(case: &Recorded) -> Result<Home, String> {
    let home = match case.env.get("HOME") {
        Some(path) => Home::named(path),
        None => Home::new().map_err(stuck)?,
    };
    case.files.iter().try_for_each(|(name, text)| home.put(name, text.as_bytes()))?;
    home.set_modes(&case.modes)?;
    Ok(home)
}

fn found(auth: &Auth, home: &Home) -> Found {
    let is_initialized = auth.is_initialized();
    let why = auth.explain();
    Found {
        kind: match why.kind() {
            AuthKind::ApiKey => "api_key".to_owned(),
            AuthKind::LegacyKey => "legacy_key".to_owned(),
            AuthKind::DeviceCode => "device_code".to_owned(),
            AuthKind::AuthCode => "auth_code".to_owned(),
            AuthKind::M2m => "m2m".to_owned(),
            AuthKind::Anonymous => "none".to_owned(),
            other => format!("{other:?}"),
        },
        client_type: why.client_type().map(str::to_owned),
        profile_name: why.profile().map(str::to_owned),
        client_id: why.client_id().map(str::to_owned),
        auth_server: why.auth_server().map(str::to_owned),
        token_file: why.token_file().map(|path| home.shown(path)),
        is_initialized,
    }
}

fn warnings(auth: &Auth) -> BTreeSet<String> {
    let name = |kind| match kind {
        AuthWarningKind::ProfileUnusable => Some("selected_profile_unusable"),
        AuthWarningKind::FellBackToDefault => Some("fallback_to_builtin_default"),
        AuthWarningKind::FileIgnored => Some("file_ignored"),
        _ => None,
    };
    let why = auth.explain();
    why.warnings().iter().filter_map(|warning| name(warning.kind())).map(str::to_owned).collect()
}

/// One request to the API, with nothing between it and the credential.
async fn request(auth: &Auth) -> Result<(Vec<Option<String>>, Result<(), Error>), String> {
    let api = ScriptedTransport::new([Answer::json(&json!({}))]);
    let session = Session::builder().auth(auth.clone()).pace(Pace::off()).retry(Retry::off());
    let session = session.transport(api.clone()).build().map_err(stuck)?;
    let ended = session.request(Method::GET, "/data/v1/item-types").await.map(drop);
    let mut sent = Vec::new();
    for request in api.requests() {
        if request.method() != Method::GET || request.uri() != URL {
            return Err(format!("a request {} {} to the API", request.method(), request.uri()));
        }
        let header = request.headers().get(header::AUTHORIZATION);
        sent.push(header.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()));
    }
    Ok((sent, ended))
}

/// What nobody may be told: the secrets of the case that are long enough to be told from other words.
fn secrets(case: &Recorded) -> Vec<String> {
    const NAMES: [&str; 11] = [
        "access_token",
        "refresh_token",
        "id_token",
        "client_secret",
        "api_key",
        "key",
        "jwt",
        "password",
        "PL_API_KEY",
        "PL_AUTH_CLIENT_SECRET",
        "client_privkey_password",
    ];
    let mut secrets = vec![stub::NEW_TOKEN.to_owned(), stub::NEW_REFRESH_TOKEN.to_owned()];
    let files =
        case.files.values().filter_map(|text| serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')).ok());
    for document in files.chain([json!(case.env), json!(case.call.args)]) {
        let found = NAMES.iter().filter_map(|name| document.get(name)?.as_str());
        secrets.extend(found.map(|text| text.trim().to_owned()));
    }
    secrets.retain(|secret| secret.len() >= 10);
    secrets
}
