//! `docs/from-python.md` and `docs/python-deviations.md` against the signatures of the Python SDK and against our own names.

use std::collections::BTreeSet;
use std::path::Path;

use planet::{
    Auth, AuthBuilder, DataClient, DeviceLogin, Endpoint, FeaturesClient, OrdersClient, Pace, Planet, RawRequest,
    Retry, RetryPolicy, Session, SessionBuilder, Timeouts, data, features, orders, reporting,
};
use planet_builders::{
    Bundle, Catalogue, Error, Filter, Geometry, ItemType, OrderRequest, OrderType, Product, Timestamp, Tool, catalog,
    filter, geometry, order,
};
use serde_json::Value;

use crate::program::{recorded, vectors};

/// Names that resolve, because they compile: calls of functions, types and values. Nothing is called.
macro_rules! names {
    (
        $(fn $function:path => ($($argument:expr),*);)*
        $(type $type:ty;)*
        $(trait $trait:path;)*
        $(value $value:path;)*
    ) => {{
        $(let _compiled = || $function($($argument),*);)*
        $(let _compiled: Option<$type> = None;)*
        $(let _compiled: Option<Box<dyn $trait>> = None;)*
        $(let _compiled = || $value;)*
        [$(stringify!($function),)* $(stringify!($type),)* $(stringify!($trait),)* $(stringify!($value),)*]
            .into_iter()
            .map(|name| name.replace(' ', ""))
            .collect::<BTreeSet<String>>()
    }};
}

/// Stands for an argument of any type.
fn any<T>() -> T {
    unreachable!("no function is called here")
}

/// A source of credentials.
struct Vault;

impl planet::CredentialsProvider for Vault {
    fn headers(&self) -> planet::CredentialsFuture<'_> {
        any()
    }

    fn describe(&self) -> String {
        any()
    }
}

