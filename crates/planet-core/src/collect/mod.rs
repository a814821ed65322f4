//! What a list gives, kept as one document or written out as it comes.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> planet_core::Result<()> {
//! use futures_util::stream;
//! use planet_core::Document;
//!
//! # let document = |text: &str| serde_json::from_str::<Document>(text).unwrap();
//! let list = || stream::iter([Ok(document(r#"{"id":"a"}"#)), Ok(document(r#"{"id":"b"}"#))]);
//!
//! // All of it in memory.
//! let both = planet_core::collect(list()).await?;
//! assert_eq!(both.to_string(), r#"[{"id":"a"},{"id":"b"}]"#);
//!
//! // Item by item to a file, a pipe or a socket, however long the list is.
//! let mut out = Vec::new();
//! let written = planet_core::collect::to_ndjson(list(), &mut out).await?;
//! assert_eq!(written, 2);
//! assert_eq!(out, b"{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
//! # Ok(())
//! # }
//! ```

mod collected;
#[cfg(feature = "fs")]
mod file;
#[cfg(test)]
mod tests;
mod write;

use std::pin::pin;

use futures_core::Stream;
use futures_util::TryStreamExt;

use crate::{Model, Result};

pub use collected::Collected;
#[cfg(feature = "fs")]
pub use file::{to_json_file, to_ndjson_file};
pub use write::{to_json, to_ndjson};

/// Reads a list to its end and keeps its items: a GeoJSON FeatureCollection if they are features, else a JSON list.
///
/// It is what `collect` of Python's SDK does, but knows what it holds also when there is nothing. Memory is that of the
/// items as the service wrote them, and little more.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::stream;
/// use planet_core::Document;
///
/// # let page = r#"[{"id":"a","state":"queued"},{"id":"b","state":"success"}]"#;
/// # let page: Vec<Document> = serde_json::from_str(page).unwrap();
/// # let items = stream::iter(page.into_iter().map(Ok));
/// let orders = planet_core::collect(items).await?; // items: a Pager, as `orders.list().items()` gives it
/// assert_eq!(orders.len(), 2);
/// for order in &orders {
///     println!("{:?}", order.get::<String>("state")?);
/// }
/// std::fs::write(std::env::temp_dir().join("orders.json"), orders.to_json())?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The first error of the stream; the items before it are lost. To keep them, `push` them to a [`Collected`] yourself.
///
/// # Cancel safety
/// Dropping the future drops what was read. Given `&mut pager`, the pager goes on where it was.
#[doc(alias = "planet.collect")]
pub async fn collect<T: Model>(items: impl Stream<Item = Result<T>> + Send) -> Result<Collected<T>> {
    pin!(items).try_collect().await
}
