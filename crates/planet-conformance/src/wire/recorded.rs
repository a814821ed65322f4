//! A recorded call of a client method and what came of it in Python.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::answer::Answer;

/// A case of the wire suite. Members that say nothing about the outcome, such as `note`, are passed over.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Recorded {
    pub(super) client: String,
    pub(super) method: String,
    pub(super) base_url: Option<String>,
    pub(super) args: Map<String, Value>,
    pub(super) server: Vec<Answer>,
    pub(super) requests: Vec<Request>,
    #[serde(default, deserialize_with = "given")]
    pub(super) result: Option<Value>,
    pub(super) error: Option<Exception>,
    /// The order of a list does not matter.
    #[serde(default)]
    pub(super) unordered: bool,
    /// The references of the features that came.
    pub(super) refs: Option<Vec<Value>>,
    #[serde(default)]
    pub(super) items_before_error: Vec<Value>,
    /// The caller stopped after so many items.
    pub(super) take: Option<usize>,
    #[serde(default)]
    pub(super) answers_left: usize,
    #[serde(default)]
    pub(super) files_before: BTreeMap<String, String>,
    pub(super) files_after: Option<BTreeMap<String, String>>,
    pub(super) callback_states: Option<Vec<String>>,
    /// Secrets that stood in the log, and at which levels.
    #[serde(default)]
    pub(super) log_contains: BTreeMap<String, Vec<String>>,
    /// How long the client waited for an answer, in seconds.
    pub(super) read_timeout: Option<f64>,
    /// The input cannot be written in a typed API.
    #[serde(default)]
    pub(super) python_only: bool,
    /// Python does something here that we do not have to repeat.
    pub(super) quirk_id: Option<String>,
    pub(super) want: Option<Want>,
}

/// A request that arrived.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) origin: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "given")]
    pub(super) json: Option<Value>,
}

/// An exception of Python.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Exception {
    class: String,
    /// The classes above it, the nearest first.
    #[serde(default)]
    bases: Vec<String>,
    pub(super) message: String,
    /// A part of the message, where the whole hangs on Python.
    pub(super) message_contains: Option<String>,
    pub(super) detail: Option<Value>,
}

/// What a quirk's case proposes instead.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Want {
    #[serde(default, deserialize_with = "given")]
    pub(super) expect: Option<Value>,
    #[serde(default, deserialize_with = "given")]
    pub(super) result: Option<Value>,
    pub(super) error: Option<bool>,
    pub(super) requests: Option<usize>,
    pub(super) items: Option<usize>,
    /// Members of the body of the request.
    pub(super) json: Option<Map<String, Value>>,
    pub(super) files_after: Option<BTreeMap<String, String>>,
    pub(super) authorization_to_foreign: Option<bool>,
    pub(super) sleep_at_least: Option<f64>,
    pub(super) log_contains: Option<BTreeMap<String, Vec<String>>>,
}

impl Recorded {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let case: Self = serde_json::from_str(text).map_err(|error| format!("a case that cannot be read: {error}"))?;
        if case.result.is_some() == case.error.is_some() {
            return Err("a case has either `result` or `error`".to_owned());
        }
        Ok(case)
    }

    /// Client and method, such as `orders.get_order`.
    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.client, self.method)
    }
}

impl Exception {
    /// Its class and those above it, the nearest first.
    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.class).chain(&self.bases).map(String::as_str)
    }
}

/// A member that is `null` is there; one that is missing is not.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
