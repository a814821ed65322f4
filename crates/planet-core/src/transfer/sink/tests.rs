use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::io::AsyncWrite;
use tower::service_fn;

use super::super::{Digests, Download, FreshLink, Relocate, RelocateFuture, Verified, Verify};
use crate::progress::{Progress, ProgressEvent};
use crate::{Auth, BoxError, Error, ErrorKind, Pace, ResponseBody, Result, Retry, Route, Session};

pub(super) const TEN: &str = "0123456789";
pub(super) const LINK: &str = "https://api.planet.com/files/a.tif";

/// One answer of the storage.
#[derive(Clone)]
pub(super) struct Turn {
    status: u16,
    body: Bytes,
    etag: Option<&'static str>,
    from: usize,
    cut: Option<usize>,
    stalls: bool,
    slow: bool,
    chunked: bool,
}

impl Turn {
    pub(super) fn of(body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            body: body.into(),
            etag: None,
            from: 0,
            cut: None,
            stalls: false,
            slow: false,
            chunked: false,
        }
    }

    /// Of the whole file, what begins at `from`.
    fn rest(body: &'static str, from: usize) -> Self {
        Self { status: 206, from, ..Self::of(body) }
    }

    fn status(status: u16) -> Self {
        Self { status, ..Self::of("") }
    }

    fn etag(self, etag: &'static str) -> Self {
        Self { etag: Some(etag), ..self }
    }

    /// The connection breaks after so many bytes of the file.
    pub(super) fn cut(self, at: usize) -> Self {
        Self { cut: Some(at), ..self }
    }

    /// Nothing follows those bytes.
    #[cfg(feature = "object-store")]
    pub(super) fn stall(self, at: usize) -> Self {
        Self { cut: Some(at), stalls: true, ..self }
    }

    fn chunked(self) -> Self {
        Self { chunked: true, ..self }
    }

    fn response(self) -> Response<ResponseBody> {
        let all = self.body.slice(self.from..);
        let mut sent = all.slice(..self.cut.map_or(all.len(), |cut| cut - self.from));
        let piece = (sent.len() / 4).clamp(1, 100_000);
        let mut frames = Vec::new();
        while !sent.is_empty() {
            frames.push(Ok(Frame::data(sent.split_to(piece.min(sent.len())))));
        }
        if self.cut.is_some() && !self.stalls {
            frames.push(Err(BoxError::from("reset")));
        }
        let frames = stream::iter(frames).then(move |frame| async move {
            if self.slow {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            frame
        });
        let body = match self.stalls {
            true => ResponseBody::new(StreamBody::new(frames.chain(stream::pending()))),
            false => ResponseBody::new(StreamBody::new(frames)),
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap();
        let mut set = |name, value: &str| response.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        if self.chunked {
            set(header::TRANSFER_ENCODING, "chunked");
        } else {
            set(header::CONTENT_LENGTH, &all.len().to_string());
        }
        if let Some(etag) = self.etag {
            set(header::ETAG, etag);
        }
        if self.status == 206 {
            set(header::CONTENT_RANGE, &format!("bytes {}-{}/{}", self.from, self.body.len() - 1, self.body.len()));
        }
        response
    }
}

/// A storage that answers in turn.
#[derive(Clone)]
pub(super) struct Storage(Arc<Mutex<VecDeque<Turn>>>);

impl Storage {
    pub(super) fn new(turns: impl IntoIterator<Item = Turn>) -> Self {
        Self(Arc::new(Mutex::new(turns.into_iter().collect())))
    }

    pub(super) fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub(super) fn download(&self) -> Download {
        let turns = Arc::clone(&self.0);
        let service = service_fn(move |_: crate::stack::Request| {
            let turn = turns.lock().unwrap().pop_front().expect("a request too many");
            async move { Ok::<_, BoxError>(turn.response()) }
        });
        let retry = Retry::default().max_attempts(4).max_delay(Duration::from_millis(1));
        let session = Session::builder().auth(Auth::from_key("k")).transport(service).retry(retry).pace(Pace::off());
        let session: Session = session.build().unwrap();
        Download::new(&session, "test.file", Route::new("file", 1000.0), LINK.parse().unwrap(), "")
    }
}

pub(super) fn md5(body: &[u8]) -> Digests {
    let mut hashers = super::super::digest::Hashers::for_digests(&Digests::new(Some("x".into()), None));
    hashers.update(body);
    hashers.finish()
}

/// What came, and how it ended.
async fn drain(download: Download) -> (String, Result<(), ErrorKind>) {
    let (mut text, mut stream) = (String::new(), download.stream());
    while let Some(item) = stream.next().await {
        match item {
            Ok(bytes) => text.push_str(std::str::from_utf8(&bytes).unwrap()),
            Err(error) => {
                assert!(stream.next().await.is_none() && stream.next().await.is_none());
                return (text, Err(error.kind()));
            }
        }
    }
    assert!(stream.next().await.is_none());
    (text, Ok(()))
}

#[tokio::test]
async fn a_broken_transfer_goes_on_where_it_broke() {
    let turns = || {
        [Turn::of(TEN).etag("\"1\"").cut(4), Turn::rest(TEN, 4).etag("\"1\"").cut(7), Turn::rest(TEN, 7).etag("\"1\"")]
    };
    let mut written = Vec::new();
    let report = Storage::new(turns()).download().write_to(&mut written).await.unwrap();
    assert_eq!(written, TEN.as_bytes());
    assert_eq!((report.name.as_str(), report.size, report.fetched, report.attempts), ("a.tif", 10, 10, 3));
    assert_eq!(report.verified, Verified::Length);
    assert_eq!(drain(Storage::new(turns()).download()).await, (TEN.to_owned(), Ok(())));
    assert_eq!(Storage::new(turns()).download().bytes(10).await.unwrap(), TEN);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_may_take_longer_than_its_attempts_while_bytes_come() {
    let slow = |turn: Turn| Turn { slow: true, ..turn.etag("\"1\"") };
    let storage = Storage::new([slow(Turn::of(TEN).cut(8)), slow(Turn::rest(TEN, 8))]);
    let retry = Retry::default().max_delay(Duration::from_millis(1)).max_elapsed(Duration::from_millis(6));
    assert_eq!(storage.download().retry(retry).bytes(10).await.unwrap(), TEN);
}

#[tokio::test]
async fn a_file_that_begins_anew_is_not_handed_out_twice() {
    let known = || md5(TEN.as_bytes());
    // What the storage does, what is known; then what comes out, and how it ends.
    for (turns, digests, came, ends) in [
        // A digest tells in the end.
        (vec![Turn::of(TEN).cut(4), Turn::of(TEN)], known(), TEN, Ok(())),
        (vec![Turn::of(TEN).cut(6), Turn::of(TEN).cut(3), Turn::of(TEN).cut(8), Turn::of(TEN)], known(), TEN, Ok(())),
        (vec![Turn::of(TEN).etag("\"1\"").cut(4), Turn::of(TEN).etag("\"2\"")], known(), TEN, Ok(())),
        (vec![Turn::of("01x3456789").cut(4), Turn::of(TEN)], known(), "01x3456789", Err(ErrorKind::Integrity)),
        (vec![Turn::of(TEN).cut(4), Turn::of("012")], known(), "0123", Err(ErrorKind::Integrity)),
        // The entity tag tells.
        (vec![Turn::of(TEN).etag("\"1\"").cut(4), Turn::of(TEN).etag("\"1\"")], Digests::default(), TEN, Ok(())),
        // It says so of a file that is shorter than what was handed out.
        (
            vec![Turn::of(TEN).etag("\"1\"").chunked().cut(4), Turn::of("012").etag("\"1\"").chunked()],
            Digests::default(),
            "0123",
            Err(ErrorKind::Integrity),
        ),
        // Nothing tells.
        (vec![Turn::of(TEN).cut(4), Turn::of(TEN)], Digests::default(), "0123", Err(ErrorKind::Integrity)),
        (
            vec![Turn::of(TEN).etag("\"1\"").cut(4), Turn::of(TEN).etag("\"2\"")],
            Digests::default(),
            "0123",
            Err(ErrorKind::Integrity),
        ),
        (
            vec![Turn::of(TEN).etag("W/\"1\"").cut(4), Turn::of(TEN).etag("W/\"1\"")],
            Digests::default(),
            "0123",
            Err(ErrorKind::Integrity),
        ),
        // Nothing had been handed out.
        (vec![Turn::of(TEN).cut(0), Turn::of(TEN)], Digests::default(), TEN, Ok(())),
    ] {
        let storage = Storage::new(turns.clone());
        assert_eq!(drain(storage.download().expect(None, digests.clone())).await, (came.to_owned(), ends));
        assert_eq!(storage.left(), 0);
        let mut written = Vec::new();
        let result = Storage::new(turns).download().expect(None, digests).write_to(&mut written).await;
        assert_eq!((written.as_slice(), result.map(drop).map_err(|error| error.kind())), (came.as_bytes(), ends));
    }
}

#[tokio::test]
async fn who_cannot_take_bytes_back_is_told_at_the_end_that_they_are_wrong() {
    let wrong = || Storage::new([Turn::of("012345678x")]).download().expect(Some(10), md5(TEN.as_bytes()));
    assert_eq!(drain(wrong()).await, ("012345678x".to_owned(), Err(ErrorKind::Integrity)));
    let mut written = Vec::new();
    let error = wrong().write_to(&mut written).await.unwrap_err();
    assert_eq!((error.kind(), error.operation(), error.attempts()), (ErrorKind::Integrity, Some("test.file"), 1));
    assert!(error.to_string().contains("MD5") && error.help().unwrap().contains("of no use"), "{error}");
    assert_eq!(written, b"012345678x");
    let unchecked = wrong().verify(Verify::off()).write_to(tokio::io::sink()).await.unwrap();
    assert_eq!((unchecked.size, unchecked.verified), (10, Verified::Unchecked));
}

#[tokio::test]
async fn memory_takes_wrong_bytes_back_and_the_file_is_fetched_once_more() {
    let download = |turns: &[&'static str]| {
        let storage = Storage::new(turns.iter().map(|body| Turn::of(*body)));
        (storage.download().expect(None, md5(TEN.as_bytes())), storage)
    };
    let (mended, _) = download(&["012345678x", TEN]);
    assert_eq!(mended.bytes(10).await.unwrap(), TEN);
    let (wrong, storage) = download(&["012345678x", "x", TEN]);
    assert_eq!(wrong.bytes(10).await.unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(storage.left(), 1);
    let restarted = Storage::new([Turn::of("xxxxxxxxxx").cut(4), Turn::of(TEN)]);
    assert_eq!(restarted.download().bytes(10).await.unwrap(), TEN);
}

#[tokio::test]
async fn a_file_over_the_cap_is_refused_as_early_as_its_size_is_known() {
    for (turn, size, answered) in [
        // Known before: nothing is asked for.
        (Turn::of(TEN), Some(10), 0),
        // Announced: none of it is read.
        (Turn::of(TEN).cut(0), None, 1),
        // Not announced.
        (Turn::of(TEN).chunked(), None, 1),
    ] {
        let storage = Storage::new([turn]);
        let error = storage.download().expect(size, Digests::default()).bytes(9).await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "cap"), "{error}");
        assert_eq!(storage.left(), 1 - answered);
    }
    for (body, cap) in [(TEN, 10), (TEN, usize::MAX), ("", 0)] {
        assert_eq!(Storage::new([Turn::of(body).chunked()]).download().bytes(cap).await.unwrap(), body);
    }
}

#[tokio::test]
async fn a_length_that_nobody_can_have_is_an_error_and_no_panic() {
    let absurd = |size| Storage::new([Turn::of(TEN).cut(3)]).download().expect(Some(size), Digests::default());
    for size in [u64::MAX, u64::MAX / 2] {
        absurd(size).verify(Verify::off()).retry(Retry::off()).bytes(usize::MAX).await.unwrap_err();
        absurd(size).retry(Retry::off()).bytes(usize::MAX).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_file_that_was_made_anew_meanwhile_is_not_put_together_of_two() {
    let other = "abcdefghij";
    let download = || {
        let turns = [Turn::of(TEN).etag("\"1\"").cut(4), Turn::status(403), Turn::of(other).etag("\"2\"")];
        let relocate: Relocate = Arc::new(move || -> RelocateFuture {
            Box::pin(async move { Ok(FreshLink::new(LINK.parse().unwrap()).expect(md5(other.as_bytes()))) })
        });
        Storage::new(turns).download().expect(None, md5(TEN.as_bytes())).relocate(relocate)
    };
    assert_eq!(drain(download()).await, ("0123".to_owned(), Err(ErrorKind::Integrity)));
    assert_eq!(download().bytes(10).await.unwrap(), other);
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let empty = || Storage::new([Turn::of("")]).download().expect(Some(0), md5(b""));
    assert_eq!(drain(empty()).await, (String::new(), Ok(())));
    assert_eq!(empty().bytes(0).await.unwrap(), "");
    assert_eq!(empty().write_to(tokio::io::sink()).await.unwrap().verified, Verified::Md5);
}

#[tokio::test]
async fn inputs_that_make_no_download_are_a_stream_of_one_error() {
    let items: Vec<_> = super::DownloadStream::from(Error::new(ErrorKind::Conflict, "no link")).collect().await;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].as_ref().unwrap_err().kind(), ErrorKind::Conflict);
}

/// Takes one piece, then fails.
#[derive(Default)]
struct Broken(u32);

impl AsyncWrite for Broken {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0 += 1;
        Poll::Ready(if self.0 == 1 { Ok(bytes.len()) } else { Err(io::ErrorKind::BrokenPipe.into()) })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("the writer is the caller's")
    }
}

