use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, UploadPart,
};

use super::super::{Digests, Overwrite, Verified, Verify};
use super::tests::{Storage, TEN, Turn, md5};
use super::upload::{PART, part_size};
use crate::ErrorKind;

/// A store in memory that notes what is done with uploads, and can fail.
#[derive(Clone, Debug, Default)]
struct Watched {
    objects: Arc<InMemory>,
    seen: Arc<Mutex<Vec<String>>>,
    /// Parts on their way: now, and at most.
    under_way: Arc<Mutex<(usize, usize)>>,
    fails: Option<&'static str>,
}

impl Watched {
    fn failing(at: &'static str) -> Self {
        Self { fails: Some(at), ..Self::default() }
    }

    fn note(&self, what: String) -> object_store::Result<()> {
        let fails = self.fails.is_some_and(|fails| what.starts_with(fails));
        self.seen.lock().unwrap().push(what);
        let failure = || object_store::Error::Generic { store: "test", source: "no".into() };
        if fails { Err(failure()) } else { Ok(()) }
    }

    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }

    /// What was done with uploads, without their parts.
    fn seen_of_uploads(&self) -> Vec<String> {
        self.seen().into_iter().filter(|what| ["begin", "complete", "abort"].contains(&what.as_str())).collect()
    }

    fn arc(&self) -> Arc<dyn ObjectStore> {
        Arc::new(self.clone())
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("watched")
    }
}

#[async_trait]
impl ObjectStore for Watched {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, options: PutOptions) -> object_store::Result<PutResult> {
        self.note(format!("put {}", bytes.content_length()))?;
        self.objects.put_opts(to, bytes, options).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.note("begin".into())?;
        let upload = self.objects.put_multipart_opts(to, options).await?;
        Ok(Box::new(WatchedUpload { store: self.clone(), upload }))
    }

    async fn get_opts(&self, from: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        self.note(if options.head { "head" } else { "get" }.into())?;
        self.objects.get_opts(from, options).await
    }

    fn delete_stream(
        &self,
        objects: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        self.objects.delete_stream(objects)
    }

    fn list(&self, below: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.objects.list(below)
    }

    async fn list_with_delimiter(&self, below: Option<&Path>) -> object_store::Result<ListResult> {
        self.objects.list_with_delimiter(below).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> object_store::Result<()> {
        self.objects.copy_opts(from, to, options).await
    }
}

/// A part on its way, until it arrives or is given up.
struct UnderWay(Watched);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.lock().unwrap().0 -= 1;
    }
}

#[derive(Debug)]
struct WatchedUpload {
    store: Watched,
    upload: Box<dyn MultipartUpload>,
}

#[async_trait]
impl MultipartUpload for WatchedUpload {
    fn put_part(&mut self, bytes: PutPayload) -> UploadPart {
        let (store, size) = (self.store.clone(), bytes.content_length());
        let sent = self.upload.put_part(bytes);
        let mut count = store.under_way.lock().unwrap();
        *count = (count.0 + 1, count.1.max(count.0 + 1));
        drop(count);
        let under_way = UnderWay(store.clone());
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            drop(under_way);
            store.note(format!("part {size}"))?;
            sent.await
        })
    }

    async fn complete(&mut self) -> object_store::Result<PutResult> {
        self.store.note("complete".into())?;
        self.upload.complete().await
    }

    async fn abort(&mut self) -> object_store::Result<()> {
        tokio::task::yield_now().await;
        assert_eq!(self.store.under_way.lock().unwrap().0, 0, "what arrives later stays");
        self.store.note("abort".into())?;
        self.upload.abort().await
    }
}

async fn object(store: &dyn ObjectStore) -> Option<Bytes> {
    let found = store.get(&Path::from("x/a.tif")).await.ok()?;
    Some(found.bytes().await.unwrap())
}

async fn is_empty(store: &dyn ObjectStore) -> bool {
    store.list(None).try_collect::<Vec<_>>().await.unwrap().is_empty()
}

/// A file of so many parts, and one byte.
fn large(parts: usize) -> Bytes {
    let pattern: Vec<u8> = (0..251).collect();
    Bytes::from(pattern.repeat(parts * PART / pattern.len() + 1)).slice(..parts * PART + 1)
}

#[tokio::test]
async fn a_small_file_is_put_at_once_and_a_large_one_in_parts_of_one_size() {
    let store = Watched::default();
    for (body, seen) in [
        (Bytes::from(TEN), vec!["head".to_owned(), "put 10".into()]),
        (Bytes::new(), vec!["head".into(), "put 0".into()]),
        (large(1).slice(1..), vec!["head".into(), format!("put {PART}")]),
        (large(1), vec!["head".into(), "begin".into(), format!("part {PART}"), "part 1".into(), "complete".into()]),
    ] {
        let download = Storage::new([Turn::of(body.clone())]).download().expect(None, md5(&body));
        let report = download.to_store(store.arc(), "x/a.tif").await.unwrap();
        assert_eq!(store.seen(), seen);
        assert_eq!((report.name.as_str(), report.size), ("x/a.tif", body.len() as u64));
        assert_eq!((report.fetched, report.attempts, report.verified), (body.len() as u64, 1, Verified::Md5));
        assert_eq!(object(&*store.objects).await.unwrap(), body);
        store.objects.delete(&Path::from("x/a.tif")).await.unwrap();
    }
}

