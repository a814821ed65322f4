//! Downloads that break, against a storage that follows a script and notes which ranges it was asked for.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::StreamBody;
use tower::service_fn;

use super::*;
use crate::progress::{Progress, ProgressEvent, ProgressStep};
use crate::{Auth, BoxError, Error, ErrorKind, Pace, ResponseBody, Result, Retry, Route, Session};

const FILE: &str = "0123456789";
const MD5: &str = "781e5e245d69b566979b86e28d23f2c7";
const LINK: &str = "https://api.planet.com/files/a.tif";

/// What the storage does with one request.
#[derive(Clone, Copy, Debug)]
struct Turn {
    file: &'static str,
    etag: Option<&'static str>,
    /// Of the body, before the connection breaks.
    cut: Option<usize>,
    ranges: bool,
    content_range: Option<&'static str>,
    status: Option<u16>,
    content_type: &'static str,
    /// Its length is told before it comes.
    announced: bool,
    disposition: Option<&'static str>,
}

const WHOLE: Turn = Turn {
    file: FILE,
    etag: Some("\"1\""),
    cut: None,
    ranges: true,
    content_range: None,
    status: None,
    content_type: "image/tiff",
    announced: true,
    disposition: None,
};

fn cut(at: usize) -> Turn {
    Turn { cut: Some(at), ..WHOLE }
}

#[derive(Clone, Default)]
struct Storage {
    turns: Arc<Mutex<VecDeque<Turn>>>,
    /// The path, and the range with its condition, of each request.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Storage {
    fn new(turns: impl IntoIterator<Item = Turn>) -> Self {
        Self { turns: Arc::new(Mutex::new(turns.into_iter().collect())), asked: Arc::default() }
    }

    fn session(&self) -> Session {
        let storage = self.clone();
        let service = service_fn(move |request: crate::stack::Request| {
            let response = storage.answer(&request);
            async move { Ok::<_, BoxError>(response) }
        });
        let retry = Retry::default().max_attempts(3).max_delay(Duration::from_millis(1));
        Session::builder().auth(Auth::from_key("k")).transport(service).retry(retry).pace(Pace::off()).build().unwrap()
    }

    fn answer(&self, request: &crate::stack::Request) -> Response<ResponseBody> {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(header(header::ACCEPT_ENCODING), "identity");
        let (range, condition) = (header(header::RANGE), header(header::IF_RANGE));
        self.asked.lock().unwrap().push(format!("{} {range} {condition}", request.uri().path()));
        let turn = self.turns.lock().unwrap().pop_front().expect("a request too many");
        let from: usize =
            range.strip_prefix("bytes=").and_then(|range| range.strip_suffix('-')?.parse().ok()).unwrap_or(0);
        let partial = from > 0 && turn.ranges && Some(condition) == turn.etag;
        let (from, status) = if partial { (from, StatusCode::PARTIAL_CONTENT) } else { (0, StatusCode::OK) };
        let status = turn.status.map_or(status, |status| StatusCode::from_u16(status).unwrap());
        let all = &turn.file.as_bytes()[from.min(turn.file.len())..];
        let sent = &all[..turn.cut.unwrap_or(all.len())];
        let mut frames: Vec<_> = sent.chunks(2).map(|piece| Ok(Frame::data(Bytes::copy_from_slice(piece)))).collect();
        frames.extend(turn.cut.map(|_| Err(BoxError::from("reset"))));
        let mut response = Response::new(ResponseBody::new(StreamBody::new(futures_util::stream::iter(frames))));
        *response.status_mut() = status;
        let (file, length) = (turn.file.len(), all.len());
        let mut set = |name, value: &str| response.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        match turn.announced {
            true => set(header::CONTENT_LENGTH, &length.to_string()),
            false => set(header::TRANSFER_ENCODING, "chunked"),
        };
        set(header::CONTENT_TYPE, turn.content_type);
        if let Some(etag) = turn.etag {
            set(header::ETAG, etag);
        }
        if let Some(disposition) = turn.disposition {
            set(header::CONTENT_DISPOSITION, disposition);
        }
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {from}-{}/{file}", file - 1);
            set(header::CONTENT_RANGE, turn.content_range.unwrap_or(&range));
        }
        response
    }

    fn asked(&self) -> Vec<String> {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.iter().map(|line| line.trim_start_matches("/files/a.tif").trim().to_owned()).collect()
    }
}

