//! What a login tells the program, to be shown to whoever logs in.

use std::fmt;
use std::time::Duration;

use crate::redact;

/// What happens in a login. The library prints nothing: show it to whoever logs in. It prints as a line.
///
/// ```
/// use std::time::Duration;
/// use planet_core::LoginEvent;
///
/// let event = LoginEvent::SlowedDown { interval: Duration::from_secs(10) };
/// assert_eq!(event.to_string(), "asking every 10 s from now on");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LoginEvent {
    /// A page is to be opened on any device, and a code to be entered there.
    Device(DevicePrompt),
    /// A page is to be opened in a browser on this machine.
    Browser(BrowserPrompt),
    /// The page has not been dealt with yet. Told at every question.
    Pending,
    /// The authority wants to be asked less often.
    SlowedDown {
        /// What is waited from now on, between two questions.
        interval: Duration,
    },
    /// The authority could not be asked; it will be asked again.
    Retrying {
        /// Why it could not be asked, as the error says it.
        reason: String,
    },
    /// The login is done, and the session is there.
    Approved,
}

impl fmt::Display for LoginEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(prompt) => prompt.fmt(f),
            Self::Browser(prompt) => prompt.fmt(f),
            Self::Pending => f.write_str("waiting for the approval"),
            Self::SlowedDown { interval } => write!(f, "asking every {} s from now on", interval.as_secs_f64()),
            Self::Retrying { reason } => write!(f, "asking again later: {reason}"),
            Self::Approved => f.write_str("logged in"),
        }
    }
}

/// Which page to open on any device, and which code to enter there (RFC 8628, section 3.3).
#[derive(Clone, PartialEq, Eq)]
pub struct DevicePrompt {
    pub(super) user_code: String,
    pub(super) verification_uri: String,
    pub(super) verification_uri_complete: Option<String>,
    pub(super) expires_in: Duration,
}

impl DevicePrompt {
    /// The code to be entered, such as `ABCD-EFGH`.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// The page to be opened.
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        &self.verification_uri
    }

    /// A page that knows the code already, if the authority has one: for a link or a QR code. Show the code all the same,
    /// so that it can be compared.
    #[must_use]
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.verification_uri_complete.as_deref()
    }

    /// For how long the code was good when it was given.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }
}

impl fmt::Display for DevicePrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user_code, verification_uri, expires_in, .. } = self;
        write!(f, "open {verification_uri} and enter the code {user_code} within {} s", expires_in.as_secs())
    }
}

impl fmt::Debug for DevicePrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uri = redact::url(&self.verification_uri);
        f.debug_struct("DevicePrompt").field("verification_uri", &uri).finish_non_exhaustive()
    }
}

/// Which page to open in a browser on this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserPrompt {
    pub(super) url: String,
    pub(super) redirect_uri: String,
    pub(super) expires_in: Duration,
}

impl BrowserPrompt {
    /// The page to be opened. It belongs to this one login: show it, but write it into no log.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the browser ends up after the login.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// For how long the browser is waited for.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }
}

impl fmt::Display for BrowserPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "open {} in a browser within {} s", self.url, self.expires_in.as_secs())
    }
}

impl fmt::Debug for BrowserPrompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("BrowserPrompt");
        out.field("url", &redact::url(&self.url)).field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}
