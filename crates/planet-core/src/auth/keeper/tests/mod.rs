//! A session between an authority that follows a script and a storage that can do what storages do.

mod dropped;
mod failures;
mod model;
mod refused;
mod states;
mod storage;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use http_body_util::Full;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::super::authority::{Authority, Wire};
use super::super::profile::{ClientAuthentication, Endpoints, Flow, OidcClient};
use super::super::provider::CredentialsProvider;
use super::super::storage::{StorageLock, TokenStorage};
use super::super::token::SecretDocument;
use super::Keeper;
use crate::middleware::Request;
use crate::{AuthError, AuthFailure, AuthHeaders, Clock, Error, ErrorKind, Result, Secret};

/// The clock of these tests begins here, in seconds since 1970.
const START: i64 = 1_800_000_000;

/// What a token lives, in seconds; it is renewed after 3,000.
const LIFE: u64 = 4_000;

/// All that stands around a session.
#[derive(Clone)]
struct World {
    authority: Arc<Mutex<Script>>,
    shelf: Shelf,
    started: Instant,
    /// By so many seconds the wall clock is off.
    skew: i64,
}

/// What the authority does, and what it was asked.
struct Script {
    /// What it says instead of a token.
    refuses: Option<&'static str>,
    /// It answers 503.
    is_down: bool,
    takes: Duration,
    rotates: bool,
    /// It gives the same access token until it ends.
    repeats: bool,
    /// The refresh token that is good; the others were exchanged for it.
    refresh_token: Option<String>,
    /// Somebody used a refresh token twice: it is over.
    revoked: bool,
    number: u32,
    asked: Vec<BTreeMap<String, String>>,
    /// When each access token ends.
    ends: BTreeMap<String, i64>,
    started: Instant,
}

impl World {
    fn new() -> Self {
        let script = Script {
            refuses: None,
            is_down: false,
            takes: Duration::from_millis(100),
            rotates: true,
            repeats: false,
            refresh_token: Some("r0".into()),
            revoked: false,
            number: 0,
            asked: Vec::new(),
            ends: BTreeMap::new(),
            started: Instant::now(),
        };
        let authority = Arc::new(Mutex::new(script));
        Self { authority, shelf: Shelf::default(), started: Instant::now(), skew: 0 }
    }

    /// A token lies in the storage; it came so many seconds ago.
    fn with_token(self, age: u64) -> Self {
        self.shelf.put(&token("a0", Some("r0"), self.now() - i64::try_from(age).unwrap()));
        self
    }

    /// A process that shares the storage.
    fn keeper(&self) -> Keeper {
        self.keeper_of(Flow::DeviceCode, Some(Arc::new(self.shelf.clone())))
    }

    fn robot(&self) -> Keeper {
        self.keeper_of(Flow::ClientCredentials, Some(Arc::new(self.shelf.clone())))
    }

    fn keeper_of(&self, flow: Flow, storage: Option<Arc<dyn TokenStorage>>) -> Keeper {
        let endpoint = "https://authority.test/token".to_owned();
        let client = OidcClient {
            auth_server: "https://authority.test/".into(),
            client_id: "client".into(),
            audience: None,
            scopes: Vec::new(),
            organization: None,
            project_id: None,
            endpoints: Endpoints { token: Some(endpoint), ..Endpoints::default() },
            authentication: ClientAuthentication::Public,
            flow,
        };
        let script = Arc::clone(&self.authority);
        let wire = Wire::own(tower::service_fn(move |request: Request| answer(Arc::clone(&script), request)));
        let world = self.clone();
        let clock = Clock::new(move || UNIX_EPOCH + Duration::from_secs(world.now().cast_unsigned()));
        Keeper::new(Authority::new(client, wire), storage, clock, "the profile office".into())
    }

    fn now(&self) -> i64 {
        START + self.skew + i64::try_from(self.started.elapsed().as_secs()).unwrap()
    }

    fn script<T>(&self, change: impl FnOnce(&mut Script) -> T) -> T {
        change(&mut self.authority.lock().unwrap())
    }

    /// How often the authority was asked.
    fn asked(&self) -> usize {
        self.script(|script| script.asked.len())
    }
}

async fn pass(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

/// What a file of the official tools holds.
fn token(access: &str, refresh: Option<&str>, issued: i64) -> Value {
    let life = i64::try_from(LIFE).unwrap();
    let mut token = json!({"access_token": access, "expires_in": LIFE, "_iat": issued, "_exp": issued + life});
    if let Some(refresh) = refresh {
        token["refresh_token"] = refresh.into();
    }
    token
}

async fn answer(
    script: Arc<Mutex<Script>>,
    request: Request,
) -> Result<http::Response<Full<bytes::Bytes>>, Infallible> {
    let form = String::from_utf8(request.body().bytes().to_vec()).unwrap();
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let form: BTreeMap<_, _> =
        form.split('&').map(|pair| pair.split_once('=').unwrap()).map(|(a, b)| (decoded(a), decoded(b))).collect();
    let takes = {
        let mut script = script.lock().unwrap();
        script.asked.push(form.clone());
        script.takes
    };
    // The authority decides at once; its answer takes time.
    let (status, body) = script.lock().unwrap().judge(&form);
    sleep(takes).await;
    let response = http::Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(Full::from(body.to_string())).unwrap())
}

