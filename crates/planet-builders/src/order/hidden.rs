//! Texts that stand in the body of a request and nowhere else.

use std::fmt;

use planet_core::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::members::Member;

/// What the service sends in the place of a secret.
const REDACTED: &str = "<REDACTED>";

/// A secret of a request: it serialises, as the body needs it, and is not printed.
#[derive(Clone)]
pub(super) struct Hidden(pub(super) Secret);

impl Hidden {
    /// What the service sends in the place of a secret.
    pub(super) fn redacted() -> Self {
        Self(Secret::new(REDACTED))
    }

    /// Is it what the service sends in the place of a secret?
    pub(super) fn is_redacted(&self) -> bool {
        is_redacted(self.0.expose())
    }
}

/// Puts that mark in the place of members that are unknown here, as these may be secret.
pub(super) fn redact_strangers(members: &mut Map<String, Value>, known: &[Member]) {
    for (_, value) in members.iter_mut().filter(|(name, _)| known.iter().all(|member| member.name != name.as_str())) {
        *value = REDACTED.into();
    }
}

pub(super) fn is_redacted(text: &str) -> bool {
    text == REDACTED
}

impl From<Secret> for Hidden {
    fn from(secret: Secret) -> Self {
        Self(secret)
    }
}

impl PartialEq for Hidden {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
