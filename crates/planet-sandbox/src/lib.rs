//! planet-sandbox

mod api;
mod auth;
mod clock;
mod fault;
mod limit;
mod observe;
mod request;
mod respond;
mod router;
mod sandbox;
mod server;
mod state;
mod world;

pub use clock::Clock;
pub use fault::{Fault, FaultHandle};
pub use observe::{Listener, RequestRecord};
pub use sandbox::{Builder, Sandbox};