fn download(session: &Session, directory: &Path) -> Download {
    let digests = Digests::new(Some(MD5.into()), None);
    Download::new(session, "test.file", Route::new("file", 1000.0), LINK.parse().unwrap(), directory)
        .expect(Some(10), digests)
        .name("a.tif")
        .unwrap()
}

fn content(directory: &Path) -> Option<String> {
    std::fs::read_to_string(directory.join("a.tif")).ok()
}

fn number_of_files(directory: &Path) -> usize {
    std::fs::read_dir(directory).unwrap().count()
}

/// Runs one download through these turns; gives its end and the ranges that were asked for.
async fn run(turns: &[Turn]) -> (Result<FileReport>, Vec<String>) {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new(turns.iter().copied()));
    let result = download(&storage.session(), dir.path()).run().await;
    assert!(storage.turns.lock().unwrap().is_empty(), "{turns:?}");
    match &result {
        Ok(_) => {
            assert_eq!((content(dir.path()).as_deref(), number_of_files(dir.path())), (Some(FILE), 1), "{turns:?}");
        }
        Err(_) => assert_eq!(content(dir.path()), None, "{turns:?}"),
    }
    (result, storage.asked())
}

#[tokio::test]
async fn a_body_that_breaks_is_continued_where_it_broke() {
    let (report, asked) = run(&[cut(4), cut(2), WHOLE]).await;
    let report = report.unwrap();
    assert_eq!(asked, ["", "bytes=4- \"1\"", "bytes=6- \"1\""]);
    assert_eq!((report.size, report.fetched, report.resumed, report.attempts), (10, 10, 0, 3));
}

#[tokio::test]
async fn without_a_strong_tag_or_ranges_or_with_a_changed_file_it_begins_anew() {
    let rest = "bytes=4- \"1\"";
    for (turns, asked, fetched) in [
        ([Turn { etag: None, ..cut(4) }, WHOLE], ["", ""], 14),
        ([Turn { etag: Some("W/\"1\""), ..cut(4) }, WHOLE], ["", ""], 14),
        ([cut(4), Turn { ranges: false, ..WHOLE }], ["", rest], 14),
        ([Turn { file: "abcdefghij", ..cut(4) }, Turn { etag: Some("\"2\""), ..WHOLE }], ["", rest], 14),
    ] {
        let (report, was_asked) = run(&turns).await;
        assert_eq!((was_asked, report.unwrap().fetched), (asked.map(str::to_owned).to_vec(), fetched), "{turns:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_exactly_the_rest_is_not_taken_for_it() {
    let wrong = |content_range| Turn { content_range: Some(content_range), ..WHOLE };
    let other = Turn { etag: Some("\"2\""), status: Some(206), content_range: Some("bytes 4-9/10"), ..WHOLE };
    let nothing = Turn { status: Some(416), ..WHOLE };
    let ranges = ["bytes 3-9/10", "bytes 4-8/10", "bytes 4-8/*", "bytes 4-9/11", "nonsense"];
    for turn in ranges.map(wrong).into_iter().chain([other, nothing]) {
        let (report, asked) = run(&[cut(4), turn, WHOLE]).await;
        assert_eq!(asked, ["", "bytes=4- \"1\"", ""], "{turn:?}");
        assert_eq!(report.unwrap().fetched, 14, "{turn:?}");
    }
}

#[tokio::test]
async fn where_the_beginning_told_no_length_the_rest_must_tell_it_and_have_it() {
    let begun = Turn { announced: false, ..cut(4) };
    let rest = |file, content_range| Turn { file, content_range: Some(content_range), announced: false, ..WHOLE };
    for (rest, asked) in [
        (rest("01234567", "bytes 4-9/10"), "bytes=8- \"1\""),
        (rest("0123456789ab", "bytes 4-9/10"), ""),
        // It may be a part of the rest only.
        (rest("0123456", "bytes 4-6/*"), ""),
        (rest(FILE, "bytes 4-18446744073709551615/*"), ""),
    ] {
        let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([begun, rest, WHOLE]));
        let download = download(&storage.session(), dir.path()).expect(None, Digests::default());
        let report = download.run().await.unwrap();
        assert_eq!((content(dir.path()).as_deref(), report.size), (Some(FILE), 10), "{rest:?}");
        assert_eq!(storage.asked(), ["", "bytes=4- \"1\"", asked], "{rest:?}");
    }
}

#[tokio::test]
async fn what_was_left_of_a_larger_file_is_not_the_end_of_one_whose_name_changes_on_the_way() {
    let renamed = Turn { etag: Some("\"2\""), disposition: Some("attachment; filename=b.tif"), ..WHOLE };
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([WHOLE, renamed]));
    leave_a_part(dir.path()).await;
    let (path, expected) = (dir.path().join("b.tif"), expected::Expected::default());
    let other = expected::Expected { digests: Digests::new(Some("0".repeat(32)), None), ..expected };
    let mut older = partial::Partial::open(&path, &other).await.unwrap();
    older.begin(Some(HeaderValue::from_static("\"0\"")), None, other.digests()).await.unwrap();
    older.write(Bytes::from_static(b"an older file that was larger")).await.unwrap();
    older.flush().await.unwrap();
    drop(older);
    let report = download(&storage.session(), dir.path()).name("").unwrap().run().await.unwrap();
    assert_eq!(storage.asked(), ["", "bytes=4- \"1\""]);
    assert_eq!((report.path, report.resumed), (path.clone(), 0));
    assert_eq!((std::fs::read_to_string(path).unwrap().as_str(), number_of_files(dir.path())), (FILE, 1));
}

