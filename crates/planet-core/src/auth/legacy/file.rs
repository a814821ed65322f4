//! A key in a secret file, as Planet's official tools keep it: a JSON object with the member `key`.

use std::path::Path;

use serde_json::Value;

use super::super::problem::{AuthError, AuthFailure};
use super::super::profile::Preferences;
use super::super::provider::fault_of_key;
use super::super::warning::Warnings;
use super::super::{Auth, disk};
use crate::{Error, Result};

const KEY: &str = "key";

impl Auth {
    /// The API key in a file of JSON, such as `~/.planet.json`: the member `key`, as Planet's official tools write it.
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("planet.json");
    /// Auth::from_key("PLAK0123").store_legacy(&path)?;
    /// let auth = Auth::from_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `Credentials` if the file cannot be read, belongs to another user, or holds no key. It names the file, never what is
    /// in it. A file that others may read is read, with a warning in the log.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let Some(document) = disk::read_object(path)? else {
            return Err(problem(AuthFailure::Missing, path, "is missing"));
        };
        disk::warn_of_others(path, &mut Warnings::default());
        let key = match document.get(KEY) {
            Some(Value::String(key)) => key.trim(),
            Some(_) => return Err(problem(AuthFailure::BadFile, path, "has a member `key` that is no text")),
            None => return Err(problem(AuthFailure::Missing, path, "has no member `key`")),
        };
        if fault_of_key(key).is_some() {
            return Err(problem(AuthFailure::BadFile, path, "has a member `key` that is no API key"));
        }
        Ok(Self::key_of_file(key, path))
    }

    /// Keeps the API key in a file of JSON, for [`from_file`](Self::from_file) and for Planet's official tools. Other
    /// members of the file stay. Only its owner may read it, and it is replaced as a whole or not at all.
    ///
    /// # Errors
    /// `Credentials` if this credential is no API key, or if what is in the file is no JSON object: it is left as it is.
    /// `File` if it cannot be written.
    #[doc(alias = "write")]
    #[doc(alias = "store")]
    pub fn store_legacy(&self, path: impl AsRef<Path>) -> Result<()> {
        let key = self.key.as_ref().filter(|key| fault_of_key(key.expose()).is_none()).ok_or_else(|| {
            let message = format!("{self:?} has no API key that could be kept in a file");
            AuthError::new(AuthFailure::Missing, message).into_error()
        })?;
        Preferences::update_at(path.as_ref(), |document| document.set(KEY, key.expose()))
    }
}

const HELP: &str = "Keep your API key in it with Auth::from_key(key).store_legacy(path)";

fn problem(failure: AuthFailure, path: &Path, what: &str) -> Error {
    let path = path.display();
    AuthError::new(failure, format!("the file {path} {what}")).about(path).into_error().with_help(HELP)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_stored_key_is_read_again_and_the_other_members_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planet.json");
        fs::write(&path, r#"{"key":"old","PL_AUTH_PROFILE":"mine"}"#).unwrap();
        Auth::from_key("PLAK0123").store_legacy(&path).unwrap();
        let stored: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(stored, serde_json::json!({"key": "PLAK0123", "PL_AUTH_PROFILE": "mine"}));
        assert_eq!(Auth::from_file(&path).unwrap().key.unwrap().expose(), "PLAK0123");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_a_stored_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planet.json");
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        Auth::from_key("PLAK0123").store_legacy(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_the_file_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.json"), folder.path().join("link.json"));
        fs::write(&real, "{}").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        Auth::from_key("PLAK0123").store_legacy(&link).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(Auth::from_file(&real).is_ok());
    }

    #[test]
    fn a_file_without_a_key_is_named_and_what_is_in_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planet.json");
        assert!(Auth::from_file(&path).unwrap_err().to_string().contains("planet.json"));
        for bad in ["", "[]", "PLAKsecret", r#"{"other":"PLAKsecret"}"#, r#"{"key":["PLAKsecret"]}"#, r#"{"key":" "}"#]
        {
            fs::write(&path, bad).unwrap();
            let error = Auth::from_file(&path).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Credentials, "{bad}");
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("planet.json") && !shown.contains("PLAKsecret"), "{shown}");
        }
    }

    #[test]
    fn what_is_no_key_is_not_stored_and_a_broken_file_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planet.json");
        for no_key in [Auth::anonymous(), Auth::from_key(" ")] {
            assert_eq!(no_key.store_legacy(&path).unwrap_err().kind(), ErrorKind::Credentials);
        }
        assert!(!path.exists());
        fs::write(&path, "{half").unwrap();
        assert_eq!(Auth::from_key("PLAK0123").store_legacy(&path).unwrap_err().kind(), ErrorKind::Credentials);
        assert_eq!(fs::read(&path).unwrap(), b"{half");
    }
}
