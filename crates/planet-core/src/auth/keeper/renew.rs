//! The renewal of a token: read again what another process may have done, ask the authority, save.

use std::time::Duration;

use tokio::time::sleep;

use super::super::problem::{AuthError, AuthFailure};
use super::super::storage::StorageLock;
use super::super::token::{SecretDocument, Token};
use super::Keeper;
use super::store::Locked;
use crate::{Error, Result, Secret};

/// So long an expired token waits for another process to be done with the lock.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// And one that is still good: the other process is renewing it.
const EARLY_PATIENCE: Duration = Duration::from_secs(1);

/// A tool that does not lock may have used the refresh token, and not written the new one yet.
const GRACE: [Duration; 3] = [Duration::ZERO, Duration::from_millis(300), Duration::from_millis(700)];

/// The official tools write in place: what is no token may be one a moment later.
const HALF_WRITTEN: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(80)];

/// A refused refresh token may be followed by another one from the storage, and that by the secret of the client.
const ATTEMPTS: u32 = 3;

/// Why a token that is kept cannot be had.
pub(super) struct Unread {
    pub(super) error: Error,
    /// What is there must not be passed over, even by a client that could do without.
    stands: bool,
    /// Nothing is lost if another token takes its place.
    is_rubbish: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Plan {
    Nothing,
    Save,
    Ask,
}

impl Keeper {
    /// Sees to it that there is a token that may be sent, and that it is saved.
    pub(super) async fn renew(&self) -> Result<()> {
        // Mostly somebody else has done it by now, and no lock is needed to see that.
        let read = self.read().await;
        if self.plan(read)? == Plan::Nothing {
            return Ok(());
        }
        let is_alive = self.held().is_alive(self.now());
        let lock = self.lock(if is_alive { EARLY_PATIENCE } else { PATIENCE }).await;
        if is_alive && matches!(lock, Locked::Theirs) {
            self.held_mut().put_off();
            return Ok(());
        }
        let lock = lock.ours();
        let read = self.read().await;
        // What cannot be read is not written over, unless this session comes from there.
        let may_save = match &read {
            Ok(()) => true,
            Err(unread) => unread.is_rubbish || self.held().was_stored(),
        };
        let plan = self.plan(read)?;
        let save_first = may_save && self.held().is_save_due();
        let lock = if save_first { self.save(lock).await } else { lock };
        if plan != Plan::Ask {
            return Ok(());
        }
        let renewed = self.exchange().await;
        if may_save {
            drop(self.save(lock).await);
        } else {
            self.note_unsaved("what is there cannot be read");
        }
        renewed
    }

    /// Reads the storage, and takes over what another process put there.
    pub(super) async fn read(&self) -> Result<(), Unread> {
        let Some(store) = &self.0.store else { return Ok(()) };
        let now = self.now();
        let mut loaded = store.load().await;
        for pause in HALF_WRITTEN {
            if !matches!(&loaded, Ok(Some(text)) if Token::kept(text, now).is_err()) {
                break;
            }
            sleep(pause).await;
            loaded = store.load().await;
        }
        let token = match loaded {
            Ok(None) => Ok(None),
            Ok(Some(text)) => {
                // A client that needs no user gets another token for the asking (a user's may be one more look away).
                let is_rubbish = self.is_unattended();
                Token::kept(&text, now).map_err(|_| Unread {
                    error: no_object(&store.describe()),
                    stands: false,
                    is_rubbish,
                })
            }
            Err(error) => {
                let stands = AuthError::of(&error).is_some_and(|why| why.failure() == AuthFailure::Unsupported);
                Err(Unread { error, stands, is_rubbish: false })
            }
        };
        let is_news = self.held_mut().note_reading(token.is_ok());
        if let (true, Err(Unread { error, .. })) = (is_news, &token) {
            tracing::warn!(target: "planet", event = "token_load_failed", "{error}");
        }
        if let Ok(token) = &token
            && token.as_ref().is_none_or(|token| token.access().is_none() && token.refresh_token().is_none())
            && self.held().token().is_none()
        {
            // Nothing is wrong, but it helps to see where a session was looked for.
            tracing::debug!(target: "planet", event = "token_load_failed", "there is no token in {}", store.describe());
        }
        token.map(|token| self.held_mut().see(token, now))
    }

    /// What is to be done after a look at the storage. An error: there is no token, and no use in asking for one.
    fn plan(&self, read: Result<(), Unread>) -> Result<Plan> {
        let mut held = self.held_mut();
        let now = self.now();
        let otherwise = if held.is_save_due() { Plan::Save } else { Plan::Nothing };
        if !held.is_due(now) {
            return Ok(otherwise);
        }
        let error = match read {
            Err(unread) if held.token().is_none() && (unread.stands || !self.is_unattended()) => unread.error,
            _ if held.trouble().is_none() && self.can_ask(held.refresh_token().as_ref()) => return Ok(Plan::Ask),
            _ => held.last_error().cloned().unwrap_or_else(|| self.login_required(held.why_not(), None)),
        };
        if held.is_alive(now) {
            if held.trouble().is_none() {
                held.fail(&error);
            }
            return Ok(otherwise);
        }
        held.pardon();
        Err(error)
    }

