//! Downloads: to a temporary file, hashed while written, renamed only when size and digest are right.

mod answer;
mod builder;
mod digest;
mod disk;
mod disposition;
mod download;
mod expected;
mod fetch;
mod file;
mod found_name;
mod kept;
mod name;
mod options;
mod partial;
#[cfg(test)]
mod resume_tests;
mod sink;
mod source;
#[cfg(test)]
mod tests;
mod whole;

pub use digest::{Checksum, Digests, Verified, digest_file, hash_file};
pub use disk::ensure_room;
pub use download::{Download, FileReport, FreshLink, Relocate, RelocateFuture, link};
pub use file::Target;
pub(crate) use file::{directory_of, sync_directory};
pub use found_name::{name_from_headers, name_from_url};
pub use name::{relative_path, shown};
pub use options::{Overwrite, Verify};
pub use sink::{DownloadStream, SinkReport};
pub use whole::write_whole;

/// What [`Download::write_to`] writes to.
#[doc(no_inline)]
pub use tokio::io::AsyncWrite;
