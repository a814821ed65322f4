//! From an asset's type to an asset that can be downloaded, and what breaks on the way.

use std::time::Duration;

use planet::data::{Activation, Asset, AssetStatus};
use planet::{DataClient, ErrorKind};
use planet_sandbox::{Fault, Sandbox};

use crate::setup::planet_at;

const ITEM: &str = "20200909_182525_1014";
/// The links of assets themselves, but not of their activation.
const ASSETS: &str = "/data/v1/assets/";

struct World {
    sandbox: Sandbox,
    data: DataClient,
}

impl World {
    /// Activation takes a quarter of a second.
    async fn new() -> Self {
        let quick = Duration::from_millis(250);
        let sandbox = Sandbox::builder().limits(false).activation_time(quick).start().await.unwrap();
        let data = planet_at(sandbox.url(), sandbox.api_key()).data();
        Self { sandbox, data }
    }

    /// How often the service was asked to activate.
    fn activations(&self) -> usize {
        self.sandbox.requests().iter().filter(|request| request.path.ends_with("/activate")).count()
    }

    async fn asset(&self, asset_type: &str) -> Asset {
        self.data.get_asset("psscene", ITEM, asset_type).await.unwrap()
    }

    /// Waits with polls that follow each other quickly, and are not repeated by themselves.
    async fn wait(&self, asset: &Asset) -> planet::Result<Asset> {
        self.data.wait(asset).every(Duration::from_millis(20)).retry(planet::Retry::off()).await
    }
}

#[tokio::test]
async fn an_asset_is_found_activated_waited_for_and_has_a_location() {
    let world = World::new().await;
    let assets = world.data.list_assets("PSScene", ITEM).await.unwrap();
    assert!(assets.len() > 3 && assets.iter().all(|asset| asset.status() == AssetStatus::Inactive));

    let asset = world.asset("ORTHO_VISUAL").await;
    assert_eq!(world.data.activate(&asset).await.unwrap(), Activation::Started);
    let active = world.wait(&asset).await.unwrap();
    assert!(active.location().is_some() && active.md5_digest().is_some());
    assert!(active.expires_at().unwrap().unix_seconds() > 1_700_000_000);

    // The asset as it was fetched first is out of date, which does no harm.
    assert_eq!(world.data.activate(&asset).await.unwrap(), Activation::AlreadyActive);
    assert_eq!(world.activations(), 2);
    assert_eq!(world.data.activate(&active).await.unwrap(), Activation::AlreadyActive);
    assert_eq!(world.activations(), 2);
}

#[tokio::test]
async fn faults_while_an_asset_is_waited_for_do_not_end_the_wait() {
    let html = "<html><body>Our servers are having lunch</body></html>";
    for fault in [
        Fault::on("GET", ASSETS).nth(1).times(3).status(200).body(html).header("content-type", "text/html"),
        Fault::on("GET", ASSETS).nth(1).times(3).status(500).body(html),
        Fault::on("GET", ASSETS).nth(1).times(3).status(503),
        Fault::on("GET", ASSETS).nth(1).times(3).status(429),
        Fault::on("GET", ASSETS).nth(1).times(3).reset(),
        Fault::on("GET", ASSETS).nth(1).times(3).reset_after_headers(),
        Fault::on("GET", ASSETS).nth(1).times(3).cut_at(10),
        Fault::on("GET", ASSETS).nth(1).times(3).status(404),
        Fault::on("GET", ASSETS).nth(1).times(3).status(200).body("{}").delay(Duration::from_millis(10)),
    ] {
        let world = World::new().await;
        let asset = world.asset("ortho_udm2").await;
        world.data.activate(&asset).await.unwrap();
        let described = format!("{fault:?}");
        let struck = world.sandbox.fault(fault);
        let ended = world.wait(&asset).await;
        assert!(ended.as_ref().is_ok_and(|asset| asset.status().is_active()), "{described}: {ended:?}");
        assert_eq!(struck.hits(), 3, "{described}");
    }
}

