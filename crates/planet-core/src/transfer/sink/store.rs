//! A file into an object store.

use std::sync::Arc;

use bytes::BytesMut;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload};

use super::super::digest::{Digests, Hashers};
use super::super::download::Download;
use super::super::options::Overwrite;
use super::super::source::Piece;
use super::checked::Checked;
use super::upload::{Upload, part_size};
use super::{SinkReport, told};
use crate::{Error, ErrorKind, Fault, FaultKind, Result};

impl Download {
    /// Fetches the file into an object store, as the object at `path`. (Feature `object-store`.)
    ///
    /// Files over 8 MiB are sent in parts as they come, others at once; memory holds three parts, whatever the file's size
    /// (parts grow from 80 GiB on, as stores take 10,000). Size and digest are compared **before** the object is made: it
    /// appears whole and right, or not at all. A file whose bytes are wrong is fetched once more.
    ///
    /// An object that is there already is treated as a file would be, see [`Overwrite`]: it is right if it has the size and
    /// the digest. As stores do not tell the digest in general, an object of the right size is read back for it; nothing is
    /// read where the size is wrong or no digest is known. With [`Overwrite::Never`] two programs may still write one object
    /// of more than 8 MiB at once: stores cannot rule that out, and the last one stays, whole.
    ///
    /// ```
    /// # use planet_core::Route;
    /// # use planet_core::testing::{Answer, ScriptedTransport};
    /// # use planet_core::transfer::{Download, link};
    /// use planet_core::object_store::{ObjectStoreExt, memory::InMemory};
    /// use std::sync::Arc;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_core::Result<()> {
    /// # let script = ScriptedTransport::new([Answer::bytes("abc")]);
    /// # let session = script.session().build()?;
    /// let from = link(&session, "https://api.planet.com/files/a.tif")?;
    /// let download = Download::new(&session, "example.file", Route::new("other", 5.0), from, "");
    /// let store = Arc::new(InMemory::new());
    /// let report = download.to_store(store.clone(), "scenes/a.tif").await?;
    /// assert_eq!(report.size, 3);
    /// assert!(store.head(&"scenes/a.tif".into()).await.is_ok());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if `path` cannot be one; `Integrity` if the bytes are wrong twice, or if a wrong object is there and was
    /// to be kept; `File` if the store fails; otherwise as the link answers. After any error no object was made or
    /// changed, and the parts that were sent are removed.
    ///
    /// # Cancel safety
    /// Dropping the future makes no object, unless the last request was under way. The parts that were sent are removed by a
    /// task of the runtime, which takes up to 30 s. A program that is killed, or a runtime that ends before, leaves them:
    /// they are invisible, but some stores charge for them. Let a rule of the bucket remove incomplete uploads (S3:
    /// `AbortIncompleteMultipartUpload`); `LocalFileSystem` leaves files named as the object with `#` and a number.
    pub async fn to_store(self, store: Arc<dyn ObjectStore>, path: impl AsRef<str> + Send) -> Result<SinkReport> {
        let path = Path::parse(path.as_ref()).map_err(|cause| {
            let message = format!("not a path in an object store: {cause}");
            self.named(Fault::new(FaultKind::Invalid, "path", message).with_value(path.as_ref()).into())
        })?;
        let to = Destination { store, path };
        if let Some(kept) = Box::pin(to.kept(&self)).await.map_err(|error| self.named(error))? {
            return Ok(kept);
        }
        let mut checked = Box::new(Checked::new(self));
        let result = Box::pin(to.receive(&mut checked)).await;
        told(&checked.source, checked.size, result)?;
        Ok(SinkReport { name: to.path.to_string(), ..SinkReport::of(&checked.source, checked.size) })
    }
}

struct Destination {
    store: Arc<dyn ObjectStore>,
    path: Path,
}

impl Destination {
    async fn receive(&self, checked: &mut Checked) -> Result<()> {
        let mut upload = None;
        let result = self.take_in(checked, &mut upload).await;
        if let (Err(_), Some(upload)) = (&result, upload.take()) {
            upload.abort().await;
        }
        result
    }

    async fn take_in(&self, checked: &mut Checked, upload: &mut Option<Upload>) -> Result<()> {
        let (mut part, mut full) = (BytesMut::new(), part_size(None));
        while let Some(piece) = checked.next().await? {
            match piece {
                Piece::Begin { .. } => {
                    if let Some(void) = upload.take() {
                        void.abort().await;
                    }
                    part.clear();
                    full = part_size(checked.source.total());
                }
                Piece::Bytes(mut bytes) => {
                    // A part is sent when more is known to follow: a file of one part needs no parts.
                    while part.len() + bytes.len() > full {
                        part.extend_from_slice(&bytes.split_to(full - part.len()));
                        self.send(upload, std::mem::take(&mut part)).await?;
                    }
                    part.extend_from_slice(&bytes);
                }
            }
        }
        // All of it came, and is right.
        if upload.is_none() {
            return self.put(part, checked.source.download.overwrite).await;
        }
        self.send(upload, part).await?;
        match upload {
            Some(upload) => upload.complete().await.map_err(|cause| self.error("write", cause)),
            None => Ok(()),
        }
    }

    async fn send(&self, upload: &mut Option<Upload>, part: BytesMut) -> Result<()> {
        let failed = |cause| self.error("write", cause);
        let upload = match upload {
            Some(upload) => upload,
            none => none.insert(Upload::begin(self.store.as_ref(), &self.path).await.map_err(failed)?),
        };
        upload.send(part).await.map_err(failed)
    }

    async fn put(&self, whole: BytesMut, overwrite: Overwrite) -> Result<()> {
        let mode = if overwrite == Overwrite::Never { PutMode::Create } else { PutMode::Overwrite };
        let put = self.store.put_opts(&self.path, PutPayload::from(whole.freeze()), mode.into());
        put.await.map(drop).map_err(|cause| self.error("write", cause))
    }

    /// The object that is there already, if it stays.
    async fn kept(&self, download: &Download) -> Result<Option<SinkReport>> {
        if download.overwrite == Overwrite::Always {
            return Ok(None);
        }
        let size = match self.store.head(&self.path).await {
            Ok(found) => found.size,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(cause) => return Err(self.error("look at", cause)),
        };
        let verified = download.stays(self.path.as_ref(), size, download.expected.size, self.digests(download)).await?;
        let name = self.path.to_string();
        Ok(verified.map(|verified| SinkReport { name, size, fetched: 0, attempts: 0, verified }))
    }

    /// The digests of the object that is there, read in pieces.
    async fn digests(&self, download: &Download) -> Result<Digests> {
        let failed = |cause| self.error("read", cause);
        let mut hashers = Hashers::for_digests(&download.expected.digests());
        let mut pieces = self.store.get(&self.path).await.map_err(failed)?.into_stream();
        while let Some(bytes) = pieces.try_next().await.map_err(failed)? {
            hashers.update(&bytes);
        }
        Ok(hashers.finish())
    }

    fn error(&self, what: &str, cause: object_store::Error) -> Error {
        let help = match &cause {
            object_store::Error::AlreadyExists { .. } => {
                "Something else took the path meanwhile, and was left as it is"
            }
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                "Check the credentials of the store and what they may do"
            }
            object_store::Error::NotFound { .. } => "Check that the bucket is there",
            _ => "Check the store; it has tried again by itself where that could help",
        };
        let message = format!("cannot {what} {} in the object store: {cause}", self.path);
        Error::new(ErrorKind::File, message).with_help(help).with_source(cause)
    }
}
