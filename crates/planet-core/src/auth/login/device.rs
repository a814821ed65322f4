//! Logging in with a code that is entered on another device (RFC 8628).

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use http::Uri;
use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use super::super::authority::{Authority, EndpointKind, Form};
use super::super::keeper::Keeper;
use super::super::problem::{AuthError, AuthFailure};
use super::super::profile::Flow;
use super::super::token::SecretDocument;
use super::{DevicePrompt, LoginEvent, Watcher};
use crate::{Error, Origin, Result, Secret};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// What is waited between two questions where the authority says nothing (RFC 8628, section 3.2).
const INTERVAL: Duration = Duration::from_secs(5);
/// What `slow_down` adds, for good (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// While the authority cannot be reached it is asked no less often than this.
const LONGEST: Duration = Duration::from_secs(60);
/// No code is good for longer, whatever the authority says.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// A device that may be approved.
pub(super) struct Device {
    device_code: Secret,
    prompt: DevicePrompt,
    interval: Duration,
    /// The code's life, counted from the first question.
    end: Instant,
}

impl Device {
    /// Asks for a code.
    pub(super) async fn authorize(authority: &Authority) -> Result<Self> {
        let uri = authority.endpoint(EndpointKind::DeviceAuthorization).await?;
        let mut form = Form::default();
        form.add_request_fields(authority.client());
        let answer = authority.post(&uri, form).await?;
        Self::read(&uri, &answer)
    }

    fn read(uri: &Uri, answer: &SecretDocument) -> Result<Self> {
        let bad = |name: &str| {
            let message = format!("the answer of {uri} has no usable {name}");
            AuthError::new(AuthFailure::BadAnswer, message).about(uri).into_error()
        };
        let device_code = answer.secret("device_code").ok_or_else(|| bad("device_code"))?;
        let user_code = answer.text("user_code").filter(|code| is_printable(code)).ok_or_else(|| bad("user_code"))?;
        let page = |name| answer.text(name).filter(|url| is_page(url)).map(str::to_owned);
        let verification_uri = page("verification_uri").ok_or_else(|| bad("verification_uri"))?;
        let expires_in = seconds(answer.get("expires_in")).ok_or_else(|| bad("expires_in"))?;
        let expires_in = expires_in.min(LONGEST_LIFE);
        let interval = seconds(answer.get("interval")).unwrap_or(INTERVAL).min(LONGEST_LIFE);
        let prompt = DevicePrompt {
            user_code: user_code.to_owned(),
            verification_uri,
            verification_uri_complete: page("verification_uri_complete"),
            expires_in,
        };
        Ok(Self { device_code, prompt, interval, end: Instant::now() + interval + expires_in })
    }

    /// Asks until the code is approved, refused or expired.
    pub(super) async fn wait(mut self, authority: &Authority, watcher: &mut Watcher) -> Result<SecretDocument> {
        let uri = authority.endpoint(EndpointKind::Token).await?;
        let mut delay = self.interval;
        let mut failed = None;
        while Instant::now() < self.end {
            sleep_until(self.end.min(Instant::now() + delay)).await;
            let event = match self.ask(authority, &uri).await {
                Ok(token) => return Ok(token),
                Err(Setback::Pending) => LoginEvent::Pending,
                Err(Setback::TooFast) => {
                    self.interval += SLOWER;
                    LoginEvent::SlowedDown { interval: self.interval }
                }
                Err(Setback::MayPass(error)) => {
                    // Once it can be reached again, it is asked as often as before.
                    delay = (delay * 2).min(LONGEST.max(self.interval));
                    let reason = error.message().to_owned();
                    failed = Some(reason.clone());
                    watcher.tell(&LoginEvent::Retrying { reason });
                    continue;
                }
                Err(Setback::Final(error)) => return Err(super::refused(error)),
            };
            watcher.tell(&event);
            (delay, failed) = (self.interval, None);
        }
        Err(self.expired(&uri, failed.as_deref()))
    }

    async fn ask(&self, authority: &Authority, uri: &Uri) -> Result<SecretDocument, Setback> {
        let form = Form::new([("grant_type", GRANT), ("device_code", self.device_code.expose())]);
        let (answer, secrets) = authority.ask(uri, form).await.map_err(|error| Setback::of(error, false))?;
        let document = answer.document(&secrets);
        let document =
            document.map_err(|error| Setback::of(error, answer.is_web_page() && !answer.status().is_redirection()))?;
        Authority::check_token(uri, document).map_err(Setback::Final)
    }

    fn expired(&self, uri: &Uri, failed: Option<&str>) -> Error {
        let seconds = self.prompt.expires_in.as_secs();
        let last = failed.map(|reason| format!("; at last, {reason}")).unwrap_or_default();
        let message = format!("nobody approved the login within {seconds} s{last}");
        AuthError::new(AuthFailure::LoginExpired, message).about(uri).into_error().with_help("Log in again")
    }
}

