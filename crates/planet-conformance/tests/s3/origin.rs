//! Where the files come from: a server that breaks in the ways of the tests.

use std::sync::Arc;

use planet_core::transfer::{Checksum, Digests, Download, hash_file};
use planet_core::{Auth, Endpoint, Pace, Retry, Route, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What the first answer does; all others are whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum First {
    Whole,
    /// The connection breaks after so many bytes.
    Cut(usize),
    /// Nothing more comes after so many bytes.
    Stall(usize),
}

/// A running server; dropping it stops it.
pub(crate) struct Origin {
    url: String,
    file: Arc<Vec<u8>>,
    _tasks: JoinSet<()>,
}

impl Origin {
    pub(crate) async fn start(size: usize, first: First) -> Self {
        let file = Arc::new((0..size).map(|at| (at * 31 % 251) as u8).collect::<Vec<_>>());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/a.tif", listener.local_addr().unwrap());
        let (served, mut tasks) = (Arc::clone(&file), JoinSet::new());
        tasks.spawn(async move {
            let (mut answers, mut next) = (JoinSet::new(), first);
            while let Ok((stream, _)) = listener.accept().await {
                let how = std::mem::replace(&mut next, First::Whole);
                answers.spawn(answer(stream, Arc::clone(&served), how));
            }
        });
        Self { url, file, _tasks: tasks }
    }

    pub(crate) fn file(&self) -> &[u8] {
        &self.file
    }

    pub(crate) async fn digests(&self) -> Digests {
        let copy = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(copy.path(), &*self.file).unwrap();
        let (_, md5) = hash_file(copy.path(), Checksum::Md5).await.unwrap();
        let (_, sha256) = hash_file(copy.path(), Checksum::Sha256).await.unwrap();
        Digests::new(Some(md5), Some(sha256))
    }

    pub(crate) fn download(&self, digests: Digests) -> Download {
        let endpoint = Endpoint::parse("http://127.0.0.1:1").unwrap();
        let session = Session::builder().auth(Auth::from_key("KEY")).endpoint(endpoint).pace(Pace::off());
        let session = session.retry(Retry::default().first_delay(std::time::Duration::from_millis(2))).build().unwrap();
        let link = self.url.parse().unwrap();
        let download = Download::new(&session, "test.download", Route::new("test", 1000.0), link, "");
        download.expect(Some(self.file.len() as u64), digests)
    }
}

/// One answer for each connection. The client may go away at any time.
async fn answer(mut stream: TcpStream, file: Arc<Vec<u8>>, how: First) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head);
    let range = head.lines().find_map(|line| line.strip_prefix("range: bytes=")?.strip_suffix('-')?.parse().ok());
    let (from, size): (usize, usize) = (range.unwrap_or(0), file.len());
    let status = match range {
        Some(from) => format!("206 Partial Content\r\ncontent-range: bytes {from}-{}/{size}", size - 1),
        None => "200 OK".to_owned(),
    };
    let length = size - from;
    let head = format!("HTTP/1.1 {status}\r\netag: \"1\"\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    match how {
        First::Whole => stream.write_all(&file[from..]).await,
        First::Cut(at) => stream.write_all(&file[from..at]).await,
        First::Stall(at) => {
            stream.write_all(&file[from..at]).await?;
            std::future::pending().await
        }
    }
}
