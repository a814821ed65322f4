//! What a program does, with everything on the way printed.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt;
use http::{Method, StatusCode};
use planet::builders::order::{
    AmazonS3, AzureBlobStorage, Delivery, GoogleCloudStorage, Notifications, S3Compatible, Secret, Webhook,
};
use planet::data::Item;
use planet::orders::{Order, Reconcile};
use planet::{
    Auth, Bundle, Document, Endpoint, Error, Filter, ItemType, OrderRequest, Pace, Planet, Product, ProgressEvent,
    Retry, Session, Timeouts,
};
use planet_sandbox::Sandbox;

use super::Printed;
use super::secrets::{
    ALL, API_KEY, AWS_KEY_ID, AWS_SECRET, AZURE_TOKEN, GCS_CREDENTIALS, GCS_KEY_FILE, LINK_TOKEN, S3_SECRET,
    USER_PASSWORD, WEBHOOK,
};
use crate::setup::{STORAGE, guide_order, oregon};

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// A flow, by its name, the requests of it that may be struck, and what it does.
type Flow = (&'static str, &'static str, for<'a> fn(&'a Place, &'a Printed) -> Running<'a>);

const ORDERS: &str = "/compute/ops/orders/v2";

/// An order's files without its manifest, without which no other is asked for.
const ORDER_FILES: &str = "/compute-orders-live/*.tif";
const ASSET_FILES: &str = "/planet-assets-live/*";

pub const FLOWS: &[Flow] = &[
    ("search", "/data/v1", |place, printed| Box::pin(search(place, printed))),
    ("create and cancel", ORDERS, |place, printed| Box::pin(create(place, printed))),
    ("create with deliveries", ORDERS, |place, printed| Box::pin(deliver(place, printed))),
    ("list", ORDERS, |place, printed| Box::pin(list(place, printed))),
    ("wait", ORDERS, |place, printed| Box::pin(wait(place, printed))),
    ("download", ORDERS, |place, printed| Box::pin(download(place, printed))),
    ("download, links", "/compute/ops/download", |place, printed| Box::pin(download(place, printed))),
    ("download, storage", STORAGE, |place, printed| Box::pin(download(place, printed))),
    ("download, files", ORDER_FILES, |place, printed| Box::pin(download(place, printed))),
    ("features", "/features/v1", |place, printed| Box::pin(features(place, printed))),
    ("assets", "/data/v1/", |place, printed| Box::pin(assets(place, printed))),
    ("assets, storage", ASSET_FILES, |place, printed| Box::pin(assets(place, printed))),
    ("large job", ORDERS, |place, printed| Box::pin(job(place, printed))),
    ("upload", "/features/v1", |place, printed| Box::pin(upload(place, printed))),
    ("raw", "/data/v1", |place, printed| Box::pin(raw(place, printed))),
];

pub struct Place {
    pub sandbox: Sandbox,
    pub planet: Planet,
    session: Session,
    order: Order,
    folder: tempfile::TempDir,
    /// How many requests were searched for secrets.
    searched: AtomicUsize,
}

impl Place {
    pub async fn new() -> Self {
        let sandbox = Sandbox::builder()
            .api_key(API_KEY)
            .limits(false)
            .order_time(Duration::ZERO)
            .activation_time(Duration::ZERO)
            .start()
            .await
            .unwrap();
        let session = Session::builder()
            .auth(Auth::from_key(API_KEY))
            .endpoint(Endpoint::parse(sandbox.url()).unwrap())
            .retry(Retry::default().max_attempts(2).first_delay(Duration::from_millis(1)))
            .timeouts(Timeouts::default().idle(Duration::from_millis(100)))
            .pace(Pace::off())
            .build()
            .unwrap();
        let planet = Planet::new(session.clone());
        let order = planet.orders().create(guide_order()).await.unwrap();
        Self { sandbox, planet, session, order, folder: tempfile::tempdir().unwrap(), searched: AtomicUsize::new(0) }
    }

    /// Our secrets, and those of the links that the sandbox has been asked for since this was asked last.
    pub fn secrets(&self) -> Vec<String> {
        let requests = self.sandbox.requests();
        let new = &requests[self.searched.swap(requests.len(), Ordering::Relaxed)..];
        let links = new.iter().flat_map(|request| &request.query);
        let signatures = links.filter(|(name, _)| ["token", "X-Goog-Signature"].contains(&name.as_str()));
        let signatures: BTreeSet<&str> = signatures.map(|(_, value)| value.as_str()).collect();
        ALL.iter().copied().chain(signatures).map(str::to_owned).collect()
    }