#[tokio::test]
async fn a_file_that_cannot_have_its_name_stays_for_the_next_run_to_name_it() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([WHOLE]));
    let (session, path) = (storage.session(), dir.path().join("a.tif"));
    let taken = path.clone();
    let progress: Arc<dyn Progress> = Arc::new(move |event: &ProgressEvent| {
        if event.step == ProgressStep::Verified {
            std::fs::create_dir(&taken).unwrap();
        }
    });
    let error = download(&session, dir.path()).progress(progress).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    std::fs::remove_dir(path).unwrap();
    let report = download(&session, dir.path()).run().await.unwrap();
    assert_eq!((report.fetched, report.resumed, report.attempts), (0, 10, 0));
    assert_eq!((content(dir.path()).as_deref(), number_of_files(dir.path())), (Some(FILE), 1));
}

#[tokio::test]
async fn a_new_link_that_tells_no_digest_does_not_take_the_known_one_away() {
    let expired = Turn { status: Some(403), ..WHOLE };
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([cut(4), expired, WHOLE]));
    let link = FreshLink::new("https://api.planet.com/fresh".parse().unwrap()).expect(Digests::default());
    let relocate: Relocate = Arc::new(move || -> RelocateFuture {
        let link = link.clone();
        Box::pin(async { Ok(link) })
    });
    let report = download(&storage.session(), dir.path()).relocate(relocate).run().await.unwrap();
    assert_eq!(storage.asked().last().unwrap(), "/fresh bytes=4- \"1\"");
    assert_eq!(report.verified, Verified::Md5);
}

#[tokio::test]
async fn a_download_tells_that_it_starts_unless_what_is_there_stays() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([Turn { file: "", ..WHOLE }, WHOLE]));
    let events = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&events);
    let progress: Arc<dyn Progress> =
        Arc::new(move |event: &ProgressEvent| told.lock().unwrap().push(event.step.clone()));
    let session = storage.session();
    let events = async |name: &str, digests: Digests, size: u64| {
        let download = download(&session, dir.path()).name(name).unwrap().expect(Some(size), digests);
        download.progress(Arc::clone(&progress)).run().await.unwrap();
        std::mem::take(&mut *events.lock().unwrap())
    };
    let started = |total| ProgressStep::Started { total: Some(total) };
    let empty = events("empty", Digests::default(), 0).await;
    assert_eq!(empty, [started(0), ProgressStep::Done { size: 0 }]);
    let known = || Digests::new(Some(MD5.into()), None);
    assert_eq!(events("a.tif", known(), 10).await[0], started(10));
    assert_eq!(events("a.tif", known(), 10).await, [ProgressStep::Kept { size: 10 }]);
}

