//! The shape of every builder of the service crates that fetches one file.

/// Makes a builder around a [`Download`](crate::transfer::Download), or around the error that its inputs are: the setters
/// that every such builder has, and the way to run it.
#[doc(hidden)]
#[macro_export]
macro_rules! download_builder {
    ($(#[$docs:meta])* $builder:ident) => {
        $(#[$docs])*
        ///
        /// # Errors
        /// `Integrity` if the bytes are wrong twice, if nothing tells where they end, if a web page comes in place of a file
        /// without a digest, if the service names the file in a way that is not safe, or if a wrong file is there and was to
        /// be kept; `File` if the disk refuses, or has too little room; `Conflict` if another download of the same file is
        /// under way; otherwise as the link answers. The final name never holds bytes that are not what they should be, nor a
        /// part of them. A symbolic link of that name is replaced by the file; what it points to stays as it is.
        ///
        /// # Cancel safety
        /// Dropping the future leaves what was there before under the file's name. What has come stays in hidden files beside
        /// it (`.planet-*`) if the next run can go on from there, see [`Download::run`]($crate::transfer::Download::run).
        #[must_use = "a download does nothing until it is awaited"]
        #[derive(Debug)]
        pub struct $builder($crate::Result<$crate::transfer::Download>);

        impl $builder {
            /// The directory to put the file into; it is made if it is not there. Default: the current one.
            #[doc(alias = "directory")]
            pub fn to(self, directory: impl Into<std::path::PathBuf>) -> Self {
                Self(self.0.map(|download| download.to(directory)))
            }

            /// The file's name, or its path below the directory with `/` between its parts. One that is absolute, leaves the
            /// directory or cannot be a file name somewhere is `InvalidInput`; an empty one is none.
            #[doc(alias = "filename")]
            pub fn name(self, name: impl AsRef<str>) -> Self {
                Self(self.0.and_then(|download| download.name(name.as_ref())))
            }

            /// What happens to a file of that name that is there already. Default: it stays if it is right.
            pub fn overwrite(self, overwrite: $crate::transfer::Overwrite) -> Self {
                Self(self.0.map(|download| download.overwrite(overwrite)))
            }

            /// Whether the file is compared with what the service says it is. Default: yes.
            pub fn verify(self, verify: $crate::transfer::Verify) -> Self {
                Self(self.0.map(|download| download.verify(verify)))
            }

            /// Whether the service is asked for a new link when this one has expired. Default: yes.
            pub fn renew_link(self, renew: bool) -> Self {
                Self(self.0.map(|download| if renew { download } else { download.relocate(None) }))
            }

            /// How failed attempts and bodies that break are repeated, instead of the session's way.
            pub fn retry(self, policy: impl $crate::RetryPolicy) -> Self {
                Self(self.0.map(|download| download.retry(policy)))
            }

            /// Who hears of the file's progress.
            #[doc(alias = "progress_bar")]
            pub fn progress(self, progress: impl $crate::Progress) -> Self {
                let progress: std::sync::Arc<dyn $crate::Progress> = std::sync::Arc::new(progress);
                Self(self.0.map(|download| download.progress(progress)))
            }

            /// Fetches the file into a writer (a socket, a pipe, a compressor) instead of a file: the directory, and what is
            /// there, do not count. The writer is flushed in the end and not shut down, as it is the caller's.
            ///
            /// A transfer that breaks goes on where it broke. If the file has to begin anew, what was written is skipped,
            /// where a digest will tell in the end whether the parts fit, or the storage says that it is the same file.
            ///
            /// # Errors
            /// `Integrity` if the bytes are wrong; `File` if the writer fails; otherwise as the link answers. **On any error
            /// some bytes may have been written, and may be wrong: do not use them.** Files, [`bytes`](Self::bytes) and
            /// object stores have no such state in between.
            ///
            /// # Cancel safety
            /// Dropping the future ends the transfer. Some bytes may have been written.
            pub async fn write_to(
                self,
                writer: impl $crate::transfer::AsyncWrite + Unpin + Send,
            ) -> $crate::Result<$crate::transfer::SinkReport> {
                self.0?.write_to(writer).await
            }

            /// The file as a stream of bytes, instead of a file: the directory, and what is there, do not count. Nothing is
            /// sent before it is polled. **Only a stream that ended without an error was the whole file.**
            ///
            /// # Errors
            /// The last item is the error, if there is one: `Integrity` if the bytes are wrong, otherwise as the link
            /// answers.
            pub fn stream(self) -> $crate::transfer::DownloadStream {
                match self.0 {
                    Ok(download) => download.stream(),
                    Err(error) => error.into(),
                }
            }

            /// Fetches the file into memory instead of a file, if it has at most `cap` bytes. The directory, and what is
            /// there, do not count.
            ///
            /// # Errors
            /// `InvalidInput`, naming `cap`, if the file is larger: before its first byte, if its length is known or
            /// announced. `Integrity` if the bytes are wrong twice; otherwise as the link answers.
            ///
            /// # Cancel safety
            /// Dropping the future ends the transfer and loses what was read.
            pub async fn bytes(self, cap: usize) -> $crate::Result<$crate::bytes::Bytes> {
                self.0?.bytes(cap).await
            }

            /// Fetches the file into an object store, as the object at `path`. (Feature `object-store`.) The object appears
            /// whole and right, or not at all; one that is there is treated as a file would be, and read back if only its
            /// digest can tell. See
            /// [`Download::to_store`]($crate::transfer::Download::to_store) for memory, parts and stores.
            ///
            /// # Errors
            /// `InvalidInput` if `path` cannot be one; `Integrity` if the bytes are wrong twice, or if a wrong object is
            /// there and was to be kept; `File` if the store fails; otherwise as the link answers. No object was made or
            /// changed then.
            ///
            /// # Cancel safety
            /// Dropping the future makes no object, unless the last request was under way. What was sent is removed by a
            /// task of the runtime; if that ends before, parts may stay that only rules of the bucket remove.
            #[cfg(feature = "object-store")]
            pub async fn to_store(
                self,
                store: std::sync::Arc<dyn $crate::object_store::ObjectStore>,
                path: impl AsRef<str> + Send,
            ) -> $crate::Result<$crate::transfer::SinkReport> {
                self.0?.to_store(store, path).await
            }
        }

        impl std::future::IntoFuture for $builder {
            type Output = $crate::Result<$crate::transfer::FileReport>;
            type IntoFuture = std::pin::Pin<Box<dyn std::future::Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async move { self.0?.run().await })
            }
        }
    };
}
