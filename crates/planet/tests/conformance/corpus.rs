//! Every recorded body: the model of it reads it, and writes it back as it was; each recorded request comes out of the
//! builder for it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use planet::data::{Asset, Assets, Coverage, Interval, Item, SavedSearch, Stats};
use planet::features::{Collection, Feature};
use planet::http::{HeaderMap, StatusCode};
use planet::orders::{CancelReport, Manifest, Order, OrderStats};
use planet::testing::{Answer, ScriptedTransport};
use planet::{Catalogue, Error, Filter, ItemType, Model, OrderRequest, Pager, Planet, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is done with a sample.
enum Sample {
    /// Gives what comes out of our types; it must equal the sample.
    Read(fn(&str) -> Value),
    /// Gives the items of a page, read by the list that fetches it; they must equal those at this place.
    Page(&'static str, fn(Planet) -> Vec<Value>),
    /// Looks at it itself: there is nothing to write back.
    Check(fn(&str)),
    /// No type of ours reads it, for this reason.
    Unread(&'static str),
}

use Sample::{Check, Page, Read, Unread};

const LOGIN: &str = "logins are no part of the services: a session takes an API key or a provider of credentials";
const RAW: &str = "no operation of ours asks for it: Session::request does";

const SAMPLES: &[(&str, Sample)] = &[
    ("auth_legacy_login_ok", Unread(LOGIN)),
    ("auth_oauth_device_code", Unread(LOGIN)),
    ("auth_oauth_error", Unread(LOGIN)),
    ("auth_oauth_token", Unread(LOGIN)),
    ("bundles_spec_excerpt", Check(specification)),
    ("data_asset_activating", Read(model::<Asset>)),
    ("data_asset_active", Read(model::<Asset>)),
    ("data_asset_inactive", Read(model::<Asset>)),
    ("data_asset_types", Unread(RAW)),
    ("data_assets_map", Read(model::<Assets>)),
    ("data_assets_map_no_permission", Read(model::<Assets>)),
    ("data_coverage", Read(model::<Coverage>)),
    ("data_coverage_band_snow", Read(model::<Coverage>)),
    ("data_item_psscene", Read(model::<Item>)),
    ("data_item_psscene_8b", Read(model::<Item>)),
    ("data_item_skysatcollect", Read(model::<Item>)),
    ("data_item_types", Unread(RAW)),
    ("data_quick_search_page_1", Page("features", items)),
    ("data_quick_search_page_2_last", Page("features", items)),
    ("data_quick_search_page_empty", Page("features", items)),
    ("data_quick_search_request", Read(quick_search)),
    ("data_quick_search_request_geometry_ref", Read(quick_search)),
    ("data_root", Unread(RAW)),
    ("data_search_create_request", Read(create_search)),
    ("data_search_quick", Read(model::<SavedSearch>)),
    ("data_search_saved", Read(model::<SavedSearch>)),
    ("data_searches_page", Page("searches", searches)),
    ("data_stats", Read(model::<Stats>)),
    ("data_stats_request", Read(stats)),
    ("error_bodies", Check(errors)),
    ("features_add_items_request", Read(add_items)),
    ("features_add_items_response", Read(references)),
    ("features_alternates", Unread(RAW)),
    ("features_collection", Read(model::<Collection>)),
    ("features_collection_created", Read(model::<Collection>)),
    ("features_collections_page_1", Page("collections", collections)),
    ("features_collections_page_last", Page("collections", collections)),
    ("features_create_collection_request", Read(create_collection)),
    ("features_item", Read(model::<Feature>)),
    ("features_items_page_1", Page("features", features)),
    ("features_items_page_last", Page("features", features)),
    ("features_validate_errors", Unread(RAW)),
    ("features_validate_ok", Unread(RAW)),
    ("features_validate_too_many", Unread(RAW)),
    ("order_cancelled", Read(model::<Order>)),
    ("order_failed", Read(model::<Order>)),
    ("order_hosting_sentinel_hub", Read(model::<Order>)),
    ("order_item_metadata", Read(model::<Item>)),
    ("order_manifest", Check(manifest)),
    ("order_partial", Read(model::<Order>)),
    ("order_queued", Read(model::<Order>)),
    ("order_request_basemap", Read(same::<OrderRequest>)),
    ("order_request_full", Read(same::<OrderRequest>)),
    ("order_running", Read(model::<Order>)),
    ("order_success", Read(model::<Order>)),
    ("order_success_cloud_delivery", Read(model::<Order>)),
    ("order_success_composite", Read(model::<Order>)),
    ("order_success_zip", Read(model::<Order>)),
    ("order_with_clip_ref_and_source_type", Read(model::<Order>)),
    ("orders_aggregated_stats", Read(model::<OrderStats>)),
    ("orders_bulk_cancel", Read(model::<CancelReport>)),
    ("orders_page_1", Page("orders", orders)),
    ("orders_page_empty", Page("orders", orders)),
    ("orders_page_last", Page("orders", orders)),
    ("orders_webhook_cloud", Unread("it is sent to the program's own server")),
    ("orders_webhook_download", Unread("it is sent to the program's own server")),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../planet-sandbox/fixtures/samples")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_sample_is_listed_and_every_listed_sample_is_there() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect();
    let listed: BTreeSet<String> = SAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let new: Vec<&String> = files.difference(&listed).collect();
    assert!(new.is_empty(), "say in SAMPLES which type reads {new:?}, or why none does");
    assert_eq!(listed.difference(&files).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(listed.len(), SAMPLES.len(), "one is listed twice");
}

#[test]
fn every_sample_is_read_by_its_type_and_written_back_as_it_was() {
    let mut wrong = Vec::new();
    for (name, sample) in SAMPLES {
        let body = text(name);
        let (came, expected) = match sample {
            Read(read) => (read(&body), value(&body)),
            Page(place, read) => (Value::from(read(answering(&body))), value(&body)[place].clone()),
            Check(check) => {
                check(&body);
                continue;
            }
            Unread(reason) => {
                assert!(reason.len() > 20, "{name}");
                continue;
            }
        };
        if came != expected {
            wrong.push(format!("{name}: {came}\n  is not\n  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The text as well: white space and the order of members stay.
fn model<M: Model>(text: &str) -> Value {
    let model: M = serde_json::from_str(text).unwrap();
    assert_eq!(model.document().as_json(), text.trim());
    assert_eq!(serde_json::to_string(&model).unwrap(), text.trim());
    serde_json::to_value(&model).unwrap()
}

fn same<T: DeserializeOwned + Serialize>(text: &str) -> Value {
    serde_json::to_value(serde_json::from_str::<T>(text).unwrap()).unwrap()
}

/// A `Planet` whose service answers once, with this body.
fn answering(body: &str) -> Planet {
    let script = ScriptedTransport::new([Answer::bytes(body.to_owned())]);
    Planet::new(script.session().build().unwrap())
}

fn idle() -> Planet {
    Planet::new(ScriptedTransport::new([]).session().build().unwrap())
}

fn wait<T>(call: impl IntoFuture<Output = Result<T>>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(call.into_future()).unwrap()
}

/// The items of the first page.
fn page<M: Model>(list: Pager<M>) -> Vec<Value> {
    use planet::prelude::*;
    let mut pages = list.pages();
    let page = wait(pages.try_next()).unwrap();
    page.items.iter().map(|item| serde_json::to_value(item).unwrap()).collect()
}

fn items(planet: Planet) -> Vec<Value> {
    page(planet.data().search([ItemType::PSSCENE], Filter::empty()).items())
}

fn searches(planet: Planet) -> Vec<Value> {
    page(planet.data().list_searches().items())
}

fn collections(planet: Planet) -> Vec<Value> {
    page(planet.features().list_collections().items())
}

fn features(planet: Planet) -> Vec<Value> {
    page(planet.features().list_items("cairo_areas-Kr7JYmq").items())
}

fn orders(planet: Planet) -> Vec<Value> {
    page(planet.orders().list().items())
}

/// The body of a request.
macro_rules! body_of {
    ($call:expr) => {
        serde_json::from_slice::<Value>($call.to_request().unwrap().body()).unwrap()
    };
}

/// What searches have in common.
#[derive(Deserialize)]
struct Criteria {
    item_types: Vec<String>,
    filter: Filter,
}

fn quick_search(text: &str) -> Value {
    let Criteria { item_types, filter } = serde_json::from_str(text).unwrap();
    let search = idle().data().search(item_types, filter);
    match value(text).get("geometry") {
        Some(area) => body_of!(search.geometry(area.clone())),
        None => body_of!(search),
    }
}

fn create_search(text: &str) -> Value {
    let Criteria { item_types, filter } = serde_json::from_str(text).unwrap();
    let request = value(text);
    let (name, email) = (request["name"].as_str().unwrap(), request["__daily_email_enabled"].as_bool().unwrap());
    let create = idle().data().create_search(name, item_types, filter);
    body_of!(create.geometry(request["geometry"].clone()).daily_email(email))
}

fn stats(text: &str) -> Value {
    let Criteria { item_types, filter } = serde_json::from_str(text).unwrap();
    assert_eq!(value(text)["interval"], "year");
    body_of!(idle().data().stats(item_types, filter, Interval::Year))
}

fn add_items(text: &str) -> Value {
    body_of!(idle().features().add_items("cairo_areas-Kr7JYmq", value(text)))
}

fn references(answer: &str) -> Value {
    let feature = value(&text("features_add_items_request"));
    let add = answering(answer).features().add_items("cairo_areas-Kr7JYmq", vec![feature.clone(), feature]);
    wait(add).into_iter().collect()
}

fn create_collection(text: &str) -> Value {
    let request = value(text);
    let member = |name: &str| request[name].as_str().unwrap().to_owned();
    let create = idle().features().create_collection(member("title"));
    body_of!(create.description(member("description")).title_property(member("title_property")))
}

fn specification(text: &str) {
    let catalogue = Catalogue::from_spec(text.as_bytes()).unwrap();
    assert!(catalogue.bundles().count() > 0);
}

fn manifest(text: &str) {
    let manifest = Manifest::parse(text.as_bytes()).unwrap();
    let files = value(text);
    let files = files["files"].as_array().unwrap();
    assert_eq!(manifest.files().len(), files.len());
    for (ours, theirs) in manifest.files().iter().zip(files) {
        assert_eq!((ours.path(), ours.size()), (theirs["path"].as_str().unwrap(), theirs["size"].as_u64().unwrap()));
    }
}

/// Each body makes an error that repeats what the service said.
fn errors(text: &str) {
    for sample in value(text).as_array().unwrap() {
        let status = StatusCode::from_u16(u16::try_from(sample["status"].as_u64().unwrap()).unwrap()).unwrap();
        let body = sample["body"].as_str().map_or_else(|| sample["body"].to_string(), str::to_owned);
        let error = Error::from_status(status, &HeaderMap::new(), body.as_bytes());
        assert!(error.is_api_error() && error.status() == Some(status), "{sample}");
    }
}
