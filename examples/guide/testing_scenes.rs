//! The test file of docs/testing.md.

// ANCHOR: code
use std::path::{Path, PathBuf};
use std::time::Duration;

use planet::orders::Checksum;
use planet::{Auth, Bundle, Endpoint, ItemType, OrderRequest, Planet, Product};
use planet_sandbox::{Fault, Sandbox};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SCENE: &str = "20200909_182525_1014";

/// The code under test: where the files of a scene are. In a project of yours it is in `src`.
async fn fetch(planet: &Planet, scene: &str, folder: &Path) -> planet::Result<PathBuf> {
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, [scene]);
    let order = planet.orders().create(OrderRequest::builder(scene).product(product).build()?).await?;
    planet.orders().wait(order.id()).every(Duration::from_millis(50)).await?;
    let report = planet.orders().download(order.id()).to(folder).await?;
    Ok(report.directory().to_owned())
}

/// A sandbox for one test, and a client of it.
async fn start() -> Result<(Sandbox, Planet)> {
    let sandbox = Sandbox::builder().order_time(Duration::from_millis(200)).start().await?;
    let planet =
        Planet::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    Ok((sandbox, planet))
}
// ANCHOR_END: code

// ANCHOR: money
#[tokio::test]
async fn a_lost_answer_costs_no_second_order() -> Result<()> {
    let (sandbox, planet) = start().await?;
    // The order is created. Then the connection breaks, and nobody learns its id.
    let lost = sandbox.fault(Fault::on("POST", "/compute/ops/orders/v2").nth(1).after_acting().reset());

    fetch(&planet, SCENE, tempfile::tempdir()?.path()).await?;

    assert_eq!(lost.hits(), 1);
    assert_eq!(sandbox.order_ids().len(), 1);
    Ok(())
}
// ANCHOR_END: money

// ANCHOR: data
#[tokio::test]
async fn broken_and_damaged_downloads_end_in_good_files() -> Result<()> {
    let (sandbox, planet) = start().await?;
    let folder = tempfile::tempdir()?;
    // The first download of an image breaks off. The next one comes with a byte that is wrong.
    let broken = sandbox.fault(Fault::on("GET", "*.tif").nth(1).cut_at(1_000));
    let damaged = sandbox.fault(Fault::on("GET", "*.tif").nth(2).corrupt_byte(10));

    let files = fetch(&planet, SCENE, folder.path()).await?;

    assert_eq!((broken.hits(), damaged.hits()), (1, 1));
    let checked = planet.orders().validate_checksum(files, Checksum::Sha256).await?;
    assert!(checked.files > 0);
    Ok(())
}
// ANCHOR_END: data

// ANCHOR: failure
#[tokio::test]
async fn an_order_that_fails_is_an_error_with_its_reason() -> Result<()> {
    let (sandbox, planet) = start().await?;
    sandbox.fail_next_order(["no clear pixels"]);

    let error = fetch(&planet, SCENE, tempfile::tempdir()?.path()).await.unwrap_err();

    assert_eq!(error.kind(), planet::ErrorKind::OperationFailed);
    assert!(error.to_string().contains("no clear pixels"), "{error}");
    Ok(())
}
// ANCHOR_END: failure
