//! Names of profiles, which are names of folders too.

use std::fmt;
use std::path::{Path, PathBuf};

use super::super::problem::{AuthError, AuthFailure};
use super::built_in::built_in;
use crate::Result;

/// The longest, in bytes.
const LONGEST: usize = 128;

/// The name of a profile, in lower case. It names a folder in `~/.planet`, and can lead nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::auth) struct ProfileName(String);

impl ProfileName {
    pub(in crate::auth) fn parse(name: &str) -> Result<Self> {
        let lower = name.to_lowercase();
        match fault(&lower) {
            None => Ok(Self(lower)),
            Some(fault) => {
                let shown: String = name.chars().take(LONGEST).collect();
                let message = format!("{shown:?} is no name of a profile: it {fault}");
                Err(AuthError::new(AuthFailure::BadProfile, message).about(shown.escape_debug()).into_error())
            }
        }
    }

    pub(in crate::auth) fn as_str(&self) -> &str {
        &self.0
    }

    /// Does it mean a client that needs no configuration in a file?
    pub(in crate::auth) fn is_built_in(&self) -> bool {
        built_in(self).is_some()
    }

    /// Its folder in a home directory.
    pub(in crate::auth) fn folder(&self, home: &Path) -> PathBuf {
        home.join(".planet").join(&self.0)
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty")
    } else if name.len() > LONGEST {
        Some("is longer than 128 bytes")
    } else if name == "." || name == ".." {
        Some("means a folder")
    } else if name.contains(['/', '\\']) {
        Some("has a path separator")
    } else if name.contains(char::is_control) {
        Some("has a control character")
    } else if name.trim() != name {
        Some("begins or ends with a blank")
    } else if cfg!(windows) && name.contains(':') {
        Some("has a colon")
    } else {
        None
    }
}
