//! A feature as the area of a search, an order or a filter.

use planet_builders::Geometry;
use planet_core::{Error, Fault, FaultKind, Result};
use serde_json::Value;

use crate::Feature;

/// Where references are taken, the feature's reference is sent, else (in filters) its geometry. A feature without a
/// reference gives its geometry.
///
/// ```
/// use planet_builders::{Filter, Geometry};
/// use planet_features::Feature;
///
/// let field: Feature = serde_json::from_str(
///     r#"{
///         "type": "Feature",
///         "id": "rmQEGqm",
///         "properties": {"pl:ref": "pl:features/my/water-fields-RqB0NZ5/rmQEGqm"},
///         "geometry": {"type": "Point", "coordinates": [-117.5, 45.25]}
///     }"#,
/// )?;
/// assert!(Geometry::try_from(&field)?.is_reference());
/// assert_eq!(serde_json::to_value(Filter::geometry(&field)?)?["config"]["type"], "Point");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<&Feature> for Geometry {
    type Error = Error;

    fn try_from(feature: &Feature) -> Result<Self> {
        let geometry: Option<Value> = feature.get("geometry")?;
        match (feature.reference()?, geometry) {
            // The service takes what it holds by its reference, also where it would not pass our checks.
            (Some(reference), Some(geometry)) => match Self::feature(reference.as_str(), geometry) {
                Ok(both) => Ok(both),
                Err(_) => Self::reference(reference),
            },
            (Some(reference), None) => Self::reference(reference),
            (None, Some(geometry)) => geometry.try_into(),
            (None, None) => {
                let message = "the feature has neither a reference nor a geometry";
                Err(Error::invalid(vec![Fault::new(FaultKind::Missing, "geometry", message)]))
            }
        }
    }
}

impl TryFrom<Feature> for Geometry {
    type Error = Error;

    fn try_from(feature: Feature) -> Result<Self> {
        (&feature).try_into()
    }
}