#[tokio::test]
async fn a_slow_store_slows_the_transfer_and_fills_no_memory() {
    let store = Watched::default();
    let download = Storage::new([Turn::of(large(6))]).download();
    download.to_store(store.arc(), "x/a.tif").await.unwrap();
    assert_eq!(*store.under_way.lock().unwrap(), (0, 2));
}

#[tokio::test]
async fn wrong_bytes_never_become_an_object() {
    let store = Watched::default();
    let (right, mut wrong) = (large(2), large(2).to_vec());
    wrong[0] ^= 1;
    let wrong = Bytes::from(wrong);
    let twice = Storage::new([Turn::of(wrong.clone()), Turn::of(wrong.clone())]);
    let error = twice.download().expect(None, md5(&right)).to_store(store.arc(), "x/a.tif").await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Integrity, Some("test.file")), "{error}");
    assert!(is_empty(&*store.objects).await);
    assert_eq!(store.seen_of_uploads(), ["begin", "abort", "begin", "abort"]);

    let once = Storage::new([Turn::of(wrong), Turn::of(right.clone())]);
    let report = once.download().expect(None, md5(&right)).to_store(store.arc(), "x/a.tif").await.unwrap();
    assert_eq!((report.attempts, object(&*store.objects).await.unwrap()), (2, right));
}

#[tokio::test]
async fn a_broken_transfer_into_a_store_begins_its_upload_anew() {
    let (store, body) = (Watched::default(), large(2));
    let storage = Storage::new([Turn::of(body.clone()).cut(PART + 10), Turn::of(body.clone())]);
    storage.download().to_store(store.arc(), "x/a.tif").await.unwrap();
    assert_eq!(object(&*store.objects).await.unwrap(), body);
    assert_eq!(store.seen_of_uploads(), ["begin", "abort", "begin", "complete"]);
}

