//! Logging in with a browser: an authorization code with PKCE (RFC 6749, section 4.1; RFC 7636; RFC 8252).

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Uri;

use super::super::authority::{Authority, EndpointKind, Form};
use super::super::keeper::Keeper;
use super::super::problem::{AuthError, AuthFailure};
use super::super::profile::{Flow, OidcClient};
use super::super::token::SecretDocument;
use super::super::token::jwt::claims;
use super::callback::{self, Expected};
#[cfg(feature = "oauth-browser")]
use super::listener::Loopback;
use super::{BrowserPrompt, pkce};
use crate::{Result, Secret};

/// For how long the browser is waited for.
const PATIENCE: Duration = Duration::from_secs(300);

/// What one login has agreed on with the authority, and may be used for one code.
pub(super) struct Exchange {
    redirect_uri: String,
    verifier: Secret,
    state: Secret,
    nonce: Secret,
}

impl Exchange {
    pub(super) fn new(redirect_uri: String) -> Result<Self> {
        let (verifier, state, nonce) = (pkce::verifier()?, pkce::state()?, pkce::state()?);
        Ok(Self { redirect_uri, verifier, state, nonce })
    }

    /// The page where the user logs in.
    pub(super) fn url(&self, endpoint: &Uri, client: &OidcClient) -> String {
        let mut form = Form::new([
            ("client_id", client.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &self.redirect_uri),
            ("state", self.state.expose()),
            ("nonce", self.nonce.expose()),
            ("code_challenge", &pkce::challenge(&self.verifier)),
            ("code_challenge_method", "S256"),
        ]);
        form.add_request_fields(client);
        let separator = if endpoint.query().is_some() { '&' } else { '?' };
        format!("{endpoint}{separator}{}", form.text())
    }

    /// The code in what the browser brought back.
    pub(super) fn code(&self, authority: &Authority, query: &str) -> Result<Secret> {
        Expected { redirect_uri: &self.redirect_uri, state: &self.state, issuer: authority.issuer() }.code(query)
    }

    /// A token for the code.
    pub(super) async fn redeem(&self, authority: &Authority, code: &Secret) -> Result<SecretDocument> {
        let form = Form::new([
            ("grant_type", "authorization_code"),
            ("redirect_uri", &self.redirect_uri),
            ("code", code.expose()),
            ("code_verifier", self.verifier.expose()),
        ]);
        let answer = authority.token(form).await.map_err(super::refused)?;
        self.check_nonce(&answer, authority.issuer())?;
        Ok(answer)
    }

    /// An id token that is there must be made for this login (OpenID Connect Core 1.0, section 3.1.3.7). Nobody asks for
    /// one, unless the scopes hold `openid`.
    fn check_nonce(&self, answer: &SecretDocument, issuer: &str) -> Result<()> {
        let Some(claims) = answer.text("id_token").and_then(claims) else { return Ok(()) };
        match claims.get("nonce").and_then(serde_json::Value::as_str) {
            Some(nonce) if pkce::is_same(&self.nonce, nonce) => Ok(()),
            _ => {
                let message = format!("{issuer} answers with an id token that was not made for this login");
                Err(AuthError::new(AuthFailure::BadAnswer, message).about(issuer).into_error())
            }
        }
    }
}

/// A login that waits for a browser. [`Auth::browser_login`](crate::Auth::browser_login) begins it.
///
/// It is used from where it is, and can be waited for again: a program may wait for the browser and for an address that is
/// copied by hand, and take what comes first.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use planet_core::testing::{Answer, ScriptedTransport};
/// # use serde_json::json;
/// # let authority = ScriptedTransport::new([
/// #     Answer::json(&json!({
/// #         "issuer": "https://login.planet.com", "token_endpoint": "https://login.planet.com/oauth/token",
/// #         "authorization_endpoint": "https://login.planet.com/authorize",
/// #     })),
/// #     Answer::json(&json!({"access_token": "the-token", "expires_in": 3600})),
/// # ]);
/// use planet_core::Auth;
///
/// let builder = Auth::builder();
/// # let home = tempfile::tempdir()?;
/// # let builder = builder.home(home.path()).transport(authority);
/// let auth = builder.oauth_user_auth_code("the-id-of-my-client", "http://127.0.0.1:18765/callback")?;
/// let login = auth.browser_login().await?;
/// assert_eq!(login.redirect_uri(), "http://127.0.0.1:18765/callback");
/// assert_eq!(login.prompt().redirect_uri(), login.redirect_uri());
/// assert_eq!((login.prompt().url(), login.prompt().expires_in().as_secs()), (login.url(), 300));
/// println!("Open {} and paste the address that the browser ends at:", login.url());
/// # let state = login.url().split("state=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
/// # let pasted = format!("http://127.0.0.1:18765/callback?code=c&state={state}");
/// login.complete_with(&pasted).await?;
/// assert_eq!(auth.value().await?.expose(), "the-token");
/// # Ok(())
/// # }
/// ```
#[must_use = "nobody is logged in until it is complete"]
pub struct BrowserLogin {
    keeper: Keeper,
    exchange: Exchange,
    prompt: BrowserPrompt,
    /// A code is good for one request.
    used: AtomicBool,
    #[cfg(feature = "oauth-browser")]
    loopback: Result<Loopback>,
}

