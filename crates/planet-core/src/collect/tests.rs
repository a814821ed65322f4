#![allow(dead_code, unreachable_pub, reason = "what the macro makes is public")]

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{StreamExt, stream};
use proptest::prelude::*;
use serde_json::Value;
use tokio::io::AsyncWrite;

use super::write::{Out, PIECE, push_line};
use super::*;
use crate::{Document, Error, ErrorKind};

crate::model! {
    /// A scene.
    feature Scene {
        /// The id.
        id
    }
}

const SCENE: &str =
    r#"{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[1.50,2.0]},"properties":null}"#;

fn read<T: Model>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

fn scenes(count: usize) -> Vec<Result<Scene>> {
    (0..count).map(|_| Ok(read(SCENE))).collect()
}

fn orders(texts: &[&str]) -> Vec<Result<Document>> {
    texts.iter().map(|text| Ok(read(text))).collect()
}

fn broken() -> Error {
    Error::new(ErrorKind::Server, "the service answered 503")
}

/// Takes this many bytes at a time, and breaks after so many in all.
struct Narrow {
    taken: Vec<u8>,
    at_once: usize,
    breaks_at: usize,
    flushed: usize,
}

impl Narrow {
    fn new(at_once: usize, breaks_at: usize) -> Self {
        Self { taken: Vec::new(), at_once, breaks_at, flushed: 0 }
    }

    fn lines(&self) -> usize {
        self.taken.iter().filter(|byte| **byte == b'\n').count()
    }
}