#[tokio::test]
async fn a_store_that_fails_ends_it_with_nothing_left() {
    for (at, body, aborted) in [
        ("begin", large(2), 0),
        ("part", large(3), 1),
        ("part 1", large(2), 1),
        ("complete", large(2), 1),
        ("put", Bytes::from(TEN), 0),
        ("head", Bytes::from(TEN), 0),
    ] {
        let store = Watched::failing(at);
        let download = Storage::new([Turn::of(body)]).download();
        let error = download.to_store(store.arc(), "x/a.tif").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{error}");
        assert!(error.to_string().contains("x/a.tif in the object store"), "{error}");
        assert_eq!(store.seen().iter().filter(|what| *what == "abort").count(), aborted, "{at}");
        assert!(is_empty(&*store.objects).await);
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_is_dropped_is_aborted() {
    let store = Watched::default();
    let download = Storage::new([Turn::of(large(3)).stall(2 * PART + 10)]).download();
    let run = download.to_store(store.arc(), "x/a.tif");
    tokio::time::timeout(Duration::from_secs(1), run).await.unwrap_err();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(store.seen().last().unwrap(), "abort");
    assert!(is_empty(&*store.objects).await);
}

#[test]
fn an_upload_that_is_dropped_outside_of_a_runtime_is_no_panic() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let store = Watched::default();
    let download = Storage::new([Turn::of(large(3)).stall(2 * PART + 10)]).download();
    let mut run = Box::pin(download.to_store(store.arc(), "x/a.tif"));
    let waited = async { tokio::time::timeout(Duration::from_secs(1), &mut run).await.map(drop) };
    runtime.block_on(waited).unwrap_err();
    drop(runtime);
    drop(run);
    assert_eq!(store.seen().iter().filter(|what| *what == "begin").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_local_store_is_left_clean_whatever_happens() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
    let files = || {
        let entries = std::fs::read_dir(folder.path().join("x")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    // Wrong bytes.
    let body = large(2);
    let wrong = Storage::new([Turn::of(body.clone()), Turn::of(body.clone())]).download().expect(None, md5(b""));
    wrong.to_store(Arc::clone(&store), "x/a.tif").await.unwrap_err();
    assert!(files().is_empty());
    // Dropped in the middle.
    let stalled = Storage::new([Turn::of(body.clone()).stall(PART + 10)]).download();
    let run = stalled.to_store(Arc::clone(&store), "x/a.tif");
    tokio::time::timeout(Duration::from_secs(1), run).await.unwrap_err();
    for _ in 0..100 {
        if files().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(files().is_empty(), "{:?}", files());
    // Right.
    let right = Storage::new([Turn::of(body.clone())]).download().expect(None, md5(&body));
    right.to_store(Arc::clone(&store), "x/a.tif").await.unwrap();
    assert_eq!(files(), ["a.tif"]);
    assert_eq!(object(&*store).await.unwrap(), body);
}

#[tokio::test]
async fn an_object_that_is_there_stays_or_is_replaced_as_a_file_would() {
    use Overwrite::{Always, IfDifferent, Never};

    let right = (Some(10), md5(TEN.as_bytes()));
    let unknown = (None, Digests::default());
    // What is there, what is known, what was chosen; then whether it stays, what it costs, and how it is known to be right.
    for (there, known, overwrite, verify, stays, reads, verified) in [
        (TEN, &right, IfDifferent, true, true, "head get", Verified::Md5),
        ("012345678x", &right, IfDifferent, true, false, "head get put 10", Verified::Md5),
        ("0123", &right, IfDifferent, true, false, "head put 10", Verified::Md5),
        (TEN, &unknown, IfDifferent, true, false, "head put 10", Verified::Length),
        ("012345678x", &right, IfDifferent, false, true, "head", Verified::Unchecked),
        (TEN, &right, Always, true, false, "put 10", Verified::Md5),
        (TEN, &right, Never, true, true, "head get", Verified::Md5),
        ("other", &unknown, Never, true, true, "head", Verified::Unchecked),
        ("other", &right, Never, false, true, "head", Verified::Unchecked),
    ] {
        let store = Watched::default();
        store.objects.put(&Path::from("x/a.tif"), PutPayload::from_static(there.as_bytes())).await.unwrap();
        let storage = Storage::new([Turn::of(TEN)]);
        let verify = if verify { Verify::default() } else { Verify::off() };
        let download = storage.download().expect(known.0, known.1.clone()).overwrite(overwrite).verify(verify);
        let report = download.to_store(store.arc(), "x/a.tif").await.unwrap();
        let case = format!("{there} {known:?} {overwrite:?} {verify:?}");
        assert_eq!((storage.left() == 1, report.attempts == 0, report.fetched == 0), (stays, stays, stays), "{case}");
        assert_eq!((store.seen().join(" ").as_str(), report.verified), (reads, verified), "{case}");
        let left = if stays { there } else { TEN };
        assert_eq!(object(&*store.objects).await.unwrap(), left, "{case}");
        assert_eq!(report.size, left.len() as u64);
    }
}

#[tokio::test]
async fn an_object_that_may_not_be_replaced_is_not_even_if_it_came_in_between() {
    let store = Watched::default();
    let at = Path::from("x/a.tif");
    store.objects.put(&at, PutPayload::from_static(b"other")).await.unwrap();
    let storage = Storage::new([Turn::of(TEN)]);
    let never = || storage.download().expect(Some(10), md5(TEN.as_bytes())).overwrite(Overwrite::Never);
    let error = never().to_store(store.arc(), "x/a.tif").await.unwrap_err();
    assert_eq!((error.kind(), storage.left()), (ErrorKind::Integrity, 1), "{error}");
    assert!(error.to_string().contains("x/a.tif is there and is not what it should be"), "{error}");

    store.objects.delete(&at).await.unwrap();
    let (objects, theirs) = (Arc::clone(&store.objects), at.clone());
    let progress: Arc<dyn crate::Progress> = Arc::new(move |event: &crate::ProgressEvent| {
        if let crate::ProgressStep::Verified = event.step {
            let put = objects.put(&theirs, PutPayload::from_static(b"theirs"));
            futures_util::FutureExt::now_or_never(put).unwrap().unwrap();
        }
    });
    let error = never().progress(progress).to_store(store.arc(), "x/a.tif").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error}");
    assert!(error.help().unwrap().contains("left as it is"), "{error}");
    assert_eq!(object(&*store.objects).await.unwrap(), "theirs");
}

#[tokio::test]
async fn a_path_that_no_store_takes_is_refused_before_anything_is_sent() {
    let storage = Storage::new([]);
    for bad in ["a//b", "../a", "a/./b"] {
        let error = storage.download().to_store(Watched::default().arc(), bad).await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "path"), "{bad}");
    }
}

#[test]
fn parts_grow_with_a_file_that_would_have_too_many() {
    let gib = 1024 * 1024 * 1024_u64;
    for (total, mib) in [(None, 8), (Some(0), 8), (Some(78 * gib), 8), (Some(79 * gib), 9), (Some(5120 * gib), 525)] {
        let size = part_size(total);
        assert_eq!(size, mib * 1024 * 1024);
        assert!(total.unwrap_or_default().div_ceil(size as u64) <= 10_000);
    }
}
