//! The request log.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use crate::request::{Request, decode_pairs};
use crate::state::lock;

/// Only this many requests are kept, so that a long run does not grow without end.
const KEPT: usize = 100_000;

/// Which of the listeners took a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Listener {
    /// The API, at [`Sandbox::url`](crate::Sandbox::url).
    Api,
    /// The storage that downloads are redirected to, at [`Sandbox::storage_url`](crate::Sandbox::storage_url).
    Storage,
    /// The OAuth authority, at [`Sandbox::authority_url`](crate::Sandbox::authority_url).
    Authority,
}

/// A request the sandbox has received.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestRecord {
    /// Which listener took it.
    pub listener: Listener,
    /// When it arrived, by the sandbox's clock.
    pub at: Timestamp,
    /// `GET`, `POST`, ...
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// The decoded query, in the order sent.
    pub query: Vec<(String, String)>,
    /// The headers in the order sent, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as sent.
    pub body: Bytes,
    /// The status answered; `None` while the answer is not decided, or if the connection was reset instead.
    pub status: Option<u16>,
}

impl RequestRecord {
    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first query value of this name.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first value of this name in a body that is a form, as the authority is sent.
    pub fn form_value(&self, name: &str) -> Option<String> {
        let fields = decode_pairs(&String::from_utf8_lossy(&self.body));
        fields.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The body as JSON, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Is told of every answer.
pub(crate) struct Observer(pub(crate) Box<dyn Fn(&RequestRecord) + Send + Sync>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    records: VecDeque<RequestRecord>,
    dropped: usize,
}

impl Log {
    /// Notes a request and returns its number, for [`answered`](Self::answered).
    pub(crate) fn arrived(&self, request: &Request, at: Timestamp) -> usize {
        let headers = request.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let record = RequestRecord {
            listener: request.listener,
            at,
            method: request.method.to_string(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: headers.collect(),
            body: request.body.clone(),
            status: None,
        };
        let mut kept = lock(&self.kept);
        kept.records.push_back(record);
        if kept.records.len() > KEPT {
            kept.records.pop_front();
            kept.dropped += 1;
        }
        kept.dropped + kept.records.len() - 1
    }

    /// Notes how a request was answered, and returns its record.
    pub(crate) fn answered(&self, number: usize, status: Option<u16>) -> Option<RequestRecord> {
        let mut kept = lock(&self.kept);
        let index = number.checked_sub(kept.dropped)?;
        let record = kept.records.get_mut(index)?;
        record.status = status;
        Some(record.clone())
    }

    pub(crate) fn records(&self) -> Vec<RequestRecord> {
        lock(&self.kept).records.iter().cloned().collect()
    }
}
