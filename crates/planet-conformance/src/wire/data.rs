//! `planet.DataClient`.

use planet::data::SearchSort;
use planet::features::Feature;
use planet::{Filter, Geometry};

use super::call::{Call, Method, Methods, Running, none};
use crate::args::{self, Stop, Takes};

pub(super) const METHODS: Methods = &[
    ("search", Method::Built(&["item_types", "search_filter", "name", "sort", "limit", "geometry"], search)),
    ("create_search", Method::NotBuilt),
    ("update_search", Method::NotBuilt),
    ("list_searches", Method::NotBuilt),
    ("delete_search", Method::NotBuilt),
    ("get_search", Method::NotBuilt),
    ("run_search", Method::NotBuilt),
    ("get_stats", Method::NotBuilt),
    ("get_item", Method::NotBuilt),
    ("get_item_coverage", Method::NotBuilt),
    ("list_item_assets", Method::NotBuilt),
    ("get_asset", Method::NotBuilt),
    ("activate_asset", Method::NotBuilt),
    ("wait_asset", Method::NotBuilt),
    ("download_asset", Method::NotBuilt),
    ("validate_checksum", Method::NotBuilt),
];

fn search<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let item_types: Vec<String> = call.args.get("item_types")?;
        let mut search = call.planet.data().search(item_types, filter(call)?);
        if let Some(name) = call.args.optional::<String>("name")? {
            search = search.name(name);
        }
        if let Some(order) = sort(call)? {
            search = search.sort(order);
        }
        if let Some(area) = geometry(call)? {
            search = search.geometry(area);
        }
        call.list(search.items(), call.or_default("limit")?, none).await
    })
}

fn filter(call: &Call<'_>) -> Result<Filter, Stop> {
    let Some(filter) = call.args.raw("search_filter") else { return Ok(Filter::empty()) };
    let filter: Filter = serde_json::from_value(args::document(filter)).map_err(|_| Stop::RuledOut(Takes::Filter))?;
    filter.check()?;
    Ok(filter)
}

fn sort(call: &Call<'_>) -> Result<Option<SearchSort>, Stop> {
    let Some(order) = call.args.optional::<String>("sort")? else { return Ok(None) };
    let mut orders =
        [SearchSort::PublishedDesc, SearchSort::PublishedAsc, SearchSort::AcquiredDesc, SearchSort::AcquiredAsc]
            .into_iter();
    match orders.find(|known| known.as_str().eq_ignore_ascii_case(&order)) {
        Some(order) => Ok(Some(order)),
        None => Err(Stop::RuledOut(Takes::Sort)),
    }
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
