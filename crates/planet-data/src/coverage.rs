//! How much of an area an item shows clearly (`POST /item-types/{item_type}/items/{id}/coverage`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_builders::Geometry;
use planet_builders::geometry::Area;
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};
use serde_json::json;

use crate::Coverage;
use crate::item_type::ItemName;

planet_builders::names! {
    /// How a coverage is found (Data API, the parameter `mode`).
    ///
    /// ```
    /// use planet_data::CoverageMode;
    ///
    /// assert_eq!("Estimate".parse::<CoverageMode>()?, CoverageMode::Estimate);
    /// assert_eq!(CoverageMode::Udm2.as_str(), "UDM2");
    /// # Ok::<(), planet_data::Error>(())
    /// ```
    open CoverageMode, "mode" {
        /// From the item's usable data mask: the service's default.
        Udm2 = "UDM2",
        /// Estimated.
        Estimate = "estimate",
    }
}

#[derive(Clone, Debug)]
pub(crate) struct GetCoverageOf {
    item: ItemName,
    area: Area,
    mode: Option<CoverageMode>,
    band: Option<String>,
}

impl Operation for GetCoverageOf {
    type Output = Coverage;
    const NAME: &'static str = "data.coverage";
    const ROUTE: Route = Route::new("data", 10.0);
    // A question, though it is a POST.
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let mut url = self.item.url(endpoint)?.segment("coverage");
        if let Some(mode) = &self.mode {
            url = url.query("mode", mode);
        }
        if let Some(band) = &self.band {
            url = url.query("band", band);
        }
        operation::with_json(Method::POST, url.build()?, &json!({"geometry": self.area.checked()?}))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Coverage> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A question for how much of an area an item shows clearly.
    GetCoverage(GetCoverageOf) -> Coverage
}

impl GetCoverage {
    pub(crate) fn new<G>(session: &Session, item: ItemName, area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        Self(session.call(GetCoverageOf { item, area: Area::new(area), mode: None, band: None }))
    }

    /// How it is found. Default: the service's, which is [`CoverageMode::Udm2`].
    pub fn mode(mut self, mode: CoverageMode) -> Self {
        self.0.operation_mut().mode = Some(mode);
        self
    }

    /// The band of the usable data mask to look at, such as `cloud` or `snow`. Default: the service's, which is `clear`.
    pub fn band(mut self, band: impl Into<String>) -> Self {
        self.0.operation_mut().band = Some(band.into());
        self
    }

    /// Accepts an item type that is not in the catalogue that was built in. The service may know it by now.
    pub fn allow_unknown(mut self) -> Self {
        self.0.operation_mut().item.allow_unknown();
        self
    }
}
