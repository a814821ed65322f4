use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body::Frame;
use http_body_util::StreamBody;
use tower::service_fn;

use super::*;
use crate::testing::{Answer, ScriptedTransport};
use crate::{BoxError, ErrorKind, Progress, ProgressEvent, ProgressStep, ResponseBody, Route, Session};

#[test]
fn names_that_leave_the_directory_or_fit_no_system_are_refused() {
    for bad in [
        "",
        "/etc/passwd",
        "../../x",
        "a/../b",
        "a//b",
        "./a",
        "a/.",
        "C:\\x",
        "C:/x",
        "a\\b",
        "a\0b",
        "a\nb",
        "con",
        "CONIN$",
        "com¹.tif",
        "PSScene/NUL.tif",
        "a.",
        "b /c",
        "a?b",
        "\\\\host\\share",
    ] {
        assert_eq!(relative_path(bad).unwrap_err().kind(), ErrorKind::Integrity, "{bad:?}");
    }
    assert!(relative_path(&"x".repeat(256)).is_err());
}

#[test]
fn ordinary_names_become_paths() {
    for good in
        ["manifest.json", "PSScene/20200909_182525_1014_3B_AnalyticMS_clip.tif", "a/b/c d.TXT", "..a", "console.tif"]
    {
        assert_eq!(relative_path(good).unwrap(), std::path::PathBuf::from_iter(good.split('/')));
    }
}

#[tokio::test]
async fn digests_are_those_of_the_reference_implementations() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("abc");
    std::fs::write(&path, "abc").unwrap();
    assert_eq!(hash_file(&path, Checksum::Md5).await.unwrap(), (3, "900150983cd24fb0d6963f7d28e17f72".into()));
    let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash_file(&path, Checksum::Sha256).await.unwrap(), (3, sha.into()));
}

#[tokio::test]
async fn a_target_that_is_dropped_leaves_the_old_file_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sub/file");
    write_whole(&path, b"old").await.unwrap();
    let mut target = Target::create(&path).await.unwrap();
    target.write(b"half").await.unwrap();
    drop(target);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(dir.path().join("sub")).unwrap().count(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_written_file_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let (ours, plain) = (dir.path().join("ours"), dir.path().join("plain"));
    write_whole(&ours, b"x").await.unwrap();
    std::fs::write(&plain, b"x").unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&plain));
}

const ABC: &str = "900150983cd24fb0d6963f7d28e17f72";
const LINK: &str = "https://api.planet.com/files/a.tif";

fn download(session: &Session, link: &str, directory: &Path) -> Download {
    Download::new(session, "test.file", Route::new("file", 1000.0), link.parse().unwrap(), directory)
}

fn md5(digest: &str) -> Digests {
    Digests::new(Some(digest.to_owned()), None)
}

/// The names below a directory, with what the files hold.
fn files(directory: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut files: Vec<_> = entries.map(|path| (name(&path), std::fs::read_to_string(&path).unwrap())).collect();
    files.sort();
    files
}

fn named(name: &'static str) -> Answer {
    Answer::bytes("abc").with_header(header::CONTENT_DISPOSITION, HeaderValue::from_static(name))
}

#[tokio::test]
async fn a_file_is_called_as_its_answer_says_else_as_the_last_url_ends() {
    let moved = |to| Answer::status(302).with_header(header::LOCATION, HeaderValue::from_static(to));
    for (answers, name) in [
        (vec![named("attachment; filename=b.tif")], "b.tif"),
        (vec![named("attachment; filename*=UTF-8''c%20d.tif")], "c d.tif"),
        (vec![Answer::bytes("abc")], "a.tif"),
        (vec![moved("https://storage.example/x/e%20f.tif?sig=1"), Answer::bytes("abc")], "e f.tif"),
        (vec![moved("/one"), moved("/two"), Answer::bytes("abc")], "two"),
        (vec![moved("/one"), named("attachment; filename=g")], "g"),
    ] {
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers));
        let report = download(&script.session().build().unwrap(), LINK, dir.path()).run().await.unwrap();
        assert_eq!((report.path, report.size, report.verified), (dir.path().join(name), 3, Verified::Length));
        assert_eq!(files(dir.path()), [(name.to_owned(), "abc".to_owned())]);
    }
}

