//! The middleware between a call and the wire. [`build`] is the only place that knows its order.

mod around;
mod attempt_timeout;
mod authorize;
mod collect;
mod context;
mod copied;
mod count;
mod deadline;
mod gzip;
mod headers_timeout;
mod identify;
mod idle_timeout;
mod pace;
mod permit;
mod redirect;
mod retry;
mod trace;
mod user;

#[cfg(test)]
mod doc_tests;
#[cfg(test)]
mod layer_tests;
#[cfg(test)]
mod order;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod time_tests;

use std::sync::Arc;
use std::task::{Context, Poll};

use tower::ServiceBuilder;
use tower_service::Service;

use crate::middleware::ResponseFuture;
pub(crate) use crate::middleware::{Request, Response};
use crate::session::Counters;
use crate::{Auth, BoxError, Clock, Origin, ResponseBody};

pub(crate) use around::Leaf;
pub(crate) use authorize::CredentialOrigin;
pub(crate) use collect::whole;
pub(crate) use context::{Answer, CallContext};
pub use pace::Pace;
pub(crate) use permit::Permits;
#[cfg(feature = "fs")]
pub(crate) use redirect::AnsweredFrom;
pub(crate) use retry::Attempts;
#[cfg(all(test, feature = "fs"))]
pub(crate) use trace::recorder::Recorder;
pub(crate) use user::{UserLayers, own_transport};

use crate::retry::Retries;
use around::{Around, AroundLayer, AroundService, Next};
use idle_timeout::IdleTimeout;

/// The whole stack behind one type. tower's box would be cloned, with all that it holds, for each call.
#[derive(Clone)]
pub(crate) struct Stack(Arc<dyn Fn(Request) -> ResponseFuture + Send + Sync>);

impl Stack {
    fn new(outermost: AroundService<impl Around, impl Next>) -> Self {
        Self(Arc::new(move |request| outermost.clone().run(Box::new(request))))
    }
}

impl Service<Request> for Stack {
    type Response = Response;
    type Error = BoxError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        (self.0)(request)
    }
}

/// What the layers need to know.
pub(crate) struct Settings {
    pub(crate) auth: Auth,
    pub(crate) origin: Origin,
    pub(crate) clock: Clock,
    pub(crate) retries: Retries,
    pub(crate) pace: Pace,
    pub(crate) permits: Permits,
    pub(crate) timeouts: crate::Timeouts,
    pub(crate) user_agent: http::HeaderValue,
    pub(crate) layers: UserLayers,
    pub(crate) counters: Arc<Counters>,
}

/// Puts the layers together, the outermost first. Each stands where it does for a reason; docs/architecture.md tells
/// it.
pub(crate) fn build(settings: Settings, leaf: impl Leaf) -> Stack {
    let Settings { auth, origin, clock, retries, pace, permits, timeouts, user_agent, layers, counters } = settings;
    let paced = pace::Paced::new(pace, &auth, &origin, clock.clone());
    let bodies = Arc::clone(&counters);
    let service = ServiceBuilder::new()
        .layer(AroundLayer::new(trace::CallSpan::new(Arc::clone(&counters))))
        .layer(AroundLayer::new(deadline::Deadline))
        .layer(AroundLayer::new(identify::Identify::new(user_agent)))
        .layer(user::Slot::new(layers.per_call, user::PerCall))
        .layer(AroundLayer::new(retry::RetryAttempts::new(retries, clock)))
        .layer(AroundLayer::new(collect::Collect))
        .layer(AroundLayer::new(permit::Permit::new(permits)))
        .layer(AroundLayer::new(authorize::Authorize::new(auth, origin.clone())))
        .layer(AroundLayer::new(paced))
        .layer(user::Slot::new(layers.per_attempt, user::PerAttempt))
        .layer(AroundLayer::new(attempt_timeout::AttemptTimeout))
        .layer(AroundLayer::new(trace::Trace::new(counters)))
        .layer(AroundLayer::new(redirect::Redirect::new(origin)))
        .layer(AroundLayer::new(headers_timeout::HeadersTimeout::new(timeouts.headers)))
        .map_request(|request: Box<Request>| *request)
        .map_response(|response: http::Response<_>| response.map(ResponseBody::new))
        .layer(gzip::layer())
        .map_response(move |response: http::Response<_>| response.map(|body| count::counted(body, &bodies)))
        .map_response(move |response: Response| response.map(|body| IdleTimeout::new(body, timeouts.idle)))
        .service(leaf);
    Stack::new(service)
}
