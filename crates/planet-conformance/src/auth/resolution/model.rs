//! The specification's own table of what is found and sent, for cases whose input counts as another one here.
//!
//! It knows nothing of our code: only variables, files, the order of sources and the times of tokens. By Python's rules it
//! says what the recording must say.

use std::collections::{BTreeMap, BTreeSet};

use planet::AuthFailure;
use serde_json::{Map, Value, json};

use super::recorded::{Authority, Cli, File, Recorded, Request};
use super::stub::{NEW_TOKEN, discovery_of};
use super::token::Token;
use super::wanted::{Found, Sent, Wanted};

pub(super) const PREFERENCES: &str = "~/.planet.json";

const USER: &str = "planet-user";
const KEY_PROFILE: &str = "_PL_API_KEY";
const M2M_SERVER: &str = "https://services.sentinel-hub.com/auth/realms/main";
const AUDIENCE: &str = "https://api.planet.com/";

/// Where something is looked for: everywhere, or only in the environment.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Environment,
    Anywhere,
}

/// Whose rules.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Rules {
    /// Values are taken as they stand, names are paths, a byte order mark spoils a file, and what cannot be stored is lost.
    Python,
    Ours,
}

/// A client by its name, and the folder of its token.
struct Selected {
    name: String,
    config: Map<String, Value>,
    has_token_file: bool,
}

impl Selected {
    fn of_profile(name: String, config: Map<String, Value>) -> Self {
        Self { name, config, has_token_file: true }
    }

    fn text(&self, name: &str) -> Option<String> {
        self.config.get(name).and_then(Value::as_str).map(str::to_owned)
    }
}

/// What comes of the case, as the specification has it.
pub(super) fn wanted(case: &Recorded, rules: Rules, now: f64) -> Result<Wanted, String> {
    let model = Model { case, rules, preferences: preferences(case, rules) };
    let cli = case.expect_cli.as_ref().map(|_| model.command_line());
    let alone = |found| (found, BTreeSet::new());
    let selected = match case.call.function.as_str() {
        "from_user_default_session" => model.default_session(),
        "from_profile" => model.named_profile().and_then(|name| model.profile(&name)).map(alone),
        "from_env" => model.value(variable_asked_for(case), From::Environment).map(|key| alone(api_key(&key))),
        other => return Err(format!("the model does not know {other}")),
    };
    let nothing = || Wanted {
        found: None,
        request: Sent::With(None),
        authority: Vec::new(),
        warnings: BTreeSet::new(),
        files: BTreeMap::new(),
        cli: cli.clone(),
    };
    let Some((selected, warnings)) = selected else { return Ok(nothing()) };
    let mut wanted = Wanted { found: Some(model.found(&selected)), warnings, ..nothing() };
    model.send(&selected, now, &mut wanted)?;
    Ok(wanted)
}

struct Model<'a> {
    case: &'a Recorded,
    rules: Rules,
    preferences: Map<String, Value>,
}

/// The name of a profile that is asked for, before anything is made of it.
pub(super) fn profile_asked_for(case: &Recorded) -> Option<String> {
    Model { case, rules: Rules::Ours, preferences: preferences(case, Rules::Ours) }.named_profile()
}

/// The variable that holds the key.
pub(super) fn variable_asked_for(case: &Recorded) -> &str {
    case.call.args.get("variable_name").and_then(Value::as_str).unwrap_or("PL_API_KEY")
}

/// What is a name of one folder.
pub(super) fn is_name(name: &str) -> bool {
    let name = name.to_lowercase();
    (1..=128).contains(&name.len())
        && name.trim() == name
        && ![".", ".."].contains(&name.as_str())
        && !name.contains(|letter: char| matches!(letter, '/' | '\\') || letter.is_control())
}

pub(super) fn can_store(case: &Recorded) -> bool {
    !case.env.contains_key("HOME") && case.file("~/.planet").is_none()
}

fn preferences(case: &Recorded, rules: Rules) -> Map<String, Value> {
    let text = case.file(PREFERENCES).unwrap_or_default();
    let text = if rules == Rules::Ours { text.trim_start_matches('\u{feff}') } else { text };
    serde_json::from_str(text).unwrap_or_default()
}

