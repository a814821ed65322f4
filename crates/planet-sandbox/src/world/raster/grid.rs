//! Where an image's pixels lie on the ground.

use geo::{BoundingRect, Coord, Intersects, MultiPolygon};

/// Pixels along the longer side of every image.
const LONG_SIDE: f64 = 160.0;
/// Degrees by which an image stays inside the bounding box of its area, so that no rounding pushes it out.
const INSET: f64 = 1e-6;

pub(super) struct Grid<'a> {
    pub(super) west: f64,
    pub(super) north: f64,
    /// Degrees a pixel, in x and in y.
    pub(super) pixel: (f64, f64),
    pub(super) width: u32,
    pub(super) height: u32,
    area: &'a MultiPolygon<f64>,
}

impl<'a> Grid<'a> {
    /// `None` for an area without extent.
    pub(super) fn over(area: &'a MultiPolygon<f64>) -> Option<Self> {
        let rect = area.bounding_rect()?;
        let inset = INSET.min(rect.width().min(rect.height()) / 1000.0);
        let (x_extent, y_extent) = (rect.width() - 2.0 * inset, rect.height() - 2.0 * inset);
        if x_extent <= 0.0 || y_extent <= 0.0 {
            return None;
        }
        let longer = x_extent.max(y_extent);
        let pixels = |extent: f64| (LONG_SIDE * extent / longer).round().max(1.0);
        let (columns, rows) = (pixels(x_extent), pixels(y_extent));
        Some(Self {
            west: rect.min().x + inset,
            north: rect.max().y - inset,
            pixel: (x_extent / columns, y_extent / rows),
            width: columns as u32,
            height: rows as u32,
            area,
        })
    }

    /// The centre of each pixel, row by row from the north west; `None` where it is outside the area.
    pub(super) fn pixels(&self) -> impl Iterator<Item = Option<Coord<f64>>> {
        let rows = 0..self.height;
        rows.flat_map(move |row| (0..self.width).map(move |column| (column, row))).map(|(column, row)| {
            let centre = Coord {
                x: self.west + (f64::from(column) + 0.5) * self.pixel.0,
                y: self.north - (f64::from(row) + 0.5) * self.pixel.1,
            };
            self.area.intersects(&centre).then_some(centre)
        })
    }
}
