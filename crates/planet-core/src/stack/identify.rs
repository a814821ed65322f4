//! Says who is asking: `User-Agent` and `X-Planet-App`.

use http::{HeaderName, HeaderValue, header};

use super::Request;
use super::around::Around;

const APP: HeaderName = HeaderName::from_static("x-planet-app");

pub(super) struct Identify(HeaderValue);

impl Identify {
    pub(super) fn new(user_agent: HeaderValue) -> Self {
        Self(user_agent)
    }
}

impl Around for Identify {
    fn before(&self, request: &mut Request) -> bool {
        let headers = request.headers_mut();
        headers.entry(header::USER_AGENT).or_insert_with(|| self.0.clone());
        headers.entry(APP).or_insert(HeaderValue::from_static("rust-sdk"));
        false
    }
}
