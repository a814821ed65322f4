//! How many items there are in each stretch of time (`POST /stats`).

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_builders::Geometry;
use planet_builders::geometry::Area;
use planet_core::{Endpoint, Operation, Result, Route, Session, operation};
use serde::Serialize;

use crate::Stats;
use crate::criteria::{Checked, Criteria};

planet_builders::names! {
    /// The length of the stretches of time that items are counted in (Data API, the member `interval`).
    ///
    /// ```
    /// use planet_data::Interval;
    ///
    /// assert_eq!("Month".parse::<Interval>()?, Interval::Month);
    /// assert_eq!(Interval::Month.as_str(), "month");
    /// assert_eq!("decade".parse::<Interval>().unwrap_err().faults()[0].path(), "interval");
    /// # Ok::<(), planet_data::Error>(())
    /// ```
    #[doc(alias = "STATS_INTERVAL")]
    open Interval, "interval" {
        /// Hours.
        Hour = "hour",
        /// Days.
        Day = "day",
        /// Weeks.
        Week = "week",
        /// Months.
        Month = "month",
        /// Years.
        Year = "year",
    }
}

#[derive(Clone, Debug)]
pub(crate) struct CountItems {
    criteria: Criteria,
    interval: Interval,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    criteria: Checked<'a>,
    interval: &'a Interval,
}

impl Operation for CountItems {
    type Output = Stats;
    const NAME: &'static str = "data.stats";
    const ROUTE: Route = Route::new("data", 10.0);
    // A question, though it is a POST.
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let body = Body { criteria: self.criteria.checked()?, interval: &self.interval };
        operation::with_json(Method::POST, endpoint.url("/data/v1").segment("stats").build()?, &body)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Stats> {
        operation::json(response)
    }
}

planet_core::call_builder! {
    /// A count of items in each stretch of time.
    GetStats(CountItems) -> Stats
}

impl GetStats {
    pub(crate) fn new(session: &Session, criteria: Criteria, interval: Interval) -> Self {
        Self(session.call(CountItems { criteria, interval }))
    }

    /// Only items that intersect this area. Unlike a geometry filter it may be a feature or a reference to one.
    pub fn geometry<G>(mut self, area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        self.0.operation_mut().criteria.geometry = Some(Area::new(area));
        self
    }

    /// Accepts item types that are not in the catalogue that was built in. The service may know them by now.
    pub fn allow_unknown(mut self) -> Self {
        self.0.operation_mut().criteria.allow_unknown = true;
        self
    }
}