fn resolved() -> BTreeSet<String> {
    type Texts = Vec<String>;
    names! {
        fn Filter::empty => ();
        fn Filter::and => (any::<Vec<Filter>>());
        fn Filter::or => (any::<Vec<Filter>>());
        fn Filter::not => (any());
        fn Filter::date_range => (any::<String>());
        fn Filter::range => (any::<String>());
        fn Filter::update => (any::<String>());
        fn Filter::geometry => (any::<Geometry>());
        fn Filter::geometry_relation => (any::<Geometry>(), any());
        fn Filter::number_in => (any::<String>(), any::<Vec<f64>>());
        fn Filter::string_in => (any::<String>(), any::<Texts>());
        fn Filter::asset => (any::<Texts>());
        fn Filter::permission => ();
        fn Filter::permissions => (any::<Texts>());
        fn Filter::standard_quality => ();
        fn Filter::check => (any());
        fn Geometry::try_from => (any::<Value>());
        fn Geometry::feature => (any::<String>(), any::<Geometry>());
        fn Geometry::into_coordinates => (any());
        fn Geometry::into_polygon => (any());
        fn Geometry::reference => (any::<Value>());
        fn geometry::extract => (any());
        fn geometry::feature_collection => (any::<Vec<Value>>());
        fn geometry::FeatureRef::collection => (any());
        fn geometry::FeatureRef::feature => (any());
        fn OrderRequest::builder => (any::<String>());
        fn OrderRequest::check => (any());
        fn OrderRequest::into_builder => (any());
        fn Product::new => (any::<ItemType>(), any::<Bundle>(), any::<Texts>());
        fn Product::fallback => (any(), any::<Bundle>());
        fn Product::fallbacks => (any(), any::<Texts>());
        fn Product::quads => (any::<String>(), any::<Texts>());
        fn Product::mosaic_area => (any::<String>(), any::<Geometry>());
        fn order::AmazonS3::new => (any::<String>(), any::<String>(), any::<String>(), any::<order::Secret>());
        fn order::AzureBlobStorage::new => (any::<String>(), any::<String>(), any());
        fn order::GoogleCloudStorage::new => (any::<String>(), any());
        fn order::GoogleCloudStorage::service_account => (any::<String>(), any());
        fn order::GoogleEarthEngine::new => (any::<String>(), any::<String>());
        fn order::OracleCloudStorage::new =>
            (any::<String>(), any::<String>(), any::<String>(), any::<String>(), any());
        fn order::S3Compatible::new => (any::<String>(), any::<String>(), any::<String>(), any::<String>(), any());
        fn order::Destination::new => (any::<String>());
        fn order::Destination::default_of_organization => ();
        fn order::Hosting::sentinel_hub => ();
        fn Tool::clip => (any::<Geometry>());
        fn Tool::composite => ();
        fn Tool::coregister => (any::<String>());
        fn Tool::file_format => (any::<order::FileFormat>());
        fn Tool::reproject => (any::<String>());
        fn Tool::tile => (any());
        fn Tool::toar => ();
        fn Tool::harmonize => (any::<order::TargetSensor>());
        fn Tool::band_math => (any::<Texts>());
        fn Catalogue::embedded => ();
        fn Catalogue::from_spec => (any());
        fn Catalogue::item_type => (any(), any());
        fn Catalogue::bundle => (any(), any());
        fn Catalogue::bundle_for => (any(), any(), any());
        fn Catalogue::item_types => (any());
        fn Catalogue::bundles => (any());
        fn Catalogue::bundles_of => (any(), any::<ItemType>());
        fn Catalogue::item_types_of => (any(), any::<Bundle>());
        fn Catalogue::orderable_item_types => (any());
        fn Catalogue::asset_type => (any(), any());
        fn Catalogue::asset_types_of => (any(), any::<ItemType>());
        fn catalog::find_name => (any(), any::<&Texts>());
        fn Timestamp::parse_service => (any());
        fn planet::collect => (any::<planet::Pager<data::Item>>());
        fn Error::faults => (any());
        fn Auth::from_key => (any::<String>());
        fn Auth::from_env => ();
        fn Auth::from_env_var => (any());
        fn Auth::from_file => (any::<String>());
        fn Auth::from_provider => (any::<Vault>());
        fn Auth::from_user_default_session => ();
        fn Auth::from_profile => (any::<String>());
        fn Auth::from_oauth_user_device_code => (any::<String>());
        fn Auth::from_oauth_user_auth_code => (any::<String>(), any::<String>());
        fn Auth::from_oauth_m2m => (any::<String>(), any::<String>());
        fn Auth::from_login => (any::<String>(), any::<String>());
        fn Auth::builder => ();
        fn AuthBuilder::file => (any());
        fn Auth::explain => (any());
        fn Auth::value => (any());
        fn Auth::store => (any());
        fn Auth::store_legacy => (any(), any::<String>());
        fn Auth::login => (any());
        fn Auth::logout => (any());
        fn Auth::device_login => (any());
        fn DeviceLogin::complete => (any());
        fn Auth::is_initialized => (any());
        fn Auth::ensure_initialized => (any());
        fn Planet::from_default_session => ();
        fn Planet::builder => ();
        fn Planet::from_env => ();
        fn Planet::data => (any());
        fn Planet::orders => (any());
        fn Planet::features => (any());
        fn OrdersClient::new => (any());
        fn Session::builder => ();
        fn Session::request => (any(), any(), any::<String>());
        fn Session::close => (any());
        fn RawRequest::stream => (any());
        fn DataClient::search => (any(), any::<Vec<ItemType>>(), any());
        fn DataClient::create_search => (any(), any::<String>(), any::<Vec<ItemType>>(), any());
        fn DataClient::update_search => (any(), any::<String>(), any::<String>(), any::<Vec<ItemType>>(), any());
        fn DataClient::list_searches => (any());
        fn DataClient::delete_search => (any(), any::<String>());
        fn DataClient::get_search => (any(), any::<String>());
        fn DataClient::run_search => (any(), any::<String>());
        fn DataClient::stats => (any(), any::<Vec<ItemType>>(), any(), any());
        fn DataClient::get_item => (any(), any::<ItemType>(), any::<String>());
        fn DataClient::coverage => (any(), any::<ItemType>(), any::<String>(), any::<Geometry>());
        fn data::Coverage::percent => (any());
        fn DataClient::list_assets => (any(), any::<ItemType>(), any::<String>());
        fn DataClient::get_asset => (any(), any::<ItemType>(), any::<String>(), any::<String>());
        fn DataClient::activate => (any(), any());
        fn DataClient::wait => (any(), any());
        fn DataClient::wait_many => (any(), any::<Vec<data::Asset>>());
        fn data::WaitAsset::every => (any(), any());
        fn data::WaitAsset::max_attempts => (any(), any());
        fn DataClient::download => (any(), any());
        fn DataClient::validate_checksum => (any(), any(), any::<String>());
        fn data::validate_checksum => (any(), any::<String>());
        fn data::Verify::off => ();
        fn OrdersClient::create => (any(), any());
        fn OrdersClient::get => (any(), any::<String>());
        fn OrdersClient::list => (any());
        fn OrdersClient::cancel => (any(), any::<String>());
        fn OrdersClient::cancel_many => (any(), any::<Texts>());
        fn OrdersClient::cancel_all => (any());
        fn OrdersClient::stats => (any());
        fn OrdersClient::plan => (any(), any());
        fn orders::OrderState::is_final => (any());
        fn orders::OrderState::reached => (any(), any());
        fn orders::OrderState::passed => (any(), any());
        fn OrdersClient::wait => (any(), any::<String>());
        fn OrdersClient::wait_many => (any(), any::<Vec<String>>());
        fn OrdersClient::download => (any(), any::<String>());
        fn OrdersClient::repair => (any(), any::<String>());
        fn orders::OrderReport::missing => (any());
        fn orders::OrderReport::validate => (any(), any());
        fn OrdersClient::bundles => (any());
        fn OrdersClient::download_location => (any(), any::<String>());
        fn OrdersClient::download_result => (any(), any());
        fn OrdersClient::validate_checksum => (any(), any::<String>(), any());
        fn orders::validate_checksum => (any::<String>(), any());
        fn FeaturesClient::list_collections => (any());
        fn FeaturesClient::get_collection => (any(), any::<String>());
        fn FeaturesClient::create_collection => (any(), any::<String>());
        fn FeaturesClient::delete_collection => (any(), any::<String>());
        fn FeaturesClient::list_items => (any(), any::<String>());
        fn FeaturesClient::get_item => (any(), any::<String>(), any::<String>());
        fn FeaturesClient::add_items => (any(), any::<String>(), any::<Value>());
        fn FeaturesClient::add_many => (any(), any::<String>(), any::<Value>());
        fn FeaturesClient::delete_item => (any(), any::<String>(), any::<String>());
        fn features::Feature::reference => (any());
        fn Retry::max_attempts => (any(), any());
        fn Retry::max_delay => (any(), any());
        fn Timeouts::headers => (any(), any());
        fn Timeouts::connect => (any(), any());
        fn Pace::rate => (any(), any::<String>(), any());
        fn SessionBuilder::max_calls => (any(), any());
        fn SessionBuilder::max_files => (any(), any());
        fn reporting::StateBar::new => ();
        fn reporting::AssetStatusBar::new => (any::<String>(), any::<String>(), any::<String>());
        fn reporting::StateBar::update => (any(), any(), any());
        fn reporting::AssetStatusBar::update => (any(), any());
        fn reporting::AssetStatusBar::many => ();
        type reporting::StateBar;
        type reporting::AssetStatusBar;
        type reporting::FileBars;
        type filter::Relation;
        type geometry::FeatureRef;
        type geometry::Repair;
        type Geometry;
        type Tool;
        type OrderType;
        type order::Notifications;
        type order::Webhook;
        type order::Delivery;
        type order::Archive;
        type order::SentinelHub;
        type order::Secret;
        type order::ArchiveType;
        type order::FileFormat;
        type order::TargetSensor;
        type order::PixelType;
        type Timestamp;
        type Endpoint;
        type data::SearchSort;
        type data::SearchesSort;
        type data::SearchType;
        type data::Interval;
        type features::NewFeatures;
        type data::Activation;
        type orders::OrderState;
        type orders::Validation;
        trait RetryPolicy;
        value order::PixelType::Auto;
        value data::Overwrite::IfDifferent;
        value data::Overwrite::Always;
        value data::Overwrite::Never;
        value data::SearchSort::PublishedDesc;
        value data::SearchesSort::CreatedDesc;
        value data::SearchType::Any;
        value catalog::SCENE_TOOLS;
        value orders::OrderState::KNOWN;
        value orders::Checksum::Sha256;
        value catalog::BASEMAP_TOOLS;
    }
}

