//! Real components: authorities and libraries that we did not write. `cargo xtask interop` starts them.

mod authority;
mod browser;
mod http;
mod official;
mod oidc;
mod python;
mod recorded;
mod session;
