//! The client: one short method for each operation.

use planet_builders::OrderRequest;
use planet_core::Session;

use crate::{CancelOrder, CreateOrder, GetBundles, GetOrder, ListOrders, Reconcile, WaitOrder};

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
    /// It is sent again only if it certainly did not reach the service: an order costs money, and the service would
    /// take the second for a new one. If the answer is lost the order is looked for; see [`Reconcile`].
    ///
    /// # Errors
    /// `Rejected` with the service's reasons if it does not accept the order. If [`outcome`](planet_core::Error::outcome)
    /// is `Unknown` the order may exist: the error's source, an [`UnknownOrder`](crate::UnknownOrder), has the orders that
    /// could be it.
    #[doc(alias = "create_order")]
    pub fn create(&self, request: OrderRequest) -> CreateOrder {
        CreateOrder::new(&self.session, request, self.reconcile)
    }

    /// Asks for one order.
    ///
    /// # Errors
    /// `NotFound` if there is no such order. Finished orders are kept for 90 days.
    #[doc(alias = "get_order")]
    pub fn get(&self, id: impl AsRef<str>) -> GetOrder {
        GetOrder::new(&self.session, id.as_ref())
    }

    /// Lists orders, the newest first. Listed orders carry no results; [`get`](Self::get) one for those.
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

    /// Asks for the bundles that the service offers now, as a catalogue that answers without the network from then on.
    ///
    /// [`Catalogue::embedded`](planet_builders::Catalogue::embedded) is there without asking, as old as this crate.
    ///
    /// ```no_run
    /// # async fn run(orders: planet_orders::OrdersClient) -> planet_orders::Result<()> {
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

    /// Downloads all files of a finished order, each checked against the order's manifest.
    ///
    /// # Errors
    /// See [`DownloadOrder`](crate::DownloadOrder).
    #[cfg(feature = "fs")]
    #[doc(alias = "download_order")]
    pub fn download(&self, id: impl AsRef<str>) -> crate::DownloadOrder {
        crate::DownloadOrder::new(&self.session, id.as_ref())
    }
}