/// The functions of Python's `Session` and `Auth`, of which no signatures were recorded. `write` is only in older guides.
const SESSION_AND_AUTH: [&str; 24] = [
    "Session",
    "Session.client",
    "Session.request",
    "Session.stream",
    "Session.aclose",
    "Auth.from_user_default_session",
    "Auth.from_profile",
    "Auth.from_oauth_user_auth_code",
    "Auth.from_oauth_user_device_code",
    "Auth.from_oauth_m2m",
    "Auth.from_key",
    "Auth.from_file",
    "Auth.from_env",
    "Auth.from_login",
    "Auth.from_dict",
    "Auth.to_dict",
    "Auth.store",
    "Auth.write",
    "Auth.value",
    "Auth.user_login",
    "Auth.device_user_login_initiate",
    "Auth.device_user_login_complete",
    "Auth.is_initialized",
    "Auth.ensure_initialized",
];

/// Every public function and method of planet 3.7.0, and every command, which has a `planet` before it.
const NAMES: &str = include_str!("python_names.txt");

fn document() -> String {
    page("from-python.md")
}

fn deviations() -> String {
    page("python-deviations.md")
}

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// The text under a heading, up to the next one of the same rank.
fn section<'a>(document: &'a str, heading: &str) -> &'a str {
    let (_, after) = document.split_once(&format!("\n## {heading}\n")).unwrap();
    after.split("\n## ").next().unwrap()
}

