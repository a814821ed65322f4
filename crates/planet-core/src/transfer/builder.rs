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
        /// `Integrity` if the bytes are wrong twice, if there is nothing to check them against, if the service names the file
        /// in a way that is not safe, or if a wrong file is there and was to be kept; `File` if the disk refuses; otherwise as
        /// the link answers. The final name never holds bytes that are not what they should be, nor a part of them.
        ///
        /// # Cancel safety
        /// Dropping the future leaves what was there before, and nothing else.
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
