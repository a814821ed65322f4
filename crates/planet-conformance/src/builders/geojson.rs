//! `planet.geojson`: geometries and references to features.

use planet_builders::Geometry;
use planet_builders::geometry::{FeatureRef, extract, feature_collection};
use serde_json::{Value, json};

use super::Function;
use crate::args::Stop;
use crate::args::{self, Args, Takes};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("geojson.as_geom_or_ref", |args| Ok(json(&geometry(args, "data")?))),
    ("geojson.as_polygon", |args| Ok(json(&geometry(args, "data")?.into_polygon()?))),
    ("geojson.validate_geom_as_geojson", validate_geom_as_geojson),
    ("geojson.geom_from_geojson", |args| Ok(extract(args.json("data"))?)),
    ("geojson.as_featurecollection", as_featurecollection),
    ("geojson.as_ref", |args| Ok(json(&Geometry::reference(args.json("data"))?))),
    ("geojson.convert_ref_to_dict", |args| Ok(json(&Geometry::reference(args.get::<String>("data")?)?))),
    ("geojson.validate_ref", |args| feature_ref(args, "uri").map(|_| true.into())),
    ("geojson.split_ref", split_ref),
];

/// What is taken where a reference would do as well. The Features API's own features have a type of their own in Python.
pub(super) fn geometry(args: &Args<'_>, name: &str) -> Result<Geometry, Stop> {
    let document = args.json(name);
    let feature = args.raw(name).and_then(|value| value.get("$feature"));
    let reference = feature.and_then(|feature| feature.pointer("/properties/pl:ref")).and_then(Value::as_str);
    Ok(match reference {
        Some(reference) if document.get("geometry").is_none_or(Value::is_null) => Geometry::reference(reference)?,
        Some(reference) => Geometry::feature(reference, document)?,
        None => Geometry::try_from(document)?,
    })
}

fn json(geometry: &Geometry) -> Value {
    geometry.as_json().clone()
}

/// A geometry that is no reference.
fn validate_geom_as_geojson(args: &Args<'_>) -> Result<Value, Stop> {
    let coordinates = geometry(args, "data")?.into_coordinates();
    let geometry = coordinates.ok_or_else(|| args::refused("data", "a reference has no coordinates"))?;
    Ok(json(&geometry))
}

fn as_featurecollection(args: &Args<'_>) -> Result<Value, Stop> {
    match args.json("features") {
        Value::Array(features) => Ok(feature_collection(features)?),
        _ => Err(Stop::RuledOut(Takes::List)),
    }
}

fn feature_ref(args: &Args<'_>, name: &str) -> Result<FeatureRef, Stop> {
    Ok(args.get::<String>(name)?.parse()?)
}

fn split_ref(args: &Args<'_>) -> Result<Value, Stop> {
    let reference = feature_ref(args, "ref")?;
    Ok(json!([reference.collection(), reference.feature()]))
}
