//! The program of the guide's page on searching: docs/searching.md.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;

    // ANCHOR: first
    use planet::prelude::*;
    use planet::{Filter, Geometry, ItemType};

    let field = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?; // west, south, east, north
    let summer = Filter::date_range("acquired").gte("2020-08-01".parse()?).lt("2020-10-01".parse()?).build()?;
    let clear = Filter::range("cloud_cover").lt(0.1).build()?;
    let filter = Filter::geometry(&field)? & summer & clear;

    let mut items = planet.data().search([ItemType::PSSCENE], filter.clone()).limit(3).items();
    while let Some(item) = items.try_next().await? {
        println!("{}: clouds on {:.0} %", item.id(), item.cloud_cover()?.unwrap_or_default() * 100.0);
    }
    // ANCHOR_END: first

    // ANCHOR: areas
    // A GeoJSON geometry, Feature, or FeatureCollection of one: text, JSON, or types of the crate `geojson`.
    let text = r#"{"type": "Polygon", "coordinates": [[[-117.56, 45.23], [-117.45, 45.23], [-117.5, 45.30], [-117.56, 45.23]]]}"#;
    let triangle: Geometry = text.parse()?;
    // Well-known text.
    let same = Geometry::from_wkt("POLYGON ((-117.56 45.23, -117.45 45.23, -117.5 45.3, -117.56 45.23))")?;
    println!("{} and {}, the same: {}", triangle.type_name(), same.type_name(), triangle == same);

    // Wherever an area is asked for, all that becomes one will do: here west, south, east, north.
    let clear = Filter::range("cloud_cover").lt(0.05).build()?;
    let over_box = planet.data().search(["PSScene"], clear.clone()).geometry([-117.56, 45.23, -117.45, 45.30]);
    println!("{} items", over_box.limit(7).items().count().await);
    // ANCHOR_END: areas

    // ANCHOR: reference
    let by_reference = planet.data().search(["PSScene"], clear).geometry("pl:features/my/fields-8vdGGZe/north");
    let request = by_reference.to_request()?; // what would be sent
    println!("{} {}", request.method(), request.uri().path());
    println!("{}", String::from_utf8_lossy(request.body()));
    // ANCHOR_END: reference

    // ANCHOR: relation
    use planet::builders::filter::Relation;

    let whole = Filter::geometry_relation(&field, Relation::Contains)?; // the footprint covers the whole field
    println!("{whole}");
    // ANCHOR_END: relation

    // ANCHOR: faulty
    let faulty = r#"{"type": "Polygon", "coordinates": [[[-117.5, 45.2], [-117.4, 45.2], [-117.4, 95.3]]]}"#;
    if let Err(error) = faulty.parse::<Geometry>() {
        for fault in error.faults() {
            println!("{fault}");
        }
    }
    // ANCHOR_END: faulty

    // ANCHOR: repair
    use planet::builders::geometry::Repair;
    use planet::serde_json::{self, json};

    let drawn = json!({"type": "Polygon", "coordinates": [[
        [-117.5, 45.3], [-117.4, 45.3], [-117.4, 45.2], [-117.5, 45.2],
    ]]});
    let repaired = Repair::of(drawn).run()?;
    for change in repaired.changes() {
        println!("{change}");
    }
    let area = repaired.into_geometry();
    println!("{} hints", area.hints().len());
    // ANCHOR_END: repair

    // ANCHOR: filters
    use planet::AssetType;

    let filters = [
        Filter::date_range("acquired").gte("2020-08-01".parse()?).lt("2020-10-01".parse()?).build()?,
        Filter::range("cloud_cover").lte(0.1).build()?,
        Filter::number_in("gsd", [3.0, 3.7])?,
        Filter::string_in("instrument", ["PSB.SD", "PS2.SD"])?,
        Filter::update("ground_control").gte("2022-06-01".parse()?).build()?,
        Filter::asset([AssetType::ORTHO_ANALYTIC_8B_SR])?,
        Filter::geometry(&field)?,
        Filter::permission(),
        Filter::standard_quality(),
        !Filter::string_in("publishing_stage", ["preview"])?,
        Filter::permission() & (Filter::standard_quality() | Filter::range("gsd").lt(1).build()?),
        Filter::empty(),
    ];
    for filter in &filters {
        println!("{filter}");
    }
    // ANCHOR_END: filters

    // ANCHOR: filter_json
    let json = serde_json::to_string(&Filter::range("cloud_cover").lt(0.1).build()?)?;
    println!("{json}");

    let read: Filter =
        serde_json::from_str(r#"{"type": "RangeFilter", "field_name": "cloud_cover", "config": {"below": 0.1}}"#)?;
    if let Err(error) = read.check() {
        println!("{error}");
    }
    // ANCHOR_END: filter_json

    // ANCHOR: check_fields
    use planet::Catalogue;

    let misspelt = Filter::range("cloudcover").lt(0.1).build()?;
    if let Err(error) = misspelt.check_fields(Catalogue::embedded(), &[ItemType::PSSCENE]) {
        println!("{error}");
    }
    // ANCHOR_END: check_fields

    // ANCHOR: catalogue
    let catalogue = Catalogue::embedded();
    println!("{} item types, of {}", catalogue.item_types().count(), catalogue.version());
    println!("{}", catalogue.item_type("psscene")?);
    println!("{:?}", catalogue.asset_types_of("PSScene").first());
    if let Err(fault) = catalogue.item_type("PSScene4Band") {
        println!("{fault}");
    }

    let outcome = planet.data().search(["SkySatColect"], Filter::empty()).items().try_next().await;
    if let Err(error) = outcome {
        println!("{error}");
    }
    // ANCHOR_END: catalogue

    // ANCHOR: allow_unknown
    let outcome = planet.data().search(["SceneOf2030"], Filter::empty()).allow_unknown().items().try_next().await;
    if let Err(error) = outcome {
        println!("{:?}: {error}", error.kind());
    }
    // ANCHOR_END: allow_unknown

    // ANCHOR: options
    use planet::data::SearchSort;

    let search = planet
        .data()
        .search([ItemType::PSSCENE, ItemType::SKYSAT_COLLECT], Filter::permission())
        .geometry(&field)
        .asset_types([AssetType::ORTHO_ANALYTIC_8B_SR, AssetType::ORTHO_PANSHARPENED]) // at least one of them
        .sort(SearchSort::AcquiredDesc)
        .name("field, newest first")
        .limit(2);
    let newest: Vec<_> = search.items().try_collect().await?;
    for item in &newest {
        println!("{} {}", item.id(), item.acquired()?.ok_or("no time")?);
    }
    // ANCHOR_END: options

    // ANCHOR: members
    let scene = newest.first().ok_or("no scene")?;
    println!("{}", scene.id());
    println!("{:?}", scene.property::<f64>("gsd")?); // a property
    println!("{:?}", scene.get::<String>("properties.instrument")?); // any member, by its path
    println!("{:?}", scene.property::<String>("colour")?); // there is none
    println!("{} assets", scene.assets()?.len());
    println!("{} characters of JSON", scene.to_string().len());
    // ANCHOR_END: members

    // ANCHOR: files
    let search = planet.data().search([ItemType::PSSCENE], filter.clone()).limit(100);
    let written = planet::collect::to_json_file(search.clone().items(), "scenes.geojson").await?;
    println!("{written} scenes in scenes.geojson");
    planet::collect::to_ndjson_file(search.clone().items(), "scenes.ndjson").await?;

    let scenes = planet::collect(search.items()).await?; // in memory
    let collection: planet::geojson::FeatureCollection = scenes.to_geojson()?;
    println!("{} features of {}", collection.features.len(), scenes.len());
    // ANCHOR_END: files

    // ANCHOR: stats
    use planet::data::Interval;

    let stats = planet.data().stats([ItemType::PSSCENE], filter.clone(), Interval::Month).await?;
    for bucket in stats.buckets() {
        println!("{}: {} scenes", bucket.start_time(), bucket.count());
    }
    println!("{} in all", stats.total());
    // ANCHOR_END: stats

    // ANCHOR: item
    let item = planet.data().get_item(ItemType::PSSCENE, scene.id()).await?;
    println!("{:?}", item.acquired()? == scene.acquired()?);
    // ANCHOR_END: item

    // ANCHOR: coverage
    use planet::data::CoverageMode;

    let exact = planet.data().coverage(ItemType::PSSCENE, scene.id(), &field).await?;
    let cloudy = planet.data().coverage(ItemType::PSSCENE, scene.id(), &field).band("cloud").await?;
    let quick = planet.data().coverage(ItemType::PSSCENE, scene.id(), &field).mode(CoverageMode::Estimate).await?;
    println!("clear {:?}, cloud {:?}, estimated {:?}", exact.percent()?, cloudy.percent()?, quick.percent()?);
    // ANCHOR_END: coverage

    // ANCHOR: assets
    let assets = planet.data().list_assets(ItemType::PSSCENE, scene.id()).await?;
    for asset in assets.iter().take(3) {
        println!("{} is {}", asset.asset_type(), asset.status());
    }

    let asset = planet.data().get_asset(ItemType::PSSCENE, scene.id(), AssetType::ORTHO_UDM2).await?;
    planet.data().activate(&asset).await?; // nothing is sent if it is active already
    let asset = planet.data().wait(&asset).await?;
    let file = planet.data().download(&asset).to("imagery").await?;
    println!("{}", file.path.display());
    // ANCHOR_END: assets

    // ANCHOR: save
    let saved = planet.data().create_search("clear summer", [ItemType::PSSCENE], filter.clone()).await?;
    println!("saved: {:?}", saved.name()?);
    // ANCHOR_END: save

    // ANCHOR: run
    let found: Vec<_> = planet.data().run_search(saved.id()).limit(5).items().try_collect().await?;
    println!("{} found by the saved search", found.len());
    // ANCHOR_END: run

    // ANCHOR: list_searches
    use planet::data::SearchType;

    let mut kept = planet.data().list_searches().search_type(SearchType::Saved).items();
    while let Some(search) = kept.try_next().await? {
        println!(
            "{:?} looks for {}",
            search.name()?,
            search.filter()?.map(|filter| filter.to_string()).unwrap_or_default()
        );
    }
    // ANCHOR_END: list_searches

    // ANCHOR: update
    let replaced =
        planet.data().update_search(saved.id(), "all summer", [ItemType::PSSCENE], Filter::geometry(&field)?);
    println!("now: {:?}", replaced.await?.name()?);

    planet.data().delete_search(saved.id()).await?;
    if let Err(error) = planet.data().get_search(saved.id()).await {
        println!("{:?}", error.kind());
    }
    // ANCHOR_END: update
    Ok(())
}
