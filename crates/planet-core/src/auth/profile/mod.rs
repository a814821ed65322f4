//! Profiles: the configured clients, built in or in `~/.planet/<profile>/auth_client.json`.

mod built_in;
mod client;
mod config;
mod name;
mod preferences;

use std::path::{Path, PathBuf};

use super::disk;
use super::problem::{AuthError, AuthFailure};
use super::warning::Warnings;
use crate::Result;

pub(super) use built_in::{OFFICIAL_CLIENT, m2m_client, user_client};
pub(super) use client::{Client, ClientAuthentication, Endpoints, Flow, OidcClient};
pub(super) use name::ProfileName;
pub(super) use preferences::Preferences;

const CONFIG: &str = "auth_client.json";
const ENCRYPTED_CONFIG: &str = "auth_client.sops.json";

/// Finds a profile: a built-in name always means the built-in.
pub(super) fn load(home: &Path, name: &ProfileName, warnings: &mut Warnings) -> Result<Client> {
    if let Some(client) = built_in::built_in(name) {
        return client;
    }
    let folder = name.folder(home);
    disk::refuse_encrypted(&folder.join(ENCRYPTED_CONFIG))?;
    let file = folder.join(CONFIG);
    let Some(document) = disk::read_object(&file)? else { return Err(missing(name, &file)) };
    for place in [&profiles(home), &folder, &file] {
        disk::warn_of_others(place, warnings);
    }
    config::parse(&document, &file, warnings)
}

/// Keeps the configuration of a profile, for every SDK and the command line. Members of the file that are not ours stay.
/// The secret of a client is written only with `store_secret`.
pub(super) fn write(home: &Path, name: &ProfileName, client: &Client, store_secret: bool) -> Result<PathBuf> {
    let folder = name.folder(home);
    let file = folder.join(CONFIG);
    disk::refuse_encrypted(&folder.join(ENCRYPTED_CONFIG))?;
    let _lock = lock(home);
    let before = disk::read_object(&file)?;
    let mut document = before.clone().unwrap_or_default();
    config::merge(client, store_secret, &mut document);
    // A program that starts often, or may not write, has its profile there already.
    if before.as_ref() == Some(&document) && disk::is_private(&file) {
        return Ok(file);
    }
    disk::write(&file, &document.to_text())?;
    Ok(file)
}

/// The folder of all profiles.
fn profiles(home: &Path) -> PathBuf {
    home.join(".planet")
}

/// For changes of configurations and of `~/.planet.json`. `None`: it is not to be had.
fn lock(home: &Path) -> Option<disk::Lock> {
    disk::wait_for(&profiles(home).join(".lock"))
}

fn missing(name: &ProfileName, file: &Path) -> crate::Error {
    let message = format!("there is no profile {name}: the file {} is missing", file.display());
    AuthError::new(AuthFailure::BadProfile, message)
        .about(file.display())
        .into_error()
        .with_help("`planet auth profile list` shows the profiles that there are")
}

#[cfg(test)]
mod tests;
