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
    /// Its place in the order of arrival on all listeners, counted from 1.
    pub number: u64,
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
    /// Whether it came with a credential that the sandbox knows.
    pub(crate) is_authorized: bool,
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
    /// How many came before the first of the records.
    dropped: u64,
}

impl Log {
    /// Notes a request and returns its number, for [`answered`](Self::answered).
    pub(crate) fn arrived(&self, request: &Request, at: Timestamp, is_authorized: bool) -> u64 {
        let headers = request.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let mut record = RequestRecord {
            number: 0,
            listener: request.listener,
            at,
            method: request.method.to_string(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: headers.collect(),
            body: request.body.clone(),
            status: None,
            is_authorized,
        };
        let mut kept = lock(&self.kept);
        record.number = kept.last() + 1;
        let number = record.number;
        kept.records.push_back(record);
        if kept.records.len() > KEPT {
            kept.records.pop_front();
            kept.dropped += 1;
        }
        number
    }

    /// Notes how a request was answered, and returns its record; `None` if it was forgotten.
    pub(crate) fn answered(&self, number: u64, status: Option<u16>) -> Option<RequestRecord> {
        let mut kept = lock(&self.kept);
        let index = number.checked_sub(kept.dropped + 1)?;
        let record = kept.records.get_mut(usize::try_from(index).ok()?)?;
        record.status = status;
        Some(record.clone())
    }

    pub(crate) fn records(&self) -> Vec<RequestRecord> {
        lock(&self.kept).records.iter().cloned().collect()
    }

    /// Those that `wanted` accepts, and the number of the last request of all.
    pub(crate) fn select(&self, wanted: impl Fn(&RequestRecord) -> bool) -> (Vec<RequestRecord>, u64) {
        let kept = lock(&self.kept);
        (kept.records.iter().filter(|record| wanted(record)).cloned().collect(), kept.last())
    }

    /// Forgets all records; how many there were. The numbers go on.
    pub(crate) fn forget(&self) -> usize {
        let mut kept = lock(&self.kept);
        kept.dropped = kept.last();
        std::mem::take(&mut kept.records).len()
    }
}

impl Kept {
    /// The number of the newest request.
    fn last(&self) -> u64 {
        self.dropped + self.records.len() as u64
    }
}
