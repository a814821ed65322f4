use std::fs;
use std::path::Path;

use super::super::digest::Digests;
use super::super::expected::Expected;
use super::super::options::{Overwrite, Verify};
use super::super::whole::write_whole;
use super::*;
use crate::ErrorKind;

const ABC: &str = "900150983cd24fb0d6963f7d28e17f72";

fn expected(md5: &str) -> Expected {
    Expected { size: None, digests: Digests::new(Some(md5.into()), None), verify: Verify::default() }
}

fn etag(tag: &'static str) -> Option<HeaderValue> {
    Some(HeaderValue::from_static(tag))
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Begins a file, writes these bytes, and stops.
async fn begun(path: &Path, expected: &Expected, etag: Option<HeaderValue>, bytes: &'static str) {
    let mut partial = Partial::open(path, expected).await.unwrap();
    partial.begin(etag, Some(3), expected.digests()).await.unwrap();
    partial.write(Bytes::from_static(bytes.as_bytes())).await.unwrap();
    partial.flush().await.unwrap();
}

#[tokio::test]
async fn what_came_is_taken_up_by_a_later_run_with_its_tag_and_length_and_hashed_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    begun(&path, &expected(ABC), etag("\"1\""), "ab").await;
    let left = names(dir.path());
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|name| name.starts_with(".planet-")), "{left:?}");

    let mut partial = Partial::open(&path, &expected(&ABC.to_uppercase())).await.unwrap();
    assert_eq!(partial.resumable(), Some((2, HeaderValue::from_static("\"1\""), Some(3))));
    partial.write(Bytes::from_static(b"c")).await.unwrap();
    let (size, found) = partial.finish().await.unwrap();
    assert_eq!((size, found.md5.as_deref()), (3, Some(ABC)));
    partial.commit(Overwrite::IfDifferent).await.unwrap();
    assert_eq!((names(dir.path()), fs::read(&path).unwrap()), (vec!["a.tif".to_owned()], b"abc".to_vec()));
}

#[tokio::test]
async fn what_a_later_run_could_not_trust_is_not_left() {
    let none = Expected::default();
    let unverified = Expected { verify: Verify::off(), ..expected(ABC) };
    for (expected, etag, bytes) in [
        (&none, etag("\"1\""), "ab"),
        (&unverified, etag("\"1\""), "ab"),
        (&expected(ABC), None, "ab"),
        (&expected(ABC), etag("W/\"1\""), "ab"),
        (&expected(ABC), etag("\"1\""), ""),
    ] {
        let dir = tempfile::tempdir().unwrap();
        begun(&dir.path().join("a.tif"), expected, etag.clone(), bytes).await;
        assert_eq!(names(dir.path()), Vec::<String>::new(), "{expected:?} {etag:?} {bytes}");
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    begun(&path, &expected(ABC), etag("\"1\""), "ab").await;
    let mut partial = Partial::open(&path, &expected(ABC)).await.unwrap();
    partial.void();
    drop(partial);
    assert_eq!(names(dir.path()), Vec::<String>::new());
}

#[tokio::test]
async fn bytes_of_another_file_or_with_a_spoilt_state_are_not_taken_up() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    let resumable = async |path: &Path, md5: &str| Partial::open(path, &expected(md5)).await.unwrap().resumable();
    begun(&path, &expected(ABC), etag("\"1\""), "ab").await;
    let other = Partial::open(&path, &expected(&ABC.replace('9', "8"))).await.unwrap();
    let part = names(dir.path()).into_iter().find(|name| name.ends_with(".part")).unwrap();
    assert_eq!((other.resumable(), fs::metadata(dir.path().join(part)).unwrap().len()), (None, 0));
    drop(other);
    let (_, state) = state::hidden(&path);
    begun(&path, &expected(ABC), etag("\"1\""), "ab").await;
    let later = fs::read_to_string(&state).unwrap().replace("\"version\":1", "\"version\":2");
    for spoilt in ["", "{", "[]", &later] {
        begun(&path, &expected(ABC), etag("\"1\""), "ab").await;
        fs::write(&state, spoilt).unwrap();
        assert_eq!(resumable(&path, ABC).await, None, "{spoilt}");
    }
    begun(&path, &expected(ABC), etag("\"1\""), "ab").await;
    assert_eq!(resumable(&dir.path().join("b.tif"), ABC).await, None);
    assert!(resumable(&path, ABC).await.is_some());
}

/// As after a kill, which leaves what a drop removes.
#[tokio::test]
async fn without_a_digest_to_tell_in_the_end_nothing_is_taken_up() {
    let dir = tempfile::tempdir().unwrap();
    let (path, none) = (dir.path().join("a.tif"), Expected::default());
    let mut partial = Partial::open(&path, &none).await.unwrap();
    partial.begin(etag("\"1\""), Some(3), none.digests()).await.unwrap();
    partial.write(Bytes::from_static(b"ab")).await.unwrap();
    partial.flush().await.unwrap();
    let (part, state) = state::hidden(&path);
    let left = [part, state].map(|path| (fs::read(&path).unwrap(), path));
    drop(partial);
    for (bytes, path) in left {
        fs::write(path, bytes).unwrap();
    }
    assert_eq!(Partial::open(&path, &none).await.unwrap().resumable(), None);
    assert_eq!(names(dir.path()), Vec::<String>::new());
}

