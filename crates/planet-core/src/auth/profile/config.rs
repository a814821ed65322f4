//! What stands in `auth_client.json`.

use std::path::Path;

use serde_json::Value;

use super::super::disk;
use super::super::problem::{AuthError, AuthFailure};
use super::super::token::SecretDocument;
use super::super::warning::Warnings;
use super::built_in::{M2M_AUTHORITY, USER_AUTHORITY};
use super::{Client, ClientAuthentication, Endpoints, Flow, OidcClient};
use crate::{Error, Result, Secret};

/// The members that a client is made of. Those that it does not have are removed when it is written.
const OURS: [&str; 20] = [
    "api_key",
    "audiences",
    "auth_server",
    "authorization_endpoint",
    "bearer_token_prefix",
    "client_id",
    "client_privkey",
    "client_privkey_file",
    "client_secret",
    "client_type",
    "device_authorization_endpoint",
    "issuer",
    "legacy_auth_endpoint",
    "local_redirect_uri",
    "organization",
    "project_id",
    "redirect_uri",
    "revocation_endpoint",
    "scopes",
    "token_endpoint",
];

const SECRETS: [&str; 3] = ["client_privkey", "client_privkey_file", "client_secret"];

pub(super) fn parse(document: &SecretDocument, file: &Path, warnings: &mut Warnings) -> Result<Client> {
    let config = Config { document, file };
    let kind = config.required("client_type")?;
    let (flow, proof) = match kind {
        "static_apikey" => {
            let prefix = config.text("bearer_token_prefix")?.unwrap_or("Bearer").to_owned();
            return Ok(Client::Key { key: config.text("api_key")?.map(Secret::new), prefix });
        }
        "planet_legacy" => {
            let endpoint = config.required("legacy_auth_endpoint")?.to_owned();
            return Ok(Client::Legacy { key: config.text("api_key")?.map(Secret::new), endpoint });
        }
        "none" => return Ok(Client::None),
        _ => kind
            .strip_prefix("oidc_")
            .and_then(|rest| {
                ["device_code", "auth_code", "client_credentials"]
                    .iter()
                    .find_map(|flow| Some((*flow, rest.strip_prefix(flow)?)))
            })
            .ok_or_else(|| config.unsupported(kind))?,
    };
    let authentication = match proof {
        "" if flow != "client_credentials" => ClientAuthentication::Public,
        "_secret" => ClientAuthentication::Secret(Secret::new(config.required("client_secret")?)),
        "_pubkey" => ClientAuthentication::PrivateKey(config.private_key(warnings)?),
        _ => return Err(config.unsupported(kind)),
    };
    let flow = match flow {
        "device_code" => Flow::DeviceCode,
        "auth_code" => config.authorization_code()?,
        _ => Flow::ClientCredentials,
    };
    config.oidc(flow, authentication).map(Client::Oidc)
}

struct Config<'a> {
    document: &'a SecretDocument,
    file: &'a Path,
}

impl<'a> Config<'a> {
    fn oidc(&self, flow: Flow, authentication: ClientAuthentication) -> Result<OidcClient> {
        let owned = |name| Ok::<_, Error>(self.text(name)?.map(str::to_owned));
        let mut audiences = self.texts("audiences")?;
        if audiences.len() > 1 {
            return Err(self.bad("has more than one audience in `audiences`"));
        }
        Ok(OidcClient {
            auth_server: self.required("auth_server")?.to_owned(),
            client_id: self.required("client_id")?.to_owned(),
            audience: audiences.pop(),
            scopes: self.texts("scopes")?,
            organization: owned("organization")?,
            project_id: owned("project_id")?,
            endpoints: Endpoints {
                issuer: owned("issuer")?,
                authorization: owned("authorization_endpoint")?,
                device_authorization: owned("device_authorization_endpoint")?,
                token: owned("token_endpoint")?,
                revocation: owned("revocation_endpoint")?,
            },
            authentication,
            flow,
        })
    }

    /// Each of the two places stands for the other if that is missing.
    fn authorization_code(&self) -> Result<Flow> {
        let (redirect, local) = (self.text("redirect_uri")?, self.text("local_redirect_uri")?);
        let Some(either) = redirect.or(local) else {
            return Err(self.bad("has neither `redirect_uri` nor `local_redirect_uri`"));
        };
        Ok(Flow::AuthorizationCode {
            redirect_uri: redirect.unwrap_or(either).to_owned(),
            local_redirect_uri: local.unwrap_or(either).to_owned(),
        })
    }

