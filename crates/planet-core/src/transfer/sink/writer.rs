//! A file into a writer.

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::super::download::Download;
use super::straight::Straight;
use super::{SinkReport, told};
use crate::{Error, ErrorKind, Result};

impl Download {
    /// Fetches the file into a writer: a socket, a pipe, a compressor. Directory and [`Overwrite`](super::super::Overwrite)
    /// do not count. The writer is flushed in the end and not shut down, as it is the caller's.
    ///
    /// A transfer that breaks goes on where it broke. If the file has to begin anew, what was written is skipped, where a
    /// digest will tell in the end whether the parts fit, or the storage says that it is the same file.
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
    /// let mut out = Vec::new();
    /// let report = download.write_to(&mut out).await?;
    /// assert_eq!((report.name.as_str(), report.size, out.as_slice()), ("a.tif", 3, b"abc".as_slice()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Integrity` if the bytes are wrong; `File` if the writer fails; otherwise as the link answers. **On any error some
    /// bytes may have been written, and may be wrong: do not use them.** [`bytes`](Self::bytes) and files have no such
    /// state in between.
    ///
    /// # Cancel safety
    /// Dropping the future ends the transfer. Some bytes may have been written.
    pub async fn write_to(self, mut writer: impl AsyncWrite + Unpin + Send) -> Result<SinkReport> {
        let mut straight = Box::new(Straight::new(self));
        let result = pour(&mut straight, &mut writer).await;
        told(&straight.source, straight.handed_out, result)?;
        Ok(SinkReport::of(&straight.source, straight.handed_out))
    }
}

async fn pour(straight: &mut Straight, writer: &mut (impl AsyncWrite + Unpin + Send)) -> Result<()> {
    let failed = |cause: std::io::Error| {
        let message = format!("the writer that the file goes to failed: {cause}");
        Error::new(ErrorKind::File, message).with_source(cause)
    };
    while let Some(bytes) = straight.next().await? {
        writer.write_all(&bytes).await.map_err(failed)?;
    }
    writer.flush().await.map_err(failed)
}