#[test]
fn a_lock_is_of_one_alone_though_its_file_is_removed_while_others_wait_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let (path, inside) = (dir.path().join("state"), std::sync::atomic::AtomicU32::new(0));
    let one = || {
        for _ in 0..2000 {
            let Some(locked) = state::StateFile::try_lock(&path).unwrap() else { continue };
            assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
            std::thread::yield_now();
            inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
            locked.remove();
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(one))));
}

#[tokio::test]
async fn two_downloads_of_one_file_at_once_are_refused_and_those_of_two_are_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    let first = Partial::open(&path, &expected(ABC)).await.unwrap();
    Partial::open(&dir.path().join("b.tif"), &expected(ABC)).await.unwrap();
    let error = Partial::open(&path, &expected(ABC)).await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("another download of") && error.to_string().contains("a.tif"), "{error}");
    drop(first);
    Partial::open(&path, &expected(ABC)).await.unwrap();
}

#[tokio::test]
async fn a_file_begins_anew_from_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    let mut partial = Partial::open(&path, &expected(ABC)).await.unwrap();
    for bytes in ["a longer beginning", "abc"] {
        partial.begin(etag("\"1\""), None, expected(ABC).digests()).await.unwrap();
        partial.write(Bytes::from_static(bytes.as_bytes())).await.unwrap();
        partial.flush().await.unwrap();
    }
    assert_eq!(partial.finish().await.unwrap().1.md5.as_deref(), Some(ABC));
    partial.commit(Overwrite::Always).await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"abc");
}

#[tokio::test]
async fn pieces_larger_than_what_is_written_at_once_keep_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    let mut partial = Partial::open(&path, &Expected::default()).await.unwrap();
    partial.begin(None, None, Digests::default()).await.unwrap();
    let mut whole = Vec::new();
    for number in 0..40_u8 {
        let piece = vec![number; PIECE / 7 + usize::from(number)];
        whole.extend_from_slice(&piece);
        partial.write(piece.into()).await.unwrap();
    }
    assert_eq!(partial.finish().await.unwrap().0, whole.len() as u64);
    partial.commit(Overwrite::IfDifferent).await.unwrap();
    assert!(fs::read(&path).unwrap() == whole);
}

#[tokio::test(start_paused = true)]
async fn what_comes_slowly_is_on_the_disk_a_second_later() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.tif");
    let mut partial = Partial::open(&path, &expected(ABC)).await.unwrap();
    partial.begin(etag("\"1\""), None, expected(ABC).digests()).await.unwrap();
    partial.write(Bytes::from_static(b"a")).await.unwrap();
    tokio::time::sleep(PATIENCE).await;
    partial.write(Bytes::from_static(b"b")).await.unwrap();
    drop(partial);
    let partial = Partial::open(&path, &expected(ABC)).await.unwrap();
    assert_eq!(partial.resumable().map(|(size, ..)| size), Some(2));
}

#[test]
fn hidden_names_are_short_whatever_the_name_and_differ_with_it() {
    let [one, other] = ["x".repeat(255), "X".repeat(255)].map(|name| state::hidden(Path::new(&name)));
    assert_ne!(one, other);
    for path in [one.0, one.1] {
        assert!(path.file_name().unwrap().len() <= 30, "{path:?}");
    }
}

#[tokio::test]
async fn what_was_left_of_a_whole_file_by_a_program_that_was_killed_is_gone_after_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("manifest.json");
    let (part, state) = state::hidden(&path);
    fs::write(part, "a half").unwrap();
    fs::write(state, "").unwrap();
    write_whole(&path, b"abc").await.unwrap();
    assert_eq!((names(dir.path()), fs::read(&path).unwrap()), (vec!["manifest.json".to_owned()], b"abc".to_vec()));
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_that_lies_at_a_hidden_name_is_not_followed() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, precious) = (dir.path().join("a.tif"), elsewhere.path().join("precious"));
    fs::write(&precious, "precious").unwrap();
    let (part, state) = state::hidden(&path);
    for hidden in [part, state] {
        std::os::unix::fs::symlink(&precious, &hidden).unwrap();
        begun(&path, &expected(ABC), etag("\"1\""), "abc").await;
        let mut partial = Partial::open(&path, &expected(ABC)).await.unwrap();
        partial.finish().await.unwrap();
        partial.commit(Overwrite::IfDifferent).await.unwrap();
        assert!(!path.is_symlink(), "{hidden:?}");
        assert_eq!(fs::read_to_string(&precious).unwrap(), "precious", "{hidden:?}");
    }
}
