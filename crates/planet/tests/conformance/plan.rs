//! Large jobs against the sandbox.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::orders::{Checksum, Order, OrderJob, OrderState, OrdersClient, Reconcile};
use planet::{Bundle, ErrorKind, Filter, ItemType, OrderRequest, OrderRequestBuilder, OrderType, Planet, Product};
use planet_sandbox::{Fault, Sandbox};

use crate::setup::{files_below, planet_at};

const ORDERS: &str = "/compute/ops/orders/v2";

struct Service {
    sandbox: Sandbox,
    planet: Planet,
    orders: OrdersClient,
}

impl Service {
    async fn new(settle: Duration) -> Self {
        let lag = Duration::from_millis(200);
        let sandbox = Sandbox::builder().limits(false).order_time(Duration::ZERO).list_lag(lag).start().await.unwrap();
        let planet = planet_at(sandbox.url(), sandbox.api_key());
        let orders = planet.orders().clone().reconcile(Reconcile::default().settle(settle));
        Self { sandbox, planet, orders }
    }

    fn posts(&self) -> usize {
        self.sandbox.requests().iter().filter(|request| request.method == "POST" && request.path == ORDERS).count()
    }

    async fn ids(&self, items: u64) -> Vec<String> {
        let search = self.planet.data().search([ItemType::PSSCENE], Filter::asset(["ortho_visual"]).unwrap());
        let items: Vec<Item> = search.limit(items).items().try_collect().await.unwrap();
        items.iter().map(|item| item.id().to_owned()).collect()
    }

    async fn wait(&self, job: &OrderJob) {
        let waited = job.wait().every(Duration::from_millis(20)).await.unwrap();
        assert_eq!(waited.into_results().unwrap().len(), job.order_ids().count());
    }

    /// How many orders have each item.
    async fn holders(&self) -> HashMap<String, usize> {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let orders: Vec<Order> = self.orders.list().items().try_collect().await.unwrap();
        let mut holders = HashMap::new();
        for id in orders.iter().map(OrderRequest::from).flat_map(|request| request.products()[0].item_ids().to_vec()) {
            *holders.entry(id).or_default() += 1;
        }
        holders
    }
}

fn job(name: &str, ids: &[String]) -> OrderRequestBuilder {
    OrderRequest::builder(name)
        .product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ids.iter().cloned()))
        .order_type(OrderType::Partial)
}

#[tokio::test]
async fn a_job_is_placed_waited_for_downloaded_and_proved_right_as_one() {
    let service = Service::new(Duration::from_millis(10)).await;
    let ids = service.ids(2).await;
    let request = job("whole", &ids).product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ids));
    let job = service.orders.plan(request).unwrap().run().await.unwrap();
    assert_eq!(job.order_ids().count(), 2);
    service.wait(&job).await;
    let dir = tempfile::tempdir().unwrap();
    let reports = job.download().to(dir.path()).at_once(2).await.unwrap();
    let files: usize = reports.iter().map(|report| report.files().len()).sum();
    let checked = job.validate(dir.path(), Checksum::Sha256).await.unwrap();
    assert_eq!((checked.files, files_below(dir.path()).len()), (files, files + 2));
    for id in job.order_ids() {
        assert!(dir.path().join(id).join("manifest.json").is_file());
    }

    std::fs::write(&reports[1].files()[0].path, "damaged").unwrap();
    let error = job.validate(dir.path(), Checksum::Sha256).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    job.download().to(dir.path()).await.unwrap();
    job.validate(dir.path(), Checksum::Sha256).await.unwrap();
}

#[tokio::test]
async fn a_job_that_is_stopped_again_and_again_comes_to_its_end_without_ordering_an_item_twice() {
    let service = Service::new(Duration::from_secs(2)).await;
    let ids = service.ids(1700).await;
    let plan = service.orders.plan(job("stopped", &ids)).unwrap();
    assert_eq!(plan.parts().len(), 4);
    service.sandbox.fault(Fault::on("POST", ORDERS).nth(2).after_acting().status(502));
    service.sandbox.fault(Fault::on("POST", ORDERS).nth(3).status(502));
    for millis in [100, 2_050, 2_100, 2_300] {
        drop(tokio::time::timeout(Duration::from_millis(millis), plan.run().at_once(1).into_future()).await);
    }
    let mut runs = 0;
    let job = loop {
        runs += 1;
        match plan.run().await {
            Ok(job) => break job,
            Err(error) => assert!(runs < 5, "{error}"),
        }
    };
    let holders = service.holders().await;
    assert_eq!(holders.len(), 1700);
    assert!(holders.values().all(|orders| *orders == 1));
    assert_eq!(job.order_ids().count(), service.sandbox.order_ids().len());

    let before = service.posts();
    let again = plan.run().await.unwrap();
    assert!(again.order_ids().eq(job.order_ids()));
    assert_eq!(service.posts(), before);
}

#[tokio::test]
async fn an_order_of_a_job_that_fails_does_not_keep_the_others_from_being_downloaded() {
    let service = Service::new(Duration::from_millis(400)).await;
    let ids = service.ids(2).await;
    let products =
        [Bundle::VISUAL, Bundle::ANALYTIC_UDM2].map(|bundle| Product::new(ItemType::PSSCENE, bundle, ids.clone()));
    let plan = service.orders.plan(OrderRequest::builder("fails").products(products)).unwrap();
    service.sandbox.fail_next_order(["a band is missing"]);
    let job = plan.run().at_once(1).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let error = job.download().to(dir.path()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OperationFailed);
    let failed = job.order_ids().next().unwrap();
    assert!(error.to_string().contains("1 of 2 orders") && error.to_string().contains(failed), "{error}");
    assert!(!files_below(dir.path()).is_empty());

    // Run again, the plan places the failed one anew.
    let again = plan.run().await.unwrap();
    assert_eq!(service.posts(), 3);
    assert!(again.parts()[0].is_new() && !again.parts()[1].is_new());
    service.wait(&again).await;
    let state = service.orders.get(again.order_ids().next().unwrap()).await.unwrap();
    assert_eq!(state.state(), &OrderState::Success);
}
