//! The tools that have options.

use serde_json::{Map, Value, json};

use super::{Kind, Tool};
use crate::order::members::number;
use crate::order::values::{GroupBy, Kernel, PixelType};

/// A tool whose parameters are being put together.
macro_rules! tool_with_options {
    ($(#[$about:meta])* $name:ident, $text:literal) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        #[must_use = "a tool does nothing until it is added to an order"]
        pub struct $name(Map<String, Value>);

        impl $name {
            fn with(mut self, parameter: &str, value: Value) -> Self {
                self.0.insert(parameter.to_owned(), value);
                self
            }
        }

        impl From<$name> for Tool {
            fn from(tool: $name) -> Self {
                Self(Kind::Named { name: $text.to_owned(), parameters: tool.0 })
            }
        }
    };
}

tool_with_options! {
    /// The composite tool: see [`Tool::composite`].
    Composite, "composite"
}

impl Composite {
    pub(super) fn new() -> Self {
        Self(Map::new())
    }

    /// Which items are put together. All of the order if not said.
    pub fn group_by(self, group: impl Into<GroupBy>) -> Self {
        self.with("group_by", json!(group.into()))
    }
}

tool_with_options! {
    /// The reproject tool: see [`Tool::reproject`].
    Reproject, "reproject"
}

impl Reproject {
    pub(super) fn new(projection: impl Into<String>) -> Self {
        Self(Map::new()).with("projection", json!(projection.into()))
    }

    /// The width of a pixel, in the unit of the projection: degrees if it is geographic, else most often metres. That of
    /// the input if not said.
    pub fn resolution(self, resolution: f64) -> Self {
        self.with("resolution", number(resolution))
    }

    /// How a pixel is computed. [`Kernel::Near`] if not said.
    pub fn kernel(self, kernel: impl Into<Kernel>) -> Self {
        self.with("kernel", json!(kernel.into()))
    }
}

tool_with_options! {
    /// The tile tool: see [`Tool::tile`].
    Tile, "tile"
}

impl Tile {
    pub(super) fn new(tile_size: u32) -> Self {
        Self(Map::new()).with("tile_size", json!(tile_size))
    }

    /// The corner from which tiles are counted, in the unit of the projection. 0, 0 if not said.
    pub fn origin(self, x: f64, y: f64) -> Self {
        self.origin_x(x).origin_y(y)
    }

    /// The first coordinate of the corner from which tiles are counted, in the unit of the projection. 0 if not said.
    pub fn origin_x(self, x: f64) -> Self {
        self.with("origin_x", number(x))
    }

    /// The second coordinate of the corner from which tiles are counted, in the unit of the projection. 0 if not said.
    pub fn origin_y(self, y: f64) -> Self {
        self.with("origin_y", number(y))
    }

    /// The width of a pixel, in the unit of the projection. That of the input if not said.
    pub fn pixel_size(self, pixel_size: f64) -> Self {
        self.with("pixel_size", number(pixel_size))
    }

    /// The names of the tiles, with `{tilex}` and `{tiley}` for the tile's place; `{tilex:06d}` has six digits.
    /// `{tilex}_{tiley}.tif` if not said.
    pub fn name_template(self, template: impl Into<String>) -> Self {
        self.with("name_template", json!(template.into()))
    }

    /// Scales the tiles of a geographic projection with the latitude, so that they keep their shape.
    pub fn conformal_x_scaling(self, conformal: bool) -> Self {
        self.with("conformal_x_scaling", json!(conformal))
    }
}

tool_with_options! {
    /// The tool for reflectance at the top of the atmosphere: see [`Tool::toar`].
    Toar, "toar"
}

impl Toar {
    pub(super) fn new() -> Self {
        Self(Map::new())
    }

    /// What a reflectance of 1 is multiplied with: at most 65,535, as the numbers have 16 bits. 10,000 if not said.
    pub fn scale_factor(self, scale_factor: u32) -> Self {
        self.with("scale_factor", json!(scale_factor))
    }
}

tool_with_options! {
    /// The band math tool: see [`Tool::band_math`].
    BandMath, "bandmath"
}

impl BandMath {
    pub(super) fn new(expressions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let bands = expressions.into_iter().enumerate();
        let tool = Self(bands.map(|(index, text)| (format!("b{}", index + 1), json!(text.into()))).collect());
        tool.pixel_type(PixelType::Auto)
    }

    /// The numbers that are written. [`PixelType::Auto`] if not said.
    pub fn pixel_type(self, pixel_type: impl Into<PixelType>) -> Self {
        self.with("pixel_type", json!(pixel_type.into()))
    }
}
