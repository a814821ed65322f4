//! Downloads to a disk that is full or read-only. `cargo xtask interop` mounts it, 4 MiB large, at PLANET_TEST_DISK.

use std::env;
use std::fs;
use std::io::ErrorKind as Io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use planet_core::transfer::{Checksum, Digests, Download, Overwrite, hash_file};
use planet_core::{Error, ErrorKind, Route, Timeouts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::{builder, quick};

const FILE: usize = 3 << 20;
/// What leaves too little of the disk for it.
const FILLER: usize = 2 << 20;

fn content() -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(1);
    std::iter::repeat_with(|| random.u8(..)).take(FILE).collect()
}

/// Serves the file, from where a range begins; in chunks, so that its length is not known beforehand, or with its length.
struct Service {
    url: String,
    requests: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Service {
    async fn start(chunked: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/a.tif", listener.local_addr().unwrap());
        let requests = Arc::<AtomicUsize>::default();
        let (counter, mut tasks) = (Arc::clone(&requests), JoinSet::new());
        tasks.spawn(async move {
            let mut answers = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                answers.spawn(answer(stream, chunked, Arc::clone(&counter)));
            }
        });
        Self { url, requests, _tasks: tasks }
    }

    fn download(&self, directory: &PathBuf) -> Download {
        let session = builder("http://127.0.0.1:1", quick()).timeouts(Timeouts::default()).build().unwrap();
        let link = self.url.parse().unwrap();
        Download::new(&session, "test.download", Route::new("test", 1000.0), link, directory).name("a.tif").unwrap()
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// One answer for each connection. The client may go away at any time.
async fn answer(mut stream: TcpStream, chunked: bool, requests: Arc<AtomicUsize>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let head = String::from_utf8(head).unwrap();
    let range =
        head.lines().find_map(|line| line.strip_prefix("range: bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    let (status, from) = range.map_or(("200 OK", 0), |from| ("206 Partial Content", from));
    let body = &content()[from..];
    let framing =
        if chunked { "Transfer-Encoding: chunked".to_owned() } else { format!("Content-Length: {}", body.len()) };
    let place = format!("Content-Range: bytes {from}-{}/{FILE}", FILE - 1);
    let place = if range.is_some() { place } else { "Accept-Ranges: bytes".to_owned() };
    let head = format!("HTTP/1.1 {status}\r\nETag: \"1\"\r\nConnection: close\r\n{framing}\r\n{place}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    for piece in body.chunks(64 << 10) {
        if chunked {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
        }
        stream.write_all(piece).await?;
        if chunked {
            stream.write_all(b"\r\n").await?;
        }
    }
    if chunked {
        stream.write_all(b"0\r\n\r\n").await?;
    }
    Ok(())
}

/// A directory of its own on the disk.
fn directory(name: &str) -> PathBuf {
    PathBuf::from(env::var("PLANET_TEST_DISK").unwrap()).join(name)
}

async fn digests() -> Digests {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), content()).unwrap();
    Digests::new(None, Some(hash_file(file.path(), Checksum::Sha256).await.unwrap().1))
}

fn cause(error: &Error) -> Option<Io> {
    std::error::Error::source(error)?.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
}

/// One test, as there is one disk. What it leaves is there when the disk can only be read.
#[tokio::test]
#[ignore = "needs a small disk at PLANET_TEST_DISK"]
async fn full_disks_are_found_before_the_first_byte_or_in_the_middle_and_the_next_run_ends_right() {
    let digests = digests().await;
    let directory = directory("full");
    fs::create_dir_all(&directory).unwrap();
    let filler = directory.join("filler");
    fs::write(&filler, vec![1; FILLER]).unwrap();

    // The caller knows the length, or the answer tells it.
    let service = Service::start(false).await;
    for (size, requests) in [(Some(FILE as u64), 0), (None, 1)] {
        let error = service.download(&directory).expect(size, digests.clone()).run().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File, "{error}");
        assert!(error.to_string().contains("space"), "{error}");
        assert_eq!(service.requests(), requests);
        assert!(!directory.join("a.tif").exists());
    }

    // Nobody does.
    let service = Service::start(true).await;
    let error = service.download(&directory).expect(None, digests.clone()).run().await.unwrap_err();
    assert_eq!((error.kind(), cause(&error)), (ErrorKind::File, Some(Io::StorageFull)), "{error}");
    assert!(error.to_string().contains("space"), "{error}");
    assert_eq!(service.requests(), 1, "a full disk does not get better by asking again");
    assert!(!directory.join("a.tif").exists());

    fs::remove_file(&filler).unwrap();
    let report = service.download(&directory).expect(None, digests).run().await.unwrap();
    assert!(fs::read(&report.path).unwrap() == content(), "wrong bytes under the final name");
    assert!(report.resumed > 0, "what fitted is not fetched again: {report:?}");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
}

#[tokio::test]
#[ignore = "needs a read-only disk at PLANET_TEST_DISK"]
async fn read_only_disks_are_named_and_nothing_is_fetched() {
    let (service, digests) = (Service::start(false).await, digests().await);
    let download = |name| service.download(&directory(name)).expect(Some(FILE as u64), digests.clone());
    let kept = download("full").run().await.unwrap();
    assert_eq!((kept.size, kept.attempts), (FILE as u64, 0), "what is right needs no writing");
    for download in [download("full").overwrite(Overwrite::Always), download("new"), download("full/deeper")] {
        let error = download.run().await.unwrap_err();
        assert_eq!((error.kind(), cause(&error)), (ErrorKind::File, Some(Io::ReadOnlyFilesystem)), "{error}");
        assert!(error.to_string().contains("ead-only"), "{error}");
    }
    assert_eq!(service.requests(), 0);
}
