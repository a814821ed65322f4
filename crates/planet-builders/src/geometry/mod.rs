//! Areas and places: GeoJSON geometries and references to features that the service holds.

mod check;

use std::fmt;
use std::str::FromStr;

use planet_core::{BoxError, Error, Fault, FaultKind, Result};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Value, json};

/// A checked GeoJSON geometry, or a reference to a feature of the Features API.
///
/// It can be made from a [`geojson`] geometry, Feature or FeatureCollection of one feature, from JSON of the same (or of
/// a reference), and from text: GeoJSON or `pl:features/my/<collection>/<feature>`. Coordinates are longitude and
/// latitude in degrees (WGS 84), heights are in metres.
///
/// Every fault is reported at once: types that are unknown, rings that are open or have fewer than four positions,
/// positions that are not two or three finite numbers or lie outside ±180° and ±90°, and geometries without positions.
/// Nothing is changed: what came in goes out.
///
/// ```
/// use planet_builders::Geometry;
///
/// let field: Geometry = r#"{"type": "Point", "coordinates": [-117.5, 45.25]}"#.parse()?;
/// assert_eq!(field.type_name(), "Point");
///
/// let open = r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}"#;
/// let error = open.parse::<Geometry>().unwrap_err();
/// assert_eq!(error.faults()[0].path(), "coordinates[0]");
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Geometry(Value);

impl Geometry {
    /// A reference to a feature of the Features API: `pl:features/my/<collection>/<feature>`.
    ///
    /// A reference is taken as the area of a search or of a clip tool, not in a geometry filter.
    ///
    /// ```
    /// use planet_builders::Geometry;
    ///
    /// let field = Geometry::reference("pl:features/my/water-fields-RqB0NZ5/rmQEGqm")?;
    /// assert!(field.is_reference());
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if the text has another form, such as the reference of a whole collection.
    pub fn reference(reference: impl Into<String>) -> Result<Self> {
        let document = json!({"type": "ref", "content": reference.into()});
        Self::from_json(document).map_err(Error::invalid)
    }

    /// The rectangle between two meridians and two parallels, in degrees, as a polygon.
    ///
    /// ```
    /// use planet_builders::Geometry;
    ///
    /// let oregon = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?;
    /// assert_eq!(oregon.type_name(), "Polygon");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if a number is not finite or out of range, `west` is not below `east`, or `south` is not below
    /// `north`. A rectangle over the antimeridian needs two boxes.
    #[doc(alias = "bounding box")]
    pub fn bbox(west: f64, south: f64, east: f64, north: f64) -> Result<Self> {
        let faults = check::bbox(west, south, east, north);
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok(Self(json!({"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south],
        ]]})))
    }

    /// Is it a reference to a feature, rather than coordinates?
    #[must_use]
    pub fn is_reference(&self) -> bool {
        self.type_name() == "ref"
    }

    /// The GeoJSON type, such as `Polygon`, or `ref`.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or("")
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }

    /// Takes the geometry out of Features and collections of one, and checks it.
    fn from_json(document: Value) -> Result<Self, Vec<Fault>> {
        Self::from_wire(match document {
            Value::String(reference) => json!({"type": "ref", "content": reference}),
            reference if reference.get("type").is_some_and(|kind| kind == "ref") => reference,
            other => check::unwrap_feature(other)?,
        })
    }

    /// Checks a geometry in the form in which it is sent.
    pub(crate) fn from_wire(geometry: Value) -> Result<Self, Vec<Fault>> {
        let faults = check::geometry(&geometry);
        if faults.is_empty() { Ok(Self(geometry)) } else { Err(faults) }
    }

    /// As `try_into`, whatever its error: a [`Geometry`] itself cannot fail, and conversions of other crates have errors of
    /// their own.
    pub(crate) fn from_input<G>(input: G) -> Result<Self, Vec<Fault>>
    where
        G: TryInto<Self, Error: std::error::Error + Send + Sync + 'static>,
    {
        input.try_into().map_err(|error| {
            let error: BoxError = Box::new(error);
            match error.downcast::<Error>() {
                Ok(ours) if !ours.faults().is_empty() => ours.faults().to_vec(),
                Ok(ours) => vec![Fault::new(FaultKind::Geometry, "", ours.to_string())],
                Err(other) => vec![Fault::new(FaultKind::Geometry, "", other.to_string())],
            }
        })
    }
}

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

impl TryFrom<geojson::Geometry> for Geometry {
    type Error = Error;

    fn try_from(geometry: geojson::Geometry) -> Result<Self> {
        from_geojson(&geometry)
    }
}

impl TryFrom<geojson::Feature> for Geometry {
    type Error = Error;

    fn try_from(feature: geojson::Feature) -> Result<Self> {
        from_geojson(&feature)
    }
}

impl TryFrom<geojson::FeatureCollection> for Geometry {
    type Error = Error;

    fn try_from(collection: geojson::FeatureCollection) -> Result<Self> {
        from_geojson(&collection)
    }
}

/// A coordinate that is not finite becomes `null`, which the checks then report.
fn from_geojson(document: &impl Serialize) -> Result<Geometry> {
    serde_json::to_value(document).map_err(not_json)?.try_into()
}

fn not_json(cause: serde_json::Error) -> Error {
    let fault = Fault::new(FaultKind::Invalid, "", format!("not JSON: {cause}"));
    Error::invalid(vec![fault]).with_source(cause)
}

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

impl From<&Self> for Geometry {
    fn from(geometry: &Self) -> Self {
        geometry.clone()
    }
}

/// Reads what [`Serialize`] writes: a geometry or a reference, no Feature, so that nothing is lost on the way.
impl<'de> Deserialize<'de> for Geometry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let geometry = Value::deserialize(deserializer)?;
        Self::from_wire(geometry).map_err(|faults| de::Error::custom(Error::invalid(faults)))
    }
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
