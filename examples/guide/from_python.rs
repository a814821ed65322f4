//! The programs of the page `from-python`: what the guides of the Python SDK do, chapter by chapter.
#![allow(
    clippy::print_stdout,
    clippy::items_after_statements,
    unused_qualifications,
    reason = "the snippets of a page, one after the other"
)]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: authenticate
    use planet::prelude::*;
    use planet::serde_json::{self, json};
    use planet::{Auth, Planet};

    let auth = Auth::from_user_default_session()?;
    if !auth.is_initialized() {
        println!("Login required. Run:\n\n\tplanet auth login\n");
    }
    // ANCHOR_END: authenticate

    // ANCHOR: variable
    match Auth::from_env_var("ALTERNATE_VAR") {
        Ok(auth) => println!("{auth:?}"), // no key is shown
        Err(error) => println!("{error}"),
    }
    // ANCHOR_END: variable

    // ANCHOR: login
    let (user, password) = sandbox.user(); // the account that the sandbox knows
    let login = Auth::builder().home("home").login(user, password).base_url(format!("{}/v0/auth", sandbox.url()));
    let auth = login.await?;
    auth.store()?;
    println!("the key has {} characters", auth.value().await?.expose().len());
    // ANCHOR_END: login

    // ANCHOR: session
    let session = planet::Session::builder()
        .auth(auth) // left out: the key in PL_API_KEY
        .endpoint(planet::Endpoint::parse(sandbox.url())?) // left out: Planet's own
        .build()?;
    let second = Planet::new(session.clone());
    let orders = second.orders(); // sess.client('orders')
    println!("{} orders", orders.list().items().count().await);
    session.close().await; // await sess.aclose()
    // ANCHOR_END: session

    // ANCHOR: request
    use planet::{OrderRequest, Product, Tool};

    fn create_request(name: &str) -> planet::Result<OrderRequest> {
        // This is your area of interest, for the tool that clips.
        let oregon_aoi = json!({"type": "Polygon", "coordinates": [[
            [-117.558734, 45.229745], [-117.452447, 45.229745], [-117.452447, 45.301865],
            [-117.558734, 45.301865], [-117.558734, 45.229745],
        ]]});
        // In practice a search finds the items.
        let oregon_items = ["20200909_182525_1014", "20200909_182524_1014"];
        let product = Product::new("PSScene", "analytic_8b_udm2", oregon_items);
        OrderRequest::builder(name)
            .product(product.fallbacks(["analytic_udm2", "analytic_3b_udm2"]))
            .tool(Tool::clip(oregon_aoi))
            .build()
    }
    // ANCHOR_END: request

    // ANCHOR: json
    let written: OrderRequest = serde_json::from_value(json!({
        "name": "oregon_order",
        "products": [{
            "item_ids": ["20200909_182525_1014", "20200909_182524_1014"],
            "item_type": "PSScene",
            "product_bundle": "analytic_8b_udm2,analytic_udm2,analytic_3b_udm2",
        }],
        "tools": [{"clip": {"aoi": {"type": "Polygon", "coordinates": [[
            [-117.558734, 45.229745], [-117.452447, 45.229745], [-117.452447, 45.301865],
            [-117.558734, 45.301865], [-117.558734, 45.229745],
        ]]}}}],
    }))?;
    println!(
        "both are the same: {}",
        serde_json::to_value(create_request("oregon_order")?)? == serde_json::to_value(&written)?
    );
    // ANCHOR_END: json

    // ANCHOR: create
    let order = planet.orders().create(create_request("oregon_order")?).await?;
    println!("order {} - state: {}", order.id(), order.state());
    // ANCHOR_END: create

    // ANCHOR: download
    use planet::orders::OrderReport;
    use planet::reporting::{FileBars, StateBar};

    async fn create_and_download(
        planet: &Planet,
        request: OrderRequest,
        directory: &str,
    ) -> planet::Result<OrderReport> {
        let reporter = StateBar::new().state("creating");
        let order = planet.orders().create(request).await?;
        reporter.update(order.id(), "created");
        planet.orders().wait(order.id()).progress(reporter).await?;
        planet.orders().download(order.id()).to(directory).progress(FileBars::new()).await
    }
    // ANCHOR_END: download

    // ANCHOR: gather
    let (_, oregon) = tokio::try_join!(
        create_and_download(&planet, create_request("another_order")?, "imagery"),
        create_and_download(&planet, create_request("oregon_order")?, "imagery"),
    )?;
    println!("{} files in {}", oregon.files().len(), oregon.directory().display());
    // ANCHOR_END: gather

    // ANCHOR: checksum
    use planet::orders::{Checksum, validate_checksum};

    let checked = validate_checksum(oregon.directory(), Checksum::Md5).await?;
    println!("{} files are right", checked.files);
    // ANCHOR_END: checksum

    // ANCHOR: collect
    use planet::orders::Order;

    let orders_list = planet::collect(planet.orders().list().items()).await?;
    println!("{}", orders_list.to_json()); // a JSON list; of items and features a FeatureCollection

    let orders_list: Vec<Order> = planet.orders().list().items().try_collect().await?; // [o async for o in ...]
    println!("{} orders", orders_list.len());
    // ANCHOR_END: collect

    // ANCHOR: filter
    use planet::Filter;

    let after = Filter::date_range("acquired").gt("2022-06-01T01:00:00Z".parse()?).build()?;
    let sfilter = Filter::and([Filter::permission(), after]);
    // ANCHOR_END: filter

    // ANCHOR: filter_json
    let written: Filter = serde_json::from_value(json!({
        "type": "AndFilter",
        "config": [
            {"type": "PermissionFilter", "config": ["assets:download"]},
            {"type": "DateRangeFilter", "field_name": "acquired", "config": {"gt": "2022-06-01T01:00:00Z"}},
        ],
    }))?;
    println!("both are the same: {}", sfilter == written);
    // ANCHOR_END: filter_json

    // ANCHOR: search
    use planet::data::Item;

    let items: Vec<Item> = planet.data().search(["PSScene"], sfilter).limit(100).items().try_collect().await?;
    println!("{} items, the first {}", items.len(), items.first().map_or("none", |item| item.id()));
    // ANCHOR_END: search

    // ANCHOR: asset
    let data = planet.data();
    let asset = data.get_asset("PSScene", "20221003_002705_38_2461", "ortho_analytic_4b").await?;
    data.activate(&asset).await?;
    let asset = data.wait(&asset).on_state(|asset| println!("{}", asset.status())).await?; // callback=print
    let file = data.download(&asset).to("imagery").await?;
    planet::data::validate_checksum(&asset, &file.path).await?; // the download has done it already
    println!("{} bytes in {}", file.size, file.path.display());
    // ANCHOR_END: asset

    // ANCHOR: create_collection
    let features = planet.features();
    let new_collection = features.create_collection("my collection").description("a new collection").await?;
    // ANCHOR_END: create_collection

    // ANCHOR: collections
    let mut collections = features.list_collections().items();
    while let Some(collection) = collections.try_next().await? {
        println!("{collection}"); // as JSON
    }
    // ANCHOR_END: collections

    // ANCHOR: items
    let field = json!({"type": "Polygon", "coordinates": [[
        [-117.55, 45.23], [-117.46, 45.23], [-117.46, 45.26], [-117.55, 45.26], [-117.55, 45.23],
    ]]});
    features.add_items(new_collection.id(), field).await?;

    let mut items = features.list_items(new_collection.id()).items();
    while let Some(item) = items.try_next().await? {
        println!("{item}");
    }
    // ANCHOR_END: items

    // ANCHOR: geometry
    let mut items = features.list_items(new_collection.id()).items();
    let example_feature = items.try_next().await?.ok_or("the collection is empty")?;
    let search = data.search(["PSScene"], Filter::empty()).geometry(&example_feature).limit(1);
    let mut results = search.items();
    while let Some(result) = results.try_next().await? {
        println!("{}", result.id());
    }
    // ANCHOR_END: geometry

    // ANCHOR: exceptions
    use planet::ErrorKind;

    match planet.orders().get("18389c7e-1831-4de7-8187-d30ffe88b4b7").await {
        Ok(order) => println!("{}", order.name()),
        Err(error) if error.kind() == ErrorKind::NotFound => println!("no such order: {error}"), // MissingResource
        Err(error) => return Err(error.into()),
    }
    // ANCHOR_END: exceptions

    // ANCHOR: v1_imports
    use planet::builders::{filter, order}; // what some programs need besides: relations of areas, deliveries, formats

    println!("{:?}, {:?}", filter::Relation::Within, order::ArchiveType::Zip);
    // ANCHOR_END: v1_imports

    // ANCHOR: v1_authentication
    match Planet::from_env() {
        Ok(_) => println!("PL_API_KEY is set"), // ClientV1()
        Err(error) => println!("{error}"),
    }
    let keyed = Planet::builder().auth(Auth::from_key("PLAK0123")).build()?; // ClientV1(api_key="PLAK0123")
    println!("{:?}", keyed.session().endpoint());
    // ANCHOR_END: v1_authentication

    // ANCHOR: v1_session
    let orders = planet::OrdersClient::new(planet.session()); // OrdersClient(session)
    let result = orders.create(create_request("from V1")?).await?;
    println!("{}", result.id());
    // ANCHOR_END: v1_session

    // ANCHOR: v1_search
    async fn do_search(planet: &Planet) -> planet::Result<Vec<Item>> {
        let dates =
            Filter::date_range("acquired").gte("2022-11-18T00:00:00Z".parse()?).lte("2022-11-21T00:00:00Z".parse()?);
        let clear = Filter::range("cloud_cover").lte(0.1);
        let all_filters = Filter::and([dates.build()?, clear.build()?, Filter::permission()]);
        planet.data().search(["PSScene"], all_filters).items().try_collect().await
    }

    println!("{} scenes", do_search(&planet).await?.len());
    // ANCHOR_END: v1_search

    // ANCHOR: v1_filters
    let eight_bands = Filter::asset(["ortho_analytic_8b_sr"])? & Filter::permission();
    let found = planet.data().search(["PSScene"], eight_bands).limit(10).items().count().await;
    println!("{found} scenes with surface reflectance of eight bands");
    // ANCHOR_END: v1_filters

    // ANCHOR: v1_orders
    planet.orders().wait(result.id()).await?;
    let report = planet.orders().download(result.id()).to("imagery").await?;
    println!("{} files", report.files().len());
    // ANCHOR_END: v1_orders
    Ok(())
}
