//! Downloads to an S3 store that we did not write: moto. `cargo xtask interop` starts it, at PLANET_TEST_S3.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod connector;
mod origin;

use std::env;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::multipart::MultipartStore;
use object_store::{ObjectStoreExt, path::Path};

use planet_core::ErrorKind;
use planet_core::transfer::{Digests, Overwrite, Verified};

use connector::Plain;
use origin::{First, Origin};

const MIB: usize = 1 << 20;

/// A bucket of its own for each test.
struct Bucket {
    url: String,
    store: Arc<AmazonS3>,
}

impl Bucket {
    async fn new(name: &str) -> Self {
        let endpoint = env::var("PLANET_TEST_S3").expect("cargo xtask interop says where the store is");
        let url = format!("{endpoint}/{name}");
        let (status, answer) = connector::ask("PUT", &url).await;
        assert_eq!(status, 200, "{answer}");
        let store = AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_allow_http(true)
            .with_bucket_name(name)
            .with_region("us-east-1")
            .with_access_key_id("KEY")
            .with_secret_access_key("SECRET")
            .with_http_connector(Plain)
            .build()
            .unwrap();
        Self { url, store: Arc::new(store) }
    }

    fn store(&self) -> Arc<AmazonS3> {
        Arc::clone(&self.store)
    }

    /// How many uploads are under way: what is neither complete nor aborted costs money until somebody finds it.
    async fn uploads(&self) -> usize {
        let (status, answer) = connector::ask("GET", &format!("{}?uploads", self.url)).await;
        assert_eq!(status, 200, "{answer}");
        assert!(answer.contains("ListMultipartUploadsResult"), "{answer}");
        answer.matches("<UploadId>").count()
    }

    /// The object's bytes, if there is one.
    async fn object(&self, path: &str) -> Option<Vec<u8>> {
        let found = self.store.get(&Path::from(path)).await.ok()?;
        Some(found.bytes().await.unwrap().to_vec())
    }

    /// Waits until so many uploads are under way.
    async fn until(&self, uploads: usize) {
        let wait = async {
            while self.uploads().await != uploads {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait).await.expect("the number of uploads comes to that");
    }
}

#[tokio::test]
async fn the_store_tells_of_uploads_that_nobody_ended() {
    let bucket = Bucket::new("probe").await;
    let path = Path::from("left.tif");
    let id = bucket.store.create_multipart(&path).await.unwrap();
    assert_eq!(bucket.uploads().await, 1);
    bucket.store.abort_multipart(&path, &id).await.unwrap();
    assert_eq!(bucket.uploads().await, 0);
    assert!(bucket.store.head(&path).await.is_err());
}

#[tokio::test]
async fn files_of_one_part_and_of_many_become_objects_and_are_kept_by_the_next_run() {
    let bucket = Bucket::new("whole").await;
    for size in [3 * MIB, 20 * MIB + 1] {
        let origin = Origin::start(size, First::Whole).await;
        for attempts in [1, 0] {
            let download = origin.download(origin.digests().await);
            let report = download.to_store(bucket.store(), "imagery/a.tif").await.unwrap();
            assert_eq!(
                (report.size, report.attempts, report.verified),
                (size as u64, attempts, Verified::Md5AndSha256)
            );
        }
        assert!(bucket.object("imagery/a.tif").await.unwrap() == origin.file(), "other bytes in the store");
        assert_eq!(bucket.uploads().await, 0);
    }
}

#[tokio::test]
async fn a_transfer_that_breaks_goes_on_and_the_object_is_right() {
    let bucket = Bucket::new("cut").await;
    let origin = Origin::start(20 * MIB, First::Cut(13 * MIB)).await;
    let report = origin.download(origin.digests().await).to_store(bucket.store(), "a.tif").await.unwrap();
    assert_eq!((report.attempts, report.fetched), (2, 20 * MIB as u64), "no byte twice: {report:?}");
    assert!(bucket.object("a.tif").await.unwrap() == origin.file(), "other bytes in the store");
    assert_eq!(bucket.uploads().await, 0);
}

#[tokio::test]
async fn wrong_bytes_make_no_object_and_leave_no_upload_and_what_was_there_stays() {
    let bucket = Bucket::new("wrong").await;
    let origin = Origin::start(20 * MIB, First::Whole).await;
    let wrong = || Digests::new(None, Some("0".repeat(64)));
    let error = origin.download(wrong()).to_store(bucket.store(), "a.tif").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert_eq!((bucket.object("a.tif").await, bucket.uploads().await), (None, 0));

    bucket.store.put(&Path::from("a.tif"), "before".into()).await.unwrap();
    let download = origin.download(wrong()).overwrite(Overwrite::Always);
    download.to_store(bucket.store(), "a.tif").await.unwrap_err();
    assert_eq!((bucket.object("a.tif").await, bucket.uploads().await), (Some(b"before".to_vec()), 0));
}

#[tokio::test]
async fn a_dropped_transfer_aborts_its_upload() {
    let bucket = Bucket::new("dropped").await;
    let origin = Origin::start(30 * MIB, First::Stall(20 * MIB)).await;
    let transfer = origin.download(origin.digests().await).to_store(bucket.store(), "a.tif");
    tokio::select! {
        ended = transfer => panic!("it ended before it was dropped: {ended:?}"),
        () = bucket.until(1) => {}
    }
    bucket.until(0).await;
    assert_eq!(bucket.object("a.tif").await, None);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named() {
    let bucket = Bucket::new("gone").await;
    let (status, answer) = connector::ask("DELETE", &bucket.url).await;
    assert_eq!(status, 204, "{answer}");
    let origin = Origin::start(20 * MIB, First::Whole).await;
    let error = origin.download(origin.digests().await).to_store(bucket.store, "a.tif").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File, "{error}");
    assert!(error.to_string().contains("bucket"), "{error}");
}