#[tokio::test]
async fn an_answer_that_proved_wrong_names_nothing() {
    let page = Answer::bytes("<html>").with_header(header::ETAG, HeaderValue::from_static("\"1\""));
    let script = ScriptedTransport::new([page, named("attachment; filename=b.tif")]);
    let (dir, session) = (tempfile::tempdir().unwrap(), script.session().build().unwrap());
    let report = download(&session, LINK, dir.path()).expect(None, md5(ABC)).run().await.unwrap();
    assert_eq!(report.path, dir.path().join("b.tif"));
    assert_eq!(files(dir.path()), [("b.tif".to_owned(), "abc".to_owned())]);
}

#[tokio::test]
async fn a_name_of_the_callers_wins_and_stays_in_the_directory() {
    let script = ScriptedTransport::new([named("attachment; filename=b.tif")]);
    let (dir, session) = (tempfile::tempdir().unwrap(), script.session().build().unwrap());
    for bad in ["../x", "/x", "a/../../x", "a\\b"] {
        let error = download(&session, LINK, dir.path()).name(bad).unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "name"), "{bad}");
    }
    let report = download(&session, LINK, dir.path()).name("x/mine.tif").unwrap().run().await.unwrap();
    assert_eq!(report.path, dir.path().join("x/mine.tif"));
    assert_eq!(script.left(), 0);
}

#[tokio::test]
async fn a_name_from_the_service_that_is_not_safe_ends_it_at_once_and_writes_nothing() {
    let script = ScriptedTransport::new([named("attachment; filename=\"..\""), Answer::bytes("abc")]);
    let (dir, session) = (tempfile::tempdir().unwrap(), script.session().build().unwrap());
    let error = download(&session, LINK, dir.path()).expect(None, md5(ABC)).run().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), script.left()), (ErrorKind::Integrity, 1, 1), "{error}");
    assert!(files(dir.path()).is_empty());
}

#[tokio::test]
async fn what_is_there_stays_or_is_replaced_as_was_chosen() {
    use Overwrite::{Always, IfDifferent, Never};
    let (on, off) = (Verify::default(), Verify::off());
    let right = (Some(3), md5(&ABC.to_uppercase()));
    let unknown = (None, Digests::default());
    // What was there, what is known, what was chosen; then requests, whether it stays, and whether it is known to be right.
    for (there, known, overwrite, verify, asked, stays, seen) in [
        ("abc", &right, IfDifferent, on, 0, true, true),
        ("abx", &right, IfDifferent, on, 1, false, true),
        ("abxy", &right, IfDifferent, on, 1, false, true),
        ("abx", &unknown, IfDifferent, on, 1, false, false),
        ("abx", &right, IfDifferent, off, 0, true, false),
        ("abx", &unknown, IfDifferent, off, 1, true, false),
        ("abxy", &unknown, IfDifferent, off, 1, false, false),
        ("abc", &right, Always, on, 1, false, true),
        ("abc", &right, Never, on, 0, true, true),
        ("abxy", &unknown, Never, on, 0, true, false),
        ("abxy", &right, Never, off, 0, true, false),
    ] {
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::bytes("abc")]));
        std::fs::write(dir.path().join("a.tif"), there).unwrap();
        let session = script.session().build().unwrap();
        let download = download(&session, LINK, dir.path()).name("a.tif").unwrap().overwrite(overwrite).verify(verify);
        let report = download.expect(known.0, known.1.clone()).run().await.unwrap();
        let case = format!("{there} {known:?} {overwrite:?} {verify:?}");
        assert_eq!((report.attempts, script.requests().len()), (asked, asked as usize), "{case}");
        assert_eq!((report.fetched == 0, report.verified == Verified::Md5), (stays, seen), "{case}");
        let left = if stays { there } else { "abc" };
        assert_eq!(files(dir.path()), [("a.tif".to_owned(), left.to_owned())], "{case}");
    }
}

