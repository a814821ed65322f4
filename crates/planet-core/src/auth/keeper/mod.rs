//! Keeps the token of an OAuth session fresh, together with the other processes that share it.
//!
//! A request finds a token that is good, and goes on at once. Past three quarters of the token's life one request renews
//! it, while others go on with the old one; past its end all wait for the one that does. [`renew`] is what it does, [`held`]
//! what is known in between.

mod held;
mod pause;
mod renew;
mod store;
#[cfg(test)]
mod tests;

use std::future;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, UNIX_EPOCH};

use tokio::sync::watch;
use tokio::time::timeout;

use super::authority::Authority;
use super::problem::{AuthError, AuthFailure};
use super::profile::Flow;
use super::provider::{AuthHeaders, CredentialsFuture, CredentialsProvider};
use super::storage::TokenStorage;
use super::token::{SecretDocument, Token};
use crate::{Clock, Result, Secret};

use held::{Found, Held};
use store::Store;

/// So long a request waits for another token while its own is still good.
const EARLY: Duration = Duration::from_secs(10);

/// A token may end while it is waited for, but hardly twice.
const ROUNDS: u32 = 3;

/// A session at an authority. Clones share it.
#[derive(Clone)]
pub(super) struct Keeper(Arc<Inner>);

struct Inner {
    authority: Authority,
    store: Option<Store>,
    clock: Clock,
    description: String,
    /// Locked for moments only, and never while something is waited for.
    held: RwLock<Held>,
    flight: Mutex<Option<Flight>>,
    /// Held by who reads or changes the session as a whole: a renewal, a login, a logout.
    turn: tokio::sync::Mutex<()>,
}

/// A renewal under way: how it ended, once it has. The sender is gone without a word: its runtime has ended.
type Flight = watch::Receiver<Option<Result<()>>>;

impl Keeper {
    pub(super) fn new(
        authority: Authority,
        storage: Option<Arc<dyn TokenStorage>>,
        clock: Clock,
        description: String,
    ) -> Self {
        Self(Arc::new(Inner {
            authority,
            store: storage.map(Store::new),
            clock,
            description,
            held: RwLock::default(),
            flight: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }))
    }

    pub(super) fn authority(&self) -> &Authority {
        &self.0.authority
    }

    /// The access token, renewed if need be.
    pub(super) async fn access_token(&self) -> Result<Secret> {
        self.obtain().await?;
        self.held().token().and_then(Token::access).ok_or_else(|| self.login_required("nobody is logged in", None))
    }

    /// The refresh token as the storage has it now: another process may have changed it.
    pub(super) async fn refresh_token(&self) -> Option<Secret> {
        let _turn = self.0.turn.lock().await;
        self.read().await.ok();
        self.held().refresh_token()
    }

    /// Takes over what a login was answered: in memory, and saved. A token that cannot be saved is used all the same.
    pub(super) async fn adopt(&self, answer: SecretDocument) -> Result<()> {
        let token = Token::received(answer, None, self.now());
        if token.access().is_none() {
            let message = format!("{}: the answer to the login has no access token", self.0.description);
            return Err(AuthError::new(AuthFailure::BadAnswer, message).into_error());
        }
        let keeper = self.clone();
        let work = async move {
            let _turn = keeper.0.turn.lock().await;
            // What is there is older than the login, and must not be taken for news afterwards.
            keeper.read().await.ok();
            keeper.held_mut().receive(token, None, keeper.0.store.is_some());
            let lock = keeper.lock(renew::PATIENCE).await.ours();
            drop(keeper.save(lock).await);
        };
        self.apart(work).await
    }

    /// Is there a token that has not ended, or can there be one without a user?
    pub(super) async fn ensure(&self) -> Result<()> {
        if self.is_unattended() {
            return Ok(());
        }
        self.load().await;
        if self.held().is_alive(self.now()) {
            return Ok(());
        }
        self.obtain().await.map(drop)
    }

    /// Is there something to begin with? It need not be good any more.
    pub(super) fn is_initialized(&self) -> bool {
        self.is_unattended()
            || self.held().token().is_some()
            || self.0.store.as_ref().is_some_and(|store| store.exists())
    }

