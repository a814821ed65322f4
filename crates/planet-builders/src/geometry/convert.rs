//! What a user may hold in place of a [`Geometry`].

use std::str::FromStr;

use planet_core::{Error, Fault, FaultKind, Result};
use serde::Serialize;
use serde_json::Value;

use super::{FeatureRef, Geometry};

impl TryFrom<Value> for Geometry {
    type Error = Error;

    fn try_from(document: Value) -> Result<Self> {
        Self::from_json(document).map_err(Error::invalid)
    }
}

impl TryFrom<&Value> for Geometry {
    type Error = Error;

    fn try_from(document: &Value) -> Result<Self> {
        document.clone().try_into()
    }
}

/// Types of the `geojson` crate, owned and borrowed.
macro_rules! from_geojson {
    ($($name:ident)*) => {$(
        impl TryFrom<geojson::$name> for Geometry {
            type Error = Error;

            fn try_from(document: geojson::$name) -> Result<Self> {
                serialized(&document)
            }
        }

        impl TryFrom<&geojson::$name> for Geometry {
            type Error = Error;

            fn try_from(document: &geojson::$name) -> Result<Self> {
                serialized(document)
            }
        }
    )*};
}

from_geojson! { Geometry Feature FeatureCollection GeoJson }

/// A coordinate that is not finite becomes `null`, which the checks then report.
fn serialized(document: &impl Serialize) -> Result<Geometry> {
    serde_json::to_value(document).map_err(not_json)?.try_into()
}

fn not_json(cause: serde_json::Error) -> Error {
    let fault = Fault::new(FaultKind::Invalid, "", format!("not JSON: {cause}"));
    Error::invalid(vec![fault]).with_source(cause)
}

/// GeoJSON, or a reference.
impl FromStr for Geometry {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if !text.starts_with('{') {
            return Self::reference(text);
        }
        let document: Value = serde_json::from_str(text).map_err(not_json)?;
        document.try_into()
    }
}

impl TryFrom<&str> for Geometry {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl TryFrom<String> for Geometry {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl TryFrom<&String> for Geometry {
    type Error = Error;

    fn try_from(text: &String) -> Result<Self> {
        text.parse()
    }
}

/// West, south, east and north in degrees, as the `bbox` of GeoJSON.
impl TryFrom<[f64; 4]> for Geometry {
    type Error = Error;

    fn try_from([west, south, east, north]: [f64; 4]) -> Result<Self> {
        Self::bbox(west, south, east, north)
    }
}

impl From<FeatureRef> for Geometry {
    fn from(reference: FeatureRef) -> Self {
        Self { sent: Self::reference_json(reference.to_string()), shape: None }
    }
}

impl From<&FeatureRef> for Geometry {
    fn from(reference: &FeatureRef) -> Self {
        reference.clone().into()
    }
}

impl From<&Self> for Geometry {
    fn from(geometry: &Self) -> Self {
        geometry.clone()
    }
}
