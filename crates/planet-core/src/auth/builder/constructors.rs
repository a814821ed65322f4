//! The ways to a credential, in one call each.

#[cfg(doc)]
use super::AuthBuilder;
use super::LegacyLogin;
use crate::{Auth, Result};

/// The same with the environment and the home directory of the process, and the defaults of the builder.
impl Auth {
    /// What the user has set up: with Planet's official tools (`planet auth login`), in the environment, or with
    /// [`store`](Self::store). The first that is there counts, in the order of the official SDK:
    ///
    /// | # | where | what |
    /// | --- | --- | --- |
    /// | 1 | `PL_AUTH_PROFILE` | the profile of that name; if it cannot be used, a warning, and on with 2 |
    /// | 2 | `PL_AUTH_CLIENT_ID` with `PL_AUTH_CLIENT_SECRET` | an OAuth session of a program |
    /// | 3 | `PL_API_KEY` | an API key |
    /// | 4 | `key` in `~/.planet.json` | an API key |
    /// | 5 | nothing | the built-in profile `planet-user`, which `planet auth login` logs in to |
    ///
    /// The names stand for environment variables, and if they are not set, for members of `~/.planet.json`. So a profile
    /// that the file names comes before a key in the environment; a warning is logged then, and [`explain`](Self::explain)
    /// shows it. It reads a few small files and sends nothing. That somebody is logged in, it does not say:
    /// [`ensure_initialized`](Self::ensure_initialized) does.
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// match Auth::from_user_default_session() {
    ///     Ok(auth) => println!("{}", auth.explain()),
    ///     Err(error) => println!("{error}"),
    /// }
    /// ```
    ///
    /// # Errors
    /// `Credentials` if there is no home directory where one is needed, or a client id can be no name of a profile.
    pub fn from_user_default_session() -> Result<Self> {
        Self::builder().user_default_session()
    }

    /// A profile of Planet's official tools: built in, or in `~/.planet/<name>`. No other is taken if it cannot be used.
    ///
    /// ```
    /// use planet_core::{Auth, AuthError, AuthFailure};
    ///
    /// let error = Auth::from_profile("../elsewhere").unwrap_err();
    /// assert_eq!(AuthError::of(&error).map(|why| why.failure()), Some(AuthFailure::BadProfile));
    /// ```
    ///
    /// # Errors
    /// `Credentials` if the name can be no name of a profile, there is no such profile, or its configuration cannot be used.
    pub fn from_profile(name: impl AsRef<str>) -> Result<Self> {
        Self::builder().profile(name)
    }

    /// An OAuth session of a program that runs unattended, with a client id and secret. Its token is kept for the next run;
    /// the secret is not, unless [`AuthBuilder::store_secret`] allows it.
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// let auth = Auth::from_oauth_m2m("my-robot", "sesame")?;
    /// assert!(auth.is_initialized()); // the token is fetched at the first call
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if the id or the secret is empty, or names the profile of another client; `Credentials` if the id can be no
    /// name of a profile.
    pub fn from_oauth_m2m(client_id: impl Into<String>, client_secret: impl Into<String>) -> Result<Self> {
        Self::builder().oauth_m2m(client_id, client_secret)
    }

    /// An OAuth session of a user, who logs in with a code on any device: for terminals and servers without a browser. The
    /// client has to be registered with Planet. Its profile is written, under its id in lower case, and its token is kept:
    /// who has logged in once is logged in.
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// // Empty ids are refused; one of your own goes here.
    /// assert!(Auth::from_oauth_user_device_code("").is_err());
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if the id is empty, or names the profile of another client; `Credentials` if it can be no name of a profile;
    /// `File` if the profile cannot be written.
    pub fn from_oauth_user_device_code(client_id: impl Into<String>) -> Result<Self> {
        Self::builder().oauth_user_device_code(client_id)
    }

    /// An OAuth session of a user, who logs in with a browser on this machine. The client has to be registered with Planet,
    /// and its callback URL too: `http://localhost:8080/callback`. Otherwise as
    /// [`from_oauth_user_device_code`](Self::from_oauth_user_device_code).
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// let error = Auth::from_oauth_user_auth_code("my-client-id", "localhost").unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "callback_url");
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if the callback is no URL, otherwise as
    /// [`from_oauth_user_device_code`](Self::from_oauth_user_device_code).
    pub fn from_oauth_user_auth_code(client_id: impl Into<String>, callback_url: impl Into<String>) -> Result<Self> {
        Self::builder().oauth_user_auth_code(client_id, callback_url)
    }

    /// The API key of a user, for e-mail and password. Neither is kept; [`store`](Self::store) keeps the key.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// use planet_core::Auth;
    /// use planet_core::testing::{Answer, ScriptedTransport};
    /// # use base64::Engine;
    /// # let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"api_key":"PLAK0123"}"#);
    /// # let answer = serde_json::json!({"token": format!("eyJhbGciOiJIUzI1NiJ9.{claims}.c2ln")});
    /// # let service = ScriptedTransport::new([Answer::json(&answer)]);
    ///
    /// let auth = Auth::builder()
    ///     .transport(service) // only for this example: Auth::from_login(email, password) is enough
    ///     .login("user@example.com", "sesame")
    ///     .base_url("https://api.planet.com/v0/auth")
    ///     .await?;
    /// assert_eq!(auth.value().await?.expose(), "PLAK0123");
    /// # let login = Auth::from_login("user@example.com", "sesame");
    /// # drop(login);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_login(email: impl Into<String>, password: impl Into<String>) -> LegacyLogin {
        Self::builder().login(email, password)
    }
}
