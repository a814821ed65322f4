//! Links of an order that are made afresh each time it is asked for.

use std::sync::{Arc, Mutex, PoisonError};

use http::Uri;
use planet_core::transfer::{FreshLink, Relocate, RelocateFuture};
use planet_core::{Call, Error, ErrorKind, Result, Session};

use super::OPERATION;
use super::plan::link_to;
use crate::get::Get;
use crate::{Order, OrderResult};

/// The links of an order. They expire together: one new answer serves all files that wait for one.
#[derive(Clone)]
pub(crate) struct Links {
    session: Session,
    call: Call<Get>,
    newest: Arc<tokio::sync::Mutex<Option<Order>>>,
}

impl Links {
    pub(crate) fn new(session: &Session, call: Call<Get>) -> Self {
        Self { session: session.clone(), call, newest: Arc::default() }
    }

    /// The way to a new link for the file of this name, of which `link` is the first.
    pub(crate) fn renewal(&self, name: &str, link: &Uri) -> Relocate {
        let (links, name, expired) = (self.clone(), name.to_owned(), Arc::new(Mutex::new(link.clone())));
        Arc::new(move || -> RelocateFuture {
            let (links, name, expired) = (links.clone(), name.clone(), Arc::clone(&expired));
            Box::pin(async move {
                let old = expired.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let new = links.renewed(&name, &old).await?;
                expired.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&new);
                // What the file must be, the manifest says as before.
                Ok(FreshLink::new(new))
            })
        })
    }

    async fn renewed(&self, name: &str, expired: &Uri) -> Result<Uri> {
        let mut newest = self.newest.lock().await;
        if let Some(order) = newest.as_ref()
            && let Ok(link) = self.find(order, name)
            && link != *expired
        {
            return Ok(link);
        }
        let order = newest.insert(self.call.clone().await?);
        self.find(order, name)
    }

    fn find(&self, order: &Order, name: &str) -> Result<Uri> {
        let result = order.results().find(|result| result.name() == name).and_then(OrderResult::location);
        let location = result.ok_or_else(|| {
            let message = format!("order {} no longer offers {name}", order.id());
            Error::new(ErrorKind::NotFound, message).with_operation(OPERATION)
        })?;
        link_to(&self.session, name, location)
    }
}
