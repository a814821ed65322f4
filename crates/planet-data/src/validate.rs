//! Checking a file against the digest of its asset.

use std::path::Path;

use planet_core::transfer::{Checksum, hash_file, shown};
use planet_core::{Error, ErrorKind, Result};

use crate::Asset;

/// Checks that a file is the one of an asset: that its MD5 digest is the asset's, in whichever case. The file is read in
/// pieces.
///
/// ```
/// use planet_data::{Asset, validate_checksum};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let path = folder.path().join("visual.tif");
/// std::fs::write(&path, "abc")?;
/// let asset: Asset =
///     serde_json::from_str(r#"{"type": "ortho_visual", "md5_digest": "900150983CD24FB0D6963F7D28E17F72"}"#)?;
/// validate_checksum(&asset, &path).await?;
///
/// std::fs::write(&path, "abx")?;
/// assert!(validate_checksum(&asset, &path).await.is_err());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `Integrity` if the digest is another; `Conflict` if the asset has none, as it is not active; `File` if the file cannot be
/// read.
///
/// # Cancel safety
/// The file is only read.
pub async fn validate_checksum(asset: &Asset, path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    let Some(expected) = asset.md5_digest().filter(|digest| !digest.is_empty()) else {
        let message = format!("asset {} has no digest to check {} against", asset.asset_type(), shown(path));
        return Err(Error::new(ErrorKind::Conflict, message)
            .with_help("It has one when it is active: get the asset again then"));
    };
    let (_, actual) = hash_file(path, Checksum::Md5).await?;
    if actual.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    let message =
        format!("{} is not the file of asset {}: its MD5 is {actual}, not {expected}", shown(path), asset.asset_type());
    Err(Error::new(ErrorKind::Integrity, message).with_help("Download it again"))
}