/// The cells of each row of the tables in a text, but for the heads.
fn rows(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.trim_matches('|').replace("\\|", "or").split('|').map(str::to_owned).collect()).collect()
}

/// What stands between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn signatures() -> Value {
    let text = std::fs::read_to_string(vectors("signatures.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn keys(signatures: &Value, part: &str) -> BTreeSet<String> {
    signatures[part].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_function_method_and_constant_of_python_is_mapped_once() {
    let (document, signatures) = (document(), signatures());
    let mapped = |heading: &str| -> Vec<String> {
        rows(section(&document, heading)).iter().map(|row| code(&row[0]).next().unwrap().to_owned()).collect()
    };
    let functions = mapped("Functions");
    let mut expected = keys(&signatures, "functions");
    // Recorded, but not in the signatures.
    expected.extend(["io.str_to_datetime", "io.collect"].map(str::to_owned));
    assert_eq!(functions.iter().cloned().collect::<BTreeSet<_>>(), expected);
    assert_eq!(functions.len(), expected.len(), "a function stands there twice");

    let clients = mapped("Clients");
    let mut mapped: BTreeSet<String> = mapped("Constants").into_iter().collect();
    for method in clients {
        assert!(mapped.insert(method.clone()), "{method} stands there twice");
    }
    let mut expected = keys(&signatures, "constants");
    expected.extend(keys(&signatures, "methods"));
    assert_eq!(mapped, expected);
}

#[test]
fn session_and_credentials_of_python_are_mapped_once() {
    let document = document();
    let section = section(&document, "Session and credentials");
    let listed: Vec<String> = rows(section).into_iter().map(|row| code(&row[0]).next().unwrap().to_owned()).collect();
    assert_eq!(listed.len(), SESSION_AND_AUTH.len());
    assert_eq!(listed.iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(SESSION_AND_AUTH));
}

#[test]
fn every_function_and_command_of_python_is_named_on_the_page() {
    let document = document();
    let named: BTreeSet<&str> = code(&document).collect();
    let missing: Vec<&str> = NAMES.lines().filter(|name| !named.contains(name)).collect();
    assert!(NAMES.lines().count() > 250 && missing.is_empty(), "{missing:?}");
}

/// The chapters of Python's user guide, in both its forms, and of its guide for those who come from version 1.
const CHAPTERS: [&str; 24] = [
    "Install",
    "Authenticate with Planet services",
    "Create your first session",
    "Use asyncio to order Planet data",
    "Create an order",
    "Create an order request",
    "Waiting and downloading an order",
    "Validating checksums",
    "Collecting results",
    "Query the data catalog",
    "Filter",
    "Downloading an asset",
    "Features API Collections and Features",
    "Creating a collection",
    "Listing collections",
    "Listing features/items in a collection",
    "Using items as geometries for other methods",
    "API Exceptions",
    "Imports",
    "Authentication",
    "Session for all communication",
    "Asynchronous methods",
    "Data API",
    "Orders API",
];

#[test]
fn every_chapter_of_pythons_guides_has_a_snippet() {
    let document = document();
    for chapter in CHAPTERS {
        let heading = document.lines().find(|line| line.trim_start_matches('#').strip_prefix(' ') == Some(chapter));
        let heading = heading.unwrap_or_else(|| panic!("{chapter} is no heading"));
        let (_, after) = document.split_once(&format!("\n{heading}\n")).unwrap();
        let rank = |line: &str| line.find(|c| c != '#').filter(|rank| *rank > 0);
        let of_chapter = after.lines().take_while(|line| rank(line) > rank(heading) || rank(line).is_none());
        let is_snippet = |line: &str| line.starts_with("```rust") || line.starts_with("```sh");
        assert!(of_chapter.into_iter().any(is_snippet), "{chapter} has no snippet");
    }
}

/// All sources of the crates that have the names on the right.
fn sources(folder: &Path, found: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_function_and_method_of_python_is_found_in_our_documentation_by_its_name() {
    let document = document();
    let mut all = String::new();
    for name in ["builders", "core", "data", "features", "orders"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../planet-{name}/src")), &mut all);
    }
    for row in rows(&["Functions", "Clients"].map(|heading| section(&document, heading)).concat()) {
        let python = code(&row[0]).next().unwrap().rsplit('.').next().unwrap();
        let same = code(&row[1]).any(|name| name.rsplit("::").next() == Some(python));
        assert!(same || all.contains(&format!("#[doc(alias = \"{python}\")]")), "{python} is an alias of nothing");
    }
}

#[test]
fn every_name_of_ours_resolves() {
    let (document, resolved) = (document(), resolved());
    let tables = ["Functions", "Clients", "Session and credentials", "Constants"]
        .map(|heading| section(&document, heading))
        .concat();
    let rows = rows(&tables);
    assert!(rows.len() > 60);
    for row in rows {
        let names: Vec<&str> = code(&row[1]).collect();
        assert!(!names.is_empty(), "{row:?}");
        for name in names {
            assert!(resolved.contains(name), "{name}, which stands for {}, is not in the list that compiles", row[0]);
        }
    }
    let is_path = |text: &str| text.contains("::") && text.chars().all(|c| c.is_alphanumeric() || "_:".contains(c));
    let both = document + &deviations();
    for name in code(&both).filter(|text| is_path(text) && !text.starts_with("planet::")) {
        assert!(resolved.contains(name), "{name} is not in the list that compiles");
    }
}

#[test]
fn every_quirk_of_the_recorded_cases_is_a_listed_deviation() {
    let document = deviations();
    let rows = rows(section(&document, "Deviations"));
    let listed: BTreeSet<&str> = rows.iter().map(|row| code(&row[0]).next().unwrap()).collect();
    assert!(rows.iter().all(|row| row.len() == 3 && row[1].len() > 10 && row[2].len() > 20));
    let cases = recorded("builders");
    let quirks: BTreeSet<&str> = cases.iter().filter_map(|case| case["quirk_id"].as_str()).collect();
    assert_eq!(listed, quirks);
}

#[test]
fn every_quirk_of_the_clients_that_pass_is_a_listed_deviation() {
    let document = deviations();
    let rows = rows(section(&document, "Deviations of the clients"));
    assert!(rows.iter().all(|row| row.len() == 3 && row[1].len() > 10 && row[2].len() > 20));
    let of_builders = self::rows(section(&document, "Deviations"));
    let listed: BTreeSet<&str> = rows.iter().chain(&of_builders).map(|row| code(&row[0]).next().unwrap()).collect();
    let cases: Vec<Value> = recorded("wire");
    let quirks: BTreeSet<&str> = cases.iter().filter_map(|case| case["quirk_id"].as_str()).collect();
    assert!(quirks.len() > 5 && quirks.is_subset(&listed), "{:?}", quirks.difference(&listed));
}
