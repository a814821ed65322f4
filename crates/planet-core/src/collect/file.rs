//! Items written to a file that appears when it is whole.

use std::path::Path;

use futures_core::Stream;

use super::{to_json, to_ndjson};
use crate::transfer::Target;
use crate::{Model, Result};

/// Writes each item on a line of its own to a file, as [`to_ndjson`] does, and says how many it wrote.
///
/// The file appears under its name, in place of what had it, when all items are in it; missing directories are made.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// use planet_core::{Document, collect};
///
/// # let item: Document = serde_json::from_str(r#"{"id":"a"}"#).unwrap();
/// # let items = futures_util::stream::iter([Ok(item)]);
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("items.ndjson");
/// let written = collect::to_ndjson_file(items, &path).await?;
/// # assert_eq!((written, std::fs::read(&path).unwrap()), (1, b"{\"id\":\"a\"}\n".to_vec()));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The first error of the stream, or `File` if the disk refuses. What had the name is then as it was. To keep what came
/// before an error, write with [`to_ndjson`] to a file of your own.
///
/// # Cancel safety
/// Dropping the future leaves nothing behind, and what had the name as it was.
pub async fn to_ndjson_file<T: Model>(
    items: impl Stream<Item = Result<T>> + Send,
    path: impl AsRef<Path> + Send,
) -> Result<u64> {
    let mut target = Target::create(path.as_ref()).await?;
    let written = to_ndjson(items, target.file()).await?;
    target.commit().await?;
    Ok(written)
}

/// Writes the items as one JSON document to a file, as [`to_json`] does, and says how many it wrote.
///
/// The file appears under its name, in place of what had it, when all items are in it; missing directories are made.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// use planet_core::{Document, collect};
///
/// # let item: Document = serde_json::from_str(r#"{"id":"a"}"#).unwrap();
/// # let items = futures_util::stream::iter([Ok(item)]);
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("items.json");
/// let written = collect::to_json_file(items, &path).await?;
/// # assert_eq!((written, std::fs::read(&path).unwrap()), (1, br#"[{"id":"a"}]"#.to_vec()));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The first error of the stream, or `File` if the disk refuses. What had the name is then as it was.
///
/// # Cancel safety
/// Dropping the future leaves nothing behind, and what had the name as it was.
pub async fn to_json_file<T: Model>(
    items: impl Stream<Item = Result<T>> + Send,
    path: impl AsRef<Path> + Send,
) -> Result<u64> {
    let mut target = Target::create(path.as_ref()).await?;
    let written = to_json(items, target.file()).await?;
    target.commit().await?;
    Ok(written)
}
