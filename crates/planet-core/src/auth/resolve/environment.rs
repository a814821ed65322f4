//! The variables and the home directory that credentials are looked for in, as values: tests set neither.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use crate::Secret;

/// The variables that are read, all of them.
pub(in crate::auth) const API_KEY: &str = "PL_API_KEY";
pub(in crate::auth) const PROFILE: &str = "PL_AUTH_PROFILE";
pub(in crate::auth) const CLIENT_ID: &str = "PL_AUTH_CLIENT_ID";
pub(in crate::auth) const CLIENT_SECRET: &str = "PL_AUTH_CLIENT_SECRET";

/// Where credentials are looked for.
#[derive(Clone, Debug, Default)]
pub(in crate::auth) struct Environment {
    variables: BTreeMap<String, Secret>,
    home: Option<PathBuf>,
}

impl Environment {
    /// What the process has. A variable that is no text counts as not set.
    pub(in crate::auth) fn of_process() -> Self {
        let read = |name: &&str| Some(((*name).to_owned(), Secret::new(env::var(name).ok()?)));
        let variables = [API_KEY, PROFILE, CLIENT_ID, CLIENT_SECRET].iter().filter_map(read).collect();
        Self { variables, home: home_of_process() }
    }

    pub(in crate::auth) fn new(variables: BTreeMap<String, Secret>, home: Option<PathBuf>) -> Self {
        Self { variables, home }
    }

    pub(in crate::auth) fn with_home(self, home: Option<PathBuf>) -> Self {
        Self { home, ..self }
    }

    /// A variable, without the blanks around it. Empty counts as not set.
    pub(in crate::auth) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|value| value.expose().trim_ascii()).filter(|value| !value.is_empty())
    }

    /// The same with the blanks around it.
    pub(in crate::auth) fn untrimmed(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(Secret::expose).filter(|value| !value.trim_ascii().is_empty())
    }

    pub(in crate::auth) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}

/// An empty `HOME` is none: files would be looked for in the working directory.
pub(in crate::auth) fn home_of_process() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty())
}
