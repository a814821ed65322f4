//! Asking for one item (`GET /item-types/{item_type}/items/{id}`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};

use crate::Item;
use crate::item_type::ItemName;

#[derive(Clone, Debug)]
pub(crate) struct Get(ItemName);

impl Operation for Get {
    type Output = Item;
    const NAME: &'static str = "data.get_item";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(self.0.url(endpoint)?.build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Item> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A question for one item.
    GetItem(Get) -> Item
}

impl GetItem {
    pub(crate) fn new(session: &Session, item: ItemName) -> Self {
        Self(session.call(Get(item)))
    }

    /// Accepts an item type that is not in the catalogue that was built in. The service may know it by now.
    pub fn allow_unknown(mut self) -> Self {
        self.0.operation_mut().0.allow_unknown();
        self
    }
}
