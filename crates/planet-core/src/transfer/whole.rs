//! Small files, written at once.

use std::path::Path;

use bytes::Bytes;

use super::digest::Digests;
use super::expected::Expected;
use super::options::Overwrite;
use super::partial::Partial;
use crate::Result;

/// Writes a whole file under its name at once. What a program that is killed meanwhile leaves beside it, the next call
/// removes.
///
/// # Errors
/// `File` if it cannot be written, `Conflict` if another download of it is under way.
///
/// # Cancel safety
/// The name has either what it had before or the whole file. A hidden part of it may stay, which the next call removes.
pub async fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut partial = Partial::open(path, &Expected::default()).await?;
    partial.begin(None, None, Digests::default()).await?;
    partial.write(Bytes::copy_from_slice(bytes)).await?;
    partial.flush().await?;
    partial.commit(Overwrite::Always).await
}
