//! The assets of an item (`GET /item-types/{type}/items/{id}/assets`): all, or one of them.

use bytes::Bytes;
use http::{Request, Response};
use planet_builders::AssetType;
use planet_builders::catalog::find_name;
use planet_core::{Endpoint, Fault, FaultKind, Operation, Result, Route, Session, operation};

use crate::item_type::ItemName;
use crate::{Asset, Assets};

#[derive(Clone, Debug)]
pub(crate) struct List(ItemName);

impl Operation for List {
    type Output = Assets;
    const NAME: &'static str = "data.list_assets";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(self.0.url(endpoint)?.segment("assets").build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Assets> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// The assets of an item.
    ListAssets(List) -> Assets
}

impl ListAssets {
    pub(crate) fn new(session: &Session, item: ItemName) -> Self {
        Self(session.call(List(item)))
    }

    /// Accepts an item type that is not in the catalogue that was built in. The service may know it by now.
    pub fn allow_unknown(mut self) -> Self {
        self.0.operation_mut().0.allow_unknown();
        self
    }
}

/// The service has no way to ask for one asset by its type, so this asks for all.
#[derive(Clone, Debug)]
pub(crate) struct Get {
    list: List,
    asset_type: AssetType,
}

impl Operation for Get {
    type Output = Asset;
    const NAME: &'static str = "data.get_asset";
    const ROUTE: Route = List::ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        if self.asset_type.as_str().is_empty() {
            return Err(Fault::new(FaultKind::Missing, "asset_type", "an asset has a type").into());
        }
        self.list.request(endpoint)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Asset> {
        let assets = self.list.decode(response)?;
        match assets.get(&self.asset_type) {
            Some(asset) => Ok(asset.clone()),
            None => Err(self.unknown(&assets).into()),
        }
    }
}

impl Get {
    fn unknown(&self, assets: &Assets) -> Fault {
        let item = &self.list.0;
        if assets.is_empty() {
            let message = format!("item {item} has no assets that this credential may see");
            return Fault::new(FaultKind::Invalid, "asset_type", message).with_value(&self.asset_type);
        }
        let names: Vec<&str> = assets.iter().map(Asset::asset_type).collect();
        let fault = |message: String| {
            Fault::new(FaultKind::Invalid, "asset_type", message).with_value(&self.asset_type).with_allowed(&names)
        };
        // A fault shows what is allowed unless it suggests a name: then the message has to.
        match find_name(self.asset_type.as_str(), &names).err().as_ref().and_then(Fault::suggestion) {
            Some(nearest) => {
                fault(format!("item {item} has no such asset, only {}", names.join(", "))).with_suggestion(nearest)
            }
            None => fault(format!("item {item} has no such asset")),
        }
    }
}

planet_core::call_builder! {
    /// One asset of an item. An asset type that the item does not have is `InvalidInput`, too, though it is known only from
    /// the answer.
    GetAsset(Get) -> Asset
}

impl GetAsset {
    pub(crate) fn new(session: &Session, item: ItemName, asset_type: AssetType) -> Self {
        Self(session.call(Get { list: List(item), asset_type }))
    }

    /// Accepts an item type that is not in the catalogue that was built in. The service may know it by now.
    pub fn allow_unknown(mut self) -> Self {
        self.0.operation_mut().list.0.allow_unknown();
        self
    }
}
