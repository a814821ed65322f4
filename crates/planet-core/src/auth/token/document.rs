//! JSON objects with secrets in them.

use std::fmt;

use serde_json::{Map, Value};
use zeroize::{Zeroize, Zeroizing};

use super::text;
use crate::Secret;

/// A JSON object that holds secrets: all its members are kept, none is ever printed, and its texts are wiped when it is
/// dropped.
#[derive(Clone, Default, PartialEq)]
pub(in crate::auth) struct SecretDocument(Map<String, Value>);

impl SecretDocument {
    /// Reads a JSON object. `None`: it is something else.
    pub(in crate::auth) fn parse(text: &[u8]) -> Option<Self> {
        match serde_json::from_slice(text) {
            Ok(Value::Object(members)) => Some(Self(members)),
            Ok(mut other) => {
                wipe(&mut other);
                None
            }
            Err(_) => None,
        }
    }

    pub(in crate::auth) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A member that is a text and not empty.
    pub(in crate::auth) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A member that is a text and not empty, and a secret.
    pub(in crate::auth) fn secret(&self, name: &str) -> Option<Secret> {
        self.text(name).map(Secret::new)
    }

    pub(in crate::auth) fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(mut old) = self.0.insert(name.to_owned(), value.into()) {
            wipe(&mut old);
        }
    }

    pub(in crate::auth) fn remove(&mut self, name: &str) {
        if let Some(mut old) = self.0.remove(name) {
            wipe(&mut old);
        }
    }

    /// As the official tools write it.
    pub(in crate::auth) fn to_text(&self) -> Zeroizing<String> {
        text::write(&self.0)
    }
}

impl Drop for SecretDocument {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

impl fmt::Debug for SecretDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDocument(***)")
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(list) => list.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}