#[tokio::test]
async fn a_wrong_file_that_was_to_be_kept_is_an_error_whether_its_name_is_known_before_or_after() {
    for (name, there, what) in
        [("a.tif", "abx", "its MD5"), ("", "abx", "its MD5"), ("a.tif", "abxy", "it should have 3 bytes and has more")]
    {
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::bytes("abc")]));
        std::fs::write(dir.path().join("a.tif"), there).unwrap();
        let download = download(&script.session().build().unwrap(), LINK, dir.path()).name(name).unwrap();
        let digests = if there == "abx" { md5(ABC) } else { Digests::default() };
        let error = download.expect(Some(3), digests).overwrite(Overwrite::Never).run().await.unwrap_err();
        assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Integrity, false));
        assert!(error.to_string().contains(&format!("a.tif is there and is not what it should be: {what}")), "{error}");
        assert_eq!(files(dir.path()), [("a.tif".to_owned(), there.to_owned())]);
        assert_eq!(script.left(), usize::from(name == "a.tif"));
    }
}

#[tokio::test]
async fn a_file_whose_name_is_found_in_the_answer_is_looked_at_then() {
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::bytes("abc")]));
    std::fs::write(dir.path().join("a.tif"), "abc").unwrap();
    let states = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&states);
    let progress: Arc<dyn Progress> = Arc::new(move |event: &ProgressEvent| told.lock().unwrap().push(event.clone()));
    let download = download(&script.session().build().unwrap(), LINK, dir.path()).expect(None, md5(ABC));
    let report = download.progress(progress).label("it").run().await.unwrap();
    assert_eq!((report.attempts, report.fetched, report.verified), (1, 0, Verified::Md5));
    let states = states.lock().unwrap();
    assert_eq!((states.len(), &states[0].step, &*states[0].name), (1, &ProgressStep::Kept { size: 3 }, "it"));
}

#[tokio::test]
async fn each_digest_that_is_known_must_agree() {
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let run = async |md5: &str, sha256: &str| {
        let (dir, script) =
            (tempfile::tempdir().unwrap(), ScriptedTransport::new([(); 2].map(|()| Answer::bytes("abc"))));
        let digests = Digests::new(Some(md5.to_owned()), Some(sha256.to_owned()));
        let result = download(&script.session().build().unwrap(), LINK, dir.path()).expect(None, digests).run().await;
        result.map(|report| report.verified).map_err(|error| error.kind())
    };
    assert_eq!(run(ABC, &sha256.to_uppercase()).await, Ok(Verified::Md5AndSha256));
    assert_eq!(run(&"0".repeat(32), sha256).await, Err(ErrorKind::Integrity));
    assert_eq!(run(ABC, &"0".repeat(64)).await, Err(ErrorKind::Integrity));
}

#[tokio::test]
async fn an_old_file_stays_until_the_new_one_is_complete() {
    for answers in [vec![Answer::bytes("abx"), Answer::bytes("abx")], vec![Answer::status(500)]] {
        let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new(answers));
        std::fs::write(dir.path().join("a.tif"), "the good old file").unwrap();
        let session = script.session().retry(crate::Retry::default().max_attempts(2)).build().unwrap();
        let download = download(&session, LINK, dir.path()).expect(None, md5(ABC)).overwrite(Overwrite::Always);
        download.run().await.unwrap_err();
        assert_eq!(files(dir.path()), [("a.tif".to_owned(), "the good old file".to_owned())]);
    }
}

/// A body of pieces without a length, in an answer with one header.
fn pieces(pieces: &'static [&'static str], broken: bool, header: Option<&'static str>) -> Session {
    let service = service_fn(move |_: crate::stack::Request| {
        let frames = pieces.iter().map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes()))));
        let frames: Vec<_> = frames.chain(broken.then(|| Err(BoxError::from("reset")))).collect();
        let body = ResponseBody::new(StreamBody::new(futures_util::stream::iter(frames)));
        let mut response = http::Response::new(body);
        if let Some(coding) = header {
            response.headers_mut().insert(header::TRANSFER_ENCODING, HeaderValue::from_static(coding));
        }
        async move { Ok::<_, BoxError>(response) }
    });
    let quick = crate::Retry::default().max_attempts(2).max_delay(std::time::Duration::from_millis(1));
    Session::builder().auth(crate::Auth::from_key("k")).transport(service).retry(quick).build().unwrap()
}

