//! Adds the credential, to the configured origin only.

use std::sync::Arc;

use http::StatusCode;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::redirect::AnsweredAway;
use super::{CallContext, Request, Response};
use crate::{Auth, AuthHeaders, BoxError, Origin, Outcome};

/// Where the refused credential came from; travels up in the extensions of a 401.
#[derive(Clone, Debug)]
pub(crate) struct CredentialOrigin(pub(crate) String);

pub(super) struct Authorize {
    auth: Auth,
    origin: Origin,
}

impl Authorize {
    pub(super) fn new(auth: Auth, origin: Origin) -> Self {
        Self { auth, origin }
    }
}

impl Around for Authorize {
    async fn around<S: Next>(self: Arc<Self>, request: Request, next: S) -> Result<Response, BoxError> {
        if Origin::of(request.uri()).as_ref() != Some(&self.origin) {
            return next.oneshot(request).await;
        }
        let context = CallContext::of(&request);
        let provider = self.auth.provider();
        // An earlier attempt may have left.
        let credential = provider.headers().await.map_err(|error| error.with_outcome(context.outcome()))?;
        context.mark_authorized();
        let mut response = next.clone().oneshot(with(&request, &credential)).await?;
        if response.status() == StatusCode::UNAUTHORIZED && response.extensions().get::<AnsweredAway>().is_none() {
            if provider.invalidate(&credential) {
                let fresh = provider.headers().await.map_err(|error| error.with_outcome(Outcome::Rejected))?;
                response = next.oneshot(with(&request, &fresh)).await?;
            }
            response.extensions_mut().insert(CredentialOrigin(provider.describe()));
        }
        Ok(response)
    }
}

fn with(request: &Request, credential: &AuthHeaders) -> Request {
    let mut request = request.clone();
    request.headers_mut().extend(credential.headers().clone());
    request
}