#[tokio::test]
async fn a_writer_that_fails_ends_the_transfer_at_once() {
    let storage = Storage::new([Turn::of(TEN), Turn::of(TEN)]);
    let error = storage.download().write_to(Broken::default()).await.unwrap_err();
    assert_eq!((error.kind(), storage.left()), (ErrorKind::File, 1), "{error}");
    assert!(error.to_string().contains("the writer"), "{error}");
}

#[tokio::test]
async fn a_writer_is_flushed_and_may_be_written_on() {
    let mut out = tokio::io::BufWriter::new(Vec::new());
    for _ in 0..2 {
        Storage::new([Turn::of(TEN)]).download().write_to(&mut out).await.unwrap();
    }
    assert_eq!(out.get_ref(), format!("{TEN}{TEN}").as_bytes());
}

#[tokio::test]
async fn progress_is_told_whatever_the_bytes_go_into() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let progress: Arc<dyn Progress> = Arc::new(move |event: &ProgressEvent| {
        let json = serde_json::to_value(event).unwrap();
        listener.lock().unwrap().push(json["step"].as_str().unwrap().to_owned());
    });
    let steps = || std::mem::take(&mut *told.lock().unwrap());
    let download = |body: &'static str| {
        let storage = Storage::new([Turn::of(body), Turn::of(body)]);
        storage.download().expect(None, md5(TEN.as_bytes())).progress(Arc::clone(&progress)).label("it")
    };
    let well = |steps: Vec<String>| steps.ends_with(&["received".into(), "verified".into(), "done".into()]);
    let ill = |steps: Vec<String>| steps.last().is_some_and(|step| step == "failed");
    download(TEN).write_to(tokio::io::sink()).await.unwrap();
    assert!(well(steps()));
    download(TEN).bytes(10).await.unwrap();
    assert!(well(steps()));
    download(TEN).stream().try_collect::<Vec<_>>().await.unwrap();
    assert!(well(steps()));
    download("x").write_to(tokio::io::sink()).await.unwrap_err();
    assert!(ill(steps()));
    download("x").bytes(10).await.unwrap_err();
    assert!(ill(steps()));
    download("x").stream().try_collect::<Vec<_>>().await.unwrap_err();
    assert!(ill(steps()));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_piece_may_be_dropped_and_loses_none() {
    let mut stream = Storage::new([Turn { slow: true, ..Turn::of(TEN) }]).download().stream();
    let (mut text, mut dropped) = (Vec::new(), 0);
    loop {
        // Each piece takes longer than the waiting for it.
        match tokio::time::timeout(Duration::from_millis(1), stream.next()).await {
            Ok(Some(item)) => text.extend_from_slice(&item.unwrap()),
            Ok(None) => break,
            Err(_) => dropped += 1,
        }
    }
    assert!(dropped >= 5);
    assert_eq!(text, TEN.as_bytes());
}