#[tokio::test]
async fn a_body_without_a_length_is_taken_if_its_end_can_be_told_or_its_digest_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let run = |session: Session, digests: Digests, verify: Verify| {
        let download = download(&session, LINK, dir.path()).overwrite(Overwrite::Always);
        async move { download.expect(None, digests).verify(verify).run().await }
    };
    for coding in ["chunked", "Chunked"] {
        let chunked = pieces(&["ab", "c"], false, Some(coding));
        assert_eq!(run(chunked, Digests::default(), Verify::default()).await.unwrap().size, 3);
    }

    // Other codings than chunks end with the connection, too.
    for coding in [None, Some("identity"), Some("gzip"), Some("chunked, gzip"), Some("gzip, chunked")] {
        let until_close = || pieces(&["ab", "c"], false, coding);
        let report = run(until_close(), md5(ABC), Verify::default()).await.unwrap();
        assert_eq!(report.verified, Verified::Md5);
        let error = run(until_close(), Digests::default(), Verify::default()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Integrity, 1), "{coding:?}: {error}");
        assert!(error.help().unwrap().contains("Verify::off()"));
        assert_eq!(run(until_close(), Digests::default(), Verify::off()).await.unwrap().size, 3);
    }

    std::fs::remove_file(dir.path().join("a.tif")).unwrap();
    let broken = pieces(&["ab"], true, Some("chunked"));
    let error = run(broken, Digests::default(), Verify::off()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 2));
    assert!(files(dir.path()).is_empty());
}

#[tokio::test]
async fn bytes_that_a_storage_keeps_packed_are_not_taken_unless_a_digest_tells() {
    let dir = tempfile::tempdir().unwrap();
    let run = |coding: &'static str, digests: Digests, verify: Verify| {
        let answer = Answer::bytes("abc").with_header(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        let session = ScriptedTransport::new([answer]).session().build().unwrap();
        let download = download(&session, LINK, dir.path());
        async move { download.overwrite(Overwrite::Always).expect(None, digests).verify(verify).run().await }
    };
    for coding in ["br", "zstd", "identity, deflate"] {
        let error = run(coding, Digests::default(), Verify::default()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Integrity, 1), "{coding}: {error}");
        assert!(files(dir.path()).is_empty());
        assert_eq!(run(coding, md5(ABC), Verify::default()).await.unwrap().verified, Verified::Md5);
        assert_eq!(run(coding, Digests::default(), Verify::off()).await.unwrap().size, 3);
        std::fs::remove_file(dir.path().join("a.tif")).unwrap();
    }
    for plain in ["", "identity", "aws-chunked"] {
        assert_eq!(run(plain, Digests::default(), Verify::default()).await.unwrap().size, 3, "{plain}");
        std::fs::remove_file(dir.path().join("a.tif")).unwrap();
    }
}

#[tokio::test]
async fn without_verification_digests_and_sizes_that_were_told_elsewhere_do_not_count() {
    let (dir, script) = (tempfile::tempdir().unwrap(), ScriptedTransport::new([Answer::bytes("other")]));
    let download = download(&script.session().build().unwrap(), LINK, dir.path()).verify(Verify::off());
    let report = download.expect(Some(3), md5(ABC)).run().await.unwrap();
    assert_eq!((report.size, report.verified), (5, Verified::Unchecked));
}

#[tokio::test]
async fn an_answer_that_is_not_the_whole_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for status in [StatusCode::NO_CONTENT, StatusCode::PARTIAL_CONTENT] {
        let script = ScriptedTransport::new([Answer::bytes("abc").with_status(status.as_u16())]);
        let session = script.session().build().unwrap();
        let error = download(&session, LINK, dir.path()).verify(Verify::off()).run().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
    }
    assert!(files(dir.path()).is_empty());
}

