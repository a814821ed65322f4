//! A file in memory.

use bytes::Bytes;

use super::super::download::Download;
use super::super::source::Piece;
use super::checked::Checked;
use super::told;
use crate::{Fault, FaultKind, Result};

/// What is set aside at once for a file of announced length; more grows as it comes.
const SET_ASIDE: u64 = 16 * 1024 * 1024;

impl Download {
    /// Fetches the file into memory, if it has at most `cap` bytes. Directory and [`Overwrite`](super::super::Overwrite) do
    /// not count.
    ///
    /// ```
    /// # use planet_core::Route;
    /// # use planet_core::testing::{Answer, ScriptedTransport};
    /// # use planet_core::transfer::{Download, link};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// # let script = ScriptedTransport::new([Answer::bytes("abc")]);
    /// # let session = script.session().build()?;
    /// let from = link(&session, "https://api.planet.com/files/a.tif")?;
    /// let download = Download::new(&session, "example.file", Route::new("other", 5.0), from, "");
    /// assert_eq!(download.bytes(1_000_000).await?, "abc");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidInput`, naming `cap`, if the file is larger: before anything is sent if its size is known by then, else
    /// before its first byte if the answer announces its length, else when the cap is passed. `Integrity` if the bytes are
    /// wrong twice; otherwise as the link answers.
    ///
    /// # Cancel safety
    /// Dropping the future ends the transfer and loses what was read.
    pub async fn bytes(self, cap: usize) -> Result<Bytes> {
        let mut checked = Box::new(Checked::new(self));
        let result = gather(&mut checked, cap).await;
        told(&checked.source, checked.size, result)
    }
}

async fn gather(checked: &mut Checked, cap: usize) -> Result<Bytes> {
    let fits = |size: Option<u64>| match size.filter(|size| *size > cap as u64) {
        Some(size) => Err(too_large(size, cap)),
        None => Ok(()),
    };
    fits(checked.source.total())?;
    let mut whole = Vec::new();
    while let Some(piece) = checked.next().await? {
        match piece {
            Piece::Begin { .. } => {
                let total = checked.source.total();
                fits(total)?;
                whole.clear();
                whole.reserve(usize::try_from(total.unwrap_or_default().min(SET_ASIDE)).unwrap_or_default());
            }
            Piece::Bytes(bytes) => {
                fits(Some(checked.size))?;
                whole.extend_from_slice(&bytes);
            }
        }
    }
    Ok(whole.into())
}

fn too_large(size: u64, cap: usize) -> crate::Error {
    let message = format!("the file has {size} bytes or more, and only {cap} were allowed in memory");
    crate::Error::from(Fault::new(FaultKind::OutOfRange, "cap", message))
        .with_help("Allow more, or fetch it to a file or as a stream: that needs little memory, however large it is")
}