#[tokio::test]
async fn what_a_dropped_run_left_is_taken_up_by_the_next() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([cut(4), cut(0), cut(0), WHOLE]));
    let session = storage.session();
    let error = download(&session, dir.path()).run().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3), "{error}");
    assert_eq!((content(dir.path()), number_of_files(dir.path())), (None, 2));
    storage.asked();

    let events = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&events);
    let progress: Arc<dyn Progress> =
        Arc::new(move |event: &ProgressEvent| told.lock().unwrap().push(event.step.clone()));
    let report = download(&session, dir.path()).progress(progress).run().await.unwrap();
    assert_eq!(storage.asked(), ["bytes=4- \"1\""]);
    assert_eq!((report.size, report.fetched, report.resumed, report.attempts), (10, 6, 4, 1));
    assert_eq!((content(dir.path()).as_deref(), number_of_files(dir.path())), (Some(FILE), 1));
    let events = events.lock().unwrap();
    assert_eq!(events[..2], [ProgressStep::Started { total: Some(10) }, ProgressStep::Resumed { from: 4 }]);
    assert_eq!(events[events.len() - 2..], [ProgressStep::Verified, ProgressStep::Done { size: 10 }]);
}

#[tokio::test]
async fn a_run_that_was_stopped_after_the_last_byte_asks_for_nothing_more() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::default());
    let expected = expected::Expected { digests: Digests::new(Some(MD5.into()), None), ..Default::default() };
    let mut partial = partial::Partial::open(&dir.path().join("a.tif"), &expected).await.unwrap();
    partial.begin(Some(HeaderValue::from_static("\"1\"")), Some(10), expected.digests()).await.unwrap();
    partial.write(FILE.into()).await.unwrap();
    partial.flush().await.unwrap();
    drop(partial);
    let first = Arc::new(Mutex::new(None));
    let told = Arc::clone(&first);
    let progress: Arc<dyn Progress> = Arc::new(move |event: &ProgressEvent| {
        told.lock().unwrap().get_or_insert_with(|| event.step.clone());
    });
    let download = download(&storage.session(), dir.path()).expect(None, expected.digests()).progress(progress);
    let report = download.run().await.unwrap();
    assert_eq!(first.lock().unwrap().take(), Some(ProgressStep::Started { total: Some(10) }));
    assert_eq!((report.fetched, report.resumed, report.attempts), (0, 10, 0));
    assert_eq!((content(dir.path()).as_deref(), number_of_files(dir.path())), (Some(FILE), 1));
}

#[tokio::test]
async fn a_file_whose_name_comes_with_the_answer_is_taken_up_then() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([cut(4), cut(0), cut(0), WHOLE, WHOLE]));
    let session = storage.session();
    download(&session, dir.path()).name("").unwrap().run().await.unwrap_err();
    storage.asked();
    let report = download(&session, dir.path()).name("").unwrap().run().await.unwrap();
    assert_eq!((storage.asked(), report.resumed), (vec![String::new(), "bytes=4- \"1\"".into()], 4));
    assert_eq!(content(dir.path()).as_deref(), Some(FILE));
}

#[tokio::test]
async fn parts_that_do_not_fit_are_found_by_the_digest_and_fetched_once_more() {
    let (report, asked) = run(&[Turn { file: "0123x56789", ..WHOLE }, WHOLE]).await;
    assert_eq!((asked, report.unwrap().fetched), (vec![String::new(); 2], 20));
    let (report, asked) = run(&[Turn { file: "0x23456789", ..cut(4) }, WHOLE, WHOLE]).await;
    assert_eq!((asked.last().unwrap().as_str(), report.unwrap().fetched), ("", 20));
    let broken = Turn { file: "0123x56789", ..WHOLE };
    let (error, _) = run(&[broken, broken]).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn a_whole_of_another_length_is_wrong_and_its_bytes_are_not_read() {
    for file in ["01234", "0123456789ab"] {
        let (error, asked) = run(&[Turn { file, ..WHOLE }; 2]).await;
        assert_eq!((error.unwrap_err().kind(), asked), (ErrorKind::Integrity, vec![String::new(); 2]));
    }
}

#[tokio::test]
async fn what_an_earlier_run_left_is_void_if_the_file_is_another_by_now() {
    let changed = Turn { etag: Some("\"2\""), ..WHOLE };
    for (name, turn, asked) in [
        ("a.tif", Turn { ranges: false, ..WHOLE }, "bytes=4- \"1\""),
        ("a.tif", changed, "bytes=4- \"1\""),
        // The answer that tells the name tells this, too.
        ("", changed, ""),
    ] {
        let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([turn]));
        leave_a_part(dir.path()).await;
        let report = download(&storage.session(), dir.path()).name(name).unwrap().run().await.unwrap();
        assert_eq!((storage.asked(), report.fetched, report.resumed), (vec![asked.to_owned()], 10, 0));
        assert_eq!((content(dir.path()).as_deref(), number_of_files(dir.path())), (Some(FILE), 1));
    }
}

