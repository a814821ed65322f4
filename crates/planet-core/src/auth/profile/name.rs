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
        super::profiles(home).join(&self.0)
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

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_in_lower_case_and_otherwise_as_given() {
        for (name, expected) in [
            ("office", "office"),
            ("Planet-USER", "planet-user"),
            ("_PL_API_KEY", "_pl_api_key"),
            ("my office", "my office"),
            ("...", "..."),
            ("a.b", "a.b"),
            ("\u{c4}RGER", "\u{e4}rger"),
            (&"x".repeat(128), &"x".repeat(128)),
        ] {
            assert_eq!(ProfileName::parse(name).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_name() {
        let long = "x".repeat(129);
        let bad = [
            "",
            ".",
            "..",
            "/",
            "a/b",
            "../outside",
            "..\\outside",
            "/etc",
            "a\0b",
            "a\nb",
            "a\u{7f}",
            "a\u{85}b",
            " office",
            "office ",
            "\toffice",
            "office\u{a0}",
            " ",
            &long,
        ];
        for name in bad {
            let error = ProfileName::parse(name).unwrap_err();
            assert_eq!(AuthError::of(&error).map(AuthError::failure), Some(AuthFailure::BadProfile), "{name:?}");
            assert!(!error.message().contains(char::is_control) && error.message().len() < 250, "{error}");
        }
    }

    proptest! {
        #[test]
        fn the_folder_of_a_name_is_right_under_the_root_of_all(name in "\\PC{0,12}|[./\\\\ a\\x00-\\x20]{0,6}") {
            let home = Path::new("/home/me");
            if let Ok(name) = ProfileName::parse(&name) {
                let folder = name.folder(home);
                let below: Vec<_> = folder.strip_prefix("/home/me/.planet").unwrap().components().collect();
                prop_assert!(matches!(below[..], [Component::Normal(_)]), "{:?}", folder);
                prop_assert_eq!(ProfileName::parse(name.as_str()).unwrap(), name);
            }
        }
    }
}
