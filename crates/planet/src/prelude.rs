//! The traits whose methods programs call, and nothing else: `use planet::prelude::*;`.
//!
//! - Of streams: `try_next`, `try_collect`, `map` and all the other methods of `futures-util`, so that a program need not
//!   depend on it.
//! - [`Model`](crate::Model): what all models have in common.
//! - With the feature `blocking`: `.blocking()` on calls and on lists.
//!
//! They come without their names, which therefore stay free.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> planet::Result<()> {
//! use planet::prelude::*;
//! # use planet::testing::{Answer, ScriptedTransport};
//! # let page = planet::serde_json::json!({"orders": [{"id": "a", "state": "queued"}], "_links": {}});
//! # let planet = planet::Planet::new(ScriptedTransport::new([Answer::json(&page)]).session().build()?);
//!
//! let mut orders = planet.orders().list().items();
//! while let Some(order) = orders.try_next().await? {
//!     println!("{}", order.document());
//! }
//! # Ok(())
//! # }
//! ```

pub use futures_util::{StreamExt as _, TryStreamExt as _};

pub use planet_core::Model as _;

#[cfg(feature = "blocking")]
pub use crate::blocking::{BlockingCall as _, BlockingStream as _};
