//! A recorded look for credentials.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::auth::home;

/// A case: what is set and what lies in the home folder, and what Python makes of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recorded {
    #[serde(rename = "name")]
    _name: IgnoredAny,
    #[serde(default, rename = "note")]
    _note: IgnoredAny,
    #[serde(default, rename = "produced_by")]
    _produced_by: IgnoredAny,
    pub(super) env: BTreeMap<String, String>,
    /// Texts by their names from `~`.
    #[serde(default)]
    pub(super) files: BTreeMap<String, String>,
    /// A folder with a recorded home: more files.
    pub(super) home: Option<String>,
    #[serde(default)]
    pub(super) modes: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) call: Call,
    #[serde(default)]
    pub(super) authority: Authority,
    #[serde(default)]
    pub(super) policy: Policy,
    #[serde(default, rename = "policy_note")]
    _policy_note: IgnoredAny,
    pub(super) platform: Option<String>,
    pub(super) expect: Expect,
    pub(super) expect_cli: Option<Cli>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    #[serde(rename = "fn")]
    pub(super) function: String,
    #[serde(default)]
    pub(super) args: Map<String, Value>,
}

impl Default for Call {
    fn default() -> Self {
        Self { function: "from_user_default_session".to_owned(), args: Map::new() }
    }
}

/// How the authorities behave.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Authority {
    #[default]
    Offline,
    Stub,
    StubNoRotation,
    #[serde(rename = "invalid_grant")]
    InvalidGrant,
    #[serde(rename = "invalid_client")]
    InvalidClient,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Policy {
    #[default]
    Match,
    Deviate,
}

/// What the Python SDK did.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    pub(super) error: Option<Exception>,
    pub(super) kind: Option<String>,
    pub(super) client_type: Option<String>,
    pub(super) profile_name: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) auth_server: Option<String>,
    pub(super) token_file: Option<String>,
    pub(super) is_initialized: Option<bool>,
    pub(super) authorization: Option<String>,
    pub(super) authorization_error: Option<Exception>,
    pub(super) authority_requests: Vec<Request>,
    pub(super) warnings: Vec<String>,
    pub(super) files_written: BTreeMap<String, File>,
}

/// Python's names for it say nothing here: what counts is that there was one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception {
    #[serde(rename = "type")]
    _type: String,
    #[serde(rename = "message")]
    _message: String,
}

/// A request to an authority.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) form: Option<BTreeMap<String, String>>,
    pub(super) authorization: Option<String>,
    #[serde(skip)]
    pub(super) json: Option<Value>,
}

/// A file that was written.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) mode: String,
    pub(super) json: Value,
}

/// What the command line chose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cli {
    pub(super) profile_name: Option<String>,
    pub(super) error: Option<String>,
    #[serde(default, rename = "exit_code")]
    _exit_code: IgnoredAny,
}

impl PartialEq for Cli {
    fn eq(&self, other: &Self) -> bool {
        (&self.profile_name, self.error.is_some()) == (&other.profile_name, other.error.is_some())
    }
}

impl Cli {
    pub(super) fn chose(profile_name: Option<String>) -> Self {
        Self { profile_name, error: None, _exit_code: IgnoredAny }
    }

    pub(super) fn failed() -> Self {
        Self { profile_name: None, error: Some(String::new()), _exit_code: IgnoredAny }
    }
}

impl Recorded {
    pub(super) fn read(document: &Value) -> Result<Self, String> {
        let mut case: Self =
            serde_json::from_value(document.clone()).map_err(|error| format!("the case cannot be read: {error}"))?;
        if let Some(home) = &case.home {
            case.files.extend(home::texts(home.as_ref())?);
        }
        let expect = &case.expect;
        if expect.error.is_none() && (expect.kind.is_none() || expect.is_initialized.is_none()) {
            return Err("the case cannot be read: neither an error nor what was found".to_owned());
        }
        if case.expect_cli.as_ref().is_some_and(|cli| cli.error.is_some() == cli.profile_name.is_some()) {
            return Err("the case cannot be read: either a profile or an error of the command line".to_owned());
        }
        Ok(case)
    }

    pub(super) fn deviates(&self) -> bool {
        self.policy == Policy::Deviate
    }

    /// The text of a file in the home folder.
    pub(super) fn file(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }

    /// The token that lies where Python looks for it.
    pub(super) fn token(&self) -> Option<&str> {
        self.expect.token_file.as_deref().and_then(|name| self.file(name))
    }

    /// A client that logs itself in.
    pub(super) fn is_m2m(&self) -> bool {
        self.expect.kind.as_deref() == Some("m2m")
    }
}
