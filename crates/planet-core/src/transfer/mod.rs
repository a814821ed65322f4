//! Downloads: to a temporary file, hashed while written, renamed only when size and digest are right.

mod digest;
mod download;
mod file;
mod name;
#[cfg(test)]
mod tests;

pub use digest::{Checksum, Digests, hash_file};
pub use download::{Download, FileReport, Relocate, RelocateFuture};
pub use file::{Target, write_whole};
pub use name::{relative_path, shown};
