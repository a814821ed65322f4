//! Sessions of ours, in a home directory that a test makes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use planet_core::{Auth, AuthBuilder, AuthError, AuthFailure, Clock, Error};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::authority::Authority;

/// A directory that nobody else uses.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Sessions that look here and nowhere else, with a clock that is so many seconds ahead.
    pub(crate) fn ahead(&self, seconds: u64) -> AuthBuilder {
        let ahead = Ahead::default();
        ahead.set(seconds);
        self.with_clock(&ahead)
    }

    /// Sessions that look here and nowhere else, with a clock that will move.
    pub(crate) fn with_clock(&self, ahead: &Ahead) -> AuthBuilder {
        let none: [(&str, &str); 0] = [];
        Auth::builder().variables(none).home(self.path()).clock(ahead.clock())
    }

    /// Sessions that look here and nowhere else.
    pub(crate) fn auth(&self) -> AuthBuilder {
        self.ahead(0)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.file(name)).unwrap()).unwrap()
    }

    pub(crate) fn write(&self, name: &str, value: &Value) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, value.to_string()).unwrap();
    }

    /// A profile as a user writes one: the client of an authority, with these members besides.
    pub(crate) fn profile(&self, name: &str, client_type: &str, authority: &Authority, members: Value) {
        let mut profile = json!({
            "client_type": client_type,
            "auth_server": authority.url(),
            "audiences": ["https://api.planet.com/"],
        });
        profile.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        self.write(&format!(".planet/{name}/auth_client.json"), &profile);
    }
}

/// How far a clock is ahead of the world's.
#[derive(Clone, Default)]
pub(crate) struct Ahead(Arc<AtomicU64>);

impl Ahead {
    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(seconds, Relaxed);
    }

    fn clock(&self) -> Clock {
        let Self(seconds) = self.clone();
        Clock::new(move || Clock::system().now() + Duration::from_secs(seconds.load(Relaxed)))
    }
}

/// The device client of the recordings.
pub(crate) const DEVICE: &str = "fake-device-client";

/// A session of the device client, not logged in.
pub(crate) fn device(home: &Home, authority: &Authority) -> Auth {
    home.auth().auth_server(authority.url()).oauth_user_device_code(DEVICE).unwrap()
}

/// Logs in with a code that the user approves at once.
pub(crate) async fn log_in(auth: &Auth, authority: &Authority) {
    let login = auth.device_login().await.unwrap();
    authority.decide(login.prompt().user_code(), true).await;
    login.complete().await.unwrap();
}

/// The token that a request would carry now.
pub(crate) async fn token(auth: &Auth) -> String {
    auth.value().await.unwrap().expose().to_owned()
}

/// What a credential failed on, and the authority's word for it.
#[track_caller]
pub(crate) fn failure(error: &Error) -> (AuthFailure, Option<&str>) {
    let why = AuthError::of(error).unwrap_or_else(|| panic!("no failure of credentials: {error}"));
    (why.failure(), why.code())
}

/// What a JWT says, whoever signed it.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap_or_else(|| panic!("no JWT: {token}"));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
