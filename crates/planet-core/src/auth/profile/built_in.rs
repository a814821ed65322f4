//! The profiles that every SDK of Planet knows without a file.

use super::super::problem::{AuthError, AuthFailure};
use super::{Client, ClientAuthentication, Endpoints, Flow, OidcClient, ProfileName};
use crate::{Result, Secret};

const USER: &str = "planet-user";
const M2M: &str = "planet-m2m";
const LEGACY: &str = "legacy";

pub(super) const USER_AUTHORITY: &str = "https://login.planet.com/";
pub(super) const M2M_AUTHORITY: &str = "https://services.sentinel-hub.com/auth/realms/main";
const AUDIENCE: &str = "https://api.planet.com/";
const SCOPES: [&str; 2] = ["planet", "offline_access"];
/// The official command line's, which is public.
pub(in crate::auth) const OFFICIAL_CLIENT: &str = "49lHVBYlXCdfIYqE1B9zeXt0iFHSXees";
const LEGACY_ENDPOINT: &str = "https://api.planet.com/v0/auth/login";

/// What a name means without a file. A configuration on disk under such a name is not read.
pub(super) fn built_in(name: &ProfileName) -> Option<Result<Client>> {
    match name.as_str() {
        USER => Some(Ok(Client::Oidc(user_client(OFFICIAL_CLIENT, None, Flow::DeviceCode)))),
        LEGACY => Some(Ok(Client::Legacy { key: None, endpoint: LEGACY_ENDPOINT.into() })),
        M2M => Some(Err(AuthError::new(AuthFailure::BadProfile, "the profile planet-m2m is only a pattern: it has no client")
            .about(name)
            .into_error()
            .with_help("Give the client with Auth::from_oauth_m2m(client_id, client_secret), or set PL_AUTH_CLIENT_ID and PL_AUTH_CLIENT_SECRET"))),
        _ => None,
    }
}

/// A client that logs in as itself, with a secret.
pub(in crate::auth) fn m2m_client(client_id: &str, secret: Secret, scopes: Vec<String>) -> OidcClient {
    OidcClient {
        scopes,
        authentication: ClientAuthentication::Secret(secret),
        ..client(M2M_AUTHORITY, client_id, Flow::ClientCredentials)
    }
}

/// A client that people log in with.
pub(in crate::auth) fn user_client(client_id: &str, scopes: Option<Vec<String>>, flow: Flow) -> OidcClient {
    let scopes = scopes.unwrap_or_else(|| SCOPES.map(str::to_owned).to_vec());
    OidcClient { scopes, ..client(USER_AUTHORITY, client_id, flow) }
}

fn client(auth_server: &str, client_id: &str, flow: Flow) -> OidcClient {
    OidcClient {
        auth_server: auth_server.into(),
        client_id: client_id.into(),
        audience: Some(AUDIENCE.into()),
        scopes: Vec::new(),
        organization: None,
        project_id: None,
        endpoints: Endpoints::default(),
        authentication: ClientAuthentication::Public,
        flow,
    }
}