impl AsyncWrite for Narrow {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let room = self.breaks_at - self.taken.len();
        if room == 0 {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let taken = &bytes[..bytes.len().min(self.at_once).min(room)];
        self.taken.extend_from_slice(taken);
        Poll::Ready(Ok(taken.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.flushed = self.taken.len();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        panic!("the writer is the caller's to shut down")
    }
}

#[tokio::test]
async fn features_make_a_feature_collection_and_everything_else_a_list_also_when_there_are_none() {
    let features = collect(stream::iter(scenes(2))).await.unwrap();
    assert_eq!(features.to_json(), format!(r#"{{"type":"FeatureCollection","features":[{SCENE},{SCENE}]}}"#));
    let none = collect(stream::iter(scenes(0))).await.unwrap();
    assert_eq!(none.to_json(), r#"{"type":"FeatureCollection","features":[]}"#);

    let list = collect(stream::iter(orders(&[r#"{"id":"a","n":1.50}"#, r#"{"id":"b"}"#]))).await.unwrap();
    assert_eq!(list.to_string(), r#"[{"id":"a","n":1.50},{"id":"b"}]"#);
    let none = collect(stream::iter(orders(&[]))).await.unwrap();
    assert_eq!(none.to_string(), "[]");
}

#[tokio::test]
async fn it_serializes_as_it_prints() {
    let features = collect(stream::iter(scenes(2))).await.unwrap();
    assert_eq!(serde_json::to_string(&features).unwrap(), features.to_json());
    let list = collect(stream::iter(orders(&["{}", "{}"]))).await.unwrap();
    assert_eq!(serde_json::to_string(&list).unwrap(), list.to_json());
}

#[tokio::test]
async fn what_it_shows_for_debugging_holds_no_document() {
    let list = collect(stream::iter(orders(&[r#"{"_links":{"results":[{"location":"https://x/?token=SECRET"}]}}"#])));
    assert_eq!(format!("{:?}", list.await.unwrap()), "Collected(1 items)");
}

#[test]
fn items_can_be_added_and_taken_out_in_their_order() {
    let mut scenes: Collected<Scene> = scenes(1).into_iter().map(Result::unwrap).collect();
    scenes.push(read(&SCENE.replace("\"a\"", "\"b\"")));
    scenes.extend([read(&SCENE.replace("\"a\"", "\"c\""))]);
    let ids: Vec<&str> = scenes.iter().map(Scene::id).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(scenes.len(), 3);
    assert_eq!(scenes.into_iter().map(|scene| scene.id).collect::<String>(), "abc");
}

#[tokio::test]
async fn the_first_error_of_the_stream_ends_the_collecting() {
    let items = stream::iter(orders(&["{}"]).into_iter().chain([Err(broken())]));
    assert_eq!(collect(items).await.unwrap_err().kind(), ErrorKind::Server);
}

#[tokio::test]
async fn features_become_geojson_and_other_things_are_refused_in_words() {
    let features = collect(stream::iter(scenes(2))).await.unwrap().to_geojson().unwrap();
    assert_eq!(features.features.len(), 2);
    let whole: Value = serde_json::from_str(SCENE).unwrap();
    assert_eq!(serde_json::to_value(&features.features[0]).unwrap(), whole);

    let refused = collect(stream::iter(orders(&["{}"]))).await.unwrap().to_geojson().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);

    let odd: Scene = read(r#"{"type":"Feature","id":"b","geometry":{"type":"Blob"}}"#);
    let mixed: Collected<Scene> = [read(SCENE), odd].into_iter().collect();
    let error = mixed.to_geojson().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("number 1"), "{error}");
}

#[tokio::test]
async fn each_item_is_one_line_however_it_was_laid_out() {
    let pretty = "{\r\n  \"id\": \"a\\nb\",\n  \"n\": [1,\n 2]\n}";
    let mut out = Vec::new();
    assert_eq!(to_ndjson(stream::iter(orders(&[pretty, "{}"])), &mut out).await.unwrap(), 2);
    assert_eq!(String::from_utf8(out).unwrap(), "{  \"id\": \"a\\nb\",  \"n\": [1, 2]}\n{}\n");
}

#[tokio::test]
async fn a_document_is_written_as_it_is_collected() {
    for count in [0, 1, 3] {
        let mut out = Vec::new();
        assert_eq!(to_json(stream::iter(scenes(count)), &mut out).await.unwrap(), count as u64);
        let collected = collect(stream::iter(scenes(count))).await.unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), collected.to_json());
    }
    let mut out = Vec::new();
    to_json(stream::iter(orders(&["1", "2"])), &mut out).await.unwrap();
    assert_eq!(out, b"[1,2]");
}

#[tokio::test]
async fn an_error_of_the_list_says_how_many_items_are_out_and_they_are() {
    let items = || stream::iter(scenes(3).into_iter().chain([Err(broken())]));
    let mut out = Narrow::new(7, usize::MAX);
    let error = to_ndjson(items(), &mut out).await.unwrap_err();
    assert_eq!((error.kind(), error.items_written()), (ErrorKind::Server, Some(3)));
    assert!(error.to_string().contains("3 items were written before"), "{error}");
    assert_eq!((out.lines(), out.flushed), (3, out.taken.len()));

    let mut out = Vec::new();
    let error = to_json(items(), &mut out).await.unwrap_err();
    assert_eq!(error.items_written(), Some(3));
    assert!(out.ends_with(SCENE.as_bytes()));
    assert!(serde_json::from_slice::<Value>(&out).is_err(), "half a document must not look whole");
}

#[tokio::test]
async fn a_writer_that_fails_is_asked_for_nothing_more() {
    for breaks_at in [0, 1, 300_000] {
        let mut out = Narrow::new(1000, breaks_at);
        let error = to_ndjson(stream::iter(scenes(10_000)), &mut out).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File);
        assert_eq!(out.taken.len(), breaks_at);
        assert!(error.items_written().unwrap() <= out.lines() as u64);
    }
}

#[tokio::test(start_paused = true)]
async fn what_came_is_out_when_the_list_makes_one_wait() {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Document>>(8);
    let items = stream::unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) });
    let (writer, mut reader) = tokio::io::duplex(1024);
    let reading = async {
        for text in ["1", "2"] {
            sender.send(Ok(read(text))).await.unwrap();
            let mut line = [0; 2];
            tokio::io::AsyncReadExt::read_exact(&mut reader, &mut line).await.unwrap();
            assert_eq!(line, [text.as_bytes()[0], b'\n']);
        }
        drop(sender);
    };
    let both = async { tokio::join!(to_ndjson(items, writer), reading) };
    let (written, ()) = tokio::time::timeout(std::time::Duration::from_secs(1), both).await.unwrap();
    assert_eq!(written.unwrap(), 2);
}

#[tokio::test]
async fn what_is_gathered_does_not_grow_with_the_list() {
    let most = std::cell::Cell::new(0);
    let mut out = Out::new(tokio::io::sink());
    for _ in 0..10_000 {
        push_line(&mut out.gathered, SCENE.as_bytes());
        out.item_done().await.unwrap();
        most.set(most.get().max(out.gathered.capacity()));
    }
    assert!(most.get() < 3 * PIECE, "{}", most.get());
}

#[cfg(feature = "fs")]
#[tokio::test]
async fn a_file_appears_when_it_is_whole_and_not_before() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/items.ndjson");
    let failing = stream::iter(scenes(3).into_iter().chain([Err(broken())]));
    to_ndjson_file(failing, &path).await.unwrap_err();
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);

    assert_eq!(to_ndjson_file(stream::iter(scenes(3)), &path).await.unwrap(), 3);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    let path = directory.path().join("items.geojson");
    assert_eq!(to_json_file(stream::iter(scenes(3)), &path).await.unwrap(), 3);
    serde_json::from_slice::<geojson::FeatureCollection>(&std::fs::read(&path).unwrap()).unwrap();

    let endless = stream::iter(scenes(1)).chain(stream::pending());
    let written = tokio::time::timeout(std::time::Duration::from_millis(20), to_json_file(endless, &path)).await;
    assert!(written.is_err());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "a dropped one leaves nothing");
}

proptest! {
    #[test]
    fn lines_read_back_as_the_items_that_were_written(items in prop::collection::vec("[a-z\n\r\u{2028}\"\\\\{}]{0,6}", 0..6), pretty: bool, at_once in 1_usize..9) {
        let values: Vec<Value> = items.iter().map(|text| serde_json::json!({"text": text, "list": [text]})).collect();
        let text = |value: &Value| if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
        let documents: Vec<Result<Document>> = values.iter().map(|value| Ok(read(&text(value).unwrap()))).collect();
        let mut out = Narrow::new(at_once, usize::MAX);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(to_ndjson(stream::iter(documents), &mut out)).unwrap();
        let lines = std::str::from_utf8(&out.taken).unwrap().split_terminator('\n');
        let read: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(read, values);
    }
}