#[tokio::test]
async fn a_part_that_is_longer_than_the_file_is_none_of_it() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([WHOLE]));
    let expected = expected::Expected { digests: Digests::new(Some(MD5.into()), None), ..Default::default() };
    let mut partial = partial::Partial::open(&dir.path().join("a.tif"), &expected).await.unwrap();
    partial.begin(Some(HeaderValue::from_static("\"1\"")), None, expected.digests()).await.unwrap();
    partial.write(Bytes::from_static(b"0123456789ab")).await.unwrap();
    partial.flush().await.unwrap();
    drop(partial);
    download(&storage.session(), dir.path()).run().await.unwrap();
    assert_eq!((storage.asked(), content(dir.path()).as_deref()), (vec![String::new()], Some(FILE)));
}

#[tokio::test]
async fn a_path_that_cannot_be_written_is_refused_before_anything_is_sent() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::default());
    std::fs::create_dir(dir.path().join("a.tif")).unwrap();
    let error = download(&storage.session(), dir.path()).run().await.unwrap_err();
    assert!(error.to_string().contains("there is a directory of that name"), "{error}");
}

#[tokio::test]
async fn a_link_is_renewed_three_times_and_again_once_bytes_have_come() {
    let gone = Turn { status: Some(403), ..WHOLE };
    let relocate: Relocate =
        Arc::new(|| -> RelocateFuture { Box::pin(async { Ok(FreshLink::new(LINK.parse().unwrap())) }) });
    let run = async |turns: &[Turn]| {
        let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new(turns.iter().copied()));
        let result = download(&storage.session(), dir.path()).relocate(Arc::clone(&relocate)).run().await;
        (result, storage.turns.lock().unwrap().len())
    };
    let (result, left) = run(&[gone; 5]).await;
    assert_eq!((result.unwrap_err().status(), left), (Some(StatusCode::FORBIDDEN), 1));
    run(&[gone, gone, gone, cut(4), gone, gone, gone, WHOLE]).await.0.unwrap();
}

#[tokio::test]
async fn an_attempt_that_came_further_than_any_before_has_not_failed_in_vain() {
    let (report, _) = run(&[cut(2), cut(2), cut(2), cut(2), WHOLE]).await;
    assert_eq!(report.unwrap().attempts, 5);
    let no_ranges = Turn { etag: None, ..cut(6) };
    let (error, _) = run(&[no_ranges, no_ranges, Turn { cut: Some(4), ..no_ranges }]).await;
    assert_eq!(error.unwrap_err().attempts(), 3);
}

#[tokio::test]
async fn a_renewed_link_goes_on_and_a_file_that_was_made_anew_begins() {
    let old = Digests::new(Some(MD5.replace('7', "8")), None);
    let expired = Turn { status: Some(403), ..WHOLE };
    for (known, fresh, asked) in [
        (Digests::new(Some(MD5.into()), None), None, "/fresh bytes=4- \"1\""),
        (old, Some(Digests::new(Some(MD5.into()), None)), "/fresh"),
    ] {
        let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([cut(4), expired, WHOLE]));
        let link = FreshLink::new("https://api.planet.com/fresh".parse().unwrap());
        let link = fresh.map_or(link.clone(), |digests| link.expect(digests));
        let relocate: Relocate = Arc::new(move || -> RelocateFuture {
            let link = link.clone();
            Box::pin(async { Ok(link) })
        });
        let download = download(&storage.session(), dir.path()).expect(Some(10), known).relocate(relocate);
        download.run().await.unwrap();
        assert_eq!(storage.asked().last().unwrap(), asked);
        assert_eq!(content(dir.path()).as_deref(), Some(FILE));
    }
}