/// Why there is no token.
enum Setback {
    Pending,
    TooFast,
    MayPass(Error),
    Final(Error),
}

impl Setback {
    /// A web page comes from something in between, such as a network that wants a login itself.
    fn of(error: Error, is_web_page: bool) -> Self {
        match AuthError::of(&error).and_then(AuthError::code) {
            Some("authorization_pending") => Self::Pending,
            Some("slow_down") => Self::TooFast,
            _ if error.is_transient() || is_web_page => Self::MayPass(error),
            _ => Self::Final(error),
        }
    }
}

/// A number of seconds above zero.
fn seconds(value: Option<&Value>) -> Option<Duration> {
    let seconds = value?.as_f64().filter(|seconds| *seconds > 0.0)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_LIFE))
}

/// Programs print codes and open pages: neither may do anything else to a terminal or a browser.
fn is_printable(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn is_page(url: &str) -> bool {
    let uri: Option<Uri> = url.parse().ok();
    uri.and_then(|uri| Origin::of(&uri)).is_some_and(|origin| origin.is_protected())
}

/// A login that waits for its code to be entered on any device.
/// [`Auth::device_login`](crate::Auth::device_login) begins it.
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
/// #     Answer::json(&json!({"error": "authorization_pending"})).with_status(400),
/// #     Answer::json(&json!({"access_token": "the-token", "expires_in": 3600})),
/// # ]);
/// use planet_core::Auth;
///
/// let builder = Auth::builder();
/// # let home = tempfile::tempdir()?;
/// # let builder = builder.home(home.path()).transport(authority);
/// let auth = builder.oauth_user_device_code("the-id-of-my-client")?;
/// let login = auth.device_login().await?;
/// let prompt = login.prompt();
/// assert_eq!((prompt.verification_uri(), prompt.user_code()), ("https://login.planet.com/activate", "SHNK-PHWH"));
/// assert_eq!((prompt.verification_uri_complete(), prompt.expires_in().as_secs()), (None, 600));
///
/// // Somebody enters the code meanwhile.
/// login.complete().progress(|event| println!("{event}")).await?;
/// assert_eq!(auth.value().await?.expose(), "the-token");
/// # Ok(())
/// # }
/// ```
#[must_use = "nobody is logged in until it is complete"]
pub struct DeviceLogin {
    device: Device,
    keeper: Keeper,
}

impl DeviceLogin {
    pub(super) async fn begin(keeper: Keeper) -> Result<Self> {
        if keeper.authority().client().flow != Flow::DeviceCode {
            return Err(super::other_flow(keeper.authority().client()));
        }
        let device = Device::authorize(keeper.authority()).await?;
        Ok(Self { device, keeper })
    }

    /// What to show to whoever logs in.
    #[must_use]
    pub fn prompt(&self) -> &DevicePrompt {
        &self.device.prompt
    }

    /// Waits until the login is approved. Await it.
    #[doc(alias = "device_user_login_complete")]
    pub fn complete(self) -> DeviceCompletion {
        DeviceCompletion { login: self, watcher: Watcher::default() }
    }
}

impl fmt::Debug for DeviceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceLogin").field("prompt", &self.device.prompt).finish_non_exhaustive()
    }
}

/// Waits for the approval of a [`DeviceLogin`]. Await it: then the session is there, in memory and where it is kept.
///
/// It asks in the interval that the authority names. While the authority cannot be reached, it goes on asking, less and less
/// often, until the code has expired.
///
/// # Errors
/// `Credentials`, with an [`AuthError`] that says how: `Denied` if somebody said no, `LoginExpired` if nobody said anything in
/// time, `Refused` with its code for all else that an authority says, `BadAnswer` for a token that cannot be used.
///
/// # Cancel safety
/// If its future is dropped, the login is lost and nothing else. The session is as it was.
#[must_use = "a login waits for nobody until it is awaited"]
pub struct DeviceCompletion {
    login: DeviceLogin,
    watcher: Watcher,
}

impl DeviceCompletion {
    /// Hears of what happens. It is called from inside the login and must not block.
    pub fn progress(mut self, listener: impl FnMut(&LoginEvent) + Send + 'static) -> Self {
        self.watcher = Watcher::new(listener);
        self
    }

    pub(super) fn watched_by(mut self, watcher: Watcher) -> Self {
        self.watcher = watcher;
        self
    }

    async fn run(mut self) -> Result<()> {
        let DeviceLogin { device, keeper } = self.login;
        let answer = device.wait(keeper.authority(), &mut self.watcher).await?;
        keeper.adopt(answer).await?;
        self.watcher.tell(&LoginEvent::Approved);
        Ok(())
    }
}

impl IntoFuture for DeviceCompletion {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for DeviceCompletion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCompletion").field("login", &self.login).finish_non_exhaustive()
    }
}
