//! Areas and places: GeoJSON geometries and references to features that the service holds.

mod area;
mod check;
mod convert;
mod crossing;
mod document;
#[cfg(feature = "geo-types")]
mod geo_types;
mod hints;
mod outline;
mod reference;
mod repair;
#[cfg(feature = "wkt")]
mod wkt;

use std::fmt;

use planet_core::{BoxError, Error, Fault, FaultKind, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};

pub use area::Area;
pub use document::{extract, feature_collection};
pub use reference::FeatureRef;
pub use repair::{Change, Repair, Repaired};

use crate::Hint;

/// How many vertices the service takes in one geometry, the ends of rings included.
pub const MAX_VERTICES: usize = 1_500;

/// A checked GeoJSON geometry, or a reference to a feature of the Features API.
///
/// It can be made from
/// - a [`geojson`] geometry, Feature or FeatureCollection of one feature, and from JSON of the same (or of a reference);
/// - text: GeoJSON or `pl:features/my/<collection>/<feature>`; well-known text by `from_wkt` (feature `wkt`);
/// - a bounding box: [`bbox`](Self::bbox), or `[west, south, east, north]`;
/// - a [`FeatureRef`], or a feature that the Features API sent;
/// - types of `geo-types` and `geo` (feature `geo-types`).
///
/// Coordinates are longitude and latitude in degrees (WGS 84), heights are in metres.
///
/// Every fault is reported at once, with its place and reason: an unknown type, a ring that is open or has fewer than
/// four positions, a position that is not two or three finite numbers or lies outside ±180° and ±90°, a geometry without
/// positions, edges of a polygon that cross or run along each other, a hole outside its shell, more than
/// [1,500 vertices](MAX_VERTICES). What only looks odd is found in [`hints`](Self::hints). Nothing is changed: what came
/// in goes out. [`Repair`] mends what can be mended.
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
///
/// The service's reference: "GeoJSON" and "Feature references" of the Data, Orders and Features APIs.
#[derive(Clone, Debug)]
#[doc(alias = "as_geom_or_ref")]
pub struct Geometry {
    sent: Value,
    /// The coordinates of the feature that a reference stands for, where they are known.
    shape: Option<Box<Value>>,
}

impl Geometry {
    /// A reference to a feature of the Features API: `pl:features/my/<collection>/<feature>`, as text or as JSON.
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
    #[doc(alias = "as_ref")]
    #[doc(alias = "convert_ref_to_dict")]
    pub fn reference(reference: impl Into<Value>) -> Result<Self> {
        let document = match reference.into() {
            Value::String(text) => Self::reference_json(text),
            document => document,
        };
        if reference::is_reference(&document) {
            return Self::from_wire(document).map_err(Error::invalid);
        }
        let fault = match document.get("type").and_then(Value::as_str) {
            None => Fault::new(FaultKind::Missing, "type", "a reference has the type `ref`"),
            Some(kind) => Fault::new(FaultKind::Geometry, "type", "not a reference").with_value(check::start(kind)),
        };
        Err(Error::invalid(vec![fault.with_allowed(["ref"])]))
    }

    /// References to several features, as one area. Searches of the Data API take such a list; the documentation of the other
    /// APIs says nothing of one.
    ///
    /// ```
    /// use planet_builders::Geometry;
    ///
    /// let fields = Geometry::references(["pl:features/my/f/a", "pl:features/my/f/b"])?;
    /// assert_eq!(fields.as_json()["content"][1], "pl:features/my/f/b");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if there is none, or one has another form than `pl:features/my/<collection>/<feature>`.
    pub fn references(references: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let references: Vec<String> = references.into_iter().map(|one| one.as_ref().to_owned()).collect();
        Self::from_wire(json!({"type": "ref", "content": references})).map_err(Error::invalid)
    }

