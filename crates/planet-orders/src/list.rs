//! Listing orders (`GET /orders/v2`).

use bytes::Bytes;
use http::{Request, Response};
use planet_core::paging::{Links, Page, Paged};
use planet_core::{Endpoint, Error, Fault, FaultKind, Operation, Result, Route, Session, operation};
use serde::Deserialize;

use crate::{Order, OrderSort, OrderState, SourceType, TimeWindow};

/// The service does not tell how many orders it puts on a page unless it is asked. A lower limit than this asks for fewer; a
/// higher one must not ask for more.
const FEW: u32 = 20;

/// The most orders that the service puts on a page.
const PAGE_CAP: u32 = 100;

#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    source_type: Option<SourceType>,
    name: Option<String>,
    created_on: Option<TimeWindow>,
    name_contains: Option<String>,
    last_modified: Option<TimeWindow>,
    hosting: Option<bool>,
    sort_by: Vec<OrderSort>,
    destination_ref: Option<String>,
    user_id: Option<String>,
    states: Vec<OrderState>,
    page_size: Option<u32>,
}

impl List {
    /// What is asked for to find an order whose answer was lost.
    pub(crate) fn to_find(
        source_type: Option<SourceType>,
        name: Option<String>,
        created_on: Option<TimeWindow>,
    ) -> Self {
        Self { source_type, name, created_on, ..Self::default() }
    }

    /// What is asked for to watch orders that were placed within a window: as few pages as can be.
    pub(crate) fn to_watch(created_on: Option<TimeWindow>) -> Self {
        Self { created_on, page_size: Some(PAGE_CAP), ..Self::default() }
    }

    /// What is asked for to find the orders of a job: as few pages as can be.
    pub(crate) fn of_job(name_contains: String) -> Self {
        Self { name_contains: Some(name_contains), page_size: Some(PAGE_CAP), ..Self::default() }
    }

    /// What the service would refuse, or take for something else.
    fn check(&self) -> Result<()> {
        let texts = [
            ("name", &self.name),
            ("name__contains", &self.name_contains),
            ("destination_ref", &self.destination_ref),
            ("user_id", &self.user_id),
        ];
        let empty = texts.iter().filter(|(_, text)| text.as_ref().is_some_and(String::is_empty));
        let message = "an empty text is no filter: leave it out, or give what to look for";
        let mut faults: Vec<Fault> =
            empty.map(|(name, _)| Fault::new(FaultKind::Missing, *name, message).with_value("\"\"")).collect();
        faults.extend(self.states.iter().filter_map(unknown_state));
        faults.extend(self.sort_by.iter().filter_map(OrderSort::fault));
        if let Some(size) = self.page_size.filter(|size| !(1..=PAGE_CAP).contains(size)) {
            let message = format!("a page has 1 to {PAGE_CAP} orders");
            faults.push(Fault::new(FaultKind::OutOfRange, "page_size", message).with_value(size));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }

    /// The query, in the order in which Planet's own client writes it.
    fn query(&self) -> Vec<(&'static str, String)> {
        fn text(value: Option<&impl ToString>) -> Option<String> {
            value.map(ToString::to_string)
        }
        let sort_by: Vec<String> = self.sort_by.iter().map(OrderSort::to_string).collect();
        let once = [
            // The service lists scenes only unless it is told otherwise.
            ("source_type", Some(text(self.source_type.as_ref()).unwrap_or_else(|| "all".to_owned()))),
            ("name", self.name.clone()),
            ("name__contains", self.name_contains.clone()),
            ("created_on", text(self.created_on.as_ref())),
            ("last_modified", text(self.last_modified.as_ref())),
            ("hosting", text(self.hosting.as_ref())),
            ("sort_by", (!sort_by.is_empty()).then(|| sort_by.join(","))),
            ("destination_ref", self.destination_ref.clone()),
            ("user_id", self.user_id.clone()),
        ];
        let given = once.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let states = self.states.iter().map(|state| ("state", state.to_string()));
        let page_size = self.page_size.map(|size| ("page_size", size.to_string()));
        given.chain(states).chain(page_size).collect()
    }
}

impl Operation for List {
    type Output = Page<Order>;
    const NAME: &'static str = "orders.list";
    const ROUTE: Route = Route::new("orders.list", 3.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        self.check()?;
        let url = endpoint.url("/compute/ops/orders/v2");
        operation::get(self.query().into_iter().fold(url, |url, (name, value)| url.query(name, value)).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Order>> {
        let page: OrdersPage = operation::json(response)?;
        Ok(Page::linked(page.orders, page.links))
    }
}

impl Paged for List {
    type Item = Order;

    fn trim_page_size(&mut self, orders: u32) {
        if orders < self.page_size.unwrap_or(FEW) {
            self.page_size = Some(orders.max(1));
        }
    }
}

pub(crate) fn unknown_state(state: &OrderState) -> Option<Fault> {
    let OrderState::Unknown(given) = state else { return None };
    let fault = Fault::new(FaultKind::Invalid, "state", "no state of an order").with_value(format!("{given:?}"));
    let meant = OrderState::KNOWN.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(given));
    let fault = fault.with_allowed(OrderState::KNOWN);
    Some(match meant {
        Some(known) => fault.with_suggestion(known.as_str()),
        None => fault,
    })
}

#[derive(Deserialize)]
struct OrdersPage {
    orders: Vec<Order>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

planet_core::list_builder! {
    /// A list of orders, the newest first.
    ///
    /// A filter that is an empty text, a state or a field to sort by that the service does not document, and a page size
    /// outside of 1 to 100 are refused by name before anything is sent.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use planet_orders::{ErrorKind, Order, OrderSort, OrderState, OrdersClient, SourceType, Timestamp};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// let order = json!({"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "running", "name": "oregon"});
    /// let script = ScriptedTransport::new([Answer::json(&json!({"orders": [order], "_links": {}}))]);
    /// let orders = OrdersClient::new(&script.session().build()?);
    ///
    /// let since: Timestamp = "2026-05-01".parse()?;
    /// let list = orders
    ///     .list()
    ///     .state(OrderState::Running)
    ///     .states([OrderState::Queued])
    ///     .source_type(SourceType::Scenes)
    ///     .name("oregon")
    ///     .name_contains("ore")
    ///     .created_on(since..)
    ///     .last_modified(since..)
    ///     .hosting(false)
    ///     .destination_ref("pl:destinations/my-dest-4Yz")
    ///     .user_id("all")
    ///     .sort_by(OrderSort::CREATED_ON.ascending())
    ///     .page_size(50);
    /// let running: Vec<Order> = list.items().try_collect().await?;
    /// assert_eq!(running[0].name(), "oregon");
    ///
    /// let error = orders.list().state("finished").to_request().unwrap_err();
    /// assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, "state"));
    /// # Ok(())
    /// # }
    /// ```
    ListOrders(List) -> Order
}

impl ListOrders {
    pub(crate) fn new(session: &Session) -> Self {
        Self(session.list(List::default()))
    }

