//! Downloads: to a temporary file, hashed while written, renamed only when size and digest are right.

mod builder;
mod digest;
mod disk;
mod disposition;
mod download;
mod fetch;
mod file;
mod found_name;
mod name;
mod options;
#[cfg(test)]
mod tests;

pub use disk::ensure_room;
pub use digest::{Checksum, Digests, Verified, digest_file, hash_file};
pub use download::{Download, FileReport, Relocate, RelocateFuture, link};
pub use file::{Target, write_whole};
pub use found_name::{name_from_headers, name_from_url};
pub use name::{relative_path, shown};
pub use options::{Overwrite, Verify};
