//! Requests to authorities: no redirects, no cookies, no netrc, and limits on all that comes back.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{HeaderValue, Method, Uri, header};
use http_body_util::{BodyExt, Limited};
use tower::ServiceExt;
use zeroize::Zeroizing;

use super::super::problem::{AuthError, AuthFailure};
use super::super::token::SecretDocument;
use super::form::Form;
use crate::middleware::{NextService, Request, UserService};
use crate::transport::{Transport, TransportSettings};
use crate::{Error, Origin, RequestBody, Result};

const CONNECT: Duration = Duration::from_secs(10);
const TOTAL: Duration = Duration::from_secs(30);
const MOST: usize = 1024 * 1024;

/// The way to the authorities of one [`Auth`](crate::Auth). Connections are opened when the first request is sent.
#[derive(Clone)]
pub(in crate::auth) struct Wire(Arc<Way>);

struct Way {
    settings: TransportSettings,
    service: OnceLock<NextService>,
}

impl Wire {
    pub(in crate::auth) fn new(settings: TransportSettings) -> Self {
        Self(Arc::new(Way { settings, service: OnceLock::new() }))
    }

    /// Requests go to a service of the program's own.
    pub(in crate::auth) fn own(service: impl UserService) -> Self {
        let way = Way { settings: TransportSettings::default(), service: OnceLock::from(NextService::new(service)) };
        Self(Arc::new(way))
    }

    pub(in crate::auth) async fn get(&self, uri: &Uri) -> Result<SecretDocument> {
        let mut request = http::Request::new(RequestBody::default());
        *request.uri_mut() = uri.clone();
        self.send(request).await
    }

    pub(in crate::auth) async fn post(
        &self,
        uri: &Uri,
        form: Form,
        authorization: Option<Zeroizing<String>>,
    ) -> Result<SecretDocument> {
        let mut request = http::Request::new(RequestBody::new(form.text().to_owned()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri.clone();
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if let Some(value) = authorization.and_then(|value| HeaderValue::from_str(&value).ok()) {
            let mut value = value;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        self.send(request).await
    }

    async fn send(&self, mut request: Request) -> Result<SecretDocument> {
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let uri = request.uri().clone();
        let exchange = async {
            let response = self
                .service(&uri)
                .oneshot(request)
                .await
                .map_err(|cause| unreachable(&uri, &Error::from_boxed(cause)))?;
            let status = response.status();
            let body = Limited::new(response.into_body(), MOST).collect().await;
            let body = body.map_err(|cause| unreachable(&uri, &Error::from_boxed(cause)))?.to_bytes();
            judge(&uri, status, &body)
        };
        tokio::time::timeout(TOTAL, exchange).await.unwrap_or_else(|_| {
            let message = format!("no answer from {uri} within {} s", TOTAL.as_secs());
            Err(AuthError::new(AuthFailure::Unreachable, message).about(&uri).into_error())
        })
    }

    fn service(&self, uri: &Uri) -> NextService {
        let connect = || {
            let home = Origin::of(uri).unwrap_or_else(|| crate::Endpoint::default().origin().clone());
            NextService::new(Transport::new(self.0.settings.clone(), CONNECT, home))
        };
        self.0.service.get_or_init(connect).clone()
    }
}

fn unreachable(uri: &Uri, cause: &Error) -> Error {
    AuthError::new(AuthFailure::Unreachable, format!("cannot reach {uri}: {}", cause.message())).about(uri).into_error()
}

/// An object of JSON without an `error` is a success. What an authority says goes into messages only in the two fields made
/// for it.
fn judge(uri: &Uri, status: http::StatusCode, body: &[u8]) -> Result<SecretDocument> {
    let document = SecretDocument::parse(body);
    if let Some(code) = document.as_ref().and_then(|document| document.text("error")) {
        let failure = match code {
            "invalid_client" | "unauthorized_client" => AuthFailure::ClientRejected,
            "access_denied" => AuthFailure::Denied,
            "expired_token" => AuthFailure::LoginExpired,
            "invalid_grant" => AuthFailure::LoginRequired,
            _ => AuthFailure::Refused,
        };
        let message = format!("{uri} refused: {code}");
        return Err(AuthError::new(failure, message).about(uri).with_code(code).into_error());
    }
    match document {
        Some(document) if status.is_success() => Ok(document),
        _ if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS => {
            let message = format!("{uri} answered {status}");
            Err(AuthError::new(AuthFailure::Unreachable, message).about(uri).into_error())
        }
        _ => {
            let message = format!("{uri} answered {status} and no JSON object");
            Err(AuthError::new(AuthFailure::BadAnswer, message).about(uri).into_error())
        }
    }
}