    /// Only orders in this state. Call it again for further states.
    pub fn state(mut self, state: impl Into<OrderState>) -> Self {
        self.0.operation_mut().states.push(state.into());
        self
    }

    /// Only orders in one of these states.
    pub fn states(mut self, states: impl IntoIterator<Item = OrderState>) -> Self {
        self.0.operation_mut().states.extend(states);
        self
    }

    /// Only orders of scenes, or only orders of basemaps. Default: all orders. Left to itself the service would list those
    /// of scenes.
    pub fn source_type(mut self, source: impl Into<SourceType>) -> Self {
        self.0.operation_mut().source_type = Some(source.into());
        self
    }

    /// Only orders that were placed within this window.
    ///
    /// ```
    /// use planet_orders::{Auth, OrdersClient, Session, Timestamp};
    ///
    /// let orders = OrdersClient::new(&Session::builder().auth(Auth::from_key("PLAK0123")).build()?);
    /// let since: Timestamp = "2024-05-01".parse()?;
    /// let request = orders.list().created_on(since..).to_request()?;
    /// assert!(request.uri().query().unwrap_or_default().contains("created_on=2024-05-01T00%3A00%3A00Z%2F.."));
    /// # Ok::<(), planet_orders::Error>(())
    /// ```
    pub fn created_on(mut self, window: impl Into<TimeWindow>) -> Self {
        self.0.operation_mut().created_on = Some(window.into());
        self
    }

    /// Only orders whose last change lies within this window.
    pub fn last_modified(mut self, window: impl Into<TimeWindow>) -> Self {
        self.0.operation_mut().last_modified = Some(window.into());
        self
    }

    /// Only orders whose images the service hosts, or only others.
    pub fn hosting(mut self, hosted: bool) -> Self {
        self.0.operation_mut().hosting = Some(hosted);
        self
    }

    /// Only orders that are delivered to this destination, such as `pl:destinations/my-dest-4Yz`.
    pub fn destination_ref(mut self, reference: impl Into<String>) -> Self {
        self.0.operation_mut().destination_ref = Some(reference.into());
        self
    }

    /// Only orders of this user of the organization, or of all with `"all"`. The service allows it to administrators.
    pub fn user_id(mut self, id: impl ToString) -> Self {
        self.0.operation_mut().user_id = Some(id.to_string());
        self
    }

    /// Sorts by a field. Call it again for further fields, which order what is equal by then. Default: the newest first.
    pub fn sort_by(mut self, field: impl Into<OrderSort>) -> Self {
        self.0.operation_mut().sort_by.push(field.into());
        self
    }

    /// Only orders of exactly this name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.operation_mut().name = Some(name.into());
        self
    }

    /// Only orders whose name contains this.
    #[doc(alias = "name__contains")]
    pub fn name_contains(mut self, part: impl Into<String>) -> Self {
        self.0.operation_mut().name_contains = Some(part.into());
        self
    }

    /// How many orders a page should have: 1 to 100, the most that the service puts on one. It may send fewer.
    pub fn page_size(mut self, orders: u32) -> Self {
        self.0.operation_mut().page_size = Some(orders);
        self
    }
}
