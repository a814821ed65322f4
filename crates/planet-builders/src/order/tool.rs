//! Tools: what the service does to the items before it delivers them.

use planet_core::{Error, Fault};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::{Map, Value};

use crate::Geometry;

/// A tool of an order: what the service does to the items before it delivers them.
///
/// ```
/// use planet_builders::{Geometry, Tool};
///
/// let clip = Tool::clip(Geometry::reference("pl:features/my/water-fields-RqB0NZ5/rmQEGqm")?);
/// assert_eq!(clip.name(), "clip");
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tool(pub(super) Kind);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Clip(Area),
    /// A tool that is unknown here, or has parameters that are, as it came.
    Other(String, Value),
}

/// The area of a clip tool. A faulty one is kept until the request is checked, so that all faults come together.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Area {
    Valid(Geometry),
    Faulty { given: Option<Value>, faults: Vec<Fault> },
}

impl Tool {
    /// Cuts the items to an area: a polygon, a multipolygon, or a reference to a feature. Pixels outside are dropped.
    ///
    /// Anything that converts to a [`Geometry`] will do. Its faults are reported when the request is built.
    ///
    /// ```
    /// use planet_builders::{Bundle, ItemType, OrderRequest, Product, Tool};
    ///
    /// let open = r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}"#;
    /// let error = OrderRequest::builder("open")
    ///     .product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200925_161029_69_2223"]))
    ///     .tool(Tool::clip(open))
    ///     .build()
    ///     .unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "tools[0].clip.aoi.coordinates[0]");
    /// ```
    #[doc(alias = "clip_tool")]
    pub fn clip<G>(area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        let area = Geometry::from_input(area);
        Self(Kind::Clip(area.map_or_else(|faults| Area::Faulty { given: None, faults }, Area::Valid)))
    }

    /// The tool's name in the JSON, such as `clip`.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Clip(_) => "clip",
            Kind::Other(name, _) => name,
        }
    }
}

/// An object with one key: `{"clip": {"aoi": ..}}`.
impl Serialize for Tool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match &self.0 {
            Kind::Clip(Area::Valid(area)) => map.serialize_entry("clip", &Clip { aoi: area })?,
            Kind::Clip(Area::Faulty { given: Some(given), .. }) => {
                map.serialize_entry("clip", &Clip { aoi: given })?;
            }
            Kind::Clip(Area::Faulty { given: None, faults }) => {
                return Err(ser::Error::custom(Error::invalid(faults.clone())));
            }
            Kind::Other(name, parameters) => map.serialize_entry(name, parameters)?,
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Clip<T> {
    aoi: T,
}

impl<'de> Deserialize<'de> for Tool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tools = Map::deserialize(deserializer)?.into_iter();
        let (Some((name, parameters)), None) = (tools.next(), tools.next()) else {
            return Err(de::Error::custom("a tool is a JSON object with one key, its name"));
        };
        let members = parameters.as_object().filter(|members| members.len() == 1);
        let area = members.and_then(|members| members.get("aoi"));
        let (Some(given), "clip") = (area, name.as_str()) else {
            return Ok(Self(Kind::Other(name, parameters)));
        };
        let area = Geometry::from_wire(given.clone());
        Ok(Self(Kind::Clip(
            area.map_or_else(|faults| Area::Faulty { given: Some(given.clone()), faults }, Area::Valid),
        )))
    }
}