    /// Forgets the token, here and in the storage. An error: there it still is.
    pub(super) async fn forget(&self) -> Result<()> {
        let keeper = self.clone();
        let work = async move {
            let _turn = keeper.0.turn.lock().await;
            keeper.held_mut().forget();
            let lock = keeper.lock(renew::PATIENCE).await.ours();
            keeper.remove(lock).await
        };
        self.apart(work).await?
    }

    /// The headers, once they may be sent.
    async fn obtain(&self) -> Result<AuthHeaders> {
        self.load().await;
        for _ in 0..ROUNDS {
            match self.look() {
                Found::Ready(headers) => return Ok(headers),
                Found::Due(headers) => match self.begin() {
                    (_, false) => return Ok(headers),
                    (flight, true) => drop(timeout(EARLY, landed(flight)).await),
                },
                // Nobody lands where the runtime of the one who began has ended: then it is begun anew.
                Found::Nothing => landed(self.begin().0).await.transpose().map(drop)?,
            }
        }
        match self.look() {
            Found::Ready(headers) | Found::Due(headers) => Ok(headers),
            Found::Nothing => {
                let message = format!("{}: each token ends, or is refused, as soon as it comes", self.0.description);
                Err(AuthError::new(AuthFailure::BadAnswer, message).into_error())
            }
        }
    }

    /// Reads the storage, if that was not done yet. What is wrong with it is told by who needs the token.
    async fn load(&self) {
        if self.held().token().is_none() {
            let _turn = self.0.turn.lock().await;
            if self.held().token().is_none() {
                self.read().await.ok();
            }
        }
    }

    /// Joins the renewal under way, or begins one (true).
    fn begin(&self) -> (Flight, bool) {
        let mut slot = self.0.flight.lock().unwrap_or_else(PoisonError::into_inner);
        let is_under_way = |flight: &&Flight| flight.borrow().is_none() && flight.has_changed().is_ok();
        if let Some(flight) = slot.as_ref().filter(is_under_way) {
            return (flight.clone(), false);
        }
        let (sender, flight) = watch::channel(None);
        let keeper = self.clone();
        spawn(async move {
            let result = {
                let _turn = keeper.0.turn.lock().await;
                keeper.renew().await
            };
            sender.send_replace(Some(result));
        });
        *slot = Some(flight.clone());
        (flight, true)
    }

    /// Work that is done to its end, though who asked for it may go away.
    async fn apart<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        spawn(async move {
            sender.send(work.await).ok();
        });
        receiver.await.map_err(|_| {
            let message = format!("{}: what was begun was broken off", self.0.description);
            AuthError::new(AuthFailure::Unreachable, message).into_error()
        })
    }

    fn look(&self) -> Found {
        let held = self.held();
        held.look(self.now())
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.0.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn held_mut(&self) -> RwLockWriteGuard<'_, Held> {
        self.0.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_unattended(&self) -> bool {
        self.authority().client().flow == Flow::ClientCredentials
    }

    fn now(&self) -> i64 {
        let elapsed = self.0.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
    }
}

impl CredentialsProvider for Keeper {
    fn headers(&self) -> CredentialsFuture<'_> {
        match self.look() {
            Found::Ready(headers) => Box::pin(future::ready(Ok(headers))),
            _ => Box::pin(self.obtain()),
        }
    }

    fn invalidate(&self, refused: &AuthHeaders) -> bool {
        self.held_mut().refuse(refused)
    }

    fn describe(&self) -> String {
        self.0.description.clone()
    }
}

/// How a renewal ended. `None`: it did not.
async fn landed(mut flight: Flight) -> Option<Result<()>> {
    flight.wait_for(Option::is_some).await.ok().and_then(|ended| ended.clone())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a refresh token that the authority has exchanged is lost if nobody takes the answer: the request that began \
              it may be dropped at any time, and others wait for the same renewal; it ends by itself"
)]
fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    drop(tokio::spawn(work));
}