#[tokio::test]
async fn polls_that_cannot_get_better_end_the_wait_with_the_services_words() {
    for (status, kind) in [(401, ErrorKind::Unauthorized), (403, ErrorKind::Forbidden), (400, ErrorKind::Rejected)] {
        let world = World::new().await;
        let asset = world.asset("ortho_udm2").await;
        world.data.activate(&asset).await.unwrap();
        world.sandbox.fault(Fault::on("GET", ASSETS).status(status).body(r#"{"message": "not you"}"#));
        let error = world.wait(&asset).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains("not you"), "{error}");
    }
}

#[tokio::test]
async fn an_activation_whose_answer_is_lost_is_asked_for_again() {
    for fault in [
        Fault::on("GET", "*/activate").nth(1).times(2).status(500),
        Fault::on("GET", "*/activate").nth(1).after_acting().reset(),
        Fault::on("GET", "*/activate").nth(1).times(2).status(429),
        Fault::on("GET", "*/activate").nth(1).reset_after_headers(),
    ] {
        let world = World::new().await;
        let asset = world.asset("ortho_udm2").await;
        let described = format!("{fault:?}");
        let struck = world.sandbox.fault(fault);
        let outcome = world.data.activate(&asset).await;
        assert_eq!(outcome.ok(), Some(Activation::Started), "{described}");
        assert!(struck.hits() > 0, "{described}");
        assert!(world.wait(&asset).await.unwrap().status().is_active());
    }
}

#[tokio::test]
async fn an_activation_that_is_refused_is_told_in_the_services_words() {
    let world = World::new().await;
    let asset = world.asset("ortho_udm2").await;
    let html = "<html><title>Error 404 (Not Found)</title></html>";
    for (status, body, kind) in [
        (401, r#"{"message": "You do not have permission to activate this asset."}"#, ErrorKind::Unauthorized),
        (403, "", ErrorKind::Forbidden),
        (404, html, ErrorKind::NotFound),
    ] {
        world.sandbox.clear_faults();
        world.sandbox.fault(Fault::on("GET", "*/activate").status(status).body(body));
        let error = world.data.activate(&asset).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, Some("data.activate")));
        assert_eq!(error.api().unwrap().body(), body);
        assert_eq!(error.help().is_some_and(|help| help.contains("your plan")), status != 404, "{error}");
    }
    assert_eq!(world.asset("ortho_udm2").await.status(), AssetStatus::Inactive);
}

#[tokio::test]
async fn lists_of_assets_that_cannot_be_read_are_typed_errors() {
    for (fault, kind) in [
        (Fault::on("GET", "*/assets").status(404), ErrorKind::NotFound),
        (Fault::on("GET", "*/assets").status(200).body("<html>secret</html>"), ErrorKind::Decode),
        (Fault::on("GET", "*/assets").status(200).body("[]"), ErrorKind::Decode),
        (Fault::on("GET", "*/assets").status(200).body(""), ErrorKind::Decode),
    ] {
        let world = World::new().await;
        world.sandbox.fault(fault);
        let error = world.data.get_asset("PSScene", ITEM, "ortho_udm2").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}

#[tokio::test]
async fn many_assets_are_waited_for_together() {
    let world = World::new().await;
    let assets = world.data.list_assets("PSScene", ITEM).await.unwrap();
    for asset in assets.iter().filter(|asset| asset.may_download()) {
        world.data.activate(asset).await.unwrap();
    }
    world.sandbox.fault(Fault::on("GET", ASSETS).nth(2).times(3).status(200).body("<html>"));
    let wanted: Vec<&Asset> = assets.iter().filter(|asset| asset.may_download()).collect();
    let report = world.data.wait_many(wanted.iter().copied()).every(Duration::from_millis(20)).await.unwrap();
    let active = report.into_results().unwrap();
    assert!(active.iter().all(|asset| asset.status().is_active() && asset.location().is_some()));
    let types = |assets: Vec<&Asset>| assets.iter().map(|asset| asset.asset_type().to_owned()).collect::<Vec<_>>();
    assert_eq!(types(active.iter().collect()), types(wanted));
}

#[tokio::test]
async fn bad_input_about_assets_is_refused_by_name_before_anything_is_sent() {
    let world = World::new().await;
    let data = &world.data;
    for (item_type, item_id, asset_type, argument) in [
        ("PSScne", ITEM, "ortho_udm2", "item_type"),
        ("", ITEM, "ortho_udm2", "item_type"),
        ("PSScene", "", "ortho_udm2", "item_id"),
        ("PSScene", "..", "ortho_udm2", "item_id"),
        ("PSScene", "a/b", "ortho_udm2", "item_id"),
        ("PSScene", ITEM, "", "asset_type"),
    ] {
        let error = data.get_asset(item_type, item_id, asset_type).await.unwrap_err();
        assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, argument), "{error}");
        if argument != "asset_type" {
            let error = data.list_assets(item_type, item_id).await.unwrap_err();
            assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, argument), "{error}");
        }
    }
    let foreign =
        r#"{"status": "inactive", "_links": {"_self": "http://127.0.0.1:9/a", "activate": "http://127.0.0.1:9/a"}}"#;
    let foreign: Asset = serde_json::from_str(foreign).unwrap();
    assert_eq!(data.activate(&foreign).await.unwrap_err().faults()[0].path(), "asset._links.activate");
    assert_eq!(data.wait(&foreign).await.unwrap_err().faults()[0].path(), "asset._links._self");
    assert_eq!(data.wait_many([&foreign]).await.unwrap_err().faults()[0].path(), "assets[0]._links._self");
    assert_eq!(data.wait_many(Vec::<Asset>::new()).await.unwrap_err().faults()[0].path(), "assets");
    assert_eq!(world.sandbox.requests().len(), 0);
}
