//! The trait behind [`Auth`](super::Auth), and its plain implementations.

use std::future::{self, Future};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use zeroize::Zeroizing;

use super::problem::{AuthError, AuthFailure};
use crate::{Error, ErrorKind, Result, Secret};

/// The future of [`CredentialsProvider::headers`].
pub type CredentialsFuture<'a> = Pin<Box<dyn Future<Output = Result<AuthHeaders>> + Send + 'a>>;

/// A source of credentials. It is asked before each attempt; keep what you fetch until it is about to expire.
///
/// ```
/// use planet_core::{Auth, AuthHeaders, CredentialsFuture, CredentialsProvider};
///
/// struct Vault;
///
/// impl CredentialsProvider for Vault {
///     fn headers(&self) -> CredentialsFuture<'_> {
///         Box::pin(async { AuthHeaders::authorization("api-key from-the-vault", 0) })
///     }
///
///     fn describe(&self) -> String {
///         "the vault".into()
///     }
/// }
///
/// let auth = Auth::from_provider(Vault);
/// assert_eq!(format!("{auth:?}"), "Auth(the vault)");
/// ```
pub trait CredentialsProvider: Send + Sync + 'static {
    /// The headers that carry the credential.
    ///
    /// # Errors
    /// What kept it from them. The attempt that asked ends with it, and is not sent.
    ///
    /// # Cancel safety
    /// The future is dropped with the call that asks. A credential that is fetched for all should outlive it.
    fn headers(&self) -> CredentialsFuture<'_>;

    /// The service refused these headers. True: fresh ones can be had, and the request is sent once more with them.
    fn invalidate(&self, _refused: &AuthHeaders) -> bool {
        false
    }

    /// Where the credential comes from, for error messages. Never the credential itself.
    fn describe(&self) -> String;
}

/// Headers that carry a credential, with a number that tells an old credential from a new one.
#[derive(Clone, Debug)]
pub struct AuthHeaders {
    headers: Arc<HeaderMap>,
    generation: u64,
}

impl AuthHeaders {
    /// An `Authorization` header. It is marked sensitive, so that nothing prints it.
    ///
    /// # Errors
    /// `Credentials` if the value cannot stand in a header.
    pub fn authorization(value: &str, generation: u64) -> Result<Self> {
        // Memory of our own, which is wiped when the last copy of the header is gone.
        let bytes = Bytes::from_owner(Zeroizing::new(value.as_bytes().to_vec()));
        let header = HeaderValue::from_maybe_shared(bytes).ok();
        let mut value = header.filter(|_| value.is_ascii()).ok_or_else(unusable)?;
        value.set_sensitive(true);
        Ok(Self { headers: Arc::new(HeaderMap::from_iter([(header::AUTHORIZATION, value)])), generation })
    }

    /// Headers of any names, such as `X-Api-Key`. All are marked sensitive, so that nothing prints them; none goes along on
    /// a redirect to another origin.
    ///
    /// ```
    /// use http::{HeaderMap, HeaderName, HeaderValue};
    /// use planet_core::AuthHeaders;
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert(HeaderName::from_static("x-api-key"), HeaderValue::from_static("sesame"));
    /// let credential = AuthHeaders::new(headers, 0);
    /// assert!(!format!("{credential:?}").contains("sesame"));
    /// assert_eq!(credential.headers()["x-api-key"], "sesame");
    /// assert!(AuthHeaders::none().headers().is_empty());
    /// ```
    #[must_use]
    pub fn new(mut headers: HeaderMap, generation: u64) -> Self {
        headers.values_mut().for_each(|value| value.set_sensitive(true));
        Self { headers: Arc::new(headers), generation }
    }

    /// No headers at all: requests go out without a credential.
    #[must_use]
    pub fn none() -> Self {
        Self { headers: Arc::default(), generation: 0 }
    }

    /// The headers that each request gets. Their values are marked as sensitive, so that `Debug` does not show them.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Counts up with each new credential.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

fn unusable() -> Error {
    Error::new(ErrorKind::Credentials, "the credential holds characters that no header can carry")
}

/// An API key: `Authorization: api-key <KEY>`.
pub(super) struct ApiKey {
    headers: std::result::Result<AuthHeaders, &'static str>,
    origin: String,
}

impl ApiKey {
    /// With the prefix `api-key`, unless a profile has another.
    pub(super) fn new(key: &Secret, prefix: &str, origin: String) -> Self {
        let key = key.expose();
        let headers = match fault_of_key(key) {
            Some(fault) => Err(fault),
            None => {
                let value = Zeroizing::new(format!("{prefix} {key}"));
                AuthHeaders::authorization(&value, 0).map_err(|_| "has a prefix that no header can carry")
            }
        };
        Self { headers, origin }
    }

    pub(super) fn fixed(&self) -> Option<AuthHeaders> {
        self.headers.clone().ok()
    }

    /// The headers, or why there are none.
    pub(super) fn checked(&self) -> Result<AuthHeaders> {
        self.headers.clone().map_err(|fault| {
            let message = format!("{} {fault}", self.origin);
            AuthError::new(AuthFailure::Missing, message).about(&self.origin).into_error().with_help(KEY_ADVICE)
        })
    }
}

/// What to do about a key that is none.
pub(super) const KEY_ADVICE: &str = "Give the API key as the account page shows it (planet.com, My Settings)";

/// Why a text is no API key: it must stand in a header as it is.
pub(super) fn fault_of_key(key: &str) -> Option<&'static str> {
    match key {
        "" => Some("is empty"),
        key if !key.bytes().all(|byte| byte.is_ascii_graphic()) => Some("holds characters that no API key has"),
        _ => None,
    }
}

impl CredentialsProvider for ApiKey {
    fn headers(&self) -> CredentialsFuture<'_> {
        Box::pin(future::ready(self.checked()))
    }

    fn describe(&self) -> String {
        self.origin.clone()
    }
}

pub(super) struct Anonymous;

impl CredentialsProvider for Anonymous {
    fn headers(&self) -> CredentialsFuture<'_> {
        Box::pin(future::ready(Ok(AuthHeaders::none())))
    }

    fn describe(&self) -> String {
        "no credential (Auth::anonymous)".into()
    }
}
