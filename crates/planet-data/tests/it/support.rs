//! A client whose service answers from a script.

use http::{Method, Request};
use planet_data::DataClient;
use planet_data::bytes::Bytes;
use planet_data::testing::{Answer, ScriptedTransport};
use serde_json::Value;

pub(crate) fn scripted(answers: impl IntoIterator<Item = Answer>) -> (ScriptedTransport, DataClient) {
    let script = ScriptedTransport::new(answers);
    let data = DataClient::new(&script.session().build().unwrap());
    (script, data)
}

/// A client that nobody answers.
pub(crate) fn unanswered() -> (ScriptedTransport, DataClient) {
    scripted([])
}

/// Method, path with query, and body.
pub(crate) fn seen(request: &Request<Bytes>) -> (Method, String, Value) {
    let path = request.uri().path_and_query().unwrap().to_string();
    let body = if request.body().is_empty() { Value::Null } else { json(request.body()) };
    (request.method().clone(), path, body)
}

pub(crate) fn json(text: impl AsRef<[u8]>) -> Value {
    serde_json::from_slice(text.as_ref()).unwrap()
}
