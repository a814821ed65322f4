//! One thing that can be asked of the service, without any IO.

use bytes::Bytes;
use http::{Method, Request, Response, Uri, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Endpoint, Error, ErrorKind, Outcome, Result, decode};

/// A group of calls that share one of the service's rate limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Route {
    name: &'static str,
    per_second: f64,
}

impl Route {
    /// A route with a name and the number of requests that the service allows in a second.
    #[must_use]
    pub const fn new(name: &'static str, per_second: f64) -> Self {
        Self { name, per_second }
    }

    /// The name, such as `orders.create`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How many requests the service allows in a second.
    #[must_use]
    pub const fn per_second(&self) -> f64 {
        self.per_second
    }
}

/// One operation of the service: how to ask, and how to read the answer. It does no IO, so a test compares bytes.
///
/// An endpoint that the SDK lacks is one small implementation away:
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use planet_core::{Endpoint, Operation, Result, Route, operation};
///
/// /// The list of item types (Data API, `GET /item-types`).
/// struct ListItemTypes;
///
/// impl Operation for ListItemTypes {
///     type Output = serde_json::Value;
///     const NAME: &'static str = "data.list_item_types";
///     const ROUTE: Route = Route::new("data", 10.0);
///     const IDEMPOTENT: bool = true;
///
///     fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
///         operation::get(endpoint.url("/data/v1").segment("item-types").build()?)
///     }
///
///     fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output> {
///         operation::json(response)
///     }
/// }
///
/// let request = ListItemTypes.request(&Endpoint::default())?;
/// assert_eq!(request.uri().path(), "/data/v1/item-types");
/// # Ok::<(), planet_core::Error>(())
/// ```
pub trait Operation: Send + Sync + 'static {
    /// What the answer is read into.
    type Output: Send + 'static;

    /// The name that errors and logs show, such as `orders.create`.
    const NAME: &'static str;

    /// The rate limit that the call counts against.
    const ROUTE: Route;

    /// Does sending it twice do the same as sending it once? Only then is it sent again when its outcome is unknown.
    const IDEMPOTENT: bool;

    /// The request.
    ///
    /// # Errors
    /// `InvalidInput` if the inputs make no valid request. Nothing is sent then.
    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>>;

    /// Reads an answer whose status is a success.
    ///
    /// # Errors
    /// `Decode` if the answer is not what the service's reference says.
    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output>;
}

/// A GET request.
///
/// # Errors
/// None in practice: the parts are valid already.
pub fn get(url: Uri) -> Result<Request<Bytes>> {
    bodyless(Method::GET, url)
}

/// A request without a body.
///
/// # Errors
/// None in practice: the parts are valid already.
pub fn bodyless(method: Method, url: Uri) -> Result<Request<Bytes>> {
    finish(Request::builder().method(method).uri(url), Bytes::new())
}

/// A request with a JSON body.
///
/// # Errors
/// `InvalidInput` if the body cannot be written as JSON.
pub fn with_json(method: Method, url: Uri, body: &(impl Serialize + ?Sized)) -> Result<Request<Bytes>> {
    let bytes = serde_json::to_vec(body).map_err(|cause| {
        Error::new(ErrorKind::InvalidInput, "the request cannot be written as JSON").with_source(cause)
    })?;
    finish(Request::builder().method(method).uri(url).header(header::CONTENT_TYPE, "application/json"), bytes.into())
}

fn finish(builder: http::request::Builder, body: Bytes) -> Result<Request<Bytes>> {
    builder.body(body).map_err(|cause| Error::new(ErrorKind::InvalidInput, "not a valid request").with_source(cause))
}

/// Reads a JSON answer.
///
/// # Errors
/// `Decode`, naming the place in the document, never the text: that may hold signed links. A 2xx that cannot be read leaves
/// it unknown what the service did.
pub fn json<T: DeserializeOwned>(response: &Response<Bytes>) -> Result<T> {
    decode::read(response.body(), "").map_err(|(objection, cause)| {
        let form = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let message = format!(
            "the answer ({}, {}, {} bytes) cannot be read: {objection} at line {} column {}",
            response.status().as_u16(),
            form.unwrap_or("no content type"),
            response.body().len(),
            cause.line(),
            cause.column(),
        );
        Error::new(ErrorKind::Decode, message).with_outcome(Outcome::Unknown)
    })
}
