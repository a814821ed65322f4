//! Adds the credential, to the configured origin only.

use std::sync::Arc;

use http::StatusCode;
use tower::ServiceExt;

use super::around::{Around, Next};
use super::copied::Copied;
use super::redirect::AnsweredAway;
use super::{CallContext, Request, Response};
use crate::{Auth, AuthHeaders, BoxError, Origin, Outcome};

/// Where the refused credential came from; travels up in the extensions of a 401.
#[derive(Clone, Debug)]
pub(crate) struct CredentialOrigin {
    pub(crate) origin: String,
    /// It is what it is: no login makes another of it.
    pub(crate) is_fixed: bool,
}

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
    fn before(&self, request: &mut Request) -> bool {
        self.origin.holds(request.uri())
    }

    async fn around<S: Next>(self: Arc<Self>, mut request: Box<Request>, next: S) -> Result<Response, BoxError> {
        let context = CallContext::of(&request);
        let provider = self.auth.provider();
        // An earlier attempt may have left.
        let credential = self.auth.headers().await.map_err(|error| error.with_outcome(context.outcome()))?;
        context.mark_authorized();
        let again = self.auth.may_renew().then(|| (Copied::of(&request), next.clone()));
        add(&mut request, &credential);
        let mut response = next.oneshot(request).await?;
        if response.status() == StatusCode::UNAUTHORIZED && response.extensions().get::<AnsweredAway>().is_none() {
            if let Some((copied, next)) = again
                && provider.invalidate(&credential)
            {
                // Its connection is free for the replay.
                drop(response);
                let fresh = provider.headers().await.map_err(|error| error.with_outcome(Outcome::Rejected))?;
                let mut request = copied.into_request(&context);
                add(&mut request, &fresh);
                response = next.oneshot(request).await?;
            }
            let is_fixed = !self.auth.may_renew();
            response.extensions_mut().insert(CredentialOrigin { origin: provider.describe(), is_fixed });
        }
        Ok(response)
    }
}

fn add(request: &mut Request, credential: &AuthHeaders) {
    let headers = request.headers_mut();
    for name in credential.headers().keys() {
        headers.remove(name);
    }
    for (name, value) in credential.headers() {
        headers.append(name, value.clone());
    }
}
