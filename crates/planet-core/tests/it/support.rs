//! An operation to call, and a session to call it with.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use planet_core::{
    Auth, Endpoint, Operation, Pace, Result, Retry, Route, Session, SessionBuilder, Timeouts, operation,
};

/// Asks for `/thing` and reads its text.
#[derive(Clone, Copy)]
pub(crate) struct GetThing;

impl Operation for GetThing {
    type Output = String;
    const NAME: &'static str = "test.get";
    const ROUTE: Route = Route::new("test", 1000.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/thing").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<String> {
        Ok(String::from_utf8(response.body().to_vec()).expect("the tests send text"))
    }
}

pub(crate) fn session(url: &str, retry: Retry) -> Session {
    builder(url, retry).build().unwrap()
}

pub(crate) fn builder(url: &str, retry: Retry) -> SessionBuilder {
    let mut timeouts = Timeouts::default();
    timeouts.headers = Duration::from_millis(300);
    timeouts.idle = Duration::from_millis(300);
    Session::builder()
        .auth(Auth::from_key("KEY"))
        .endpoint(Endpoint::parse(url).unwrap())
        .retry(retry)
        .pace(Pace::off())
        .timeouts(timeouts)
        .user_agent("tests/1.0")
}

/// Three attempts, milliseconds apart.
pub(crate) fn quick() -> Retry {
    Retry::default().max_attempts(3).first_delay(Duration::from_millis(2))
}