impl Model<'_> {
    fn named_profile(&self) -> Option<String> {
        let Recorded { call, env, .. } = self.case;
        if call.function != "from_user_default_session" {
            return call.args.get("profile_name").and_then(Value::as_str).map(str::to_owned);
        }
        let variable = env.get("PL_AUTH_PROFILE").filter(|name| !name.is_empty()).cloned();
        variable.or_else(|| self.preference("PL_AUTH_PROFILE"))
    }

    fn preference(&self, name: &str) -> Option<String> {
        self.preferences.get(name).and_then(Value::as_str).map(str::to_owned).filter(|text| !text.is_empty())
    }

    /// Empty is not set. Here, so is what is all blanks.
    fn value(&self, name: &str, from: From) -> Option<String> {
        let taken = |value: String| {
            let value = if self.rules == Rules::Ours { value.trim_ascii().to_owned() } else { value };
            Some(value).filter(|value| !value.is_empty())
        };
        let variable = self.case.env.get(name).cloned().and_then(taken);
        variable.or_else(|| self.preference(name).and_then(taken).filter(|_| from == From::Anywhere))
    }

    fn default_session(&self) -> Option<(Selected, BTreeSet<String>)> {
        let mut warnings = BTreeSet::new();
        let name = self.named_profile();
        let is_asked_for = name.is_some() || self.preferences.contains_key("PL_AUTH_PROFILE");
        if let Some(found) = name.and_then(|name| self.profile(&name)) {
            return Some((found, warnings));
        }
        if is_asked_for {
            warnings.insert("selected_profile_unusable".to_owned());
        }
        let key = || self.value("PL_API_KEY", From::Anywhere).or_else(|| self.preference("key"));
        if let Some(found) = self.pair(From::Anywhere).or_else(|| Some(api_key(&key()?))) {
            return Some((found, warnings));
        }
        if is_asked_for {
            warnings.insert("fallback_to_builtin_default".to_owned());
        }
        Some((self.profile(USER)?, warnings))
    }

    /// Whatever the environment says comes first, and a profile that cannot be used is an error.
    fn command_line(&self) -> Cli {
        let named = |found: Option<Selected>| found.map_or_else(Cli::failed, |found| Cli::chose(Some(found.name)));
        if let Some(name) = self.case.env.get("PL_AUTH_PROFILE").filter(|name| !name.is_empty()) {
            return named(self.profile(name));
        }
        if let Some(found) = self.pair(From::Environment) {
            return named(Some(found));
        }
        if let Some(key) = self.value("PL_API_KEY", From::Environment) {
            return named(Some(api_key(&key)));
        }
        named(self.default_session().map(|(found, _)| found))
    }

    fn pair(&self, from: From) -> Option<Selected> {
        let id = self.value("PL_AUTH_CLIENT_ID", from)?;
        let secret = self.value("PL_AUTH_CLIENT_SECRET", from)?;
        let config = json!({
            "client_type": "oidc_client_credentials_secret", "auth_server": M2M_SERVER, "audiences": [AUDIENCE],
            "client_id": id, "client_secret": secret, "scopes": [],
        });
        Some(Selected::of_profile(format!("planet-m2m-{id}"), config.as_object()?.clone()))
    }

    fn profile(&self, name: &str) -> Option<Selected> {
        let name = name.to_lowercase();
        let config = match name.as_str() {
            _ if self.rules == Rules::Ours && !is_name(&name) => return None,
            USER => json!({
                "client_type": "oidc_device_code", "auth_server": "https://login.planet.com/", "audiences": [AUDIENCE],
                "client_id": "49lHVBYlXCdfIYqE1B9zeXt0iFHSXees", "scopes": ["planet", "offline_access"],
            }),
            "legacy" => {
                json!({"client_type": "planet_legacy", "legacy_auth_endpoint": "https://api.planet.com/v0/auth/login"})
            }
            "planet-m2m" => return None,
            _ => serde_json::from_str(self.file(&format!("~/.planet/{name}/auth_client.json"))?).ok()?,
        };
        let found = Selected::of_profile(name, config.as_object()?.clone());
        kind(&found)?;
        Some(found)
    }

    /// A name may lead out of its folder.
    fn file(&self, name: &str) -> Option<&str> {
        let mut parts: Vec<&str> = Vec::new();
        for part in name.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        self.case.file(&parts.join("/"))
    }
}

fn api_key(key: &str) -> Selected {
    let config = [("client_type", "static_apikey"), ("api_key", key), ("bearer_token_prefix", "api-key")];
    let config = config.map(|(name, value)| (name.to_owned(), Value::from(value)));
    Selected { name: KEY_PROFILE.to_owned(), config: config.into_iter().collect(), has_token_file: false }
}

fn kind(selected: &Selected) -> Option<&'static str> {
    Some(match selected.text("client_type")?.as_str() {
        "static_apikey" => "api_key",
        "planet_legacy" => "legacy_key",
        "none" => "none",
        "oidc_device_code" | "oidc_device_code_secret" | "oidc_device_code_pubkey" => "device_code",
        "oidc_auth_code" | "oidc_auth_code_secret" | "oidc_auth_code_pubkey" => "auth_code",
        "oidc_client_credentials_secret" | "oidc_client_credentials_pubkey" => "m2m",
        _ => return None,
    })
}

