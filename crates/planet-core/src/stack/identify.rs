//! Says who is asking: `User-Agent` and `X-Planet-App`.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, header};
use tower::ServiceExt;

use super::around::{Around, Next};
use super::{Request, Response};
use crate::BoxError;

const APP: HeaderName = HeaderName::from_static("x-planet-app");

pub(super) struct Identify(HeaderValue);

impl Identify {
    pub(super) fn new(user_agent: HeaderValue) -> Self {
        Self(user_agent)
    }
}

impl Around for Identify {
    async fn around<S: Next>(self: Arc<Self>, mut request: Request, next: S) -> Result<Response, BoxError> {
        let headers = request.headers_mut();
        headers.entry(header::USER_AGENT).or_insert_with(|| self.0.clone());
        headers.entry(APP).or_insert(HeaderValue::from_static("rust-sdk"));
        next.oneshot(request).await
    }
}
