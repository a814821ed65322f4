//! Logins of users: with a code on any device, or with a browser on this machine.

mod browser;
mod callback;
mod device;
mod event;
#[cfg(feature = "oauth-browser")]
mod listener;
mod pkce;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

pub use browser::BrowserLogin;
pub use device::{DeviceCompletion, DeviceLogin};
pub use event::{BrowserPrompt, DevicePrompt, LoginEvent};

use super::Auth;
use super::keeper::Keeper;
use super::problem::{AuthError, AuthFailure};
use super::profile::{Flow, OFFICIAL_CLIENT, OidcClient};
use crate::{Error, Fault, FaultKind, Result};

impl Auth {
    /// Logs a user in, in the way of the client: with a code on any device, or with a browser on this machine (feature
    /// `oauth-browser`). A client that needs no user fetches a token. Await it: then the session is there, in memory and
    /// where it is kept.
    #[doc(alias = "user_login")]
    pub fn login(&self) -> Login {
        Login { auth: self.clone(), watcher: Watcher::default() }
    }

    /// Begins a login with a code that is entered on any device (RFC 8628): the way of machines without a browser.
    ///
    /// # Errors
    /// `Credentials`, with an [`AuthError`] that says how: `Unsupported` if the client does not log in so, or is the one of
    /// Planet's official tools; else what the authority answers.
    ///
    /// # Cancel safety
    /// Dropping its future loses a code that nobody has seen.
    #[doc(alias = "device_user_login_initiate")]
    pub async fn device_login(&self) -> Result<DeviceLogin> {
        DeviceLogin::begin(self.login_keeper()?).await
    }

    /// Begins a login with a browser (RFC 6749, section 4.1, with PKCE). The library opens none: the program does, or the
    /// user.
    ///
    /// # Errors
    /// As [`Auth::device_login`].
    ///
    /// # Cancel safety
    /// Dropping its future loses a page that nobody has seen.
    pub async fn browser_login(&self) -> Result<BrowserLogin> {
        BrowserLogin::begin(self.login_keeper()?).await
    }

    fn login_keeper(&self) -> Result<Keeper> {
        let Some(keeper) = self.keeper() else {
            let message = format!("{}: there is nothing to log in to", self.provider().describe());
            return Err(AuthError::new(AuthFailure::Unsupported, message).into_error());
        };
        if let Some(error) = taken(keeper.authority().client()) {
            return Err(error);
        }
        Ok(keeper.clone())
    }
}

/// A login in the way of the client. Await it. [`Auth::login`] makes it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use planet_core::testing::{Answer, ScriptedTransport};
/// # use serde_json::json;
/// # let authority = ScriptedTransport::new([
/// #     Answer::json(&json!({
/// #         "issuer": "https://login.planet.com", "token_endpoint": "https://login.planet.com/oauth/token",
/// #         "device_authorization_endpoint": "https://login.planet.com/oauth/device/code",
/// #     })),
/// #     Answer::json(&json!({
/// #         "device_code": "the-device-code", "user_code": "SHNK-PHWH", "verification_uri": "https://login.planet.com/activate",
/// #         "expires_in": 600, "interval": 0.01,
/// #     })),
/// #     Answer::json(&json!({"access_token": "the-token", "expires_in": 3600})),
/// # ]);
/// use planet_core::{Auth, LoginEvent};
///
/// let builder = Auth::builder();
/// # let home = tempfile::tempdir()?;
/// # let builder = builder.home(home.path()).transport(authority);
/// let auth = builder.oauth_user_device_code("the-id-of-my-client")?;
/// auth.login().progress(|event: &LoginEvent| println!("{event}")).await?;
/// assert!(auth.is_initialized());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `InvalidInput` if a user is needed and there is no [`progress`](Self::progress) to show the prompt. Else as
/// [`DeviceCompletion`] and [`BrowserLogin::complete`].
///
/// # Cancel safety
/// If its future is dropped, the login is lost and nothing else. The session is as it was.
#[must_use = "nobody is logged in until it is awaited"]
pub struct Login {
    auth: Auth,
    watcher: Watcher,
}