#[tokio::test]
async fn a_file_that_came_in_between_is_not_replaced_if_none_may_be() {
    let dir = tempfile::tempdir().unwrap();
    let (path, script) = (dir.path().join("a.tif"), ScriptedTransport::new([Answer::bytes("abc")]));
    let other = path.clone();
    let progress: Arc<dyn Progress> = Arc::new(move |_: &ProgressEvent| std::fs::write(&other, "theirs").unwrap());
    let download = download(&script.session().build().unwrap(), LINK, dir.path()).overwrite(Overwrite::Never);
    let error = download.progress(progress).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert_eq!(files(dir.path()), [("a.tif".to_owned(), "theirs".to_owned())]);
}

#[tokio::test]
async fn an_expired_link_is_renewed_if_there_is_somewhere_to_ask() {
    for (status, renewed) in [(401, true), (403, true), (404, true), (410, true), (410, false)] {
        let script = ScriptedTransport::new([Answer::status(status), Answer::bytes("abc")]);
        let dir = tempfile::tempdir().unwrap();
        let fresh = || -> RelocateFuture {
            Box::pin(async { Ok(FreshLink::new("https://api.planet.com/fresh".parse().unwrap())) })
        };
        let relocate: Relocate = Arc::new(fresh);
        let mut download = download(&script.session().build().unwrap(), LINK, dir.path()).relocate(relocate);
        if !renewed {
            download = download.relocate(None);
        }
        let ended = download.run().await;
        assert_eq!(ended.is_ok(), renewed);
        assert_eq!(files(dir.path()).is_empty(), !renewed);
        if renewed {
            assert_eq!(script.requests()[1].uri().path(), "/fresh");
        }
    }
}

#[tokio::test]
async fn progress_tells_why_a_file_failed_and_nothing_secret_that_the_storage_repeats() {
    let dir = tempfile::tempdir().unwrap();
    let echo = "no signature fits https://storage.example/a.tif?X-Goog-Signature=sesame-sesame, api-key PLAK0123456789";
    for status in [403, 503] {
        let script = ScriptedTransport::new([Answer::bytes(echo).with_status(status)]);
        let session = script.session().retry(crate::Retry::off()).build().unwrap();
        let told = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&told);
        let listener: Arc<dyn Progress> =
            Arc::new(move |event: &ProgressEvent| heard.lock().unwrap().push_str(&format!("{event} {event:?}")));
        download(&session, LINK, dir.path()).progress(listener).run().await.unwrap_err();
        let told = told.lock().unwrap();
        assert!(told.contains("no signature fits"), "{told}");
        assert!(!told.contains("sesame") && !told.contains("PLAK"), "{told}");
    }
}

#[test]
fn a_link_is_a_url_or_a_path_at_the_endpoint() {
    let session = ScriptedTransport::new([]).session().build().unwrap();
    assert_eq!(link(&session, "/d/?token=x").unwrap(), "https://api.planet.com/d/?token=x");
    assert_eq!(link(&session, "https://other/d").unwrap(), "https://other/d");
    for bad in ["", "d", "ftp://x/y", "http://other/d?token=secret", "https://me:secret@other/d"] {
        let error = link(&session, bad).unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "location"), "{bad}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_that_the_answer_says_is_larger_than_the_disk_is_refused_before_its_first_byte() {
    let dir = tempfile::tempdir().unwrap();
    let exabyte = HeaderValue::from_static("1000000000000000000");
    for digests in [Digests::default(), md5(ABC)] {
        let answer = Answer::bytes("abc").with_header(header::CONTENT_LENGTH, exabyte.clone());
        let session = ScriptedTransport::new([answer]).session().build().unwrap();
        let download = download(&session, LINK, dir.path()).name("a.tif").unwrap().expect(None, digests);
        let error = download.run().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{error}");
        assert!(error.to_string().contains("1.00 EB are needed"), "{error}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