    /// A feature of which both the reference and the geometry are known: the reference is sent where references are
    /// taken, and the geometry in [filters](crate::Filter::geometry).
    ///
    /// ```
    /// use planet_builders::{Filter, Geometry};
    ///
    /// let area = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?;
    /// let field = Geometry::feature("pl:features/my/water-fields-RqB0NZ5/rmQEGqm", area)?;
    /// assert!(field.is_reference());
    /// assert_eq!(serde_json::to_value(Filter::geometry(field)?)?["config"]["type"], "Polygon");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if the reference or the geometry is not valid.
    pub fn feature<G>(reference: impl Into<Value>, geometry: G) -> Result<Self>
    where
        G: TryInto<Self, Error: std::error::Error + Send + Sync + 'static>,
    {
        let sent = Self::reference(reference)?.sent;
        let shape = Self::from_input(geometry).map_err(Error::invalid)?.into_coordinates();
        Ok(Self { sent, shape: shape.map(|shape| Box::new(shape.sent)) })
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
        Ok(Self::plain(json!({"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south],
        ]]})))
    }

    /// Is it a reference to a feature, rather than coordinates?
    #[must_use]
    pub fn is_reference(&self) -> bool {
        reference::is_reference(&self.sent)
    }

    /// The GeoJSON type, such as `Polygon`, or `ref`.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.sent.get("type").and_then(Value::as_str).unwrap_or("")
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.sent
    }

    /// What is valid but looks odd: rings that are wound against RFC 7946, edges that go around more than half the globe
    /// (the area crosses the antimeridian and has to be cut there), more than 500 vertices, and places without images that
    /// would have some with latitude and longitude the other way round. Of references nothing is known.
    ///
    /// ```
    /// use planet_builders::Geometry;
    ///
    /// assert!(Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?.hints().is_empty());
    ///
    /// let fiji = r#"{"type": "LineString", "coordinates": [[179.5, -17], [-179.5, -17]]}"#.parse::<Geometry>()?;
    /// assert_eq!(fiji.hints()[0].path(), "coordinates[0]");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    #[must_use]
    pub fn hints(&self) -> Vec<Hint> {
        hints::geometry(&self.sent)
    }

    /// Begins a repair of what the [hints](Self::hints) say of rings, and of repeated positions. A geometry that is not valid
    /// is repaired by [`Repair::of`] its JSON.
    ///
    /// ```
    /// use planet_builders::Geometry;
    ///
    /// let clockwise = r#"{"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}"#;
    /// let repaired = clockwise.parse::<Geometry>()?.repair().run()?;
    /// assert_eq!(repaired.changes()[0].to_string(), "coordinates[0]: turned around");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    pub fn repair(&self) -> Repair {
        Repair::of(self.sent.clone())
    }

    /// The geometry, if it is a Polygon.
    ///
    /// ```
    /// use planet_builders::Geometry;
    ///
    /// assert!(Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?.into_polygon().is_ok());
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if it is another geometry, or a reference.
    #[doc(alias = "as_polygon")]
    pub fn into_polygon(self) -> Result<Self> {
        match self.type_name() {
            "Polygon" => Ok(self),
            other => {
                let fault = Fault::new(FaultKind::Geometry, "type", "not a Polygon").with_value(other);
                Err(Error::invalid(vec![fault.with_allowed(["Polygon"])]))
            }
        }
    }

    /// The coordinates, for a place that takes no references: of a [feature](Self::feature) its geometry, of a mere reference
    /// nothing.
    ///
    /// ```
    /// use planet_builders::Geometry;
    ///
    /// let area = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?;
    /// let field = Geometry::feature("pl:features/my/water-fields-RqB0NZ5/rmQEGqm", &area)?;
    /// assert_eq!(field.into_coordinates(), Some(area));
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    #[must_use]
    #[doc(alias = "validate_geom_as_geojson")]
    pub fn into_coordinates(self) -> Option<Self> {
        match self.shape {
            Some(shape) => Some(Self::plain(*shape)),
            None => (!self.is_reference()).then_some(self),
        }
    }

    fn plain(sent: Value) -> Self {
        Self { sent, shape: None }
    }

    fn reference_json(reference: String) -> Value {
        json!({"type": "ref", "content": reference})
    }

    /// Takes the geometry out of Features and collections of one, and checks it.
    fn from_json(document: Value) -> Result<Self, Vec<Fault>> {
        if let Value::String(reference) = document {
            return Self::from_wire(Self::reference_json(reference));
        }
        let in_feature = document::is_feature(&document);
        let geometry = document::innermost(document)?;
        match geometry.get("type").and_then(Value::as_str) {
            Some("ref") if in_feature => Err(vec![document::no_reference("geometry")]),
            Some("ref") => Self::from_wire(geometry),
            Some(kind) if reference::is_reference(&geometry) => Err(vec![check::unknown_type(kind)]),
            _ => Self::from_wire(geometry),
        }
    }

    /// Checks a geometry in the form in which it is sent.
    pub(crate) fn from_wire(geometry: Value) -> Result<Self, Vec<Fault>> {
        let faults = check::geometry(&geometry);
        if faults.is_empty() { Ok(Self::plain(geometry)) } else { Err(faults) }
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

/// Two geometries are equal if the same is sent for them.
impl PartialEq for Geometry {
    fn eq(&self, other: &Self) -> bool {
        self.sent == other.sent
    }
}

impl Serialize for Geometry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sent.serialize(serializer)
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
        self.sent.fmt(f)
    }
}
