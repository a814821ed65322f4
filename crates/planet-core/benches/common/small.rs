//! The small document, asked for by a session and by the bare client that is the yardstick.

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use planet_core::{Auth, Endpoint, Operation, Pace, Result, Route, Session, operation};
use serde::Deserialize;

/// hyper-util's client as it comes.
pub type Bare = Client<HttpConnector, Empty<Bytes>>;

#[derive(Deserialize)]
pub struct Small {
    pub id: String,
    pub state: String,
}

pub struct GetSmall;

impl Operation for GetSmall {
    type Output = Small;
    const NAME: &'static str = "bench.small";
    const ROUTE: Route = Route::new("bench", 5.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/small").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Small> {
        operation::json(response)
    }
}

/// A session as it comes, except that nothing is spaced.
pub fn session(url: &str) -> Session {
    session_of(url, Auth::from_key("PLAK0123456789abcdef0123456789abcdef"))
}

/// The same with other credentials.
pub fn session_of(url: &str, auth: Auth) -> Session {
    Session::builder().auth(auth).endpoint(Endpoint::parse(url).unwrap()).pace(Pace::off()).build().unwrap()
}

pub fn bare() -> Bare {
    Client::builder(TokioExecutor::new()).build_http()
}

/// Asks with the session.
pub async fn ours(session: &Session) {
    check(&session.call(GetSmall).await.unwrap());
}

/// Asks with the bare client: no header, no limit, nothing but the answer read.
pub async fn theirs(client: &Bare, url: &Uri) {
    let response = client.get(url.clone()).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    check(&serde_json::from_slice(&body).unwrap());
}

fn check(small: &Small) {
    assert_eq!((small.id.len(), small.state.as_str()), (36, "running"));
}
