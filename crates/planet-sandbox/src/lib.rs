//! An emulator of Planet's Data, Orders and Features services on 127.0.0.1, for tests and first steps.
//!
//! It is spoken to over real sockets, by any client in any language, and takes the place of `https://api.planet.com`:
//!
//! ```
//! use planet_sandbox::{Clock, Fault, Sandbox};
//!
//! # #[tokio::main]
//! # async fn main() -> std::io::Result<()> {
//! let sandbox = Sandbox::builder().clock(Clock::Manual).start().await?;
//! let (url, key) = (sandbox.url(), sandbox.api_key());
//!
//! // The first order is created, but its answer is lost.
//! let fault = sandbox.fault(Fault::on("POST", "/compute/ops/orders/v2").nth(1).after_acting().status(502));
//!
//! // Here the program under test talks to `url` with `key`; time passes only when it is told to.
//! sandbox.advance(std::time::Duration::from_secs(4));
//!
//! assert_eq!(fault.hits(), 0);
//! assert!(sandbox.requests().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! As a program: `cargo run -p planet-sandbox -- --port 0` prints one line of JSON with `url`, `api_key` and
//! `storage_url`, logs each request on stderr, and serves until Ctrl-C.
//!
//! # What it models
//!
//! - **Credentials**: one API key, as `Authorization: api-key`, HTTP Basic, `?api_key=` or a bearer token.
//! - **Data**: item and asset types, quick and saved searches with every filter, pages of up to 250 items, stats,
//!   items, assets with activation and expiring download links.
//! - **Orders**: creation with the service's checks, the states by the clock, lists, cancelling, stats, bundles,
//!   results with expiring links and a true manifest. The `clip` tool is applied. `toar`, `reproject` and `bandmath`
//!   only change file names, `harmonize`, `coregister` and `file_format` (COG) change nothing.
//! - **Features**: collections, features and their references, which serve as areas of searches and clips.
//! - **Storage**: downloads are redirected to a second origin that knows ranges and entity tags, and refuses a request
//!   that carries a credential.
//! - **Limits**: the documented requests a second for each API key and class of endpoints, page sizes, items per order,
//!   vertices per area.
//! - **Faults**: see [`Fault`].
//!
//! The catalogue is invented from a seed: the same seed gives the same items. Images are small, but true GeoTIFFs in the
//! right place.
//!
//! # What it refuses
//!
//! A route that it does not know, and a request for something that it does not model, is answered with 501 and a message
//! that names it, never with an approximation. Among them: basemaps, subscriptions, destinations, quota, OAuth and the
//! legacy login, the composite, tile and merge tools, the PL_NITF format, zip archives, delivery to cloud storage,
//! hosting, webhooks, STAC files, thumbnails, and the editing and sharing of features.
//!
//! Two answers are simpler than the service's: coverage gives the figures of the whole item, and an active asset stays
//! active. Quick searches may run at the rate of the other data endpoints, although the service can be stricter.
//!
//! # Stability
//!
//! The service's behaviour follows what is documented or was recorded. Where neither tells (most wordings of refusals,
//! some status codes) the sandbox's choice may change in any release: a test should not depend on it.

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
