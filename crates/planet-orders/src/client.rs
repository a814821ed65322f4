//! The client: one short method for each operation.

use std::time::Duration;

use planet_builders::{OrderRequest, OrderRequestBuilder};
use planet_core::{Result, Session};

use crate::{
    CancelAllOrders, CancelOrder, CancelOrders, CreateOrder, GetBundles, GetOrder, GetOrderStats, ListOrders,
    OrderPlan, Reconcile, WaitOrder, WaitOrders,
};

/// The Orders API: `https://api.planet.com/compute/ops`.
///
/// Clones are cheap and share the session.
#[derive(Clone, Debug)]
pub struct OrdersClient {
    session: Session,
    reconcile: Reconcile,
}

impl OrdersClient {
    /// A client that uses a session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { session: session.clone(), reconcile: Reconcile::default() }
    }

    /// Whether and for how long orders are looked for whose answer was lost.
    #[must_use]
    pub fn reconcile(mut self, reconcile: Reconcile) -> Self {
        self.reconcile = reconcile;
        self
    }

    /// Places an order.
    ///
    /// It is sent again only if it certainly did not reach the service, or was refused for speed: an order costs money, and
    /// the service would take the second for a new one. If the answer is lost the order is looked for; see [`Reconcile`].
    ///
    /// # Errors
    /// `Rejected` with the service's reasons if it does not accept the order, `Conflict` if too many are under way,
    /// `QuotaExceeded` if the quota is used up. If [`outcome`](planet_core::Error::outcome) is `Unknown` the order may
    /// exist. Unless looking is turned off, the error's source, an [`UnknownOrder`](crate::UnknownOrder), has the
    /// orders that could be it.
    #[doc(alias = "create_order")]
    pub fn create(&self, request: OrderRequest) -> CreateOrder {
        CreateOrder::new(&self.session, request, self.reconcile)
    }

    /// Plans orders for any number of items: a request of any size is split by item type, bundle and the service's limits
    /// into orders that keep its tools, delivery and all else. See
    /// [`OrderRequestBuilder::split`](planet_builders::OrderRequestBuilder::split) for how, and
    /// [`RunPlan`](crate::RunPlan) for how they are placed.
    ///
    /// Nothing is sent; the plan can be looked at before it is [run](crate::OrderPlan::run). Running it again does not order
    /// again what the service lists, for 90 days after it finished, so the name stands for the job: with another name all is
    /// ordered anew. So it is with other items where a tool makes one outcome of all, such as a composite.
    ///
    /// # Errors
    /// `InvalidInput` with all faults of the request at once.
    #[doc(alias = "create_order")]
    pub fn plan(&self, request: OrderRequestBuilder) -> Result<OrderPlan> {
        OrderPlan::new(self, request)
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// How long a new order may take to come into lists. None: nobody cares.
    pub(crate) fn settling_time(&self) -> Option<Duration> {
        self.reconcile.time()
    }

    /// Asks for one order.
    ///
    /// # Errors
    /// `NotFound` if there is no such order. Finished orders are kept for 90 days.
    #[doc(alias = "get_order")]
    pub fn get(&self, id: impl AsRef<str>) -> GetOrder {
        GetOrder::new(&self.session, id.as_ref())
    }

    /// Lists orders, the newest first: all of them, unless [`limit`](ListOrders::limit) says otherwise. Listed orders carry no
    /// results; [`get`](Self::get) one for those.
    #[doc(alias = "list_orders")]
    pub fn list(&self) -> ListOrders {
        ListOrders::new(&self.session)
    }

    /// Cancels an order. Only queued orders can be cancelled.
    ///
    /// # Errors
    /// `Conflict` if the order is no longer queued, `NotFound` if there is none.
    #[doc(alias = "cancel_order")]
    pub fn cancel(&self, id: impl AsRef<str>) -> CancelOrder {
        CancelOrder::new(&self.session, id.as_ref())
    }

    /// Cancels orders by their ids. Only queued orders can be cancelled; the report tells which were not.
    ///
    /// ```
    /// use planet_orders::OrdersClient;
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// let late = json!({"order_id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "message": "Order not in a cancellable state"});
    /// let answer = json!({"result": {"succeeded": {"count": 1}, "failed": {"count": 1, "failures": [late]}}});
    /// let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// let orders = OrdersClient::new(&script.session().build()?);
    ///
    /// let ids = ["18389c7e-1831-4de7-8187-d30ffe88b4b7", "f05b1ed7-11f0-43da-960c-a624f7c355c8"];
    /// let report = orders.cancel_many(&ids).await?;
    /// assert_eq!(report.succeeded(), Some(1));
    /// assert_eq!(report.failures()[0].order_id(), ids[0]);
    ///
    /// let none: [&str; 0] = [];
    /// assert!(orders.cancel_many(none).await.is_err()); // it does not mean all
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidInput`, before anything is sent, if no id is given or one is no UUID. Orders that cannot be cancelled are
    /// part of the report, and no error.
    #[doc(alias = "cancel_orders")]
    pub fn cancel_many(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) -> CancelOrders {
        CancelOrders::new(&self.session, ids)
    }

    /// Cancels **all** orders that are queued, whoever placed them, as far as the credential reaches.
    ///
    /// ```
    /// use planet_orders::OrdersClient;
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// let answer = json!({"result": {"succeeded": {"count": 12}, "failed": {"count": 0, "failures": []}}});
    /// let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// let orders = OrdersClient::new(&script.session().build()?);
    ///
    /// let report = orders.cancel_all().await?;
    /// assert_eq!((report.succeeded(), report.failed()), (Some(12), Some(0)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`CancelAllOrders`].
    #[doc(alias = "cancel_orders")]
    pub fn cancel_all(&self) -> CancelAllOrders {
        CancelAllOrders::new(&self.session)
    }

    /// Asks how many orders are queued and running, of the organization and of the user.
    ///
    /// ```
    /// use planet_orders::OrdersClient;
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// let mine = json!({"queued_orders": 2, "running_orders": 1});
    /// let script = ScriptedTransport::new([Answer::json(&json!({"organization": mine, "user": mine}))]);
    /// let orders = OrdersClient::new(&script.session().build()?);
    ///
    /// let stats = orders.stats().await?;
    /// assert_eq!((stats.user().queued(), stats.organization().running()), (Some(2), Some(1)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`GetOrderStats`].
    #[doc(alias = "aggregated_order_stats")]
    pub fn stats(&self) -> GetOrderStats {
        GetOrderStats::new(&self.session)
    }

    /// Asks for the bundles that the service offers now, as a catalogue that answers without the network from then on.
    ///
    /// [`Catalogue::embedded`](planet_builders::Catalogue::embedded) is there without asking, as old as this crate.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = planet_sandbox::Sandbox::start().await?;
    /// # let auth = planet_orders::Auth::from_key(sandbox.api_key());
    /// # let endpoint = planet_orders::Endpoint::parse(sandbox.url())?;
    /// # let session = planet_orders::Session::builder().auth(auth).endpoint(endpoint).build()?;
    /// # let orders = planet_orders::OrdersClient::new(&session);
    /// let catalogue = orders.bundles().await?;
    /// for bundle in catalogue.bundles_of("PSScene") {
    ///     println!("{bundle}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Decode` if the answer is no specification of bundles.
    pub fn bundles(&self) -> GetBundles {
        GetBundles::new(&self.session)
    }

    /// Waits until an order is finished.
    ///
    /// # Errors
    /// `OperationFailed` if the order failed or was cancelled, `WaitTimeout` if it takes longer than it may.
    pub fn wait(&self, id: impl AsRef<str>) -> WaitOrder {
        WaitOrder::new(&self.session, id.as_ref())
    }

    /// Waits until each of many orders has finished, by way of their list: hundreds of orders cost a few pages a round.
    ///
    /// # Errors
    /// `InvalidInput` if there are no ids or one is no UUID. What goes wrong with an order stands in the report.
    pub fn wait_many(&self, ids: impl IntoIterator<Item = impl AsRef<str>>) -> WaitOrders {
        WaitOrders::new(&self.session, ids)
    }

    /// Downloads all files of a finished order, each checked against the order's manifest.
    ///
    /// # Errors
    /// See [`DownloadOrder`](crate::DownloadOrder).
    #[cfg(feature = "fs")]
    #[doc(alias = "download_order")]
    pub fn download(&self, id: impl AsRef<str>) -> crate::DownloadOrder {
        crate::DownloadOrder::new(&self.session, id.as_ref())
    }

    /// Makes the files of a downloaded order right again: checks each, and fetches only what is missing or wrong.
    ///
    /// # Errors
    /// See [`RepairOrder`](crate::RepairOrder).
    #[cfg(feature = "fs")]
    pub fn repair(&self, id: impl AsRef<str>) -> crate::RepairOrder {
        crate::RepairOrder::new(&self.session, id.as_ref())
    }

    /// Downloads one file of an order, into the current directory unless told otherwise. If its link has expired, the order
    /// is asked for a new one.
    ///
    /// # Errors
    /// See [`DownloadResult`](crate::DownloadResult); `Conflict` if the result has no link.
    #[cfg(feature = "fs")]
    #[doc(alias = "download_asset")]
    pub fn download_result(&self, result: &crate::OrderResult) -> crate::DownloadResult {
        crate::DownloadResult::of(&self.session, result)
    }

    /// Downloads the file behind a link, the [`location`](crate::OrderResult::location) of a result, where nothing else of the
    /// order is at hand.
    ///
    /// # Errors
    /// See [`DownloadResult`](crate::DownloadResult); `InvalidInput` if the location is no URL.
    #[cfg(feature = "fs")]
    #[doc(alias = "download_asset")]
    pub fn download_location(&self, location: impl AsRef<str>) -> crate::DownloadResult {
        crate::DownloadResult::at(&self.session, location.as_ref())
    }

    /// Checks every file that the manifest in an order's directory lists; see
    /// [`validate_checksum`](crate::validate_checksum), which needs no client.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let script = planet_orders::testing::ScriptedTransport::new([]);
    /// use planet_orders::{Checksum, OrdersClient};
    ///
    /// # std::fs::write(folder.path().join("manifest.json"), r#"{"files": []}"#)?;
    /// let orders = OrdersClient::new(&script.session().build()?);
    /// let checked = orders.validate_checksum(folder.path(), Checksum::Sha256).await?;
    /// println!("{} files are right", checked.files);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Integrity`, naming every file that is missing or wrong, or if the manifest is none; `File` if there is no manifest.
    ///
    /// # Cancel safety
    /// Files are only read.
    #[cfg(feature = "fs")]
    pub async fn validate_checksum(
        &self,
        directory: impl AsRef<std::path::Path>,
        checksum: crate::Checksum,
    ) -> Result<crate::Validation> {
        crate::validate_checksum(directory, checksum).await
    }
}
