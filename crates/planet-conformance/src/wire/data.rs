//! `planet.DataClient`.

use std::str::FromStr;

use planet::data::{CoverageMode, Interval, SearchSort, SearchType, SearchesSort};
use planet::features::Feature;
use planet::{Error, Filter, Geometry};

use super::assets;
use super::call::{Call, Method, Methods, Running, json, none};
use super::downloads;
use crate::args::{self, Stop, Takes};

pub(super) const METHODS: Methods = &[
    ("search", Method(&["item_types", "search_filter", "name", "sort", "limit", "geometry"], search)),
    ("create_search", Method(DEFINITION, create_search)),
    ("update_search", Method(UPDATE, update_search)),
    ("list_searches", Method(&["sort", "search_type", "limit"], list_searches)),
    ("delete_search", Method(&["search_id"], delete_search)),
    ("get_search", Method(&["search_id"], get_search)),
    ("run_search", Method(&["search_id", "sort", "limit"], run_search)),
    ("get_stats", Method(&["item_types", "search_filter", "interval"], stats)),
    ("get_item", Method(&["item_type_id", "item_id"], item)),
    ("get_item_coverage", Method(&["item_type_id", "item_id", "geometry", "mode", "band"], coverage)),
    ("list_item_assets", Method(&["item_type_id", "item_id"], assets::list)),
    ("get_asset", Method(&["item_type_id", "item_id", "asset_type_id"], assets::get)),
    ("activate_asset", Method(&["asset"], assets::activate)),
    ("wait_asset", Method(&["asset", "delay", "max_attempts"], assets::wait)),
    ("download_asset", Method(downloads::ASSET, downloads::asset_file)),
    ("validate_checksum", Method(&["asset", "filename"], downloads::validate_asset)),
];

const DEFINITION: &[&str] = &["item_types", "search_filter", "name", "enable_email", "geometry"];
const UPDATE: &[&str] = &["search_id", "item_types", "search_filter", "name", "enable_email", "geometry"];

/// Those that would do another thing if they were done twice.
pub(super) const ONCE_ONLY: &[&str] = &["create_search"];

fn search<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let mut search = call.planet.data().search(item_types(call)?, filter(call)?);
        if let Some(name) = call.args.optional::<String>("name")? {
            search = search.name(name);
        }
        if let Some(order) = parsed::<SearchSort>(call, "sort")? {
            search = search.sort(order);
        }
        if let Some(area) = geometry(call)? {
            search = search.geometry(area);
        }
        call.list(search.items(), call.or_default("limit")?, none).await
    })
}

fn create_search<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let name: String = call.args.get("name")?;
        let mut create = call.planet.data().create_search(name, item_types(call)?, required_filter(call)?);
        create = create.daily_email(call.or_default("enable_email")?);
        if let Some(area) = geometry(call)? {
            create = create.geometry(area);
        }
        json(&create.await?)
    })
}

fn update_search<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let name: String = call.args.get("name")?;
        let mut update = call.planet.data().update_search(id(call)?, name, item_types(call)?, required_filter(call)?);
        update = update.daily_email(call.or_default("enable_email")?);
        if let Some(area) = geometry(call)? {
            update = update.geometry(area);
        }
        json(&update.await?)
    })
}

fn list_searches<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let mut list = call.planet.data().list_searches();
        if let Some(order) = parsed::<SearchesSort>(call, "sort")? {
            list = list.sort(order);
        }
        if let Some(search_type) = parsed::<SearchType>(call, "search_type")? {
            list = list.search_type(search_type);
        }
        call.list(list.items(), call.or_default("limit")?, none).await
    })
}

fn delete_search<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move { json(&call.planet.data().delete_search(id(call)?).await?) })
}

fn get_search<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move { json(&call.planet.data().get_search(id(call)?).await?) })
}

fn run_search<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let mut run = call.planet.data().run_search(id(call)?);
        if let Some(order) = parsed::<SearchSort>(call, "sort")? {
            run = run.sort(order);
        }
        call.list(run.items(), call.or_default("limit")?, none).await
    })
}

fn stats<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let interval: Interval = call.args.get::<String>("interval")?.parse()?;
        json(&call.planet.data().stats(item_types(call)?, required_filter(call)?, interval).await?)
    })
}

fn item<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let (item_type, id): (String, String) = (call.args.get("item_type_id")?, call.args.get("item_id")?);
        json(&call.planet.data().get_item(item_type, id).await?)
    })
}

fn coverage<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let (item_type, id): (String, String) = (call.args.get("item_type_id")?, call.args.get("item_id")?);
        let area = geometry(call)?.ok_or(Stop::RuledOut(Takes::Something))?;
        let mut coverage = call.planet.data().coverage(item_type, id, area);
        if let Some(mode) = call.args.optional::<String>("mode")? {
            // Python sends any mode; here one that is unknown has to be named as such.
            coverage = coverage.mode(mode.parse().unwrap_or(CoverageMode::Unknown(mode)));
        }
        if let Some(band) = call.args.optional::<String>("band")? {
            coverage = coverage.band(band);
        }
        json(&coverage.await?)
    })
}

fn id(call: &Call<'_>) -> Result<String, Stop> {
    call.args.get("search_id")
}

fn item_types(call: &Call<'_>) -> Result<Vec<String>, Stop> {
    call.args.get("item_types")
}

/// Of a search that is not kept the filter may be left out in Python.
fn filter(call: &Call<'_>) -> Result<Filter, Stop> {
    if call.args.raw("search_filter").is_none() { Ok(Filter::empty()) } else { required_filter(call) }
}

fn required_filter(call: &Call<'_>) -> Result<Filter, Stop> {
    let filter = call.args.raw("search_filter").ok_or(Stop::RuledOut(Takes::Something))?;
    let filter: Filter = serde_json::from_value(args::document(filter)).map_err(|_| Stop::RuledOut(Takes::Filter))?;
    filter.check()?;
    Ok(filter)
}

/// One of the names that the service knows.
fn parsed<T: FromStr<Err = Error>>(call: &Call<'_>, name: &str) -> Result<Option<T>, Stop> {
    Ok(call.args.optional::<String>(name)?.map(|text| text.parse()).transpose()?)
}

fn geometry(call: &Call<'_>) -> Result<Option<Geometry>, Stop> {
    let Some(value) = call.args.raw("geometry") else { return Ok(None) };
    let document = args::document(value);
    if value.get("$feature").is_some() {
        let feature: Feature = serde_json::from_value(document).map_err(|cause| args::unreadable(&cause))?;
        return Ok(Some(Geometry::try_from(&feature)?));
    }
    Ok(Some(Geometry::try_from(document)?))
}
