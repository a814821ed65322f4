//! `~/.planet.json`: which profile is selected, and keys.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::disk;
use super::super::token::SecretDocument;
use super::super::warning::{AuthWarningKind, Warnings};
use crate::Result;

const FILE: &str = ".planet.json";

/// What `~/.planet.json` says.
#[derive(Clone, Debug, Default)]
pub(in crate::auth) struct Preferences(SecretDocument);

impl Preferences {
    /// Where they are.
    pub(in crate::auth) fn path(home: &Path) -> PathBuf {
        home.join(FILE)
    }

    /// A file that cannot be used counts as absent, with a warning: the search for credentials goes on.
    pub(in crate::auth) fn read(home: &Path, warnings: &mut Warnings) -> Self {
        let path = Self::path(home);
        match disk::read_object(&path) {
            Ok(None) => Self::default(),
            Ok(Some(document)) => {
                disk::warn_of_others(home, warnings);
                disk::warn_of_others(&path, warnings);
                Self(document)
            }
            Err(error) => {
                let message = format!("{}, so it counts as absent", error.message());
                warnings.add(AuthWarningKind::FileIgnored, path.display(), message);
                Self::default()
            }
        }
    }

    /// A member that is a text, without the blanks around it. Empty counts as absent.
    pub(in crate::auth) fn text(&self, name: &str) -> Option<&str> {
        self.0.text(name).map(str::trim_ascii).filter(|text| !text.is_empty())
    }

    /// The same with the blanks around it.
    pub(in crate::auth) fn untrimmed(&self, name: &str) -> Option<&str> {
        self.0.text(name).filter(|text| !text.trim_ascii().is_empty())
    }

    /// Is there something that is no text? What Python takes for nothing (null, false, 0, an empty list) counts as absent.
    pub(in crate::auth) fn is_wrong_type(&self, name: &str) -> bool {
        match self.0.get(name) {
            None | Some(Value::Null | Value::Bool(false) | Value::String(_)) => false,
            Some(Value::Bool(true)) => true,
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::Array(list)) => !list.is_empty(),
            Some(Value::Object(members)) => !members.is_empty(),
        }
    }

    /// Changes the file under its lock. Members that are not touched stay; a file that is no JSON object is left as it is.
    pub(in crate::auth) fn update(home: &Path, change: impl FnOnce(&mut SecretDocument)) -> Result<()> {
        Self::update_at(&Self::path(home), change)
    }

    /// Changes such a file that stands elsewhere. Only the one in a home directory has a lock.
    pub(in crate::auth) fn update_at(path: &Path, change: impl FnOnce(&mut SecretDocument)) -> Result<()> {
        let home = path.parent().filter(|_| path.file_name() == Some(FILE.as_ref()));
        let _lock = home.and_then(super::lock);
        let mut document = disk::read_object(path)?.unwrap_or_default();
        change(&mut document);
        disk::write(path, &document.to_text())
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, thread};

    use serde_json::json;

    use super::*;
    use crate::auth::AuthWarning;

    fn read(text: &str) -> (Preferences, Vec<AuthWarning>) {
        let home = tempfile::tempdir().unwrap();
        disk::write(&home.path().join(FILE), text).unwrap();
        let mut warnings = Warnings::default();
        (Preferences::read(home.path(), &mut warnings), warnings.into_vec())
    }

    #[test]
    fn texts_come_without_blanks_and_empty_ones_are_absent() {
        let (preferences, warnings) =
            read(r#"{"key": " k\n", "PL_API_KEY": " ", "PL_AUTH_PROFILE": "", "x": {"y": 1}}"#);
        assert_eq!(preferences.text("key"), Some("k"));
        for absent in ["PL_API_KEY", "PL_AUTH_PROFILE", "x", "missing"] {
            assert_eq!(preferences.text(absent), None, "{absent}");
        }
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn what_is_no_text_and_not_nothing_either_is_of_the_wrong_type() {
        for (value, wrong) in [
            (json!(5), true),
            (json!(-0.5), true),
            (json!(true), true),
            (json!(["office"]), true),
            (json!({"a": 1}), true),
            (json!("office"), false),
            (json!(""), false),
            (json!(null), false),
            (json!(0), false),
            (json!(0.0), false),
            (json!(false), false),
            (json!([]), false),
            (json!({}), false),
        ] {
            let (preferences, _) = read(&json!({"PL_AUTH_PROFILE": value}).to_string());
            assert_eq!(preferences.is_wrong_type("PL_AUTH_PROFILE"), wrong, "{value}");
        }
        assert!(!Preferences::default().is_wrong_type("PL_AUTH_PROFILE"));
    }

    #[test]
    fn a_file_that_cannot_be_used_counts_as_absent_with_one_warning_that_names_it() {
        for text in ["", "{broken", "[1, 2]", "null"] {
            let (preferences, warnings) = read(text);
            assert_eq!(preferences.text("key"), None);
            assert_eq!(warnings.len(), 1, "{text}");
            assert_eq!(warnings[0].kind(), AuthWarningKind::FileIgnored);
            assert!(warnings[0].to_string().contains(".planet.json"), "{text}");
        }
        let (preferences, warnings) = read("\u{feff}{\"key\": \"k\"}");
        assert!(preferences.text("key") == Some("k") && warnings.is_empty());
        let mut warnings = Warnings::default();
        Preferences::read(Path::new("/proc/no-home"), &mut warnings);
        assert!(warnings.into_vec().is_empty());
    }

    #[test]
    fn a_change_keeps_the_other_members_and_leaves_a_broken_file_alone() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(FILE);
        Preferences::update(home.path(), |document| document.set("PL_AUTH_PROFILE", "_PL_API_KEY")).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "{\n  \"PL_AUTH_PROFILE\": \"_PL_API_KEY\"\n}");
        fs::write(&file, "{\"key\": \"k\", \"PL_AUTH_PROFILE\": \"a\", \"x\": {\"y\": [1]}}").unwrap();
        Preferences::update(home.path(), |document| document.set("PL_AUTH_PROFILE", "planet-user")).unwrap();
        let written: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!(written, json!({"key": "k", "PL_AUTH_PROFILE": "planet-user", "x": {"y": [1]}}));
        for broken in ["", "{half", "[]"] {
            fs::write(&file, broken).unwrap();
            let error = Preferences::update(home.path(), |document| document.set("key", "k")).unwrap_err();
            assert!(error.message().contains(".planet.json"), "{error}");
            assert_eq!(fs::read_to_string(&file).unwrap(), broken);
        }
    }

    #[test]
    fn changes_at_the_same_time_are_all_kept() {
        let home = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            for thread in 0..4 {
                let home = home.path();
                scope.spawn(move || {
                    for turn in 0..5 {
                        Preferences::update(home, |document| document.set(&format!("m{thread}-{turn}"), 1)).unwrap();
                    }
                });
            }
        });
        let document = disk::read_object(&home.path().join(FILE)).unwrap().unwrap();
        for (thread, turn) in (0..4).flat_map(|thread| (0..5).map(move |turn| (thread, turn))) {
            assert_eq!(document.get(&format!("m{thread}-{turn}")), Some(&1.into()));
        }
    }
}
