//! Python's constructors and ours.

use planet::{Auth, AuthBuilder, Clock, Result};
use serde_json::{Map, Value};

use super::recorded::{Call, Recorded};
use crate::auth::double::Double;
use crate::auth::home::Home;

/// Constructors that Python has taken away and that ours never had.
pub(super) const GONE: [&str; 2] = ["from_dict", "to_dict"];

const PARAMETERS: &[(&str, &[&str])] = &[
    ("from_user_default_session", &[]),
    ("from_key", &["key"]),
    ("from_env", &["variable_name"]),
    ("from_file", &["filename"]),
    ("from_profile", &["profile_name", "save_state_to_storage"]),
    ("from_oauth_m2m", &["client_id", "client_secret", "requested_scopes", "save_state_to_storage", "profile_name"]),
    ("from_oauth_user_device_code", &["client_id", "requested_scopes", "save_state_to_storage", "profile_name"]),
    (
        "from_oauth_user_auth_code",
        &["client_id", "callback_url", "requested_scopes", "save_state_to_storage", "profile_name"],
    ),
    ("from_login", &["email", "password", "base_url"]),
];

/// A builder that looks nowhere but where the case says.
pub(super) fn builder(case: &Recorded, home: &Home, authority: &Double, clock: &Clock) -> AuthBuilder {
    Auth::builder().variables(case.env.clone()).home(home.path()).transport(authority.clone()).clock(clock.clone())
}

/// Is it a call that can be made?
pub(super) fn check(call: &Call) -> std::result::Result<(), String> {
    let known = PARAMETERS.iter().find(|(function, _)| *function == call.function);
    let (name, parameters) = known.ok_or_else(|| format!("unknown constructor {}", call.function))?;
    match call.args.keys().find(|argument| !parameters.contains(&argument.as_str())) {
        Some(argument) => Err(format!("{name} has no parameter {argument}")),
        None => Ok(()),
    }
}

/// Makes the credential.
pub(super) async fn make(call: &Call, builder: AuthBuilder, home: &Home) -> Result<Auth> {
    let args = Args(&call.args);
    Ok(match call.function.as_str() {
        "from_key" => {
            let auth = Auth::from_key(args.text("key"));
            // Python refuses what is no key at once, ours when it is asked for it.
            auth.value().await?;
            auth
        }
        "from_env" => match args.optional("variable_name") {
            Some(name) => builder.env_var(name)?,
            None => builder.env()?,
        },
        "from_file" => match args.optional("filename") {
            Some(path) => Auth::from_file(path.replacen('~', &home.path().to_string_lossy(), 1))?,
            None => builder.file()?,
        },
        "from_profile" => args.saving(builder).profile(args.text("profile_name"))?,
        "from_oauth_m2m" => {
            // Python stores the secret without being asked.
            let builder = args.client(builder).store_secret(true);
            builder.oauth_m2m(args.text("client_id"), args.text("client_secret"))?
        }
        "from_oauth_user_device_code" => args.client(builder).oauth_user_device_code(args.text("client_id"))?,
        "from_oauth_user_auth_code" => {
            args.client(builder).oauth_user_auth_code(args.text("client_id"), args.text("callback_url"))?
        }
        "from_login" => {
            let login = builder.login(args.text("email"), args.text("password"));
            match args.optional("base_url") {
                Some(url) => login.base_url(url).await?,
                None => login.await?,
            }
        }
        _ => builder.user_default_session()?,
    })
}

struct Args<'a>(&'a Map<String, Value>);

impl Args<'_> {
    fn optional(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Nothing is as good as an empty text: ours takes both for missing.
    fn text(&self, name: &str) -> &str {
        self.optional(name).unwrap_or_default()
    }

    fn saving(&self, builder: AuthBuilder) -> AuthBuilder {
        match self.0.get("save_state_to_storage").and_then(Value::as_bool) {
            Some(keep) => builder.save_state(keep),
            None => builder,
        }
    }

    fn client(&self, builder: AuthBuilder) -> AuthBuilder {
        let mut builder = self.saving(builder);
        if let Some(name) = self.optional("profile_name") {
            builder = builder.profile_name(name);
        }
        match self.0.get("requested_scopes").and_then(Value::as_array) {
            Some(scopes) => builder.scopes(scopes.iter().filter_map(Value::as_str)),
            None => builder,
        }
    }
}
