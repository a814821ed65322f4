//! The page docs/scaling.md as one program.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: checkpoint
    use std::io::Write as _;

    use planet::paging::Checkpoint;
    use planet::prelude::*;
    use planet::{Filter, ItemType, serde_json};

    let search = planet.data().search([ItemType::PSSCENE], Filter::asset(["ortho_visual"])?);
    let mut ids = std::fs::File::create("ids.txt")?;
    let mut items = search.clone().limit(400).items();
    while let Some(item) = items.try_next().await? {
        writeln!(ids, "{}", item.id())?;
    }
    // What a later run, or another machine, needs to go on.
    std::fs::write("place.json", serde_json::to_string(&items.checkpoint())?)?;

    let place: Checkpoint = serde_json::from_str(&std::fs::read_to_string("place.json")?)?;
    let mut rest = search.limit(250).resume(place).items();
    while let Some(item) = rest.try_next().await? {
        writeln!(ids, "{}", item.id())?;
    }
    // ANCHOR_END: checkpoint

    // ANCHOR: plan
    use std::time::Duration;

    use planet::orders::request::{Archive, Delivery};
    use planet::orders::{JobPart, Reconcile};
    use planet::{Bundle, OrderRequest, OrderType, Product};

    // The sandbox is quick. Leave this line out where Planet is asked: it gets a minute then.
    let orders = planet.orders().clone().reconcile(Reconcile::default().settle(Duration::from_secs(1)));

    let ids: Vec<String> = std::fs::read_to_string("ids.txt")?.lines().map(str::to_owned).collect();
    let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ids);
    let request = OrderRequest::builder("harvest").product(product).order_type(OrderType::Partial);
    let request = request.delivery(Delivery::new().archive(Archive::zip().single(true))); // one file an order
    let plan = orders.plan(request)?;
    print!("{plan}"); // nothing is sent yet

    let job = plan.run().on_part(|part: &JobPart| println!("{} new: {}", part.name(), part.is_new())).await?;
    println!("{} orders", job.order_ids().count());

    let job = plan.run().await?; // once more, as after a restart
    println!("{} of them new", job.parts().iter().filter(|part| part.is_new()).count());
    // ANCHOR_END: plan

    // ANCHOR: wait
    sandbox.advance(Duration::from_secs(4)); // its clock goes where it is told; Planet's does not
    let report = job.wait().await?;
    println!("{} done, {} failed", report.done().count(), report.failed().count());
    // ANCHOR_END: wait

    // ANCHOR: areas
    use planet::{Geometry, Tool};
    use tokio::task::JoinSet;

    let scene = "20200925_161029_69_2223";
    let fields = [(-91.20, 42.89, -91.18, 42.91), (-91.17, 42.89, -91.15, 42.91), (-91.14, 42.89, -91.12, 42.91)];
    let mut running = JoinSet::new();
    for (west, south, east, north) in fields {
        let field = Geometry::bbox(west, south, east, north)?;
        let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, [scene]);
        let plan = orders.plan(OrderRequest::builder("fields").product(product).tool(Tool::clip(field)))?;
        running.spawn(async move { plan.run().await });
    }
    let mut placed = Vec::new();
    while let Some(job) = running.join_next().await {
        placed.extend(job??.order_ids().map(str::to_owned));
    }
    sandbox.advance(Duration::from_secs(4));
    let report = orders.wait_many(&placed).await?;
    println!("{} fields are done", report.done().count());
    // ANCHOR_END: areas

    // ANCHOR: divide
    use planet::orders::OrderState;

    let (worker, workers) = (0, 2); // of this process: from its arguments or its environment
    let mut mine: Vec<String> = orders
        .list()
        .name_contains("harvest-")
        .states([OrderState::Success, OrderState::Partial])
        .items()
        .map_ok(|order| order.id().to_owned())
        .try_collect()
        .await?;
    mine.sort();
    let mine: Vec<String> = mine.into_iter().skip(worker).step_by(workers).collect();
    println!("worker {worker} of {workers} has {} orders", mine.len());
    for id in &mine {
        let report = orders.download(id).to("imagery").await?;
        println!("{} file, {:?}", report.files().len(), report.files().first().map(|file| file.verified));
    }
    // ANCHOR_END: divide

    // ANCHOR: pace
    use planet::Pace;

    let processes = 4.0;
    let published =
        [("orders.create", 3.0), ("orders.get", 3.0), ("orders.list", 3.0), ("orders.download", 5.0), ("data", 10.0)];
    let pace = published.into_iter().fold(Pace::default(), |pace, (route, rate)| pace.rate(route, rate / processes));
    let quarter = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .pace(pace)
        .build()?;
    println!("{:?} queued", quarter.orders().stats().await?.user().queued());
    // ANCHOR_END: pace

    // ANCHOR: cloud
    use planet::orders::request::Destination;

    let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, [scene]);
    let to_cloud = Delivery::new().to(Destination::new("pl:destinations/my-bucket-4Yz").path_prefix("harvest/"));
    let job = orders.plan(OrderRequest::builder("cloud").product(product).delivery(to_cloud))?.run().await?;
    sandbox.advance(Duration::from_secs(4));
    job.wait().await?.into_results()?;
    for id in job.order_ids() {
        let order = orders.get(id).await?;
        println!("{} is {}, {} files are delivered", order.name(), order.state(), order.results().count());
    }
    // ANCHOR_END: cloud

    // ANCHOR: store
    use std::sync::Arc;

    use planet::object_store::memory::InMemory;
    use planet::orders::Manifest;

    let store = Arc::new(InMemory::new()); // or Amazon S3, Azure, Google: `planet::object_store`
    let id = placed.first().ok_or("three were placed")?;
    let order = orders.get(id).await?;
    let manifest = order.results().find(|file| file.name().ends_with("/manifest.json")).ok_or("it has a manifest")?;
    let manifest = Manifest::parse(&orders.download_result(manifest).bytes(16 << 20).await?)?;
    for file in manifest.files() {
        let result = order.results().find(|result| result.name().ends_with(file.path())).ok_or("it is there")?;
        let store = Arc::<InMemory>::clone(&store);
        let object = orders.download_result(result).expect(file).to_store(store, result.name()).await?;
        println!("{} is right: {:?}", file.path(), object.verified);
    }
    // ANCHOR_END: store
    Ok(())
}
