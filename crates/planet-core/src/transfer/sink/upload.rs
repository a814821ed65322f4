//! An upload in parts that leaves nothing behind unless it is completed.

use std::time::Duration;

use bytes::BytesMut;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, path::Path};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::redact;

/// Stores take parts of at least 5 MiB, and some only parts of one size.
pub(super) const PART: usize = 8 * 1024 * 1024;

/// Stores take no more parts of one object than this.
const MAX_PARTS: u64 = 10_000;

/// Parts on their way at once. Memory holds one more, which is being filled.
const MAX_UNDER_WAY: usize = 2;

/// The time that cleaning up may take.
const CLEANUP: Duration = Duration::from_secs(30);

/// The size of each part of a file of this size.
pub(super) fn part_size(total: Option<u64>) -> usize {
    let least = total.unwrap_or_default().div_ceil(MAX_PARTS).div_ceil(1024 * 1024) * 1024 * 1024;
    usize::try_from(least).unwrap_or(PART).max(PART)
}

/// Parts on their way. Dropped before [`complete`](Self::complete) has ended well, it is aborted.
pub(super) struct Upload(Option<Parts>);

struct Parts {
    upload: Box<dyn MultipartUpload>,
    under_way: JoinSet<object_store::Result<()>>,
}

impl Upload {
    pub(super) async fn begin(store: &dyn ObjectStore, path: &Path) -> object_store::Result<Self> {
        let upload = store.put_multipart(path).await?;
        Ok(Self(Some(Parts { upload, under_way: JoinSet::new() })))
    }

    /// Sends a part, once fewer than [`MAX_UNDER_WAY`] others are on their way.
    pub(super) async fn send(&mut self, part: BytesMut) -> object_store::Result<()> {
        let Some(parts) = &mut self.0 else { return Ok(()) };
        while parts.under_way.len() >= MAX_UNDER_WAY {
            parts.arrived().await?;
        }
        let sending = parts.upload.put_part(PutPayload::from(part.freeze()));
        parts.under_way.spawn(sending);
        Ok(())
    }

    /// Makes the object, when all parts have arrived.
    pub(super) async fn complete(&mut self) -> object_store::Result<()> {
        let Some(parts) = &mut self.0 else { return Ok(()) };
        while !parts.under_way.is_empty() {
            parts.arrived().await?;
        }
        parts.upload.complete().await?;
        self.0 = None;
        Ok(())
    }

    /// Removes the parts.
    pub(super) async fn abort(mut self) {
        if let Some(parts) = &mut self.0 {
            parts.abort().await;
            self.0 = None;
        }
    }
}

impl Parts {
    async fn arrived(&mut self) -> object_store::Result<()> {
        match self.under_way.join_next().await {
            Some(Ok(result)) => result,
            Some(Err(cause)) => Err(object_store::Error::Generic { store: "upload", source: cause.into() }),
            None => Ok(()),
        }
    }

    async fn abort(&mut self) {
        // A part that arrives after the abort would stay.
        self.under_way.shutdown().await;
        match tokio::time::timeout(CLEANUP, self.upload.abort()).await {
            Ok(Ok(())) => {}
            Ok(Err(cause)) => {
                let cause = cause.to_string();
                tracing::warn!(
                    cause = %redact::text(&cause),
                    "an upload could not be aborted: its parts may stay in the store"
                );
            }
            Err(_) => tracing::warn!("an upload could not be aborted in time: its parts may stay in the store"),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(mut parts) = self.0.take() else { return };
        // Stores are told to forget an upload by a request, for which dropping has no time. It is sent beside whatever runs
        // next, and given up with the runtime, or when it takes too long.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move { parts.abort().await })),
            Err(_) => tracing::warn!("an upload was dropped outside of a runtime: its parts may stay in the store"),
        }
    }
}
