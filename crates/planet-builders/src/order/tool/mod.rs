//! Tools: what the service does to the items before it delivers them.

mod check;
mod json;
mod options;

use planet_core::{Error, Result};
use serde_json::{Map, Value, json};

use super::area::Area;
use super::members::Leave;
use super::values::{FileFormat, TargetSensor};
use crate::Geometry;

pub use options::{BandMath, Composite, Reproject, Tile, Toar};

/// A tool of an order: what the service does to the items before it delivers them.
///
/// Tools with options have a type of their own, which converts into this one. It mirrors the entries of `tools` in an
/// order request of the Orders API.
///
/// ```
/// use planet_builders::order::Kernel;
/// use planet_builders::{Geometry, Tool};
///
/// let clip = Tool::clip(Geometry::reference("pl:features/my/water-fields-RqB0NZ5/rmQEGqm")?);
/// assert_eq!(clip.name(), "clip");
/// let reproject: Tool = Tool::reproject("EPSG:32611").kernel(Kernel::Cubic).into();
/// assert_eq!(serde_json::to_value(&reproject)?["reproject"]["kernel"], "cubic");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tool(pub(super) Kind);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Clip {
        area: Option<Area>,
        rest: Map<String, Value>,
    },
    /// Any other tool, known here or not.
    Named {
        name: String,
        parameters: Map<String, Value>,
    },
    /// What is no object with one name and its parameters, as it came.
    Other(Value),
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
    #[must_use]
    pub fn clip<G>(area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        Self(Kind::Clip { area: Some(Area::from_input(area)), rest: Map::new() })
    }

    /// Cuts the quads of a basemap to the geometry of their product.
    ///
    /// ```
    /// use planet_builders::Tool;
    ///
    /// assert_eq!(serde_json::to_string(&Tool::clip_to_product())?, r#"{"clip":{}}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn clip_to_product() -> Self {
        Self(Kind::Clip { area: None, rest: Map::new() })
    }

    /// Puts the items together into one image.
    ///
    /// ```
    /// use planet_builders::Tool;
    /// use planet_builders::order::GroupBy;
    ///
    /// let tool = Tool::from(Tool::composite().group_by(GroupBy::StripId));
    /// assert_eq!(serde_json::to_string(&tool)?, r#"{"composite":{"group_by":"strip_id"}}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "composite_tool")]
    pub fn composite() -> Composite {
        Composite::new()
    }

    /// Shifts the items so that they lie on one of them, the anchor, which is an item of the order.
    ///
    /// ```
    /// use planet_builders::Tool;
    ///
    /// let tool = Tool::coregister("20200925_161029_69_2223");
    /// assert_eq!(serde_json::to_value(&tool)?["coregister"]["anchor_item"], "20200925_161029_69_2223");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "coregister_tool")]
    #[must_use]
    pub fn coregister(anchor_item: impl Into<String>) -> Self {
        Self::named("coregister", [("anchor_item", Value::String(anchor_item.into()))])
    }

    /// Writes the images in another format.
    ///
    /// ```
    /// use planet_builders::Tool;
    /// use planet_builders::order::FileFormat;
    ///
    /// assert_eq!(Tool::file_format(FileFormat::Cog), Tool::file_format("cog"));
    /// ```
    #[doc(alias = "file_format_tool")]
    #[must_use]
    pub fn file_format(format: impl Into<FileFormat>) -> Self {
        Self::named("file_format", [("format", json!(format.into()))])
    }

    /// Makes the values of PlanetScope images comparable with those of another sensor. It works on PSScene, as
    /// `analytic_sr_udm2` or `analytic_8b_sr_udm2`.
    ///
    /// ```
    /// use planet_builders::Tool;
    /// use planet_builders::order::TargetSensor;
    ///
    /// let tool = Tool::harmonize(TargetSensor::Sentinel2);
    /// assert_eq!(serde_json::to_value(&tool)?["harmonize"]["target_sensor"], "Sentinel-2");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "harmonize_tool")]
    #[must_use]
    pub fn harmonize(target_sensor: impl Into<TargetSensor>) -> Self {
        Self::named("harmonize", [("target_sensor", json!(target_sensor.into()))])
    }

    /// Puts the images into another projection: an EPSG code such as `EPSG:32611`, `WGS84`, or well-known text.
    ///
    /// ```
    /// use planet_builders::Tool;
    ///
    /// // Pixels of 3 metres, in UTM zone 11 north.
    /// let tool = Tool::from(Tool::reproject("EPSG:32611").resolution(3.0));
    /// assert_eq!(serde_json::to_value(&tool)?["reproject"]["resolution"], 3.0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "reproject_tool")]
    pub fn reproject(projection: impl Into<String>) -> Reproject {
        Reproject::new(projection)
    }

    /// Cuts the images into square tiles with so many pixels a side.
    ///
    /// ```
    /// use planet_builders::Tool;
    ///
    /// let tool = Tool::from(Tool::tile(1232).origin(-180.0, -90.0));
    /// assert_eq!(serde_json::to_value(&tool)?["tile"]["origin_y"], -90.0);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "tile_tool")]
    pub fn tile(tile_size: u32) -> Tile {
        Tile::new(tile_size)
    }

    /// Turns radiance into reflectance at the top of the atmosphere.
    ///
    /// ```
    /// use planet_builders::Tool;
    ///
    /// let tool = Tool::from(Tool::toar().scale_factor(10_000));
    /// assert_eq!(serde_json::to_string(&tool)?, r#"{"toar":{"scale_factor":10000}}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "toar_tool")]
    pub fn toar() -> Toar {
        Toar::new()
    }

    /// Computes new bands, each from an expression over the bands `b1`, `b2`, .. of the image: 1 to 15 of them.
    ///
    /// ```
    /// use planet_builders::Tool;
    /// use planet_builders::order::PixelType;
    ///
    /// let ndvi = Tool::from(Tool::band_math(["(b4 - b3) / (b4 + b3)"]).pixel_type(PixelType::Float32));
    /// assert_eq!(serde_json::to_value(&ndvi)?["bandmath"]["b1"], "(b4 - b3) / (b4 + b3)");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "band_math_tool")]
    pub fn band_math(expressions: impl IntoIterator<Item = impl Into<String>>) -> BandMath {
        BandMath::new(expressions)
    }

    /// Puts the quads of a basemap together into one image.
    ///
    /// ```
    /// use planet_builders::Tool;
    ///
    /// assert_eq!(serde_json::to_string(&Tool::merge())?, r#"{"merge":{}}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn merge() -> Self {
        Self::named("merge", [])
    }

    /// The tool's name in the JSON, such as `clip`. Empty for what was read and is no tool.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Clip { .. } => "clip",
            Kind::Named { name, .. } => name,
            Kind::Other(_) => "",
        }
    }

    /// Does what comes of it depend on which items are in the same order, as of a composite?
    ///
    /// ```
    /// use planet_builders::Tool;
    ///
    /// assert!(Tool::merge().works_over_all_items() && !Tool::clip_to_product().works_over_all_items());
    /// ```
    #[must_use]
    pub fn works_over_all_items(&self) -> bool {
        matches!(self.name(), "composite" | "coregister" | "merge")
    }

    /// Checks the tool by itself, as far as that goes without the rest of the order.
    ///
    /// ```
    /// use planet_builders::Tool;
    ///
    /// let error = Tool::from(Tool::reproject("EPSG:32611").kernel("cubik")).check().unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "reproject.kernel");
    /// assert_eq!(error.faults()[0].suggestion(), Some("cubic"));
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` with all faults: parameters that are missing, of the wrong form or out of range, values and tools
    /// that the service does not know, bands without those before them, a clip area that is no valid polygon.
    pub fn check(&self) -> Result<()> {
        let faults = check::tool(self, Leave::default());
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }

    fn named<const N: usize>(name: &str, parameters: [(&str, Value); N]) -> Self {
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self(Kind::Named { name: name.to_owned(), parameters })
    }
}

pub(super) use check::{correct, hints, tool as faults};
