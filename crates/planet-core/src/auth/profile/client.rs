//! What an authority needs to know of us, and we of it.

use crate::Secret;

/// A configured client, as `client_type` tells them apart.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a session has one, and nearly always the large one")]
pub(in crate::auth) enum Client {
    Oidc(OidcClient),
    /// `static_apikey`.
    Key {
        key: Option<Secret>,
        prefix: String,
    },
    /// `planet_legacy`: a key that a login with e-mail and password gave.
    Legacy {
        key: Option<Secret>,
        endpoint: String,
    },
    /// `none`.
    None,
}

impl Client {
    /// As the official tools call it.
    pub(in crate::auth) fn client_type(&self) -> &'static str {
        use ClientAuthentication::{PrivateKey, Public, Secret};
        match self {
            Self::Oidc(client) => match (&client.flow, &client.authentication) {
                (Flow::DeviceCode, Public) => "oidc_device_code",
                (Flow::DeviceCode, Secret(_)) => "oidc_device_code_secret",
                (Flow::DeviceCode, PrivateKey(_)) => "oidc_device_code_pubkey",
                (Flow::AuthorizationCode { .. }, Public) => "oidc_auth_code",
                (Flow::AuthorizationCode { .. }, Secret(_)) => "oidc_auth_code_secret",
                (Flow::AuthorizationCode { .. }, PrivateKey(_)) => "oidc_auth_code_pubkey",
                (Flow::ClientCredentials, PrivateKey(_)) => "oidc_client_credentials_pubkey",
                (Flow::ClientCredentials, Public | Secret(_)) => "oidc_client_credentials_secret",
            },
            Self::Key { .. } => "static_apikey",
            Self::Legacy { .. } => "planet_legacy",
            Self::None => "none",
        }
    }
}

/// A client of an OpenID Connect authority.
#[derive(Clone, Debug)]
pub(in crate::auth) struct OidcClient {
    pub(in crate::auth) auth_server: String,
    pub(in crate::auth) client_id: String,
    pub(in crate::auth) audience: Option<String>,
    pub(in crate::auth) scopes: Vec<String>,
    pub(in crate::auth) organization: Option<String>,
    pub(in crate::auth) project_id: Option<String>,
    pub(in crate::auth) endpoints: Endpoints,
    pub(in crate::auth) authentication: ClientAuthentication,
    pub(in crate::auth) flow: Flow,
}

/// What the profile names itself; the rest is discovered.
#[derive(Clone, Debug, Default)]
pub(in crate::auth) struct Endpoints {
    pub(in crate::auth) issuer: Option<String>,
    pub(in crate::auth) authorization: Option<String>,
    pub(in crate::auth) device_authorization: Option<String>,
    pub(in crate::auth) token: Option<String>,
    pub(in crate::auth) revocation: Option<String>,
}

/// How the client proves who it is.
#[derive(Clone, Debug)]
pub(in crate::auth) enum ClientAuthentication {
    /// A public client: it only names itself.
    Public,
    Secret(Secret),
    /// A private key, in PEM.
    PrivateKey(Secret),
}

/// How a login begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::auth) enum Flow {
    DeviceCode,
    /// The second is where the listener stands, if it is another place.
    AuthorizationCode {
        redirect_uri: String,
        local_redirect_uri: String,
    },
    ClientCredentials,
}
