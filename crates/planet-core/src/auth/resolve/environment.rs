//! The variables and the home directory that credentials are looked for in, as values: tests set neither.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use super::super::variables::{API_KEY, CLIENT_ID, CLIENT_SECRET, PROFILE};
use crate::Secret;

/// Where credentials are looked for.
#[derive(Clone, Debug, Default)]
pub(in crate::auth) struct Environment {
    variables: BTreeMap<String, Secret>,
    home: Option<PathBuf>,
}

impl Environment {
    /// What is not given is the process's.
    pub(in crate::auth) fn new(variables: Option<&BTreeMap<String, Secret>>, home: Option<&Path>) -> Self {
        Self {
            variables: variables.cloned().unwrap_or_else(variables_of_process),
            home: home.map(Path::to_owned).or_else(home_of_process),
        }
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

/// One that is no text counts as not set.
fn variables_of_process() -> BTreeMap<String, Secret> {
    let read = |name: &&str| Some(((*name).to_owned(), Secret::new(env::var(name).ok()?)));
    [API_KEY, PROFILE, CLIENT_ID, CLIENT_SECRET].iter().filter_map(read).collect()
}

/// An empty `HOME` is none: files would be looked for in the working directory.
pub(in crate::auth) fn home_of_process() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty())
}
