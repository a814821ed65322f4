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
//! As a program: `cargo run -p planet-sandbox -- --port 0` prints one line of JSON, which is [`Sandbox::about`]. On stderr it
//! prints shell lines to try it with, then each request. It serves until Ctrl-C. `--help` lists its flags: there is one for
//! each setting of [`Builder`].
//!
//! Whatever a [`Sandbox`] handle can do, programs in other processes and languages can do over its control endpoint, at
//! [`Sandbox::control_url`]: read the request log, add faults ([as JSON](Fault::from_json)), move the clock, decide on logins.
//! Its routes are in the README of the crate, and in the answer to `curl http://127.0.0.1:PORT/__sandbox__/`.
//!
//! A login, with a test in the user's place:
//!
//! ```
//! use planet_sandbox::{Clock, Consent, Sandbox};
//!
//! # #[tokio::main]
//! # async fn main() -> std::io::Result<()> {
//! let sandbox = Sandbox::builder().clock(Clock::Manual).device_client("my-client").start().await?;
//! let (authority, machines) = (sandbox.authority_url(), sandbox.machine_authority_url());
//! assert_eq!(machines, format!("{authority}auth/realms/main"));
//!
//! // Here the program under test begins a login by device code. Its user code is the one that waits.
//! for user_code in sandbox.pending_user_codes() {
//!     assert!(sandbox.approve(&user_code)); // or `deny`
//! }
//!
//! // Browsers are sent back with a code at once, or refused, or shown a page.
//! sandbox.set_consent(Consent::Denied);
//! // The machine's client, and the user of the legacy login.
//! let ((id, secret), (email, password)) = (sandbox.m2m_client(), sandbox.user());
//! # let _ = (id, secret, email, password, sandbox.code_client());
//!
//! // Access tokens expire by the sandbox's clock, and all can be revoked at once.
//! sandbox.advance(std::time::Duration::from_secs(3600));
//! sandbox.revoke_all_tokens();
//! # assert_eq!((sandbox.device_client(), sandbox.deny("BCDF-GHJK")), ("my-client", false));
//! # Ok(())
//! # }
//! ```
//!
//! # What it models
//!
//! - **Credentials**: one user, with an API key (`Authorization: api-key`, HTTP Basic with an empty password, `?api_key=`)
//!   and access tokens (`Authorization: Bearer`): a fixed one, and those that its authority gives while they live. The bundle
//!   specification and download links need none. The legacy login tells the key for an e-mail address and a password.
//! - **The authority**: a third origin with discovery, device codes and their page, browser logins with PKCE, client
//!   credentials, refreshing with rotation (a refresh token that is used twice ends its login), revocation and key sets, for
//!   users and for machines. Its answers are those that were recorded at a test authority.
//! - **Data**: item and asset types, quick searches (for thirty days) and saved ones, with every filter and relation, pages
//!   of up to 250 items, stats, items, coverage, assets with activation and expiring download links.
//! - **Orders**: creation with the service's checks and limits, the states by the clock, lists with every filter,
//!   cancelling of one and of many, stats, bundles, results with expiring links and a true manifest, single archives,
//!   delivery to the cloud (nothing is sent; the results have no links), hosting (no results). Finished orders are deleted
//!   after 90 days. The tools `clip` and `composite` are applied. `toar`, `reproject` and `bandmath` only change file
//!   names, `harmonize`, `coregister` and `file_format` (COG) change nothing.
//! - **Orders of basemaps**: any mosaic and quad is taken, listed and cancelled.
//! - **Features**: collections, features and their references, which serve as areas of searches and clips; validation
//!   and the shapes offered instead of a bad one.
//! - **Storage**: downloads are redirected to a second origin that knows ranges and entity tags, and refuses a request
//!   that carries a credential.
//! - **Limits**: the documented requests a second for each class of endpoints (with or without `Retry-After`), page sizes,
//!   items per order, unfinished orders, vertices per area, collections and features.
//! - **Faults**: see [`Fault`].
//! - **Itself**: the control endpoint under `/__sandbox__/`, which Planet does not have.
//!
//! The catalogue is invented from a seed: the same seed gives the same items, of PSScene, SkySatCollect and REOrthoTile.
//! Images are small, but true GeoTIFFs in the right place.
//!
//! # What it refuses
//!
//! A route that it does not know, a query parameter that the route does not know, and a request for something that it
//! does not model, is answered with 501 and a message that names it, never with an approximation. Among them:
//!
//! - the services for basemaps, subscriptions, destinations and quota;
//! - the authority: clients with a key of their own, other audiences than `https://api.planet.com/`, refresh tokens for
//!   machines, introspection, and the user's profile, although its discovery documents name them as recorded. There a field
//!   that is not known is `invalid_request`;
//! - Data: the OpenAPI document, versions of items, thumbnails, a `utc_offset` of stats, members of filters that are
//!   not documented;
//! - Orders: the files of basemaps (a finished order of them cannot be asked for), the tile tool, composites of strips or
//!   of more than one kind of image, harmonizing with PS2, the PL_NITF format, an archive for each item, webhooks, STAC
//!   files, a bulk cancel of an empty list;
//! - Features: editing, sharing, `_view` and the parameters of administrators.
//!
//! Some answers are simpler than the service's. An active asset stays active. Coverage is always complete; in the mode
//! `UDM2` it counts the pixels of the mask, as `estimate` it gives the figure of the whole item. Features are never edited,
//! so that only version 1 of each exists. Quick searches may run at the rate of the other data endpoints, although the
//! service can be stricter.
//!
//! # Stability
//!
//! The service's behaviour follows what is documented or was recorded. Where neither tells (most wordings of refusals,
//! some status codes) the sandbox's choice may change in any release: a test should not depend on it.

/// The README's program, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod api;
mod auth;
mod authority;
mod clock;
mod control;
mod fault;
mod limit;
mod mask;
mod observe;
mod request;
mod respond;
mod router;
mod sandbox;
mod server;
mod state;
mod world;

pub use authority::Consent;
pub use clock::Clock;
pub use fault::{Fault, FaultError, FaultHandle};
pub use observe::{Listener, RequestRecord};
pub use sandbox::{Builder, Sandbox};
