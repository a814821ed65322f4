//! Activating an asset (`GET /assets/{token}/activate`).

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use planet_core::{
    Call, Endpoint, Error, ErrorKind, Fault, FaultKind, Operation, Result, RetryPolicy, Route, Session, operation,
};

use crate::{Asset, AssetStatus, link};

/// What came of an activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Activation {
    /// The service has begun to prepare the asset.
    Started,
    /// The asset was being prepared already when it was fetched. Nothing was sent.
    AlreadyActivating,
    /// The asset can be downloaded already.
    AlreadyActive,
}

#[derive(Clone, Debug)]
struct Activate {
    link: Option<String>,
}

impl Operation for Activate {
    type Output = Activation;
    const NAME: &'static str = "data.activate";
    const ROUTE: Route = Route::new("data.activate", 5.0);
    // What is active or being activated stays so.
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let url = link::own(endpoint, "_links.activate", self.link.as_deref());
        operation::get(url.map_err(|fault| fault.under("asset"))?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Activation> {
        Ok(match response.status() {
            StatusCode::NO_CONTENT => Activation::AlreadyActive,
            _ => Activation::Started,
        })
    }
}

/// An activation. Await it for what came of it.
///
/// It is sent only if the asset was inactive when it was fetched. There is no `send`, as there may be no answer to tell of.
///
/// # Errors
/// `InvalidInput`, before anything is sent, if the asset has no status or one that the SDK does not know, or if it has no
/// link to activate it, or one to another host than the session's: the credential would go there. `Unauthorized` or
/// `Forbidden` also if the caller may not have the asset.
///
/// # Cancel safety
/// Dropping it, or its future, ends the call. If the request was sent by then the asset may become active.
#[must_use = "a request does nothing until it is awaited"]
pub struct ActivateAsset {
    call: Call<Activate>,
    status: AssetStatus,
    may_download: bool,
}

impl ActivateAsset {
    pub(crate) fn new(session: &Session, asset: &Asset) -> Self {
        let call = session.call(Activate { link: asset.activate_link().map(str::to_owned) });
        Self { call, status: asset.status(), may_download: asset.may_download() }
    }

    /// The time for the whole call: waiting for a turn, all attempts, and the body.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.call = self.call.deadline(limit);
        self
    }

    /// The time for one attempt, until the headers of its answer are there.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.call = self.call.attempt_timeout(limit);
        self
    }

    /// How failed attempts of this call are repeated, instead of the session's way.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.call = self.call.retry(policy);
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.call = self.call.header(name, value);
        self
    }

    /// The request as it would be sent for an inactive asset, without the credential.
    ///
    /// # Errors
    /// `InvalidInput` if the asset's link cannot be used.
    pub fn to_request(&self) -> Result<Request<Bytes>> {
        self.call.to_request()
    }

    async fn run(self) -> Result<Activation> {
        match self.status {
            AssetStatus::Inactive => self.call.await.map_err(|error| explained(error, self.may_download)),
            AssetStatus::Activating => Ok(Activation::AlreadyActivating),
            AssetStatus::Active => Ok(Activation::AlreadyActive),
            AssetStatus::Unknown(status) => {
                Err(Error::from(not_known(&status).under("asset")).with_operation(Activate::NAME))
            }
        }
    }
}

/// The fault of an asset whose status is missing or not known.
pub(crate) fn not_known(status: &str) -> Fault {
    if status.is_empty() {
        return Fault::new(FaultKind::Missing, "status", "the asset has no status");
    }
    let message = "it is not known what an asset of this status needs";
    Fault::new(FaultKind::Invalid, "status", message).with_value(status)
}

/// The service refuses an asset that is not the caller's with the status that it has for a wrong key.
fn explained(error: Error, may_download: bool) -> Error {
    if !matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Forbidden) {
        return error;
    }
    if !may_download {
        return error.with_help("Your plan does not cover this asset: its `_permissions` do not hold `download`");
    }
    let help = match error.help() {
        Some(help) => format!("{help}. The service answers so, too, for an asset that your plan does not cover"),
        None => "The service answers so for an asset that your plan does not cover".to_owned(),
    };
    error.with_help(help)
}

impl IntoFuture for ActivateAsset {
    type Output = Result<Activation>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Activation>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for ActivateAsset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivateAsset").field("status", &self.status).finish_non_exhaustive()
    }
}
