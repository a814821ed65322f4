//! A download that is dropped at each point where it can be, and then run again.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::time::Duration;

use fastrand::Rng;
use md5::{Digest as _, Md5};
use planet_core::transfer::{Digests, Download};
use planet_core::{Retry, Route};

use super::fault::{Body, Etag, Fault, Instead, Ranges};
use super::seed::hex;
use super::storage::{Storage, Stored};
use super::{Polls, folder, paused};

/// A run that meets each kind of wait: for an answer, for a body, between attempts, for a new link, for the disk.
fn troubles(size: usize) -> VecDeque<Fault> {
    let instead = |instead| Fault { name: "", instead: Some(instead), ..Fault::default() };
    VecDeque::from([
        Fault { name: "", delay: Duration::from_millis(5), body: Body::Cut(size / 2), ..Fault::default() },
        instead(Instead::Status(502)),
        instead(Instead::Status(410)),
        Fault { name: "", body: Body::Stall(size / 4), ..Fault::default() },
        instead(Instead::Reset),
    ])
}

fn download(storage: &Storage, folder: &Path, digests: &Digests) -> Download {
    let (link, route) = (storage.link(0), Route::new("law", 1000.0));
    let download =
        Download::new(&storage.session(Retry::default()), "law.file", route, link, folder).name("sub/a.tif").unwrap();
    let size = storage.state().files[0].versions[0].len() as u64;
    download.expect(Some(size), digests.clone()).relocate(storage.relocate(0))
}

/// Drops a download after so many polls and runs it again. Did it end before it was dropped?
async fn dropped_after(polls: usize, size: usize, provable: bool) -> bool {
    let (folder, bytes) = (folder(), vec![7; size]);
    let digests = if provable { Digests::new(Some(hex(&Md5::digest(&bytes))), None) } else { Digests::default() };
    let storage = Storage::new(vec![Stored::new(bytes.clone(), provable, false)], Rng::with_seed(7));
    storage.state().script = troubles(size);
    let ended = Polls::new(download(&storage, folder.path(), &digests).run(), polls).await;
    storage.state().script.clear();
    storage.state().begin(|_| false, size as u64);

    let again = download(&storage, folder.path(), &digests).run().await;
    let case = format!("{size} bytes, {polls} polls");
    again.unwrap_or_else(|error| panic!("{case}: {error}"));
    let names: Vec<_> =
        fs::read_dir(folder.path().join("sub")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a.tif"], "{case}");
    assert!(fs::read(folder.path().join("sub/a.tif")).unwrap() == bytes, "{case}");
    assert!(storage.state().violations.is_empty(), "{case}: {:?}", storage.state().violations);
    ended.is_some()
}

#[test]
fn a_download_that_is_dropped_anywhere_and_run_again_ends_as_if_it_had_not_been() {
    for (size, provable) in [(5_000, true), (5_000, false), (3 << 20, true)] {
        let polls = (0..).find(|polls| paused(dropped_after(*polls, size, provable))).unwrap();
        assert!(polls > 10, "{polls} polls are all there are");
    }
}

#[test]
fn without_a_digest_only_the_entity_tag_says_that_the_rest_fits() {
    paused(async {
        let (folder, bytes) = (folder(), vec![7; 5_000]);
        let storage = Storage::new(vec![Stored::new(bytes.clone(), false, false)], Rng::with_seed(7));
        let other = Fault { name: "", version: 1, etag: Etag::None, ranges: Ranges::Unconditional, ..Fault::default() };
        storage.state().script =
            VecDeque::from([Fault { name: "", body: Body::Cut(2_000), ..Fault::default() }, other]);
        download(&storage, folder.path(), &Digests::default()).run().await.unwrap();
        assert!(fs::read(folder.path().join("sub/a.tif")).unwrap() == bytes);
    });
}
