//! Types of the `geo-types` crate, which are those of `geo` (feature `geo-types`).

use geojson::GeometryValue;
use planet_core::{Error, Result};

use super::Geometry;

macro_rules! from_geo_types {
    ($($name:ident)*) => {$(
        impl TryFrom<geo_types::$name<f64>> for Geometry {
            type Error = Error;

            fn try_from(geometry: geo_types::$name<f64>) -> Result<Self> {
                (&geometry).try_into()
            }
        }

        impl TryFrom<&geo_types::$name<f64>> for Geometry {
            type Error = Error;

            fn try_from(geometry: &geo_types::$name<f64>) -> Result<Self> {
                geojson::Geometry::new(GeometryValue::from(geometry)).try_into()
            }
        }
    )*};
}

from_geo_types! { Point MultiPoint LineString MultiLineString Polygon MultiPolygon Rect Geometry }
