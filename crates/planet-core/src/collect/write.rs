//! Items written out as they come.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;

use futures_core::Stream;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::{Error, ErrorKind, Model, Result};

pub(super) const FEATURES_START: &str = r#"{"type":"FeatureCollection","features":["#;
pub(super) const FEATURES_END: &str = "]}";

/// What is gathered before it is written.
pub(super) const PIECE: usize = 64 * 1024;

/// Writes each item on a line of its own (newline-delimited JSON) as it comes, and says how many it wrote.
///
/// Memory does not grow with the list. An item is written as it came, but for line breaks between its members, which are
/// left out. What has come is written out whenever the list must wait for its next page. The writer is flushed at the end,
/// not shut down.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// use planet_core::{Document, collect};
///
/// # let item: Document = serde_json::from_str("{\"id\":\n \"a\"}").unwrap();
/// # let items = futures_util::stream::iter([Ok(item)]);
/// # let mut out = tokio::io::sink();
/// // items: a Pager; out: a file, standard output, a socket, a Vec<u8>
/// let written = collect::to_ndjson(items, &mut out).await?;
/// assert_eq!(written, 1);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The first error of the stream, or `File` if the writer fails. [`Error::items_written`] says how many items are
/// certainly out. After an error of the stream these are all that came, each on a whole line, so that a list can go on from
/// [`Pager::checkpoint`](crate::Pager::checkpoint) (give the function `&mut pager`). After a failed write there may be more,
/// the last line cut off.
///
/// # Cancel safety
/// Dropping the future ends the writing. Items that were gathered but not written yet, up to 64 KiB, are then missing, and
/// the last line may be cut off: do not go on from the checkpoint of a `&mut pager` that it was given.
pub async fn to_ndjson<T: Model>(
    items: impl Stream<Item = Result<T>> + Send,
    writer: impl AsyncWrite + Unpin + Send,
) -> Result<u64> {
    let mut out = Out::new(writer);
    let result = lines(pin!(items), &mut out).await;
    out.end(result, "").await
}

/// Writes the items as one JSON document as they come, and says how many it wrote: a GeoJSON FeatureCollection if they are
/// features ([`Model::IS_FEATURE`]), else a list.
///
/// Memory does not grow with the list. The writer is flushed at the end, not shut down.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// use planet_core::{Document, collect};
///
/// # let item: Document = serde_json::from_str(r#"{"id":"a"}"#).unwrap();
/// # let items = futures_util::stream::iter([Ok(item)]);
/// let mut out = Vec::new();
/// collect::to_json(items, &mut out).await?;
/// assert_eq!(out, br#"[{"id":"a"}]"#);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The first error of the stream, or `File` if the writer fails. [`Error::items_written`] says how many items are
/// certainly out. The document is then left without its end, so that nobody can take it for whole.
///
/// # Cancel safety
/// Dropping the future ends the writing, and leaves the document without its end.
pub async fn to_json<T: Model>(
    items: impl Stream<Item = Result<T>> + Send,
    writer: impl AsyncWrite + Unpin + Send,
) -> Result<u64> {
    let mut out = Out::new(writer);
    let (start, end) = if T::IS_FEATURE { (FEATURES_START, FEATURES_END) } else { ("[", "]") };
    out.gathered.extend_from_slice(start.as_bytes());
    let result = members(pin!(items), &mut out).await;
    out.end(result, end).await
}

async fn lines<T: Model, W: AsyncWrite + Unpin + Send>(
    mut items: Pin<&mut (impl Stream<Item = Result<T>> + Send)>,
    out: &mut Out<W>,
) -> Result<()> {
    while let Some(item) = out.next(items.as_mut()).await? {
        push_line(&mut out.gathered, item.document().as_json().as_bytes());
        out.item_done().await?;
    }
    Ok(())
}

async fn members<T: Model, W: AsyncWrite + Unpin + Send>(
    mut items: Pin<&mut (impl Stream<Item = Result<T>> + Send)>,
    out: &mut Out<W>,
) -> Result<()> {
    while let Some(item) = out.next(items.as_mut()).await? {
        if out.items > 0 {
            out.gathered.push(b',');
        }
        out.gathered.extend_from_slice(item.document().as_json().as_bytes());
        out.item_done().await?;
    }
    Ok(())
}

/// A document may have been written over several lines. Within texts a line break is escaped, so what is found stands
/// between members and means nothing.
pub(super) fn push_line(out: &mut Vec<u8>, mut json: &[u8]) {
    while let Some(at) = memchr::memchr2(b'\n', b'\r', json)
        && let Some((before, after)) = json.split_at_checked(at)
    {
        out.extend_from_slice(before);
        json = after.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(json);
    out.push(b'\n');
}

/// The writer, what is gathered for it, and the count.
pub(super) struct Out<W> {
    writer: W,
    pub(super) gathered: Vec<u8>,
    /// Items gathered so far.
    items: u64,
    /// Items that are out in full.
    written: u64,
    /// The writer has failed: it is asked for nothing more.
    failed: bool,
}

impl<W: AsyncWrite + Unpin + Send> Out<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { writer, gathered: Vec::new(), items: 0, written: 0, failed: false }
    }

    /// The next item. What is gathered is written first if the list makes us wait.
    async fn next<T>(&mut self, mut items: Pin<&mut (impl Stream<Item = Result<T>> + Send)>) -> Result<Option<T>> {
        let at_hand = poll_fn(|cx| Poll::Ready(items.as_mut().poll_next(cx))).await;
        let next = match at_hand {
            Poll::Ready(next) => next,
            Poll::Pending => {
                if self.items > self.written {
                    self.flush().await?;
                }
                poll_fn(|cx| items.as_mut().poll_next(cx)).await
            }
        };
        next.transpose()
    }

    pub(super) async fn item_done(&mut self) -> Result<()> {
        self.items += 1;
        if self.gathered.len() >= PIECE { self.write().await } else { Ok(()) }
    }

    async fn write(&mut self) -> Result<()> {
        let taken = self.writer.write_all(&self.gathered).await;
        self.gathered.clear();
        self.check(taken)
    }

    /// A file takes bytes before they are on the disk: only what was flushed is certainly out.
    async fn flush(&mut self) -> Result<()> {
        self.write().await?;
        let flushed = self.writer.flush().await;
        self.check(flushed)?;
        self.written = self.items;
        Ok(())
    }

    /// Writes what is left, also after an error of the list. `end` is written only if there was none.
    async fn end(mut self, result: Result<()>, end: &str) -> Result<u64> {
        if result.is_ok() {
            self.gathered.extend_from_slice(end.as_bytes());
        }
        let rest = if self.failed { Ok(()) } else { self.flush().await };
        match result.and(rest) {
            Ok(()) => Ok(self.written),
            Err(error) => Err(error.with_items_written(self.written)),
        }
    }

    fn check(&mut self, done: io::Result<()>) -> Result<()> {
        done.map_err(|cause| {
            self.failed = true;
            Error::new(ErrorKind::File, format!("cannot write the items: {cause}")).with_source(cause)
        })
    }
}