    fn private_key(&self, warnings: &mut Warnings) -> Result<Secret> {
        if self.text("client_privkey_password")?.is_some() {
            let message = format!("the file {} names a private key with a password", self.file.display());
            return Err(AuthError::new(AuthFailure::Unsupported, message)
                .about(self.file.display())
                .into_error()
                .with_help("Take the password off with `openssl pkey -in KEY -out CLEAR`, and off the profile"));
        }
        if let Some(key) = self.text("client_privkey")? {
            return Ok(Secret::new(key));
        }
        let Some(path) = self.text("client_privkey_file")? else {
            return Err(self.bad("has neither `client_privkey` nor `client_privkey_file`"));
        };
        let bytes = disk::read(Path::new(path))?
            .ok_or_else(|| self.bad(&format!("names the private key {path}, which is not there")))?;
        disk::warn_of_others(Path::new(path), warnings);
        let key = std::str::from_utf8(&bytes);
        key.map(Secret::new).map_err(|_| self.bad(&format!("names the private key {path}, which is no PEM")))
    }

    fn required(&self, name: &str) -> Result<&'a str> {
        self.text(name)?.ok_or_else(|| self.bad(&format!("has no `{name}`")))
    }

    /// Null and empty count as absent.
    fn text(&self, name: &str) -> Result<Option<&'a str>> {
        match self.document.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.bad(&format!("has a `{name}` that is no text"))),
        }
    }

    fn texts(&self, name: &str) -> Result<Vec<String>> {
        let wrong = || self.bad(&format!("has a `{name}` that is no list of texts"));
        match self.document.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(list)) => {
                list.iter().map(|text| text.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
            }
            Some(_) => Err(wrong()),
        }
    }

    fn bad(&self, what: &str) -> Error {
        let file = self.file.display();
        AuthError::new(AuthFailure::BadProfile, format!("the file {file} {what}")).about(file).into_error()
    }

    fn unsupported(&self, kind: &str) -> Error {
        let file = self.file.display();
        let message = format!("the file {file} has the unsupported client_type {kind:?}");
        AuthError::new(AuthFailure::Unsupported, message).about(file).into_error()
    }
}

/// Puts a client into a document, whose other members stay. So does a secret of the same client that is not to be stored
/// anew: it was put there on purpose.
pub(super) fn merge(client: &Client, store_secret: bool, document: &mut SecretDocument) {
    let same = matches!(client, Client::Oidc(client) if document.text("client_id") == Some(&client.client_id));
    for name in OURS.iter().filter(|name| !(same && SECRETS.contains(*name))) {
        document.remove(name);
    }
    document.set("client_type", client.client_type());
    match client {
        Client::Oidc(client) => merge_oidc(client, store_secret, document),
        Client::Key { key, prefix } => {
            document.set("bearer_token_prefix", prefix.as_str());
            set(document, "api_key", key.as_ref().map(Secret::expose));
        }
        Client::Legacy { key, endpoint } => {
            document.set("legacy_auth_endpoint", endpoint.as_str());
            set(document, "api_key", key.as_ref().map(Secret::expose));
        }
        Client::None => {}
    }
}

fn merge_oidc(client: &OidcClient, store_secret: bool, document: &mut SecretDocument) {
    document.set("auth_server", client.auth_server.as_str());
    document.set("client_id", client.client_id.as_str());
    document.set("scopes", client.scopes.as_slice());
    if let Some(audience) = &client.audience {
        document.set("audiences", vec![audience.as_str()]);
    }
    match &client.authentication {
        ClientAuthentication::Secret(secret) if store_secret => document.set("client_secret", secret.expose()),
        ClientAuthentication::PrivateKey(key) if store_secret && document.text("client_privkey_file").is_none() => {
            document.set("client_privkey", key.expose());
        }
        _ => {}
    }
    if let Flow::AuthorizationCode { redirect_uri, local_redirect_uri } = &client.flow {
        document.set("redirect_uri", redirect_uri.as_str());
        document.set("local_redirect_uri", local_redirect_uri.as_str());
    }
    let named = &client.endpoints;
    for (name, value) in [
        ("organization", &client.organization),
        ("project_id", &client.project_id),
        ("issuer", &named.issuer),
        ("authorization_endpoint", &named.authorization),
        ("device_authorization_endpoint", &named.device_authorization),
        ("token_endpoint", &named.token),
        ("revocation_endpoint", &named.revocation),
    ] {
        set(document, name, value.as_deref());
    }
    // What the official tools copy from their templates.
    if [USER_AUTHORITY, M2M_AUTHORITY].contains(&client.auth_server.as_str()) && document.get("_comment").is_none() {
        document.set("_comment", "OIDC/OAuth server used by Planet Public API endpoints");
    }
    if client.auth_server == M2M_AUTHORITY && document.get("_hidden").is_none() {
        document.set("_hidden", true);
    }
}

fn set(document: &mut SecretDocument, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        document.set(name, value);
    }
}
