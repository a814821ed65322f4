//! The yardstick: hyper-util's client in a loop that writes, syncs and renames, and looks at nothing.
//!
//! With `tokio::fs` and all files on one task, as that was the fastest of what was tried: writing on the task itself holds up
//! what else its thread would do, a thread for each file that takes its frames from a channel pays for every hand-over, and
//! a task for each file gains nothing.

use std::path::PathBuf;

use futures_util::StreamExt;
use http::Uri;
use http_body_util::BodyExt;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

use crate::CONCURRENCY;
use crate::common::small::{self, Bare};

/// Fetches the files, and gives the sum of their sizes.
pub async fn fetch(files: Vec<(Uri, PathBuf)>) -> u64 {
    let client = small::bare();
    let fetched = futures_util::stream::iter(files).map(|(link, path)| fetch_one(&client, link, path));
    fetched.buffer_unordered(CONCURRENCY).fold(0, async |sum, size| sum + size).await
}

async fn fetch_one(client: &Bare, link: Uri, path: PathBuf) -> u64 {
    let part = path.with_extension("part");
    let mut file = File::create(&part).await.unwrap();
    let mut body = client.get(link).await.unwrap().into_body();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame.unwrap().into_data() else { continue };
        file.write_all(&bytes).await.unwrap();
        size += bytes.len() as u64;
    }
    file.flush().await.unwrap();
    file.sync_all().await.unwrap();
    fs::rename(&part, &path).await.unwrap();
    File::open(path.parent().unwrap()).await.unwrap().sync_all().await.unwrap();
    size
}
