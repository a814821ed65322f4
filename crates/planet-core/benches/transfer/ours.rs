//! The same files by the SDK.

use std::path::PathBuf;

use futures_util::{StreamExt, TryStreamExt};
use http::Uri;
use planet_core::transfer::{Checksum, Digests, Download, Verify, hash_file};
use planet_core::{Route, Session};

use crate::CONCURRENCY;
use crate::common::small;

/// Fetches the files, and gives the sum of their sizes. With a SHA-256, they are compared with it; without, with nothing.
pub async fn fetch(url: &str, files: Vec<(Uri, PathBuf)>, sha256: Option<&str>) -> u64 {
    let session = small::session(url);
    let download = |(link, path): (Uri, PathBuf)| download(&session, link, &path, sha256).run();
    let reports = futures_util::stream::iter(files).map(download).buffer_unordered(CONCURRENCY);
    let reports: Vec<_> = reports.try_collect().await.unwrap();
    assert!(reports.iter().all(|report| report.verified.by(Checksum::Sha256) == sha256.is_some()));
    reports.iter().map(|report| report.size).sum()
}

fn download(session: &Session, link: Uri, path: &std::path::Path, sha256: Option<&str>) -> Download {
    let (directory, name) = (path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap());
    let route = Route::new("bench", 5.0);
    let download = Download::new(session, "bench.file", route, link, directory).name(name).unwrap();
    match sha256 {
        Some(sha256) => download.expect(None, Digests::new(None, Some(sha256.to_owned()))),
        None => download.verify(Verify::off()),
    }
}

/// Reads the files for their digests, one more at once than there are processors, as the validation of an order does.
pub async fn validate(files: Vec<PathBuf>, checksum: Checksum) -> u64 {
    let processors = std::thread::available_parallelism().unwrap().get();
    let hashed = files.into_iter().map(|path| hash_file(path, checksum));
    let sizes = futures_util::stream::iter(hashed).buffer_unordered(processors + 1).map_ok(|(size, _)| size);
    sizes.try_fold(0, async |sum, size| Ok(sum + size)).await.unwrap()
}