    /// Asks the authority for another token.
    async fn exchange(&self) -> Result<()> {
        let mut refusal = None;
        for _ in 0..ATTEMPTS {
            let refresh_token = self.held().refresh_token();
            if !self.can_ask(refresh_token.as_ref()) {
                break;
            }
            // Its life begins at the authority, at some time before the answer is here.
            let asked = self.now();
            let error = match self.ask(refresh_token.as_ref()).await {
                Ok(answer) => return self.receive(answer, refresh_token, asked),
                Err(error) => error,
            };
            let Some(refused) = refresh_token.filter(|_| code(&error) == Some("invalid_grant")) else {
                return Err(self.failed(error));
            };
            self.held_mut().spend(refused);
            self.read_until_there_is_another().await;
            if !self.held().is_due(self.now()) {
                return Ok(());
            }
            refusal = Some(error);
        }
        Err(self.failed(self.login_required("the authority has ended the session", refusal.as_ref())))
    }

    async fn ask(&self, refresh_token: Option<&Secret>) -> Result<SecretDocument> {
        match refresh_token {
            Some(refresh_token) => self.authority().refresh(refresh_token).await,
            None => self.authority().client_credentials().await,
        }
    }

    fn can_ask(&self, refresh_token: Option<&Secret>) -> bool {
        refresh_token.is_some() || self.is_unattended()
    }

    fn receive(&self, answer: SecretDocument, refresh_token: Option<Secret>, asked: i64) -> Result<()> {
        let token = Token::received(answer, refresh_token.as_ref(), asked);
        let is_usable = token.access().is_some();
        self.held_mut().receive(token, refresh_token, self.0.store.is_some());
        if is_usable {
            return Ok(());
        }
        let message = format!("{}: the authority gave an access token that no header can carry", self.0.description);
        Err(self.failed(AuthError::new(AuthFailure::BadAnswer, message).into_error()))
    }

    async fn read_until_there_is_another(&self) {
        for pause in GRACE {
            sleep(pause).await;
            self.read().await.ok();
            let held = self.held();
            if !held.is_due(self.now()) || self.can_ask(held.refresh_token().as_ref()) {
                return;
            }
        }
    }

    pub(super) async fn lock(&self, patience: Duration) -> Locked {
        match &self.0.store {
            Some(store) => store.lock(patience).await,
            None => Locked::Impossible,
        }
    }

    /// Saves what is not saved. Gives the lock back.
    pub(super) async fn save(&self, lock: Option<StorageLock>) -> Option<StorageLock> {
        let unsaved = self.held().unsaved().cloned();
        let (Some(store), Some(token)) = (&self.0.store, unsaved) else { return lock };
        let (saved, lock) = store.save(token.to_text(), lock).await;
        match saved {
            Ok(()) => self.held_mut().saved(token),
            Err(error) => self.note_unsaved(error.message()),
        }
        lock
    }

    fn note_unsaved(&self, why: &str) {
        let Some(store) = &self.0.store else { return };
        if self.held_mut().not_saved() {
            let place = store.describe();
            tracing::warn!(target: "planet", event = "token_not_saved", "the token is only in memory, not in {place}: {why}");
        }
    }

    pub(super) async fn remove(&self, lock: Option<StorageLock>) -> Result<()> {
        let Some(store) = &self.0.store else { return Ok(()) };
        store.remove(lock).await.inspect_err(|error| {
            tracing::warn!(target: "planet", event = "token_not_removed", "{error}");
        })
    }

    /// The next attempt comes after a pause.
    fn failed(&self, error: Error) -> Error {
        tracing::warn!(target: "planet", event = "token_refresh_failed", "{}: {error}", self.0.description);
        self.held_mut().fail(&error);
        error
    }

    pub(super) fn login_required(&self, what: &str, refusal: Option<&Error>) -> Error {
        let mut error = AuthError::new(AuthFailure::LoginRequired, format!("{}: {what}", self.0.description));
        if let Some(code) = refusal.and_then(code) {
            error = error.with_code(code);
        }
        if let Some(store) = &self.0.store {
            error = error.about(store.describe());
        }
        let help = "Log in: run `planet auth login` for a session of Planet's own tools, or call Auth::login for one of your own client";
        error.into_error().with_help(help)
    }
}

fn no_object(place: &str) -> Error {
    let message = format!("{place} is no object of JSON, as a token must be");
    AuthError::new(AuthFailure::BadFile, message)
        .about(place)
        .into_error()
        .with_help(format!("Log in again, or remove {place}"))
}

fn code(error: &Error) -> Option<&str> {
    AuthError::of(error).and_then(AuthError::code)
}
