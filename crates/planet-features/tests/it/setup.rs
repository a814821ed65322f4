//! A sandbox or a script with a client, and features to add.

use bytes::Bytes;
use http::Request;
use planet_features::testing::{Answer, ScriptedTransport};
use planet_features::{Auth, Endpoint, FeaturesClient, Pace, Session};
use planet_sandbox::Sandbox;
use serde_json::{Value, json};

pub(crate) async fn sandbox() -> (Sandbox, FeaturesClient) {
    let sandbox = Sandbox::builder().limits(false).start().await.unwrap();
    let endpoint = Endpoint::parse(sandbox.url()).unwrap();
    let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(endpoint).pace(Pace::off());
    let features = FeaturesClient::new(&session.build().unwrap());
    (sandbox, features)
}

pub(crate) fn script(answers: impl IntoIterator<Item = Answer>) -> (ScriptedTransport, FeaturesClient) {
    let script = ScriptedTransport::new(answers);
    let client = FeaturesClient::new(&script.session().build().unwrap());
    (script, client)
}

/// The body of a request.
pub(crate) fn body(request: &Request<Bytes>) -> Value {
    serde_json::from_slice(request.body()).unwrap()
}

pub(crate) fn square(id: u32) -> Value {
    json!({
        "type": "Feature",
        "id": id.to_string(),
        "properties": {"number": id, "place": {"side": if id.is_multiple_of(2) { "west" } else { "east" }}},
        "geometry": shape(id),
    })
}

pub(crate) fn shape(id: u32) -> Value {
    let (west, south) = (f64::from(id), 0.0);
    json!({"type": "Polygon", "coordinates": [[
        [west, south], [west + 0.5, south], [west + 0.5, 0.5], [west, 0.5], [west, south]
    ]]})
}