#[tokio::test]
async fn a_web_page_is_not_taken_for_a_file_and_is_named_as_what_it_is() {
    let page = Turn { content_type: "text/html; charset=utf-8", ..WHOLE };
    let session = |turns: &[Turn]| Storage::new(turns.iter().copied()).session();
    let refused = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Integrity);
        assert!(error.to_string().contains("answered with a web page"), "{error}");
    };
    let dir = tempfile::tempdir().unwrap();
    let unknown = |session: &Session| download(session, dir.path()).expect(None, Digests::default());
    refused(unknown(&session(&[page])).run().await.unwrap_err());
    let wrong = Turn { file: "<html/>...", ..page };
    refused(download(&session(&[wrong, wrong]), dir.path()).run().await.unwrap_err());
    assert_eq!(number_of_files(dir.path()), 0);
    // A page that was asked for is one, and what has the right digest is the file, whatever it calls itself.
    unknown(&session(&[page])).name("a.html").unwrap().run().await.unwrap();
    download(&session(&[page]), dir.path()).run().await.unwrap();
    assert_eq!(content(dir.path()).as_deref(), Some(FILE));
}

/// Leaves the first bytes of the file in the hidden one.
async fn leave_a_part(directory: &Path) {
    let storage = Storage::new([cut(4), Turn { status: Some(400), ..WHOLE }]);
    download(&storage.session(), directory).run().await.unwrap_err();
    assert_eq!(number_of_files(directory), 2);
}

#[tokio::test]
async fn what_was_left_beside_a_file_that_is_right_by_now_is_removed_unless_it_is_in_use() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([]));
    leave_a_part(dir.path()).await;
    let path = dir.path().join("a.tif");
    std::fs::write(&path, FILE).unwrap();
    let expected = expected::Expected { digests: Digests::new(Some(MD5.into()), None), ..Default::default() };
    let other = partial::Partial::open(&path, &expected).await.unwrap();
    download(&storage.session(), dir.path()).run().await.unwrap();
    assert_eq!(number_of_files(dir.path()), 3);
    drop(other);
    download(&storage.session(), dir.path()).run().await.unwrap();
    assert_eq!(number_of_files(dir.path()), 1);
}

#[tokio::test]
async fn a_file_that_another_download_completed_while_this_one_waited_is_not_fetched_again() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([]));
    let path = dir.path().join("a.tif");
    let expected = expected::Expected { digests: Digests::new(Some(MD5.into()), None), ..Default::default() };
    let mut other = partial::Partial::open(&path, &expected).await.unwrap();
    other.begin(None, None, Digests::default()).await.unwrap();
    other.write(Bytes::from_static(FILE.as_bytes())).await.unwrap();
    other.flush().await.unwrap();
    let completes = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        other.commit(Overwrite::IfDifferent).await.unwrap();
    };
    let session = storage.session();
    let (report, ()) = tokio::join!(download(&session, dir.path()).run(), completes);
    assert_eq!((report.unwrap().attempts, number_of_files(dir.path())), (0, 1));
}

#[tokio::test]
async fn what_cannot_be_removed_beside_a_file_that_is_right_does_not_keep_it_from_being_right() {
    let (dir, storage) = (tempfile::tempdir().unwrap(), Storage::new([]));
    leave_a_part(dir.path()).await;
    std::fs::write(dir.path().join("a.tif"), FILE).unwrap();
    let paths = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
    let state = paths.into_iter().find(|path| path.extension().is_some_and(|end| end == "state")).unwrap();
    std::fs::remove_file(&state).unwrap();
    std::fs::create_dir(&state).unwrap();
    let report = download(&storage.session(), dir.path()).run().await.unwrap();
    assert_eq!((report.attempts, report.verified), (0, Verified::Md5));
}
