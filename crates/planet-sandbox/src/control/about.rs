//! What a sandbox says of itself.

use serde_json::{Value, json};

use super::PREFIX;
use super::call::{Answer, Call};
use super::routes::{ROUTES, Route};
use crate::Sandbox;
use crate::authority::Realm;
use crate::state::Service;

impl Sandbox {
    /// The address of the control endpoint, such as `http://127.0.0.1:40123/__sandbox__/`: there a program in another process
    /// can do what this handle can.
    ///
    /// Its requests need no credential, are not in the request log, count for no limit and are struck by no fault.
    pub fn control_url(&self) -> String {
        control_url(&self.service)
    }

    /// All that a program in another process needs to use the sandbox, as a JSON object of texts: `url`, `api_key`,
    /// `access_token`, `storage_url`, `control_url`, the addresses and clients of the authority, and a login. It is the line
    /// that the program prints.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let sandbox = planet_sandbox::Sandbox::start().await?;
    /// assert_eq!(sandbox.about()["url"], sandbox.url());
    /// assert_eq!(sandbox.about()["control_url"], sandbox.control_url());
    /// # Ok(())
    /// # }
    /// ```
    pub fn about(&self) -> Value {
        about(&self.service)
    }
}

fn control_url(service: &Service) -> String {
    format!("{}{PREFIX}/", service.url)
}

fn about(service: &Service) -> Value {
    let settings = &service.settings;
    let authority = &settings.authority;
    let ((m2m_client, m2m_secret), (email, password)) = (authority.m2m_client(), authority.user());
    json!({
        "url": service.url,
        "api_key": settings.api_key,
        "access_token": settings.access_token,
        "storage_url": service.storage_url,
        "control_url": control_url(service),
        "authority_url": Realm::User.issuer(service),
        "machine_authority_url": Realm::Machine.issuer(service),
        "device_client": authority.device_client(),
        "code_client": authority.code_client(),
        "m2m_client": m2m_client,
        "m2m_secret": m2m_secret,
        "email": email,
        "password": password,
    })
}

/// `GET /__sandbox__/`
pub(super) fn show(call: &Call<'_>) -> Answer {
    let route = |route: &Route| {
        let Route { method, path, parameters, about, .. } = route;
        json!({ "method": method.as_str(), "path": format!("{PREFIX}/{path}"), "parameters": parameters, "about": about })
    };
    Ok(json!({
        "about": env!("CARGO_PKG_DESCRIPTION"),
        "version": env!("CARGO_PKG_VERSION"),
        "sandbox": about(call.service),
        "routes": ROUTES.iter().map(route).collect::<Vec<_>>(),
    }))
}
