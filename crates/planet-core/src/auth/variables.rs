//! The environment variables that are read, all of them.

pub(super) const API_KEY: &str = "PL_API_KEY";
pub(super) const PROFILE: &str = "PL_AUTH_PROFILE";
pub(super) const CLIENT_ID: &str = "PL_AUTH_CLIENT_ID";
pub(super) const CLIENT_SECRET: &str = "PL_AUTH_CLIENT_SECRET";
