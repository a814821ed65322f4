//! `planet.data_filter`: search filters.

use planet_builders::Filter;
use planet_builders::filter::Number;
use planet_core::Timestamp;
use serde_json::{Map, Value, json};

use super::{Function, geojson};
use crate::args::Stop;
use crate::args::{self, Args, Takes, Typed};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("data_filter.empty_filter", |_| written(Filter::empty())),
    ("data_filter.and_filter", |args| written(Filter::and(args.get::<Vec<Filter>>("nested_filters")?))),
    ("data_filter.or_filter", |args| written(Filter::or(args.get::<Vec<Filter>>("nested_filters")?))),
    ("data_filter.not_filter", |args| written(Filter::not(args.get("nested_filter")?))),
    ("data_filter.date_range_filter", date_range_filter),
    ("data_filter.range_filter", range_filter),
    ("data_filter.update_filter", update_filter),
    ("data_filter.geometry_filter", geometry_filter),
    ("data_filter.string_in_filter", string_in_filter),
    ("data_filter.number_in_filter", number_in_filter),
    ("data_filter.asset_filter", |args| written(Filter::asset(args.get::<Vec<String>>("asset_types")?)?)),
    ("data_filter.permission_filter", |_| written(Filter::permission())),
    ("data_filter.std_quality_filter", |_| written(Filter::standard_quality())),
];

fn date_range_filter(args: &Args<'_>) -> Result<Value, Stop> {
    let mut range = Filter::date_range(args.get::<String>("field_name")?);
    if let Some(time) = args.optional::<Timestamp>("gt")? {
        range = range.gt(time);
    }
    if let Some(time) = args.optional::<Timestamp>("gte")? {
        range = range.gte(time);
    }
    if let Some(time) = args.optional::<Timestamp>("lt")? {
        range = range.lt(time);
    }
    if let Some(time) = args.optional::<Timestamp>("lte")? {
        range = range.lte(time);
    }
    written(range.build()?)
}

fn range_filter(args: &Args<'_>) -> Result<Value, Stop> {
    let mut range = Filter::range(args.get::<String>("field_name")?);
    if let Some(number) = args.optional::<Number>("gt")? {
        range = range.gt(number);
    }
    if let Some(number) = args.optional::<Number>("gte")? {
        range = range.gte(number);
    }
    if let Some(number) = args.optional::<Number>("lt")? {
        range = range.lt(number);
    }
    if let Some(number) = args.optional::<Number>("lte")? {
        range = range.lte(number);
    }
    written(range.build()?)
}

fn update_filter(args: &Args<'_>) -> Result<Value, Stop> {
    let field: String = args.get("field_name")?;
    let (gt, gte) = (args.optional::<Timestamp>("gt")?, args.optional::<Timestamp>("gte")?);
    let (lt, lte) = (args.optional::<Timestamp>("lt")?, args.optional::<Timestamp>("lte")?);
    if lt.or(lte).is_some() {
        // Our types cannot say this, JSON can.
        let bounds = [("gt", gt), ("gte", gte), ("lt", lt), ("lte", lte)];
        let bounds: Map<String, Value> =
            bounds.into_iter().filter_map(|(name, time)| Some((name.to_owned(), time?.to_string().into()))).collect();
        let filter = json!({"type": "UpdateFilter", "field_name": field, "config": bounds});
        let filter: Filter = serde_json::from_value(filter).map_err(|error| args::unreadable(&error))?;
        filter.check()?;
        return written(filter);
    }
    let mut change = Filter::update(field);
    if let Some(time) = gt {
        change = change.gt(time);
    }
    if let Some(time) = gte {
        change = change.gte(time);
    }
    written(change.build()?)
}

fn geometry_filter(args: &Args<'_>) -> Result<Value, Stop> {
    let geometry = geojson::geometry(args, "geom")?;
    written(match args.optional::<String>("relation")? {
        Some(relation) => Filter::geometry_relation(geometry, relation.parse()?)?,
        None => Filter::geometry(geometry)?,
    })
}

fn string_in_filter(args: &Args<'_>) -> Result<Value, Stop> {
    let field: String = args.get("field_name")?;
    written(Filter::string_in(field, args.get::<Vec<String>>("values")?)?)
}

fn number_in_filter(args: &Args<'_>) -> Result<Value, Stop> {
    let field: String = args.get("field_name")?;
    written(Filter::number_in(field, args.get::<Vec<Number>>("values")?)?)
}

/// A nested filter is whatever reads as one.
impl Typed for Filter {
    fn read(value: &Value) -> Result<Self, Stop> {
        serde_json::from_value(args::document(value)).map_err(|_| Stop::RuledOut(Takes::Filter))
    }
}

fn written(filter: Filter) -> Result<Value, Stop> {
    serde_json::to_value(&filter).map_err(|error| args::unreadable(&error))
}
