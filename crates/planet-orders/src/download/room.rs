//! Whether an order fits on the disk.

use std::collections::BTreeSet;
use std::path::Path;

use planet_core::Result;
use planet_core::transfer::{Overwrite, ensure_room};

use super::options::Options;
use super::plan::Planned;
use crate::ManifestFile;

/// How the names begin that a transfer gives to files which are not complete.
const HIDDEN: &str = ".planet-";

/// Fails if the disk has no room for the files that are not there yet, as far as their sizes are known.
pub(super) async fn ensure(options: &Options, files: &[Planned]) -> Result<()> {
    let (mut needed, mut folders) = (0_u64, BTreeSet::new());
    for file in files {
        let path = options.directory.join(&file.place);
        let size = file.entry.as_ref().map(ManifestFile::size).unwrap_or_default();
        let is_there = tokio::fs::metadata(&path).await.is_ok_and(|found| found.len() == size);
        if !is_there || options.overwrite == Overwrite::Always {
            needed = needed.saturating_add(size);
            folders.extend(path.parent().map(Path::to_owned));
        }
    }
    for folder in folders {
        needed = needed.saturating_sub(begun(&folder).await);
    }
    ensure_room(&options.directory, needed).await
}

/// How many bytes lie in a directory that earlier runs fetched of files that are not complete.
async fn begun(folder: &Path) -> u64 {
    let mut bytes = 0;
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else { return 0 };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(HIDDEN)) {
            bytes += entry.metadata().await.map(|found| found.len()).unwrap_or_default();
        }
    }
    bytes
}
