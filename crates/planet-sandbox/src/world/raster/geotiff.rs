//! Writing a GeoTIFF in longitude and latitude.

use std::io::Cursor;

use tiff::TiffResult;
use tiff::encoder::colortype::{ColorType, Gray8, Gray16, RGB8};
use tiff::encoder::{Compression, TiffEncoder, TiffValue};
use tiff::tags::{ExtraSamples, Tag};

use super::grid::Grid;
use super::product::Samples;

/// Version 1.1.0, then key, place (0: here), count and value of four keys: geographic model, pixels are areas,
/// EPSG:4326, degrees.
const GEO_KEYS: [u16; 20] = [1, 1, 0, 4, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326, 2054, 0, 1, 9102];

pub(super) struct Image<'a> {
    pub(super) grid: &'a Grid<'a>,
    pub(super) bands: usize,
    pub(super) nodata: Option<&'static str>,
    pub(super) samples: Samples,
}

impl Image<'_> {
    pub(super) fn encode(&self) -> TiffResult<Vec<u8>> {
        match &self.samples {
            Samples::Rgb(samples) => self.encode_as::<RGB8>(samples),
            Samples::Bytes(samples) => self.encode_as::<Gray8>(samples),
            Samples::Shorts(samples) => self.encode_as::<Gray16>(samples),
        }
    }

    fn encode_as<C: ColorType>(&self, samples: &[C::Inner]) -> TiffResult<Vec<u8>>
    where
        [C::Inner]: TiffValue,
    {
        let grid = self.grid;
        let mut file = Cursor::new(Vec::new());
        let mut tiff = TiffEncoder::new(&mut file)?.with_compression(Compression::Packbits);
        let mut image = tiff.new_image::<C>(grid.width, grid.height)?;
        let extra = self.bands - C::BITS_PER_SAMPLE.len();
        if extra > 0 {
            image.extra_samples(&vec![ExtraSamples::Unspecified; extra])?;
        }
        let tags = image.encoder();
        let scale = [grid.pixel.0, grid.pixel.1, 0.0];
        tags.write_tag(Tag::ModelPixelScaleTag, scale.as_slice())?;
        let tiepoint = [0.0, 0.0, 0.0, grid.west, grid.north, 0.0];
        tags.write_tag(Tag::ModelTiepointTag, tiepoint.as_slice())?;
        tags.write_tag(Tag::GeoKeyDirectoryTag, GEO_KEYS.as_slice())?;
        if let Some(nodata) = self.nodata {
            tags.write_tag(Tag::GdalNodata, nodata)?;
        }
        image.write_data(samples)?;
        Ok(file.into_inner())
    }
}