    /// What a careless service or proxy might say: the request, with all that is in it.
    pub fn echo(&self) -> String {
        let link = self.foreign_link();
        format!(
            "<html>invalid request: Authorization: api-key {API_KEY}; see {link} or {}?api_key={API_KEY}, password={USER_PASSWORD}",
            self.sandbox.url()
        )
    }

    pub fn foreign_link(&self) -> String {
        format!("http://me:{USER_PASSWORD}@127.0.0.1:9/bucket/file?token={LINK_TOKEN}#{LINK_TOKEN}")
    }

    pub fn broken_link(&self) -> String {
        format!("ftp://me:{USER_PASSWORD}@[/?token={LINK_TOKEN}")
    }

    /// A link that leads to where it came from.
    pub fn circle(&self) -> String {
        format!("?token={LINK_TOKEN}")
    }

    /// A page of any list, with a link to the next one.
    pub fn page(&self, next: &str) -> String {
        format!(
            r#"{{"features":[],"orders":[],"_links":{{"_next":"{next}","next":"{next}"}},"links":[{{"rel":"next","href":"{next}"}}]}}"#
        )
    }
}

async fn search(place: &Place, printed: &Printed) -> Result<(), Error> {
    let search = place.planet.data().search([ItemType::PSSCENE], Filter::geometry(oregon())?).page_size(2).limit(5);
    printed.value("search", &search);
    let mut items = search.items();
    while let Some(item) = items.try_next().await? {
        printed.value("item", &item);
    }
    printed.value("pager", &items);
    Ok(())
}

async fn create(place: &Place, printed: &Printed) -> Result<(), Error> {
    let create =
        place.planet.orders().create(guide_order()).reconcile(Reconcile::default().settle(Duration::from_millis(5)));
    printed.value("create", &create);
    let created = create.send().await?;
    printed.value("created", &created);
    let cancel = place.planet.orders().cancel(created.value().id());
    printed.value("cancel", &cancel);
    printed.value("cancelled", &cancel.await?);
    Ok(())
}

async fn deliver(place: &Place, printed: &Printed) -> Result<(), Error> {
    let deliveries = [
        Delivery::new().to(AmazonS3::new("b", "us-east-2", AWS_KEY_ID, Secret::new(AWS_SECRET))),
        Delivery::new().to(AzureBlobStorage::new("a", "c", Secret::new(AZURE_TOKEN))),
        Delivery::new().to(GoogleCloudStorage::new("b", Secret::new(GCS_CREDENTIALS))),
        Delivery::new().to(GoogleCloudStorage::service_account("b", &Secret::new(GCS_KEY_FILE))),
        Delivery::new().to(S3Compatible::new("https://s3.example.com", "b", "eu", AWS_KEY_ID, Secret::new(S3_SECRET))),
    ];
    let mut last = Ok(());
    for delivery in deliveries {
        printed.value("delivery", &delivery);
        let webhook = Webhook::new(format!("https://me:{USER_PASSWORD}@example.com/{WEBHOOK}?token={LINK_TOKEN}"));
        let silent = OrderRequest::builder("delivered")
            .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200909_182525_1014"]))
            .delivery(delivery);
        let telling = silent.clone().notifications(Notifications::new().webhook(webhook));
        for request in [silent.build()?, telling.build()?] {
            printed.value("request", &request);
            let create = place.planet.orders().create(request).reconcile(Reconcile::off());
            printed.value("create", &create);
            match create.send().await {
                Ok(created) => printed.value("created", &created),
                // The sandbox calls nobody, and says so.
                Err(error) if error.status() == Some(StatusCode::NOT_IMPLEMENTED) => printed.error(&error),
                Err(error) => {
                    printed.error(&error);
                    last = Err(error);
                }
            }
        }
    }
    last
}

async fn list(place: &Place, printed: &Printed) -> Result<(), Error> {
    let list = place.planet.orders().list().page_size(2).limit(5);
    printed.value("list", &list);
    let mut orders = list.items();
    while let Some(order) = orders.try_next().await? {
        printed.value("order", &order);
        printed.value("results", &order.results().collect::<Vec<_>>());
    }
    Ok(())
}

