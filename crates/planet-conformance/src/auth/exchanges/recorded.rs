//! A recorded flow.

use std::collections::BTreeMap;
use std::net::TcpListener;

use planet::AuthFailure;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::auth::stuck;

const PLACEHOLDERS: [(&str, &str); 3] = [
    ("{user_authority}", "https://login.planet.com"),
    ("{m2m_authority}", "https://services.sentinel-hub.com/auth/realms/main"),
    ("{legacy_auth_endpoint}", "https://api.planet.com/v0/auth/login"),
];

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flow {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(default, rename = "note")]
    _note: IgnoredAny,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) outcome: Ending,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    pub(super) request: Request,
    pub(super) response: Response,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) query: Option<BTreeMap<String, String>>,
    pub(super) form: Option<BTreeMap<String, String>>,
    pub(super) json: Option<Value>,
    /// Made by a browser, not by the client.
    pub(super) by: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Response {
    pub(super) status: Option<u16>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) json: Option<Map<String, Value>>,
    pub(super) body: Option<String>,
    #[serde(default, rename = "note")]
    _note: IgnoredAny,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ending {
    result: Ends,
    error_code: Option<String>,
    #[serde(default, rename = "python_exception")]
    _python_exception: IgnoredAny,
    #[serde(default, rename = "message")]
    _message: IgnoredAny,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Ends {
    Ok,
    Error,
}

/// What a flow is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal {
    Device,
    Browser,
    ClientCredentials,
    Refresh,
    Revoke,
    LegacyLogin,
}

impl Ending {
    pub(super) fn is_ok(&self) -> bool {
        self.result == Ends::Ok
    }
}

impl Request {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.form.as_ref()?.get(name).map(String::as_str)
    }

    /// The server that is asked for its endpoints.
    pub(super) fn discovers(&self) -> Option<&str> {
        self.url.strip_suffix(DISCOVERY)
    }
}

impl Response {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.json.as_ref()?.get(name)?.as_str()
    }
}

impl Flow {
    pub(super) fn read(document: &Value) -> Result<Self, String> {
        let mut text = document.to_string();
        for (placeholder, value) in PLACEHOLDERS {
            text = text.replace(placeholder, value);
        }
        if text.contains("{port}") {
            let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(stuck)?;
            text = text.replace("{port}", &free.port().to_string());
        }
        let flow: Self = serde_json::from_str(&text).map_err(|error| format!("the flow cannot be read: {error}"))?;
        match flow.exchanges.iter().find(|exchange| exchange.request.by.is_none() && exchange.response.status.is_none())
        {
            Some(silent) => Err(format!("{} is not answered", silent.request.url)),
            None => Ok(flow),
        }
    }

    /// What it is for, by its requests.
    pub(super) fn goal(&self) -> Result<Goal, String> {
        let mut requests = self.exchanges.iter().map(|exchange| &exchange.request);
        let goal = |request: &Request| match request.field("grant_type") {
            Some("client_credentials") => Some(Goal::ClientCredentials),
            Some("refresh_token") => Some(Goal::Refresh),
            Some(grant) if grant.ends_with(":device_code") => Some(Goal::Device),
            _ if request.field("token").is_some() => Some(Goal::Revoke),
            _ if request.by.is_some() => Some(Goal::Browser),
            _ if request.json.as_ref().is_some_and(|json| json.get("email").is_some()) => Some(Goal::LegacyLogin),
            _ => None,
        };
        requests.find_map(goal).ok_or_else(|| "nobody knows what the flow is for".to_owned())
    }

    /// What the client itself asks.
    pub(super) fn of_the_client(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter().filter(|exchange| exchange.request.by.is_none())
    }

    /// The word of the authority, or of whoever the browser came from: Python drops the latter.
    pub(super) fn error_code(&self) -> Option<&str> {
        let query = self.exchanges.iter().find_map(|exchange| exchange.request.query.as_ref()?.get("error"));
        self.outcome.error_code.as_deref().or(query.map(String::as_str))
    }

    /// Does the device go on asking where Python gives up?
    pub(super) fn outlasts_failures(&self) -> bool {
        let Some(last) = self.exchanges.last() else { return false };
        last.request.field("device_code").is_some() && last.response.status.is_some_and(|status| status >= 500)
    }

    /// How it fails, where its code does not say so.
    pub(super) fn failure(&self) -> Option<AuthFailure> {
        match self.error_code() {
            Some("access_denied") => Some(AuthFailure::Denied),
            Some("expired_token") => Some(AuthFailure::LoginExpired),
            Some("invalid_client") => Some(AuthFailure::ClientRejected),
            Some("invalid_grant") => Some(AuthFailure::LoginRequired),
            None if self.outlasts_failures() => Some(AuthFailure::LoginExpired),
            _ => None,
        }
    }

    /// What nobody may be told.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        const NAMES: [&str; 8] = [
            "access_token",
            "refresh_token",
            "id_token",
            "device_code",
            "client_secret",
            "password",
            "token",
            "code_verifier",
        ];
        self.exchanges
            .iter()
            .flat_map(move |exchange| {
                let Exchange { request, response } = exchange;
                NAMES.iter().flat_map(move |name| {
                    let json = request.json.as_ref().and_then(|json| json.get(*name)?.as_str());
                    [request.field(name), response.text(name), json]
                })
            })
            .flatten()
            .filter(|secret| secret.len() >= 10)
    }
}
