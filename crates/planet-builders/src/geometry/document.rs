//! Features and collections around a geometry.

use planet_core::{Error, Fault, FaultKind, Result};
use serde_json::{Value, json};

use super::{Geometry, check, reference};

/// The geometry in a document, as JSON: of a Feature, or of a FeatureCollection of one. There it is checked, and may be a
/// reference. A bare geometry comes back as it is, with all its faults, say to be [repaired](super::Repair).
///
/// ```
/// use planet_builders::geometry;
/// use serde_json::json;
///
/// let point = json!({"type": "Point", "coordinates": [-117.5, 45.25]});
/// assert_eq!(geometry::extract(json!({"type": "Feature", "geometry": point}))?, point);
/// # Ok::<(), planet_core::Error>(())
/// ```
///
/// # Errors
/// `InvalidInput` if there is no geometry, more than one feature, or a faulty geometry in a Feature.
#[doc(alias = "geom_from_geojson")]
pub fn extract(document: Value) -> Result<Value> {
    let in_feature = is_feature(&document);
    let geometry = innermost(document).map_err(Error::invalid)?;
    let is_reference = reference::is_reference(&geometry);
    let faults = match (geometry.get("type"), geometry.get("coordinates")) {
        _ if is_reference && !in_feature => vec![no_reference("")],
        (Some(_), Some(_)) if !in_feature => Vec::new(),
        _ => check::geometry(&geometry),
    };
    if faults.is_empty() { Ok(geometry) } else { Err(Error::invalid(faults)) }
}

/// A FeatureCollection of features in the form of RFC 7946, as the Features API takes it. Nothing in them is changed.
///
/// ```
/// use planet_builders::geometry::feature_collection;
/// use serde_json::json;
///
/// let field = json!({"type": "Feature", "properties": {"crop": "rye"}, "geometry": null});
/// assert_eq!(feature_collection([field.clone()])?["features"][0], field);
///
/// let error = feature_collection([json!({"type": "Feature", "geometry": null})]).unwrap_err();
/// assert_eq!(error.faults()[0].path(), "features[0].properties");
/// # Ok::<(), planet_core::Error>(())
/// ```
///
/// # Errors
/// `InvalidInput` with all faults: a feature of another type, without `properties` or `geometry` (both may be null), with
/// a bounding box of other than four or six numbers, or with a faulty geometry.
#[doc(alias = "as_featurecollection")]
pub fn feature_collection(features: impl IntoIterator<Item = Value>) -> Result<Value> {
    let features: Vec<Value> = features.into_iter().collect();
    let faults = features.iter().enumerate().flat_map(|(index, feature)| {
        let at = format!("features[{index}]");
        feature_faults(feature).into_iter().map(move |fault| fault.under(&at))
    });
    let faults: Vec<Fault> = faults.collect();
    if faults.is_empty() {
        Ok(json!({"type": "FeatureCollection", "features": features}))
    } else {
        Err(Error::invalid(faults))
    }
}

fn feature_faults(feature: &Value) -> Vec<Fault> {
    if feature.get("type").is_none_or(|kind| kind != "Feature") {
        return vec![Fault::new(FaultKind::Invalid, "type", "not a Feature").with_allowed(["Feature"])];
    }
    let mut faults = Vec::new();
    match feature.get("properties") {
        Some(Value::Object(_) | Value::Null) => {}
        Some(_) => faults.push(Fault::new(FaultKind::Invalid, "properties", "properties are an object or null")),
        None => faults.push(Fault::new(FaultKind::Missing, "properties", "a Feature has properties, if only null")),
    }
    if feature.get("bbox").is_some_and(|bbox| !is_bbox(bbox)) {
        faults.push(Fault::new(FaultKind::Invalid, "bbox", "a bounding box has four or six numbers"));
    }
    match feature.get("geometry") {
        None => faults.push(Fault::new(FaultKind::Missing, "geometry", "a Feature has a geometry, if only null")),
        Some(Value::Null) => {}
        Some(geometry) => faults.extend(parts(geometry).into_iter().map(|fault| fault.under("geometry"))),
    }
    faults
}

fn is_bbox(bbox: &Value) -> bool {
    let numbers = bbox.as_array().map_or(&[][..], Vec::as_slice);
    matches!(numbers.len(), 4 | 6) && numbers.iter().all(Value::is_number)
}

/// The faults of a geometry of a Feature, which may be a collection of geometries.
fn parts(geometry: &Value) -> Vec<Fault> {
    let members = geometry.get("geometries").and_then(Value::as_array);
    let Some(members) = members.filter(|_| geometry.get("type").is_some_and(|kind| kind == "GeometryCollection"))
    else {
        return coordinates(geometry);
    };
    let faults = members.iter().enumerate().flat_map(|(index, member)| {
        let at = format!("geometries[{index}]");
        coordinates(member).into_iter().map(move |fault| fault.under(&at))
    });
    faults.collect()
}

fn coordinates(geometry: &Value) -> Vec<Fault> {
    if reference::is_reference(geometry) { vec![no_reference("")] } else { check::geometry(geometry) }
}

/// Takes the geometry out of Features and collections of one. A reference may be text or JSON.
pub(super) fn innermost(mut document: Value) -> Result<Value, Vec<Fault>> {
    loop {
        let inner = match document.get("type").and_then(Value::as_str) {
            Some("Feature") => document.get_mut("geometry"),
            Some("FeatureCollection") => match document.get_mut("features") {
                Some(Value::Array(features)) if features.len() > 1 => {
                    let message = "only one feature can be the area";
                    let fault = Fault::new(FaultKind::Geometry, "features", message);
                    return Err(vec![fault.with_value(features.len())]);
                }
                Some(Value::Array(features)) => features.first_mut(),
                _ => None,
            },
            _ => return Ok(document),
        };
        document = match inner.map(Value::take) {
            Some(inner @ Value::Object(_)) => inner,
            Some(Value::String(reference)) => Geometry::reference_json(reference),
            _ => {
                let message = "a Feature with a geometry is needed";
                return Err(vec![Fault::new(FaultKind::Missing, "geometry", message)]);
            }
        };
    }
}

pub(super) fn is_feature(document: &Value) -> bool {
    let kind = document.get("type").and_then(Value::as_str);
    matches!(kind, Some("Feature" | "FeatureCollection"))
}

/// A reference where only coordinates can be.
pub(super) fn no_reference(path: &str) -> Fault {
    let message = "a reference is no geometry: give it by itself, as the geometry of a search or the area of a clip";
    Fault::new(FaultKind::Geometry, path, message)
}
