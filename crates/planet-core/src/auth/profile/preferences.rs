//! `~/.planet.json`: which profile is selected, and keys.

use std::path::Path;

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
    /// A file that cannot be used counts as absent, with a warning: the search for credentials goes on.
    pub(in crate::auth) fn read(home: &Path, warnings: &mut Warnings) -> Self {
        let path = home.join(FILE);
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
        let _lock = disk::wait_for(&home.join(".planet").join(".lock"));
        update(&home.join(FILE), change)
    }
}

fn update(path: &Path, change: impl FnOnce(&mut SecretDocument)) -> Result<()> {
    let mut document = disk::read_object(path)?.unwrap_or_default();
    change(&mut document);
    disk::write(path, &document.to_text())
}
