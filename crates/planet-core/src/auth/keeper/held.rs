//! What a session has in memory, and what follows from it. Nothing here waits.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;
use zeroize::Zeroizing;

use super::super::provider::AuthHeaders;
use super::super::token::Token;
use super::pause::Pause;
use crate::{Error, Secret};

/// A token that came in place of a refused one and is refused itself is given so much time.
const REFUSED_AGAIN: Duration = Duration::from_secs(60);

/// So many refresh tokens that must not be used again are remembered.
const SPENT: usize = 16;

/// What a request finds.
pub(super) enum Found {
    Ready(AuthHeaders),
    /// Good to be sent, but there is something to be done.
    Due(AuthHeaders),
    /// Nothing that may be sent.
    Nothing,
}

#[derive(Default)]
pub(super) struct Held {
    token: Option<Token>,
    /// The access token, ready to be sent.
    headers: Option<AuthHeaders>,
    generation: u64,
    /// The storage as it was last seen.
    stored: Option<Token>,
    /// The token is not in the storage yet; when to try again.
    unsaved: Option<Pause>,
    /// The last attempt to renew it failed.
    trouble: Option<Trouble>,
    /// Another process is renewing it.
    put_off: Option<Pause>,
    /// The service refused the token before its time.
    refused: bool,
    /// When it came in place of a refused one.
    replaced: Option<Instant>,
    /// Refresh tokens that were exchanged or refused.
    spent: VecDeque<Secret>,
    /// What was warned of, and lasts.
    warned: Warned,
}

#[derive(Clone, Copy, Default)]
struct Warned {
    unread: bool,
    unsaved: bool,
}

struct Trouble {
    error: Error,
    pause: Pause,
}

impl Held {
    pub(super) fn look(&self, now: i64) -> Found {
        let (Some(token), Some(headers)) = (&self.token, &self.headers) else { return Found::Nothing };
        if self.refused || token.times().is_expired(now) {
            return Found::Nothing;
        }
        let is_due = token.times().is_stale(now) && !self.is_resting();
        if is_due || self.is_save_due() { Found::Due(headers.clone()) } else { Found::Ready(headers.clone()) }
    }

    /// It is too early for another attempt.
    fn is_resting(&self) -> bool {
        self.trouble().is_some() || self.put_off.as_ref().is_some_and(|pause| !pause.is_over())
    }

    pub(super) fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// The access token may be sent, though perhaps not for long.
    pub(super) fn is_alive(&self, now: i64) -> bool {
        !matches!(self.look(now), Found::Nothing)
    }

    /// It is time for another token.
    pub(super) fn is_due(&self, now: i64) -> bool {
        !self.is_alive(now) || self.token.as_ref().is_some_and(|token| token.times().is_stale(now))
    }

    /// Why the authority is not to be asked now.
    pub(super) fn trouble(&self) -> Option<&Error> {
        self.trouble.as_ref().filter(|trouble| !trouble.pause.is_over()).map(|trouble| &trouble.error)
    }

    /// The last failure, however long ago.
    pub(super) fn last_error(&self) -> Option<&Error> {
        self.trouble.as_ref().map(|trouble| &trouble.error)
    }

