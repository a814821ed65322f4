//! What a program gets for what a user has set up.

mod default_session;
mod explanation;
mod given;
mod keeping;
mod order;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::testing::ScriptedTransport;
use crate::{Error, ErrorKind};

const DEVICE: &str =
    r#"{"client_type":"oidc_device_code","auth_server":"https://login.example.com/","client_id":"Its-Client"}"#;
const TOKEN: &str =
    r#"{"access_token":"token-of-the-file","expires_in":2402444800,"_iat":1700000000,"_exp":4102444800}"#;

/// A home directory with some files.
pub(super) struct Home(TempDir);

impl Home {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            home.put(path, text);
        }
        home
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// As the official tools write it: for the owner only.
    fn put(&self, path: &str, text: &str) {
        let path = self.file(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&fs::read(self.file(path)).unwrap()).unwrap()
    }

    /// No request gets anywhere.
    pub(super) fn builder(&self) -> AuthBuilder {
        let none: [(&str, &str); 0] = [];
        Auth::builder().home(self.path()).variables(none).transport(ScriptedTransport::new([]))
    }

    fn session(&self, variables: &[(&str, &str)]) -> Auth {
        self.builder().variables(variables.iter().copied()).user_default_session().unwrap()
    }
}

fn failure(error: &Error) -> AuthFailure {
    assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    AuthError::of(error).unwrap().failure()
}

fn kinds(auth: &Auth) -> Vec<AuthWarningKind> {
    auth.explain().warnings().iter().map(AuthWarning::kind).collect()
}

fn shown(sources: &[AuthSource]) -> Vec<String> {
    let place = |source: &AuthSource| if source.file().is_some() { "file" } else { "environment" };
    sources.iter().map(|source| format!("{} {}", place(source), source.name())).collect()
}
