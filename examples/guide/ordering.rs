//! The page docs/ordering.md as one program.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: place
    use planet::{Bundle, ItemType, OrderRequest, Product};

    let orders = planet.orders();
    let scenes = ["20200925_161029_69_2223", "20200925_161027_48_2223"];
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, scenes);
    let request = OrderRequest::builder("iowa").product(product.clone()).build()?;
    let order = orders.create(request).await?;
    println!("{} is {}", order.name(), order.state());

    let order = orders.wait(order.id()).await?;
    let report = orders.download(order.id()).to("imagery").await?;
    println!("{} is {}, {} files", order.name(), order.state(), report.files().len());
    // ANCHOR_END: place

    // ANCHOR: bundles
    use planet::Catalogue;

    let catalogue = Catalogue::embedded(); // of this release; orders.bundles().await? asks the service
    for asset in catalogue.assets("analytic_udm2", "PSScene") {
        println!("analytic_udm2 of PSScene has {asset}");
    }
    let tools: Vec<&str> = catalogue.tools_for("analytic_udm2", "PSScene").collect();
    println!("tools: {}", tools.join(", "));
    // ANCHOR_END: bundles

    // ANCHOR: products
    use planet::serde_json;

    let eight_bands = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_8B_UDM2, ["20251028_192515_32_24dc"])
        .fallback(Bundle::ANALYTIC_UDM2);
    let pictures = Product::new(ItemType::PSSCENE, Bundle::VISUAL, scenes);
    let two = OrderRequest::builder("two products").product(eight_bands).product(pictures).build()?;

    let quads = Product::quads("global_monthly_2026_05_mosaic", ["1038-1265", "1039-1265"]);
    let basemap = OrderRequest::builder("quads").product(quads).build()?;
    println!("{} products; then {}", two.products().len(), serde_json::to_string(basemap.products())?);
    // ANCHOR_END: products

    // ANCHOR: tools
    use planet::orders::request::{Kernel, PixelType};
    use planet::{Geometry, Tool};

    let field = Geometry::bbox(-91.20, 42.89, -91.12, 42.95)?; // west, south, east, north
    let clipped = OrderRequest::builder("clipped")
        .product(product.clone())
        .tool(Tool::clip(field))
        .tool(Tool::reproject("EPSG:32615").resolution(3.0).kernel(Kernel::Cubic))
        .tool(Tool::band_math(["(b4 - b3) / (b4 + b3)"]).pixel_type(PixelType::Float32))
        .build()?;
    let names: Vec<&str> = clipped.tools().iter().map(Tool::name).collect();
    println!("in this order: {}", names.join(", "));
    // ANCHOR_END: tools

    // ANCHOR: delivery
    use planet::orders::request::{AmazonS3, Archive, Delivery, Hosting, Notifications, Secret, Webhook};

    let secret = Secret::new(std::env::var("BUCKET_SECRET").unwrap_or_else(|_| "sesame".to_owned()));
    let bucket = AmazonS3::new("my-bucket", "us-east-2", "KEYID", secret).path_prefix("iowa/");
    let webhook = Webhook::new("https://example.com/orders").per_order(true);
    let delivered = OrderRequest::builder("to a bucket")
        .product(product.clone())
        .delivery(Delivery::new().to(bucket).archive(Archive::zip().single(true)))
        .notifications(Notifications::new().email(true).webhook(webhook))
        .build()?;
    println!("{}", serde_json::to_string(&delivered.delivery())?.contains("sesame")); // it is in what is sent
    println!("{:?}", delivered.delivery()); // and nowhere else

    let hosted = OrderRequest::builder("hosted").product(product.clone());
    let hosted = hosted.hosting(Hosting::sentinel_hub().create_configuration(true)).stac().build()?;
    println!("hosted: {}", hosted.hosting().is_some());
    // ANCHOR_END: delivery

    // ANCHOR: check
    let wrong = OrderRequest::builder("")
        .product(Product::new("PSScene", "analytic_udm", scenes))
        .tool(Tool::reproject("EPSG:32615").kernel("cubik"))
        .tool(Tool::harmonize("Sentinel-2"));
    if let Err(error) = wrong.build() {
        for fault in error.faults() {
            println!("{fault}");
        }
    }
    // ANCHOR_END: check

    // ANCHOR: json
    let text = r#"{
        "name": "from a file",
        "order_typ": "partial",
        "products": [{"item_type": "PSScene", "product_bundle": "visual", "item_ids": ["20200925_161029_69_2223"]}]
    }"#;
    let request: OrderRequest = serde_json::from_str(text)?;
    request.check()?;
    for hint in request.hints() {
        println!("{hint}");
    }
    println!("{}", serde_json::to_string(&request.without_secrets())?);
    // ANCHOR_END: json

    // ANCHOR: lost
    use std::time::Duration;

    use planet::orders::Reconcile;
    use planet_sandbox::Fault;

    // Planet deserves the default, a minute. The sandbox lists an order at once.
    let orders = orders.clone().reconcile(Reconcile::default().settle(Duration::from_secs(2)));

    // The service takes the order, and the connection breaks before its answer is here.
    sandbox.fault(Fault::on("POST", "/compute/ops/orders/v2").times(1).after_acting().reset());
    let request = OrderRequest::builder("lost and found").product(product.clone()).build()?;
    let response = orders.create(request).send().await?;
    if let Some(lost) = response.recovered_from() {
        println!("lost: {:?}; found: {}", lost.kind(), response.value().name());
    }
    // ANCHOR_END: lost

    // ANCHOR: unknown
    use std::error::Error as _;

    use planet::Outcome;
    use planet::orders::UnknownOrder;

    // The connection breaks, and no such order comes into the list.
    sandbox.fault(Fault::on("POST", "/compute/ops/orders/v2").times(1).reset());
    let request = OrderRequest::builder("lost").product(product.clone()).build()?;
    match orders.create(request).await {
        Ok(order) => println!("placed: {}", order.id()),
        Err(error) if error.outcome() == Outcome::Unknown => {
            println!("{}", error.help().unwrap_or_default());
            let unknown = error.source().and_then(|source| source.downcast_ref::<UnknownOrder>());
            for order in unknown.map(UnknownOrder::candidates).unwrap_or_default() {
                println!("could be it: {} ({})", order.id(), order.state());
            }
        }
        Err(error) => println!("certainly not placed: {error}"),
    }
    // ANCHOR_END: unknown

    // ANCHOR: list
    use planet::Timestamp;
    use planet::orders::{OrderSort, OrderState};
    use planet::prelude::*;

    let order = orders.get(order.id()).await?;
    println!("{}: {:?}, {} results", order.name(), order.last_message(), order.results().count());

    let since: Timestamp = "2026-01-01".parse()?;
    let list = orders.list().name_contains("io").created_on(since..).states([OrderState::Success, OrderState::Partial]);
    let mut listed = list.sort_by(OrderSort::NAME).limit(100).items();
    while let Some(order) = listed.try_next().await? {
        println!("{}, placed {}", order.name(), order.created_on().is_some());
    }
    // ANCHOR_END: list

    // ANCHOR: cancel
    let (north, south) = (OrderRequest::builder("north"), OrderRequest::builder("south"));
    let north = orders.create(north.product(product.clone()).build()?).await?;
    let stats = orders.stats().await?;
    println!("{:?} of mine are queued, {:?} running", stats.user().queued(), stats.user().running());

    let south = orders.create(south.product(product.clone()).build()?).await?;
    let cancelled = orders.cancel(south.id()).await?;
    println!("{} is {}", cancelled.name(), cancelled.state());

    let report = orders.cancel_many([north.id(), south.id()]).await?;
    println!("{:?} cancelled, {:?} not", report.succeeded(), report.failed());
    for failure in report.failures() {
        println!("{}: {}", failure.order_id(), failure.message());
    }
    let report = orders.cancel_all().await?; // every queued order that this credential reaches
    println!("{:?} more cancelled", report.succeeded());
    // ANCHOR_END: cancel

    // ANCHOR: again
    let again = OrderRequest::from(&cancelled).into_builder().name("south, again").build()?;
    let again = orders.create(again).await?;
    println!("{} is {}", again.name(), again.state());
    // ANCHOR_END: again

    // ANCHOR: partial
    use planet::OrderType;

    // The second scene is of a satellite with four bands.
    let mixed = ["20251028_192515_32_24dc", "20200909_182525_1014"];
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_8B_UDM2, mixed);
    let request = OrderRequest::builder("mixed").product(product).order_type(OrderType::Partial).build()?;
    let order = orders.create(request).await?;
    sandbox.advance(Duration::from_secs(4)); // its clock goes where it is told; Planet's does not
    let order = orders.wait(order.id()).await?;
    println!("{} is {}", order.name(), order.state());
    for item in order.missing_items() {
        println!("{} is missing: {}", item.item_id(), item.hints().join("; "));
    }
    if let Some(rest) = order.follow_up() {
        // The same bundle would be missing again: four bands will do.
        let products = rest.products().iter().map(|product| product.clone().fallback(Bundle::ANALYTIC_UDM2));
        let rest = rest.clone().into_builder().name("mixed, the rest").products(products).build()?;
        println!("{} is {}", rest.name(), orders.create(rest.clone()).await?.state());
    }
    // ANCHOR_END: partial
    Ok(())
}