impl BrowserLogin {
    pub(super) async fn begin(keeper: Keeper) -> Result<Self> {
        let authority = keeper.authority();
        let Flow::AuthorizationCode { redirect_uri, local_redirect_uri } = &authority.client().flow else {
            return Err(super::other_flow(authority.client()));
        };
        #[cfg(feature = "oauth-browser")]
        let loopback = Loopback::bind(local_redirect_uri).await;
        #[cfg(feature = "oauth-browser")]
        let redirect_uri =
            &loopback.as_ref().map_or_else(|_| redirect_uri.clone(), |loopback| loopback.name(redirect_uri));
        #[cfg(not(feature = "oauth-browser"))]
        let _ = local_redirect_uri;
        let exchange = Exchange::new(redirect_uri.clone())?;
        let url = exchange.url(&authority.endpoint(EndpointKind::Authorization).await?, authority.client());
        Ok(Self {
            prompt: BrowserPrompt { url, redirect_uri: exchange.redirect_uri.clone(), expires_in: PATIENCE },
            exchange,
            used: AtomicBool::new(false),
            #[cfg(feature = "oauth-browser")]
            loopback,
            keeper,
        })
    }

    /// The page to be opened in a browser. It belongs to this one login: show it, but write it into no log.
    #[must_use]
    pub fn url(&self) -> &str {
        self.prompt.url()
    }

    /// Where the browser ends up after the login, as the authority was told.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        self.prompt.redirect_uri()
    }

    /// What to show to whoever logs in.
    #[must_use]
    pub fn prompt(&self) -> &BrowserPrompt {
        &self.prompt
    }

    /// Waits until the browser comes back to the redirect URI on this machine, for 300 s at most. Then the session is there,
    /// in memory and where it is kept. (Feature `oauth-browser`.)
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::io::Write;
    /// # use planet_core::testing::{Answer, ScriptedTransport};
    /// # use serde_json::json;
    /// # let authority = ScriptedTransport::new([
    /// #     Answer::json(&json!({
    /// #         "issuer": "https://login.planet.com", "token_endpoint": "https://login.planet.com/oauth/token",
    /// #         "authorization_endpoint": "https://login.planet.com/authorize",
    /// #     })),
    /// #     Answer::json(&json!({"access_token": "the-token", "expires_in": 3600})),
    /// # ]);
    /// use planet_core::Auth;
    ///
    /// let builder = Auth::builder();
    /// # let home = tempfile::tempdir()?;
    /// # let builder = builder.home(home.path()).transport(authority);
    /// // Port 0 is any that is free.
    /// let auth = builder.oauth_user_auth_code("the-id-of-my-client", "http://127.0.0.1:0/callback")?;
    /// let login = auth.browser_login().await?;
    /// println!("Open {} in a browser.", login.url());
    /// # let state = login.url().split("state=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
    /// # let address = login.redirect_uri().split('/').nth(2).unwrap_or_default();
    /// # let mut browser = std::net::TcpStream::connect(address)?;
    /// # write!(browser, "GET /callback?code=c&state={state} HTTP/1.1\r\nhost: {address}\r\n\r\n")?;
    /// login.complete().await?;
    /// assert!(auth.is_initialized());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Credentials`, with an [`AuthError`] that says how: `Denied` if somebody said no, `LoginExpired` if nobody came in
    /// time, `Refused` with its code for all else that an authority says, `BadAnswer` for an answer to another login or from
    /// another authority, `BadProfile` if the redirect URI is not on this machine or its port is taken.
    ///
    /// # Cancel safety
    /// If its future is dropped while it waits, nothing is lost: it can be called again. Later, the login is lost and nothing
    /// else. The session is as it was.
    #[cfg(feature = "oauth-browser")]
    pub async fn complete(&self) -> Result<()> {
        let loopback = self.loopback.as_ref().map_err(Clone::clone)?;
        let expired = |_| {
            let message = format!("no browser came to {} within {} s", self.redirect_uri(), PATIENCE.as_secs());
            let error = AuthError::new(AuthFailure::LoginExpired, message).about(self.redirect_uri());
            error.into_error().with_help("Log in again, and open the page in a browser on this machine")
        };
        let query = tokio::time::timeout(PATIENCE, loopback.query()).await.map_err(expired)?;
        self.finish(&query).await
    }

    /// Completes the login with the address that the browser ended at, copied by hand: where the browser runs on another
    /// machine, and shows an error instead of a page. Then the session is there, in memory and where it is kept.
    ///
    /// # Errors
    /// `InvalidInput` if it is no such address, `BadAnswer` if it belongs to another login: both can be tried again with the
    /// right one. Else as the login with a listener: `Denied`, `Refused`, `BadAnswer`.
    ///
    /// # Cancel safety
    /// If its future is dropped, the login is lost and nothing else. The session is as it was.
    pub async fn complete_with(&self, callback_url: impl AsRef<str>) -> Result<()> {
        let query = callback::query_of(callback_url.as_ref())?;
        self.finish(&query).await
    }

    /// Can the browser come back to this machine?
    #[cfg(feature = "oauth-browser")]
    pub(super) fn check_listens(&self) -> Result<()> {
        self.loopback.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    async fn finish(&self, query: &str) -> Result<()> {
        let authority = self.keeper.authority();
        let code = self.exchange.code(authority, query)?;
        if self.used.swap(true, Ordering::AcqRel) {
            let message = "this login was completed before; a code is good for one time";
            let error = AuthError::new(AuthFailure::LoginExpired, message).about(self.redirect_uri());
            return Err(error.into_error().with_help("Begin another with Auth::browser_login"));
        }
        let answer = self.exchange.redeem(authority, &code).await?;
        self.keeper.adopt(answer).await
    }
}

impl fmt::Debug for BrowserLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserLogin").field("prompt", &self.prompt).finish_non_exhaustive()
    }
}
