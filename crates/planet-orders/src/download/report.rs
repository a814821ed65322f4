//! What became of an order's files.

use std::path::{Path, PathBuf};

use planet_core::transfer::{Checksum, FileReport, Verified};
use planet_core::{Error, Result};

use crate::validate::{Expected, Validation, validated};
use crate::{ManifestFile, Order};

/// What became of an order's files.
#[derive(Clone, Debug)]
pub struct OrderReport {
    pub(super) order: Order,
    pub(super) directory: PathBuf,
    pub(super) files: Vec<OrderFile>,
    pub(super) missing: Vec<String>,
}

/// One file of an order, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrderFile {
    /// Where it is on the disk.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes fetched in this run, with those of broken attempts; 0 if it was there already and stayed.
    pub fetched: u64,
    /// Bytes of an earlier run, which were not fetched again.
    pub resumed: u64,
    /// How often it was asked for; 0 if it was not, as it was there already.
    pub attempts: u32,
    /// How it is known to be right.
    pub verified: Verified,
    /// What the manifest says of it: its digests, its media type, and the item and the asset that it is of. `None` if the
    /// manifest was not read, or does not list it.
    pub entry: Option<ManifestFile>,
}

impl OrderFile {
    pub(super) fn new(file: FileReport, entry: Option<ManifestFile>) -> Self {
        let FileReport { path, size, fetched, resumed, attempts, verified, .. } = file;
        Self { path, size, fetched, resumed, attempts, verified, entry }
    }
}

impl OrderReport {
    /// The order, as it was when its files were fetched. Of one that delivered a part, it tells the
    /// [items that are missing](Order::missing_items).
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The order's id, a UUID.
    #[must_use]
    pub fn order_id(&self) -> &str {
        self.order.id()
    }

    /// The directory that holds the order's files: its own, or, with a layout, the one that the layout's paths begin in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The files in the order in which the manifest lists them, which does not list itself; with
    /// [`Verify::off`](crate::Verify::off), all of them as the order lists them.
    #[must_use]
    pub fn files(&self) -> &[OrderFile] {
        &self.files
    }

    /// The files that an order in state `partial` names and did not deliver, by their paths below the order's own directory.
    /// What it does not name, as it could not be made, stands in [`Order::missing_items`].
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The size of the files together, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Checks the files again, where they are, against what the manifest says of each: also those of a layout, which
    /// [`validate_checksum`](crate::validate_checksum) does not find. Files that the manifest does not list are left out.
    ///
    /// # Errors
    /// `Integrity`, naming every file that is missing or wrong.
    ///
    /// # Cancel safety
    /// Files are only read.
    pub async fn validate(&self, checksum: Checksum) -> Result<Validation> {
        let files = self.files.iter().filter_map(|file| {
            let entry = file.entry.as_ref()?;
            Some(Expected { name: file.path.display().to_string(), path: Ok(file.path.clone()), entry: entry.clone() })
        });
        validated(&self.directory, files.collect(), checksum).await
    }
}

/// A download that did not bring all files of an order: the [`source`](std::error::Error::source) of the error that it ends
/// with. Its own source is the first failure.
#[derive(Clone, Debug)]
pub struct IncompleteDownload {
    pub(super) report: OrderReport,
    pub(super) failed: Vec<(String, Error)>,
}

impl IncompleteDownload {
    /// The files that are complete.
    #[must_use]
    pub fn report(&self) -> &OrderReport {
        &self.report
    }

    /// The files that did not come, by their paths below the order's own directory, and why.
    #[must_use]
    pub fn failed(&self) -> &[(String, Error)] {
        &self.failed
    }
}

impl std::fmt::Display for IncompleteDownload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let OrderReport { order, directory, files, .. } = &self.report;
        let (complete, all) = (files.len(), files.len() + self.failed.len());
        write!(f, "{complete} of {all} files of order {} are complete in {}", order.id(), directory.display())?;
        let names: Vec<&str> = self.failed.iter().map(|(path, _)| path.as_str()).collect();
        write!(f, "; missing: {}", names.join(", "))
    }
}

impl std::error::Error for IncompleteDownload {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.failed.first().map(|(_, error)| error as _)
    }
}

/// The report, or the first error with what became of the others.
pub(super) fn complete(incomplete: IncompleteDownload) -> Result<OrderReport> {
    let Some((_, first)) = incomplete.failed.first() else { return Ok(incomplete.report) };
    let advice = first.help().map(|help| format!("{help}. ")).unwrap_or_default();
    let help = format!("{advice}{incomplete}. Download the order again: what is right is kept");
    Err(first.clone().with_help(help).with_source(incomplete))
}
