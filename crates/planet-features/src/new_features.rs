//! What is to be added to a collection.

use planet_builders::{Geometry, geojson};
use planet_core::{Error, Fault, FaultKind, Result};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::Feature;

/// What the service takes as the shape of a feature.
const SHAPES: [&str; 2] = ["Polygon", "MultiPolygon"];

/// Features that are to be added to a collection: one, or many.
///
/// It is made, by `into`, from
/// - JSON or text of a GeoJSON Feature, FeatureCollection, or bare Polygon or MultiPolygon, which becomes a Feature without
///   properties;
/// - the same as types of [`geojson`](crate::geojson);
/// - a [`Geometry`], or a [`Feature`] that the service sent;
/// - a `Vec` of any of these.
///
/// What is wrong with them is told when the request is made, before anything is sent: a feature that is no Polygon and no
/// MultiPolygon, has over 1,500 vertices, or a geometry with one of the faults that [`Geometry`] names; and each fault says
/// which feature it is about. What is right is sent as it is.
///
/// ```
/// use planet_features::NewFeatures;
/// use serde_json::json;
///
/// let square = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]});
/// let field = json!({"type": "Feature", "id": "7", "properties": {"crop": "rye"}, "geometry": square});
/// let features = NewFeatures::from(vec![field, square]);
/// assert!(!features.is_empty() && features.len() == 2);
/// assert!(features.check().is_ok());
///
/// let point = json!({"type": "Point", "coordinates": [0, 0]});
/// let error = NewFeatures::from(vec![square_of(1.0), point]).check().unwrap_err();
/// assert_eq!(error.faults()[0].path(), "features[1].geometry.type");
/// # fn square_of(side: f64) -> serde_json::Value {
/// #     json!({"type": "Polygon", "coordinates": [[[0, 0], [side, 0], [side, side], [0, side], [0, 0]]]})
/// # }
/// ```
///
/// The limits are those of the service's reference ("Features API"; 1,500 vertices a feature).
#[derive(Clone, Debug)]
pub struct NewFeatures(std::result::Result<Value, Vec<Fault>>);

impl NewFeatures {
    /// How many there are. 0 if what was given cannot be read as features.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.list() {
            Ok(Some(features)) => features.len(),
            Ok(None) => 1,
            Err(_) => 0,
        }
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks them all, as a request does before it is sent.
    ///
    /// # Errors
    /// `InvalidInput` with all faults, each with the number of its feature, from 0 on.
    pub fn check(&self) -> Result<()> {
        self.document().map(drop)
    }

    /// The Feature or FeatureCollection as it is sent.
    pub(crate) fn document(&self) -> Result<&Value> {
        let faults = match self.list() {
            Err(faults) => faults.to_vec(),
            Ok(None) => self.0.as_ref().map(feature_faults).unwrap_or_default(),
            Ok(Some([])) => vec![Fault::new(FaultKind::Missing, "features", "there is no feature to add")],
            Ok(Some(features)) => {
                let numbered = features.iter().enumerate();
                let under = |(index, feature)| {
                    let at = format!("features[{index}]");
                    feature_faults(feature).into_iter().map(move |fault| fault.under(&at))
                };
                numbered.flat_map(under).collect()
            }
        };
        match &self.0 {
            Ok(document) if faults.is_empty() => Ok(document),
            _ => Err(Error::invalid(faults)),
        }
    }

    /// Each feature as the text that is sent, after they were checked.
    pub(crate) fn into_texts(self) -> Result<Vec<Box<RawValue>>> {
        self.check()?;
        let features = match self.0.map_err(Error::invalid)? {
            collection if is_collection(&collection) => features_of(collection),
            feature => vec![feature],
        };
        features.iter().map(|feature| serde_json::value::to_raw_value(feature).map_err(not_json)).collect()
    }

    /// The features of a FeatureCollection; `None` for a single Feature.
    fn list(&self) -> std::result::Result<Option<&[Value]>, &[Fault]> {
        let document = self.0.as_ref().map_err(Vec::as_slice)?;
        Ok(is_collection(document)
            .then(|| document.get("features").and_then(Value::as_array).map_or(&[][..], Vec::as_slice)))
    }

    fn refused(fault: Fault) -> Self {
        Self(Err(vec![fault]))
    }

    fn serialized(document: &impl Serialize) -> Self {
        // A coordinate that is not finite becomes `null`, which the checks then report.
        match serde_json::to_value(document) {
            Ok(document) => document.into(),
            Err(cause) => Self(Err(not_json(cause).faults().to_vec())),
        }
    }
}

fn is_collection(document: &Value) -> bool {
    document.get("type").is_some_and(|kind| kind == "FeatureCollection")
}

fn features_of(mut collection: Value) -> Vec<Value> {
    match collection.get_mut("features").map(Value::take) {
        Some(Value::Array(features)) => features,
        _ => Vec::new(),
    }
}

fn not_json(cause: serde_json::Error) -> Error {
    let fault = Fault::new(FaultKind::Invalid, "feature", format!("not GeoJSON: {cause}"));
    Error::invalid(vec![fault]).with_source(cause)
}

