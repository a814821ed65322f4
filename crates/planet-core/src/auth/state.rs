//! What a program asks of its credential: is somebody logged in, what is it, where does it come from.

use super::about::Held;
use super::explain::AuthExplanation;
use super::legacy::key_file;
use super::login;
use super::problem::{AuthError, AuthFailure};
use super::provider::KEY_ADVICE;
use crate::{Auth, Error, ErrorKind, Result, Secret};

impl Auth {
    /// The API key, or an access token that lives, for a program that talks to the service itself.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// use planet_core::Auth;
    ///
    /// let auth = Auth::from_key("PLAK0123");
    /// assert_eq!(auth.value().await?.expose(), "PLAK0123");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`ensure_initialized`](Self::ensure_initialized); `Credentials` also if there is no value to give: of
    /// [`Auth::anonymous`] and [`Auth::from_provider`].
    ///
    /// # Cancel safety
    /// Dropping the future is safe. A refresh that has begun is finished, so that no token is lost.
    #[doc(alias = "to_dict")]
    pub async fn value(&self) -> Result<Secret> {
        match (&self.about.held, &self.key) {
            (Held::Session(session), _) => session.access_token().await,
            (Held::KeyFile(file), _) => file.in_background(key_file::KeyFile::key).await,
            (Held::Nothing, Some(key)) => {
                self.headers().await?;
                Ok(key.clone())
            }
            (Held::Nothing, None) => {
                let message = format!("{} has no value to give", self.provider.describe());
                Err(AuthError::new(AuthFailure::Unsupported, message).into_error())
            }
        }
    }

    /// Is somebody logged in, or is no login needed? It looks whether there is a token, not whether the token is good, and
    /// sends nothing.
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// assert!(Auth::from_key("PLAK0123").is_initialized());
    /// ```
    #[must_use]
    pub fn is_initialized(&self) -> bool {
        match &self.about.held {
            Held::Session(session) => session.keeper().is_initialized(),
            Held::KeyFile(file) => file.is_initialized(),
            Held::Nothing => true,
        }
    }

    /// Makes sure that requests can be sent: an expired token is renewed. Call it when a program starts, to have the error
    /// that says how to log in there and not in the midst of the work.
    ///
    /// The session of a program is not asked for a token, which it gets at the first call. Nobody is asked to log in either:
    /// `auth.login()` does that.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use planet_core::{Auth, AuthError, AuthFailure};
    ///
    /// # let home = tempfile::tempdir()?;
    /// # let none: [(&str, &str); 0] = [];
    /// let auth = Auth::builder().variables(none).home(home.path()).user_default_session()?;
    /// if let Err(error) = auth.ensure_initialized().await {
    ///     println!("{error}"); // with what to run
    ///     assert_eq!(AuthError::of(&error).map(|why| why.failure()), Some(AuthFailure::LoginRequired));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Credentials`: [`AuthFailure::LoginRequired`] if somebody has to log in; another one if a file of credentials cannot
    /// be used, or the authority cannot be reached and the token has expired.
    ///
    /// # Cancel safety
    /// Dropping the future is safe. A refresh that has begun is finished, so that no token is lost.
    pub async fn ensure_initialized(&self) -> Result<()> {
        match &self.about.held {
            Held::Session(session) => session.ensure().await,
            Held::Nothing if self.key.is_none() => Ok(()),
            Held::KeyFile(_) | Held::Nothing => self.headers().await.map(drop),
        }
    }

    /// Says which credential it is, where it was found, what it hid and what is missing. It holds nothing secret.
    ///
    /// ```
    /// use planet_core::Auth;
    ///
    /// # let home = tempfile::tempdir()?;
    /// # let home = home.path();
    /// let variables = [("PL_API_KEY", "PLAK0123"), ("PL_AUTH_PROFILE", "ofice")];
    /// let auth = Auth::builder().variables(variables).home(home).user_default_session()?;
    /// let shown = auth.explain().to_string();
    /// assert!(shown.starts_with("credential: the environment variable PL_API_KEY (API key)\nwarning: "), "{shown}");
    /// assert!(shown.contains("there is no profile ofice"), "{shown}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain(&self) -> AuthExplanation {
        let mut explanation = self.about.found.clone();
        let (missing, advice) = match &self.about.held {
            Held::Session(session) if !session.keeper().is_initialized() => {
                let place = explanation.token_file.as_ref().map(|file| format!(", as there is no {}", file.display()));
                (format!("a login{}", place.unwrap_or_default()), session.advice())
            }
            Held::KeyFile(file) if !file.is_initialized() => {
                (format!("a key, as there is no {}", file.place()), key_file::ADVICE)
            }
            Held::Nothing if self.key.is_some() && self.fixed.is_none() => {
                ("a key: what was given is none".to_owned(), KEY_ADVICE)
            }
            _ => return explanation,
        };
        explanation.missing.push(missing);
        explanation.to_do = Some(advice.to_owned());
        explanation
    }

    /// Ends an OAuth session: its refresh token is revoked, and the token removed from memory and from where it is kept. The
    /// profile stays, for the next login. A program that shares the session has to log in again too.
    ///
    /// ```
    /// use planet_core::{Auth, MemoryStorage, Secret, TokenStorage};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// let storage = MemoryStorage::default();
    /// storage.save(&Secret::new(r#"{"access_token":"from-a-login"}"#))?;
    /// let auth = Auth::builder().storage(storage).oauth_user_device_code("my-client")?;
    /// assert_eq!(auth.value().await?.expose(), "from-a-login");
    /// auth.logout().await?;
    /// assert!(!auth.is_initialized());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if this is no OAuth session. `Credentials` with `Unsupported` if it is a session of Planet's official
    /// tools: end it with theirs. `Credentials` if the authority cannot be reached or refuses; the token is removed all the
    /// same. The error of the storage if it cannot be removed there: `File`, of files.
    ///
    /// # Cancel safety
    /// Dropping the future is safe: the token is then revoked or not, removed or not. Call it again.
    pub async fn logout(&self) -> Result<()> {
        let Held::Session(session) = &self.about.held else {
            let message = format!("{} is no session that could be ended", self.provider.describe());
            return Err(Error::new(ErrorKind::InvalidInput, message));
        };
        match login::taken(session.keeper().authority().client()) {
            Some(error) => Err(error),
            None => session.end().await,
        }
    }
}