async fn wait(place: &Place, printed: &Printed) -> Result<(), Error> {
    let wait = place.planet.orders().wait(place.order.id()).every(Duration::from_millis(1)).max_attempts(2);
    printed.value("wait", &wait);
    printed.value("order", &wait.await?);
    Ok(())
}

async fn download(place: &Place, printed: &Printed) -> Result<(), Error> {
    let folder = tempfile::tempdir_in(place.folder.path()).unwrap();
    let events = printed.clone();
    let told = move |event: &ProgressEvent| events.value("progress", event);
    let download = place.planet.orders().download(place.order.id()).to(folder.path()).progress(told);
    printed.value("download", &download);
    printed.value("report", &download.await?);
    Ok(())
}

async fn features(place: &Place, printed: &Printed) -> Result<(), Error> {
    let features = place.planet.features();
    let collection = features.create_collection("fields").send().await?;
    printed.value("collection", &collection);
    let feature = serde_json::json!({"type": "Feature", "properties": {}, "geometry": oregon().as_json()});
    printed.value("references", &features.add_items(collection.value().id(), feature).send().await?);
    printed.value("features", &features.list_items(collection.value().id()).items().try_collect::<Vec<_>>().await?);
    Ok(())
}

async fn assets(place: &Place, printed: &Printed) -> Result<(), Error> {
    let data = place.planet.data();
    let assets = data.list_assets(ItemType::PSSCENE, "20200909_182525_1014").await?;
    printed.value("assets", &assets);
    let asset = data.get_asset(ItemType::PSSCENE, "20200909_182525_1014", "ortho_visual").await?;
    printed.value("activated", &data.activate(&asset).await?);
    let wait = data.wait(&asset).every(Duration::from_millis(1)).max_attempts(3);
    printed.value("wait", &wait);
    let asset = wait.await?;
    printed.value("active", &asset);
    let folder = tempfile::tempdir_in(place.folder.path()).unwrap();
    let events = printed.clone();
    let download = data.download(&asset).to(folder.path()).progress(move |event: &ProgressEvent| {
        events.value("progress", event);
    });
    printed.value("download", &download);
    let report = download.await?;
    printed.value("report", &report);
    printed.value("checked", &data.validate_checksum(&asset, &report.path).await?);
    Ok(())
}

async fn job(place: &Place, printed: &Printed) -> Result<(), Error> {
    let bucket = AmazonS3::new("b", "us-east-2", AWS_KEY_ID, Secret::new(AWS_SECRET));
    let webhook = Webhook::new(format!("https://me:{USER_PASSWORD}@example.com/{WEBHOOK}?token={LINK_TOKEN}"));
    let request = OrderRequest::builder("job")
        .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200909_182525_1014"]))
        .delivery(Delivery::new().to(bucket));
    let orders = place.planet.orders().reconcile(Reconcile::off());
    let telling = request.clone().notifications(Notifications::new().webhook(webhook));
    let (plan, telling) = (orders.plan(request)?, orders.plan(telling)?);
    for plan in [&plan, &telling] {
        printed.value("plan", plan);
        printed.value("plan, as a table", &plan.to_string());
        printed.value("plan, as JSON", &serde_json::to_string(plan).unwrap());
    }
    let run = plan.run();
    printed.value("run", &run);
    let job = run.await?;
    printed.value("job", &job);
    printed.value("orders", &place.planet.orders().wait_many(job.order_ids()).max_attempts(2).await?);
    Ok(())
}

async fn upload(place: &Place, printed: &Printed) -> Result<(), Error> {
    let features = place.planet.features();
    let collection = features.create_collection("more fields").await?;
    let fields = vec![oregon().as_json().clone(); 3];
    let upload = features.add_many(collection.id(), fields).chunk_size(2);
    printed.value("upload", &upload);
    printed.value("report", &upload.await?);
    Ok(())
}

async fn raw(place: &Place, printed: &Printed) -> Result<(), Error> {
    let url = format!("{}/data/v1/item-types?token={LINK_TOKEN}", place.sandbox.url());
    let request = place.session.request(Method::GET, url);
    printed.value("raw request", &request);
    printed.value("planet", &place.planet);
    printed.value("session", &place.session);
    let document = format!(r#"{{"id":"a","location":"{}"}}"#, place.foreign_link());
    printed.value("document", &serde_json::from_str::<Document>(&document).unwrap());
    printed.value("item", &serde_json::from_str::<Item>(&document).unwrap());
    // The sandbox refuses the parameter; what is sent then is what matters.
    request.await.map(drop)
}
