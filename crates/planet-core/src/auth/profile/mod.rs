//! Profiles: the configured clients, built in or in `~/.planet/<profile>/auth_client.json`.

mod client;

pub(super) use client::{Client, ClientAuthentication, Endpoints, Flow, OidcClient};