impl Model<'_> {
    fn found(&self, selected: &Selected) -> Found {
        let kind = kind(selected).unwrap_or_default();
        let token_file =
            selected.has_token_file.then(|| format!("~/.planet/{}/token.json", selected.name.to_lowercase()));
        let has_token = token_file.as_ref().is_some_and(|name| self.file(name).is_some());
        Found {
            kind: kind.to_owned(),
            client_type: selected.text("client_type"),
            profile_name: Some(selected.name.clone()),
            client_id: selected.text("client_id"),
            auth_server: selected.text("auth_server"),
            is_initialized: match kind {
                "device_code" | "auth_code" => has_token,
                "legacy_key" => has_token || selected.text("api_key").is_some(),
                _ => true,
            },
            token_file,
        }
    }

    /// The request to the API and all that comes before it.
    fn send(&self, selected: &Selected, now: f64, wanted: &mut Wanted) -> Result<(), String> {
        let token_file = wanted.found.as_ref().and_then(|found| found.token_file.clone()).unwrap_or_default();
        let text = self.file(&token_file);
        let token = text.and_then(Token::parse);
        match kind(selected) {
            Some("none") => {}
            Some("api_key") => {
                let prefix = selected.text("bearer_token_prefix").unwrap_or_else(|| "Bearer".to_owned());
                wanted.request = Sent::With(Some(format!("{prefix} {}", selected.text("api_key").unwrap_or_default())));
            }
            Some("legacy_key") => {
                let key = selected.text("api_key").or_else(|| Some(token?.text("key")?.to_owned()));
                let missing = match self.rules {
                    Rules::Ours => Sent::Not(vec![AuthFailure::LoginRequired]),
                    Rules::Python => Sent::With(None),
                };
                wanted.request = key.map_or(missing, |key| Sent::With(Some(format!("api-key {key}"))));
            }
            Some(_) if token.as_ref().is_some_and(|token| token.is_fresh(now)) => {
                let access = token.and_then(|token| token.text("access_token").map(str::to_owned)).unwrap_or_default();
                wanted.request = Sent::With(Some(format!("Bearer {access}")));
            }
            Some("m2m") => self.fetch(selected, &token_file, wanted)?,
            _ if text.is_none() => {
                if self.rules == Rules::Ours {
                    wanted.request = Sent::Not(vec![AuthFailure::LoginRequired]);
                }
                wanted.warnings.extend(["token_load_failed", "token_refresh_failed"].map(str::to_owned));
            }
            _ => return Err("the model does not know what becomes of that token".to_owned()),
        }
        Ok(())
    }

    /// A program's client asks for a token of its own, and keeps it if it can.
    fn fetch(&self, selected: &Selected, token_file: &str, wanted: &mut Wanted) -> Result<(), String> {
        let text = |name: &str| selected.text(name).ok_or_else(|| format!("a client without {name}"));
        let discovery = discovery_of(&text("auth_server")?);
        let get = Request { method: "GET".to_owned(), url: discovery, ..Request::default() };
        let mut form: BTreeMap<String, String> = BTreeMap::from([
            ("grant_type".to_owned(), "client_credentials".to_owned()),
            ("client_id".to_owned(), text("client_id")?),
            ("client_secret".to_owned(), text("client_secret")?),
        ]);
        let list = |name: &str| {
            let list = selected.config.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        };
        let fields = [
            ("audience", Some(list("audiences"))),
            ("scope", Some(list("scopes"))),
            ("organization", selected.text("organization")),
            ("project_id", selected.text("project_id")),
        ];
        for (name, value) in fields {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                form.insert(name.to_owned(), value);
            }
        }
        let named = selected.text("token_endpoint");
        let url = named
            .clone()
            .unwrap_or_else(|| format!("{}/token", text("auth_server").unwrap_or_default().trim_end_matches('/')));
        let post = Request { method: "POST".to_owned(), url, form: Some(form), ..Request::default() };
        wanted.authority = match (named, self.case.authority) {
            (None, Authority::Offline) => vec![get],
            (None, _) => vec![get, post],
            (Some(_), _) => vec![post],
        };
        if self.file(token_file).is_none() {
            wanted.warnings.insert("token_load_failed".to_owned());
        }
        if self.rules == Rules::Python && self.case.file("~/.planet").is_some() {
            // It does not get as far as a question.
            wanted.authority.clear();
        }
        let failure = match self.case.authority {
            Authority::Stub | Authority::StubNoRotation => None,
            Authority::Offline => Some(AuthFailure::Unreachable),
            Authority::InvalidGrant => Some(AuthFailure::LoginRequired),
            Authority::InvalidClient => Some(AuthFailure::ClientRejected),
        };
        if self.rules == Rules::Python && (failure.is_some() || !can_store(self.case)) {
            wanted.warnings.insert("token_refresh_failed".to_owned());
            return Ok(());
        }
        if let Some(failure) = failure {
            wanted.request = Sent::Not(vec![failure]);
            wanted.warnings.insert("token_refresh_failed".to_owned());
            return Ok(());
        }
        wanted.request = Sent::With(Some(format!("Bearer {NEW_TOKEN}")));
        if can_store(self.case) {
            let json = json!({
                "_exp": "<now+3600>", "_iat": "<now>", "access_token": NEW_TOKEN, "expires_in": 3600, "token_type": "Bearer",
            });
            wanted.files.insert(token_file.to_owned(), File { mode: "0600".to_owned(), json });
        } else {
            wanted.warnings.insert("token_not_saved".to_owned());
        }
        Ok(())
    }
}