/// What is wrong with one feature, with paths within it.
fn feature_faults(feature: &Value) -> Vec<Fault> {
    if feature.get("type").is_none_or(|kind| kind != "Feature") {
        return vec![Fault::new(FaultKind::Invalid, "type", "not a Feature").with_allowed(["Feature"])];
    }
    let mut faults = Vec::new();
    if !matches!(feature.get("properties"), None | Some(Value::Null | Value::Object(_))) {
        faults.push(Fault::new(FaultKind::Invalid, "properties", "properties are an object or null"));
    }
    let geometry = feature.get("geometry").unwrap_or(&Value::Null);
    faults.extend(shape_faults(geometry).into_iter().map(|fault| fault.under("geometry")));
    faults
}

fn shape_faults(geometry: &Value) -> Vec<Fault> {
    let kind = geometry.get("type").and_then(Value::as_str);
    let Some(kind) = kind else {
        let message = "a feature of a collection has a geometry with a `type`";
        return vec![Fault::new(FaultKind::Missing, "type", message).with_allowed(SHAPES)];
    };
    if !SHAPES.contains(&kind) {
        let message = match kind {
            "ref" => "a reference is no geometry: the features of a collection have coordinates of their own",
            _ => "the features of a collection are Polygons and MultiPolygons",
        };
        return vec![Fault::new(FaultKind::Geometry, "type", message).with_value(kind).with_allowed(SHAPES)];
    }
    Geometry::try_from(geometry).err().map(|error| error.faults().to_vec()).unwrap_or_default()
}

impl From<Value> for NewFeatures {
    fn from(document: Value) -> Self {
        let kind = document.get("type").and_then(Value::as_str);
        match kind {
            Some("FeatureCollection") if !document.get("features").is_some_and(Value::is_array) => {
                let message = "a FeatureCollection has a list of features";
                Self::refused(Fault::new(FaultKind::Missing, "features", message))
            }
            Some("Feature" | "FeatureCollection") => Self(Ok(document)),
            Some(_) => Self(Ok(json!({"type": "Feature", "properties": {}, "geometry": document}))),
            None => {
                let message = "a Feature, a FeatureCollection or a geometry is needed";
                Self::refused(Fault::new(FaultKind::Invalid, "feature", message))
            }
        }
    }
}

impl From<&Value> for NewFeatures {
    fn from(document: &Value) -> Self {
        document.clone().into()
    }
}

/// GeoJSON text, such as that of a file.
impl From<&str> for NewFeatures {
    fn from(text: &str) -> Self {
        match serde_json::from_str::<Value>(text) {
            Ok(document) => document.into(),
            Err(cause) => Self(Err(not_json(cause).faults().to_vec())),
        }
    }
}

impl From<String> for NewFeatures {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for NewFeatures {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

/// Of a feature with its reference the geometry is taken; of a mere reference there is none.
impl From<Geometry> for NewFeatures {
    fn from(geometry: Geometry) -> Self {
        match geometry.into_coordinates() {
            Some(shape) => shape.as_json().into(),
            None => {
                let message = "a reference is no geometry: the features of a collection have coordinates of their own";
                Self::refused(Fault::new(FaultKind::Geometry, "geometry", message))
            }
        }
    }
}

impl From<&Geometry> for NewFeatures {
    fn from(geometry: &Geometry) -> Self {
        geometry.clone().into()
    }
}

/// Sent as it came, with its id and properties; the service makes a new reference.
impl From<&Feature> for NewFeatures {
    fn from(feature: &Feature) -> Self {
        feature.as_json().into()
    }
}

impl From<Feature> for NewFeatures {
    fn from(feature: Feature) -> Self {
        (&feature).into()
    }
}

/// Types of the `geojson` crate, owned and borrowed.
macro_rules! from_geojson {
    ($($name:ident)*) => {$(
        impl From<geojson::$name> for NewFeatures {
            fn from(document: geojson::$name) -> Self {
                Self::serialized(&document)
            }
        }

        impl From<&geojson::$name> for NewFeatures {
            fn from(document: &geojson::$name) -> Self {
                Self::serialized(document)
            }
        }
    )*};
}

from_geojson! { Geometry Feature FeatureCollection GeoJson }

/// All of them in the order given; what is a collection itself gives its features.
impl<F: Into<Self>> From<Vec<F>> for NewFeatures {
    fn from(list: Vec<F>) -> Self {
        let (mut features, mut faults) = (Vec::with_capacity(list.len()), Vec::new());
        for (index, one) in list.into_iter().enumerate() {
            match one.into().0 {
                Ok(collection) if is_collection(&collection) => features.extend(features_of(collection)),
                Ok(feature) => features.push(feature),
                Err(inner) => faults.extend(inner.into_iter().map(|fault| fault.under(&format!("features[{index}]")))),
            }
        }
        match faults.is_empty() {
            true => Self(Ok(json!({"type": "FeatureCollection", "features": features}))),
            false => Self(Err(faults)),
        }
    }
}