    /// Why there is nothing to send, and nothing to get another token with.
    pub(super) fn why_not(&self) -> &'static str {
        match &self.token {
            None => "nobody is logged in",
            Some(_) if self.refused => {
                "the service refused the token, and there is no refresh token to get another with"
            }
            Some(_) => "the login has run out",
        }
    }

    /// The refresh token, unless it must not be used again.
    pub(super) fn refresh_token(&self) -> Option<Secret> {
        self.token.as_ref()?.refresh_token().filter(|token| !self.is_spent(token))
    }

    pub(super) fn was_stored(&self) -> bool {
        self.stored.is_some()
    }

    pub(super) fn unsaved(&self) -> Option<&Token> {
        self.unsaved.as_ref().and(self.token.as_ref())
    }

    pub(super) fn is_save_due(&self) -> bool {
        self.unsaved.as_ref().is_some_and(Pause::is_over)
    }

    /// What the storage holds. Another process may have put it there; then it is taken over, unless ours is newer.
    pub(super) fn see(&mut self, stored: Option<Token>, now: i64) {
        let Some(stored) = stored else { return };
        let is_known = self.stored.as_ref().is_some_and(|known| !known.differs_from(&stored));
        let is_ours = self.token.as_ref().is_some_and(|ours| !ours.differs_from(&stored));
        self.stored = Some(stored.clone());
        if is_ours {
            self.unsaved = None;
        } else if !is_known {
            if self.is_worth(&stored, now) {
                self.put(stored);
                self.unsaved = None;
            } else {
                self.unsaved.get_or_insert_with(Pause::moment);
            }
        }
    }

    /// A token with a refresh token that was spent here is older than ours, whoever put it there.
    fn is_worth(&self, stored: &Token, now: i64) -> bool {
        let is_alive = stored.access().is_some() && !stored.times().is_expired(now);
        match stored.refresh_token() {
            Some(refresh_token) if !self.is_spent(&refresh_token) => true,
            None if is_alive => true,
            _ => self.token.is_none() || (!self.is_alive(now) && self.refresh_token().is_none()),
        }
    }

    /// A token from the authority, for which it may have taken a refresh token.
    pub(super) fn receive(&mut self, token: Token, refreshed_with: Option<Secret>, is_kept: bool) {
        if let Some(old) = refreshed_with
            && token.refresh_token().is_none_or(|new| new.expose() != old.expose())
        {
            self.spend(old);
        }
        let replaced = self.refused.then(Instant::now);
        self.put(token);
        // Even if it is the refused one once more: an authority that gives the same until it ends has no other.
        self.pardon();
        self.replaced = replaced;
        // Until it is saved.
        self.unsaved = is_kept.then(Pause::moment);
    }

    fn put(&mut self, token: Token) {
        let same = |ours: &Token| ours.access().zip(token.access()).is_some_and(|(a, b)| a.expose() == b.expose());
        if !self.token.as_ref().is_some_and(same) {
            self.generation += 1;
            self.refused = false;
            self.replaced = None;
        }
        let bearer = token.access().map(|access| Zeroizing::new(format!("Bearer {}", access.expose())));
        self.headers = bearer.and_then(|bearer| AuthHeaders::authorization(&bearer, self.generation).ok());
        self.token = Some(token);
        self.trouble = None;
        self.put_off = None;
    }

    pub(super) fn saved(&mut self, token: Token) {
        if self.token.as_ref().is_some_and(|ours| !ours.differs_from(&token)) {
            self.unsaved = None;
        }
        self.stored = Some(token);
        self.warned.unsaved = false;
    }

    /// True: this has not been warned of.
    pub(super) fn not_saved(&mut self) -> bool {
        self.unsaved = Some(Pause::after(self.unsaved, None));
        !std::mem::replace(&mut self.warned.unsaved, true)
    }

    /// Could the storage be read? True: it could not, and this has not been warned of.
    pub(super) fn note_reading(&mut self, is_read: bool) -> bool {
        let before = std::mem::replace(&mut self.warned.unread, !is_read);
        !is_read && !before
    }

    pub(super) fn put_off(&mut self) {
        self.put_off = Some(Pause::moment());
    }

    /// The token is used again until its time: that the service refused it led nowhere.
    pub(super) fn pardon(&mut self) {
        self.refused = false;
    }

    pub(super) fn forget(&mut self) {
        // The next token must not be taken for the last one.
        *self = Self { generation: self.generation, spent: std::mem::take(&mut self.spent), ..Self::default() };
    }

    /// The service refused these headers. Can there be others?
    pub(super) fn refuse(&mut self, refused: &AuthHeaders) -> bool {
        if refused.generation() != self.generation {
            return true;
        }
        if self.replaced.is_some_and(|at| at.elapsed() < REFUSED_AGAIN) {
            return false;
        }
        self.refused = true;
        true
    }

    fn is_spent(&self, refresh_token: &Secret) -> bool {
        self.spent.iter().any(|spent| spent.expose() == refresh_token.expose())
    }

    pub(super) fn spend(&mut self, refresh_token: Secret) {
        self.spent.truncate(SPENT - 1);
        self.spent.push_front(refresh_token);
    }

    pub(super) fn fail(&mut self, error: &Error) {
        let pause = Pause::after(self.trouble.as_ref().map(|trouble| trouble.pause), error.retry_after());
        self.trouble = Some(Trouble { error: error.clone(), pause });
        self.pardon();
    }
}
