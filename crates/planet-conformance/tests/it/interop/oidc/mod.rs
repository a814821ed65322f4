//! Every way to log in, at oidc-provider. PLANET_TEST_OIDC says where its authorities are started.

mod browser_login;
mod device_login;
mod programs;
mod refresh;
