//! A file as a stream of bytes.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::unfold;

use super::super::download::Download;
use super::failed;
use super::straight::Straight;
use crate::progress::ProgressStep;
use crate::{Error, Result};

/// The bytes of a file as they come, in pieces of no certain size. It ends after the last byte if the file is right, and
/// with an error otherwise: **only a stream that ended without an error was the whole file.**
///
/// A transfer that breaks goes on where it broke; see [`Download::write_to`].
///
/// # Errors
/// The last thing that it gives, after the bytes that came before it: `Integrity` if the bytes are
/// wrong, otherwise whatever can go wrong on the way, see [`ErrorKind`](crate::ErrorKind). Throw away what was read then.
///
/// # Cancel safety
/// Dropping the stream ends the transfer. A piece that was waited for is not lost when the waiting is dropped.
#[must_use = "a stream does nothing until it is polled"]
pub struct DownloadStream(Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>);

impl Download {
    /// The file as a stream of bytes. Nothing is sent before it is polled. Directory and
    /// [`Overwrite`](super::super::Overwrite) do not count.
    ///
    /// ```
    /// # use planet_core::Route;
    /// # use planet_core::testing::{Answer, ScriptedTransport};
    /// # use planet_core::transfer::{Download, link};
    /// use futures_util::TryStreamExt;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// # let script = ScriptedTransport::new([Answer::bytes("abc")]);
    /// # let session = script.session().build()?;
    /// let from = link(&session, "https://api.planet.com/files/a.tif")?;
    /// let download = Download::new(&session, "example.file", Route::new("other", 5.0), from, "");
    /// let mut pieces = download.stream();
    /// let mut size = 0;
    /// while let Some(bytes) = pieces.try_next().await? {
    ///     size += bytes.len();
    /// }
    /// assert_eq!(size, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The last item is the error, if there is one: `Integrity` if the bytes are wrong, otherwise as the link answers.
    pub fn stream(self) -> DownloadStream {
        let straight = Box::new(Straight::new(self));
        DownloadStream(Box::pin(unfold(Some(straight), step).fuse()))
    }
}

/// One item, and what is left to do.
async fn step(state: Option<Box<Straight>>) -> Option<(Result<Bytes>, Option<Box<Straight>>)> {
    let mut straight = state?;
    match straight.next().await {
        Ok(Some(bytes)) => Some((Ok(bytes), Some(straight))),
        Ok(None) => {
            straight.source.download.tell(ProgressStep::Done { size: straight.handed_out });
            None
        }
        Err(error) => Some((Err(failed(&straight.source, error)), None)),
    }
}

/// A stream that is this error.
impl From<Error> for DownloadStream {
    fn from(error: Error) -> Self {
        Self(Box::pin(futures_util::stream::iter([Err(error)])))
    }
}

impl Stream for DownloadStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl fmt::Debug for DownloadStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadStream").finish_non_exhaustive()
    }
}
