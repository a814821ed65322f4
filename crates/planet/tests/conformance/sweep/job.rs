//! What a client does under faults.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use futures_util::TryStreamExt;
use planet::data::Item;
use planet::orders::{Order, Reconcile};
use planet::{Error, Filter, ItemType, Planet};

use super::ground::Ground;
use crate::setup::{STORAGE, guide_order, oregon};

const ORDERS: &str = "/compute/ops/orders/v2";
const FEATURES: &str = "/features/v1";

/// A client's doing, and the requests of it that faults may strike.
pub struct Job {
    pub name: &'static str,
    pub targets: &'static [(&'static str, &'static str)],
    pub act: Act,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Search,
    Create,
    Get,
    List,
    Cancel,
    Wait,
    Download,
    AddFeatures,
    ListFeatures,
}

pub const JOBS: &[Job] = &[
    Job { name: "search", targets: &[("*", "/data/v1")], act: Act::Search },
    Job { name: "create", targets: &[("POST", ORDERS)], act: Act::Create },
    Job { name: "get", targets: &[("GET", ORDERS)], act: Act::Get },
    Job { name: "list", targets: &[("GET", ORDERS)], act: Act::List },
    Job { name: "cancel", targets: &[("PUT", ORDERS)], act: Act::Cancel },
    Job { name: "wait", targets: &[("GET", ORDERS)], act: Act::Wait },
    Job {
        name: "download",
        targets: &[
            ("GET", ORDERS),
            ("GET", "/compute/ops/download"),
            ("GET", STORAGE),
            ("GET", "*manifest.json"),
            ("GET", "*.tif"),
        ],
        act: Act::Download,
    },
    Job { name: "add features", targets: &[("*", FEATURES)], act: Act::AddFeatures },
    Job { name: "list features", targets: &[("GET", FEATURES)], act: Act::ListFeatures },
];

/// What came of a job that ended well, if that can be compared with what the service has.
pub type Found = Option<HashSet<String>>;

pub struct Task<'a> {
    /// An order of the seed's own, made before the faults.
    pub subject: &'a Order,
    pub folder: &'a Path,
    pub reconcile: Reconcile,
}

pub async fn run(act: Act, planet: &Planet, ground: &Ground, task: &Task<'_>) -> Result<Found, Error> {
    let Task { subject, folder, reconcile } = task;
    let (orders, features) = (planet.orders(), planet.features());
    match act {
        Act::Search => {
            let search = planet.data().search([ItemType::PSSCENE], Filter::geometry(oregon())?);
            let items: Vec<Item> = search.page_size(20).limit(50).items().try_collect().await?;
            return Ok(Some(items.iter().map(|item| item.id().to_owned()).collect()));
        }
        Act::Create => {
            let order = orders.create(guide_order()).reconcile(*reconcile).await?;
            return Ok(Some(HashSet::from([order.id().to_owned()])));
        }
        Act::Get => drop(orders.get(subject.id()).await?),
        Act::List => {
            let listed: Vec<Order> = orders.list().page_size(5).items().try_collect().await?;
            return Ok(Some(listed.iter().map(|order| order.id().to_owned()).collect()));
        }
        Act::Cancel => drop(orders.cancel(subject.id()).await?),
        Act::Wait => {
            let wait = orders.wait(subject.id()).every(Duration::from_millis(10)).timeout(Duration::from_secs(10));
            let later = async {
                tokio::time::sleep(Duration::from_millis(30)).await;
                ground.finish_orders();
                Ok(())
            };
            tokio::try_join!(async { wait.await }, later)?;
        }
        Act::Download => drop(orders.download(ground.order.id()).to(folder).await?),
        Act::AddFeatures => {
            let collection = features.create_collection("fields").await?;
            let feature = serde_json::json!({"type": "Feature", "properties": {}, "geometry": oregon().as_json()});
            features.add_items(collection.id(), feature).await?;
        }
        Act::ListFeatures => drop(features.list_items(&ground.collection).items().try_collect::<Vec<_>>().await?),
    }
    Ok(None)
}