impl Script {
    fn judge(&mut self, form: &BTreeMap<String, String>) -> (u16, Value) {
        if self.is_down {
            return (503, json!({}));
        }
        if let Some(code) = self.refuses {
            return (400, json!({"error": code}));
        }
        let sent = form.get("refresh_token");
        if let Some(sent) = sent
            && (self.revoked || self.refresh_token.as_ref() != Some(sent))
        {
            self.revoked = true;
            return (400, json!({"error": "invalid_grant"}));
        }
        if !self.repeats || self.number == 0 {
            self.number += 1;
        }
        let now = START + i64::try_from(self.started.elapsed().as_secs()).unwrap();
        self.ends.insert(format!("a{}", self.number), now + i64::try_from(LIFE).unwrap());
        let mut answer =
            json!({"access_token": format!("a{}", self.number), "expires_in": LIFE, "token_type": "Bearer"});
        if sent.is_some() && self.rotates {
            let next = format!("r{}", self.number);
            answer["refresh_token"] = next.clone().into();
            self.refresh_token = Some(next);
        }
        (200, answer)
    }
}

/// A storage that does what it is told.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    text: Option<String>,
    saves: usize,
    loads: usize,
    locked: bool,
    cannot_load: bool,
    cannot_save: bool,
    cannot_lock: bool,
    /// The next call of one of these panics.
    panics: bool,
    /// Calls do not come back until it is set.
    gate: Option<Arc<AtomicBool>>,
}

impl Shelf {
    fn put(&self, token: &Value) {
        self.0.lock().unwrap().text = Some(token.to_string());
    }

    fn change<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    fn token(&self) -> Value {
        self.change(|kept| kept.text.as_deref().map_or(Value::Null, |text| serde_json::from_str(text).unwrap()))
    }

    fn wait(&self) {
        let (gate, panics) = self.change(|kept| (kept.gate.clone(), kept.panics));
        assert!(!panics, "the storage breaks down");
        while gate.as_ref().is_some_and(|gate| !gate.load(Ordering::Acquire)) {
            std::thread::yield_now();
        }
    }
}

fn disk_error() -> Error {
    Error::new(ErrorKind::File, "the disk is on fire")
}

impl TokenStorage for Shelf {
    fn load(&self) -> Result<Option<Secret>> {
        self.wait();
        self.change(|kept| {
            kept.loads += 1;
            if kept.cannot_load { Err(disk_error()) } else { Ok(kept.text.as_deref().map(Secret::new)) }
        })
    }

    fn save(&self, token: &Secret) -> Result<()> {
        self.wait();
        self.change(|kept| {
            if kept.cannot_save {
                return Err(disk_error());
            }
            kept.saves += 1;
            kept.text = Some(token.expose().to_owned());
            Ok(())
        })
    }

    fn remove(&self) -> Result<()> {
        self.change(|kept| {
            if kept.cannot_save {
                return Err(disk_error());
            }
            kept.text = None;
            Ok(())
        })
    }

    fn exists(&self) -> bool {
        self.change(|kept| kept.text.is_some())
    }

    fn try_lock(&self) -> Result<Option<StorageLock>> {
        self.change(|kept| {
            if kept.cannot_lock {
                return Err(disk_error());
            }
            let free = !std::mem::replace(&mut kept.locked, true);
            Ok(free.then(|| Box::new(Unlock(self.clone())) as StorageLock))
        })
    }

    fn describe(&self) -> String {
        "the shelf".into()
    }
}

struct Unlock(Shelf);

impl Drop for Unlock {
    fn drop(&mut self) {
        self.0.change(|kept| kept.locked = false);
    }
}

/// What a request would carry.
async fn bearer(keeper: &Keeper) -> Result<String> {
    keeper.headers().await.map(|headers| sent(&headers))
}

fn sent(headers: &AuthHeaders) -> String {
    let value = headers.headers()["authorization"].to_str().unwrap();
    value.strip_prefix("Bearer ").unwrap().to_owned()
}

fn failure(error: &Error) -> AuthFailure {
    AuthError::of(error).unwrap().failure()
}

fn document(value: &Value) -> SecretDocument {
    SecretDocument::parse(value.to_string().as_bytes()).unwrap()
}
