//! The middleware between a call and the wire. [`build`] is the only place that knows its order.

mod around;
mod attempt_timeout;
mod authorize;
mod collect;
mod context;
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
mod order;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod time_tests;

use std::sync::Arc;

use tower::ServiceBuilder;
use tower::util::BoxCloneSyncService;

pub(crate) use crate::middleware::{Request, Response};
use crate::session::Counters;
use crate::{Auth, BoxError, Clock, Origin, ResponseBody};

pub(crate) use around::Next;
pub(crate) use authorize::CredentialOrigin;
pub(crate) use collect::{Collected, whole};
pub(crate) use context::{Answer, CallContext};
pub use pace::Pace;
pub(crate) use permit::Permits;
pub(crate) use retry::Attempts;
pub(crate) use user::{UserLayers, own_transport};

use crate::retry::Retries;
use around::AroundLayer;
use idle_timeout::IdleTimeout;

/// The whole stack behind one type.
pub(crate) type Stack = BoxCloneSyncService<Request, Response, BoxError>;

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
pub(crate) fn build(settings: Settings, leaf: impl Next) -> Stack {
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
        .map_response(|response: http::Response<_>| response.map(ResponseBody::new))
        .layer(gzip::layer())
        .map_response(move |response: http::Response<_>| response.map(|body| count::counted(body, &bodies)))
        .map_response(move |response: Response| response.map(|body| IdleTimeout::new(body, timeouts.idle)))
        .service(leaf);
    BoxCloneSyncService::new(service)
}
