//! What a layer keeps of a request that it may have to send once more.

use http::{Extensions, HeaderMap, Method, Uri};

use super::{CallContext, Request};
use crate::RequestBody;

/// A copy of a request. Extensions are copied only if the program's own layers added some: the call's context is at hand
/// anyway, and most copies are never needed.
pub(super) struct Copied {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: RequestBody,
    extensions: Option<Extensions>,
}

impl Copied {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            body: request.body().clone(),
            extensions: (request.extensions().len() > 1).then(|| request.extensions().clone()),
        }
    }

    pub(super) fn into_request(self, context: &CallContext) -> Box<Request> {
        let mut request = Box::new(Request::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.headers_mut() = self.headers;
        if let Some(extensions) = self.extensions {
            *request.extensions_mut() = extensions;
        } else {
            request.extensions_mut().insert(context.clone());
        }
        request
    }
}