impl Login {
    /// Hears of what happens, and shows it to the user: the page to be opened, first of all. It is called from inside the
    /// login and must not block.
    pub fn progress(mut self, listener: impl FnMut(&LoginEvent) + Send + 'static) -> Self {
        self.watcher = Watcher::new(listener);
        self
    }

    async fn run(mut self) -> Result<()> {
        let keeper = self.auth.login_keeper()?;
        let authority = keeper.authority();
        match &authority.client().flow {
            Flow::ClientCredentials => keeper.adopt(authority.client_credentials().await?).await?,
            _ if self.watcher.0.is_none() => return Err(unheard()),
            Flow::DeviceCode => {
                let login = DeviceLogin::begin(keeper).await?;
                self.watcher.tell(&LoginEvent::Device(login.prompt().clone()));
                return login.complete().watched_by(self.watcher).await;
            }
            Flow::AuthorizationCode { .. } => browser(keeper.clone(), &mut self.watcher).await?,
        }
        self.watcher.tell(&LoginEvent::Approved);
        Ok(())
    }
}

#[cfg(feature = "oauth-browser")]
async fn browser(keeper: Keeper, watcher: &mut Watcher) -> Result<()> {
    let login = BrowserLogin::begin(keeper).await?;
    login.check_listens()?;
    watcher.tell(&LoginEvent::Browser(login.prompt().clone()));
    login.complete().await
}

#[cfg(not(feature = "oauth-browser"))]
#[allow(clippy::unused_async, reason = "as with the feature")]
async fn browser(_: Keeper, _: &mut Watcher) -> Result<()> {
    let message = "this build cannot wait for a browser: the feature `oauth-browser` is off";
    Err(AuthError::new(AuthFailure::Unsupported, message)
        .into_error()
        .with_help("Switch it on, or use Auth::browser_login and BrowserLogin::complete_with"))
}

fn unheard() -> Error {
    let message = "a user has to log in, and nobody would see the prompt; give a listener that shows it";
    Error::invalid(vec![Fault::new(FaultKind::Missing, "progress", message)])
}

/// The client of the official tools is theirs: sessions that they began are read and refreshed here, and nothing else.
pub(super) fn taken(client: &OidcClient) -> Option<Error> {
    (client.client_id == OFFICIAL_CLIENT).then(|| {
        let message =
            "the client of Planet's official tools is theirs: other programs do not log in or out under its name";
        AuthError::new(AuthFailure::Unsupported, message).about(OFFICIAL_CLIENT).into_error().with_help(
            "Use `planet auth login` and `planet auth reset`, or register a client of your own and use \
             Auth::from_oauth_user_device_code",
        )
    })
}

/// The client logs in, but in another way.
fn other_flow(client: &OidcClient) -> Error {
    let way = match client.flow {
        Flow::DeviceCode => "with a code on any device: Auth::device_login",
        Flow::AuthorizationCode { .. } => "with a browser: Auth::browser_login",
        Flow::ClientCredentials => "without a user: Auth::login",
    };
    let message = format!("the client {} logs in {way}", client.client_id);
    AuthError::new(AuthFailure::Unsupported, message).about(&client.client_id).into_error()
}

/// In a login, a grant that is not good is one more refusal: it is no session that has ended.
fn refused(error: Error) -> Error {
    match AuthError::of(&error) {
        Some(why) if why.failure() == AuthFailure::LoginRequired => {
            why.clone().with_failure(AuthFailure::Refused).into_error()
        }
        _ => error,
    }
}

impl IntoFuture for Login {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("auth", &self.auth).finish_non_exhaustive()
    }
}

/// Who is told of a login.
#[derive(Default)]
struct Watcher(Option<Listener>);

type Listener = Box<dyn FnMut(&LoginEvent) + Send>;

impl Watcher {
    fn new(listener: impl FnMut(&LoginEvent) + Send + 'static) -> Self {
        Self(Some(Box::new(listener)))
    }

    fn tell(&mut self, event: &LoginEvent) {
        if let Some(listener) = &mut self.0 {
            listener(event);
        }
    }
}
