//! The program of the guide's page on features: docs/features.md.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;

    // ANCHOR: create
    use planet::prelude::*;
    use planet::serde_json::{self, Value, json};

    let features = planet.features();
    let fields = features.create_collection("my fields").description("in Oregon").title_property("name").await?;
    println!("{}", fields.id());
    println!("{}", fields.reference());
    // ANCHOR_END: create

    // ANCHOR: add
    /// A field of about 7 by 3 kilometres.
    fn field(name: &str, south: f64) -> Value {
        let (west, east, north) = (-117.55, -117.46, south + 0.03);
        json!({
            "type": "Feature",
            "properties": {"name": name, "crop": "rye"},
            "geometry": {"type": "Polygon", "coordinates": [[
                [west, south], [east, south], [east, north], [west, north], [west, south],
            ]]},
        })
    }

    let two = vec![field("north", 45.26), field("south", 45.23)];
    let references = features.add_items(fields.id(), two).property_id("name").await?;
    for reference in &references {
        println!("{reference}");
    }
    // ANCHOR_END: add

    // ANCHOR: faulty
    let point = json!({"type": "Point", "coordinates": [-117.5, 45.25]});
    let mixed = vec![field("east", 45.2), point, field("nowhere", 89.99)];
    if let Err(error) = features.add_items(fields.id(), mixed).await {
        for fault in error.faults() {
            println!("{fault}");
        }
    }
    // ANCHOR_END: faulty

    // ANCHOR: get
    let north = features.get_item(fields.id(), "north").await?;
    println!("{:?}, {:?} m², {:?}", north.title()?, north.area()?.map(f64::round), north.property::<String>("crop")?);
    // ANCHOR_END: get

    // ANCHOR: list
    use planet::features::FeatureSort;

    let list = features.list_items(fields.id()).property("crop", "rye").sort(FeatureSort::Id);
    let mut items = list.bbox(-118.0, 45.0, -117.0, 46.0).items();
    while let Some(field) = items.try_next().await? {
        println!("{} has the reference {}", field.id(), field.reference()?.unwrap_or_default());
    }

    let mut collections = features.list_collections().title_contains("fields").items();
    while let Some(collection) = collections.try_next().await? {
        println!("{} has {:?} features", collection.id(), collection.feature_count()?);
    }
    // ANCHOR_END: list

    // ANCHOR: search
    use planet::{Filter, ItemType};

    let clear = Filter::range("cloud_cover").lt(0.5).build()?;
    let search = planet.data().search([ItemType::PSSCENE], clear.clone()).geometry(&north).limit(2);
    let scenes: Vec<_> = search.items().try_collect().await?;
    println!("{} scenes of the north field", scenes.len());
    // ANCHOR_END: search

    // ANCHOR: everywhere
    use planet::data::Interval;
    use planet::{Bundle, Geometry, OrderRequest, Product, Tool};

    let data = planet.data();
    let scene = scenes.first().ok_or("no scene")?;

    // A count, with a reference as text.
    let reference = references.first().ok_or("no reference")?;
    let by_year = data.stats([ItemType::PSSCENE], clear.clone(), Interval::Year).geometry(reference).await?;
    println!("{} clear scenes", by_year.total());
    // How much of the field a scene shows clearly.
    println!("{:?} % clear", data.coverage(ItemType::PSSCENE, scene.id(), &north).await?.percent()?);
    // A saved search; here over several features, which searches take as one area.
    let both = Geometry::references(&references)?;
    let saved = data.create_search("my fields", [ItemType::PSSCENE], clear).geometry(both).await?;
    println!("{}", saved.geometry()?.unwrap_or_default());
    // The area that an order is clipped to.
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, [scene.id()]);
    let request = OrderRequest::builder("north").product(product).tool(Tool::clip(&north)).build()?;
    let order = planet.orders().create(request).await?;
    println!("the order is {}", order.state());
    // ANCHOR_END: everywhere

    // ANCHOR: filter
    let shape = Filter::geometry(&north)?; // the geometry of the feature is known, so it is sent
    println!("{shape}");
    if let Err(error) = Filter::geometry(reference.as_str()) {
        println!("{error}");
    }
    // ANCHOR_END: filter

    // ANCHOR: reference
    use planet::features::FeatureRef;

    let parsed: FeatureRef = reference.parse()?;
    let again = features.get_item(parsed.collection(), parsed.feature()).await?;
    println!("{}", again.id());
    println!("{}", FeatureRef::try_new(fields.id(), "north")?.collection() == parsed.collection());
    // ANCHOR_END: reference

    // ANCHOR: add_many
    let plots: Vec<Value> = (0..1200).map(|n| field(&format!("plot-{n}"), 45.0 + f64::from(n) / 10_000.0)).collect();
    let report = features.add_many(fields.id(), plots).property_id("name").await?;
    println!("all added: {}", report.is_complete());
    println!("{} references", report.into_references()?.len());
    // ANCHOR_END: add_many

    // ANCHOR: lost
    use planet::features::{AddOutcome, AddReport};
    use planet_sandbox::Fault;

    // The answer to the second request is lost: its features may have been added, or not.
    sandbox.fault(Fault::on("POST", "/features/v1/ogc/my/collections").nth(2).after_acting().status(502));

    let more: Vec<Value> = (0..30).map(|n| field(&format!("more-{n}"), 46.0 + f64::from(n) / 100.0)).collect();
    let adding = features.add_many(fields.id(), more.clone()).property_id("name").chunk_size(10);
    let report = adding
        .on_chunk(|so_far| {
            // What became of each so far. A program that may be killed keeps it here.
            if let Ok(kept) = serde_json::to_vec(so_far) {
                std::fs::write("upload.json", kept).ok();
            }
        })
        .await?;
    for outcome in [AddOutcome::Unknown, AddOutcome::NotAdded] {
        println!("{outcome:?}: {}", report.results().iter().filter(|result| **result == outcome).count());
    }
    for (range, error) in report.errors() {
        println!("features {range:?}: {:?}", error.kind());
    }
    // ANCHOR_END: lost

    // ANCHOR: resume
    let mut report: AddReport = serde_json::from_slice(&std::fs::read("upload.json")?)?;
    for index in 0..report.results().len() {
        if report.results().get(index) == Some(&AddOutcome::Unknown) {
            // Is it there?
            let found = features.list_items(fields.id()).id(format!("more-{index}")).items().try_next().await?;
            let outcome = match found.and_then(|feature| feature.reference().transpose()).transpose()? {
                Some(reference) => AddOutcome::Added(reference),
                None => AddOutcome::NotAdded,
            };
            report.settle(index, outcome)?;
        }
    }
    // What was not added is sent now; nothing is sent twice.
    let report = features.add_many(fields.id(), more).property_id("name").resume(report).await?;
    println!("all added: {}", report.is_complete());
    println!("{:?}", features.get_collection(fields.id()).await?.feature_count()?);
    // ANCHOR_END: resume

    // ANCHOR: delete
    features.delete_item(fields.id(), "south").await?;
    features.delete_collection(fields.id()).await?;
    if let Err(error) = features.get_collection(fields.id()).await {
        println!("{:?}", error.kind());
    }
    // ANCHOR_END: delete
    Ok(())
}
