//! Which bands an asset has and what is in them.

use super::super::Item;
use super::grid::Grid;
use super::scene::{Class, Mosaic, Wavelength};

const PAN: &[Wavelength] = &[Wavelength::GREEN];
const THREE: &[Wavelength] = &[Wavelength::RED, Wavelength::GREEN, Wavelength::BLUE];
const FOUR: &[Wavelength] = &[Wavelength::BLUE, Wavelength::GREEN, Wavelength::RED, Wavelength::NIR];
const FIVE: &[Wavelength] =
    &[Wavelength::BLUE, Wavelength::GREEN, Wavelength::RED, Wavelength::RED_EDGE, Wavelength::NIR];
const EIGHT: &[Wavelength] = &[
    Wavelength::COASTAL,
    Wavelength::BLUE,
    Wavelength::GREEN_I,
    Wavelength::GREEN,
    Wavelength::YELLOW,
    Wavelength::RED,
    Wavelength::RED_EDGE,
    Wavelength::NIR,
];

pub(super) enum Product {
    /// 16 bits a band.
    Analytic(&'static [Wavelength]),
    /// Red, green, blue in 8 bits.
    Visual,
    /// A band per class, then confidence, then the bits of the older mask.
    Udm2,
    /// One band of bits: 1 outside the image, 2 cloud.
    Udm,
}

/// Pixel after pixel, the bands of a pixel together.
pub(super) enum Samples {
    Rgb(Vec<u8>),
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
}

const UDM_OUTSIDE: u8 = 1;
const UDM_CLOUD: u8 = 2;

impl Product {
    pub(super) fn of(item: &Item, asset_type: &str) -> Self {
        match asset_type {
            udm2 if udm2.ends_with("udm2") => Self::Udm2,
            udm if udm.ends_with("udm") => Self::Udm,
            visual if visual.ends_with("visual") => Self::Visual,
            analytic if analytic.contains("_8b") => Self::Analytic(EIGHT),
            analytic if analytic.contains("_3b") => Self::Analytic(THREE),
            pan if pan.contains("panchromatic") || pan.contains("l1a") => Self::Analytic(PAN),
            _ if item.item_type == "REOrthoTile" => Self::Analytic(FIVE),
            _ => Self::Analytic(FOUR),
        }
    }

    pub(super) fn bands(&self) -> usize {
        match self {
            Self::Analytic(bands) => bands.len(),
            Self::Visual => 3,
            Self::Udm2 => 8,
            Self::Udm => 1,
        }
    }

    /// The value of pixels outside the area. In a mask 0 says "not of this class": its last band tells the outside.
    pub(super) fn nodata(&self) -> Option<&'static str> {
        match self {
            Self::Udm2 => None,
            Self::Udm => Some("1"),
            _ => Some("0"),
        }
    }

    pub(super) fn samples(&self, grid: &Grid<'_>, scenes: &Mosaic) -> Samples {
        match self {
            Self::Analytic(bands) => Samples::Shorts(analytic(grid, scenes, bands)),
            Self::Visual => Samples::Rgb(visual(grid, scenes)),
            Self::Udm2 => Samples::Bytes(udm2(grid, scenes)),
            Self::Udm => Samples::Bytes(udm(grid, scenes)),
        }
    }
}

fn analytic(grid: &Grid<'_>, scenes: &Mosaic, bands: &[Wavelength]) -> Vec<u16> {
    let mut samples = Vec::new();
    for pixel in grid.pixels() {
        match pixel {
            Some(at) => {
                let reflectance = scenes.at(at).reflectance(at, bands);
                samples.extend(reflectance.map(|value| (value * 10_000.0).max(1.0) as u16));
            }
            None => samples.extend(bands.iter().map(|_| 0)),
        }
    }
    samples
}

fn visual(grid: &Grid<'_>, scenes: &Mosaic) -> Vec<u8> {
    let mut samples = Vec::new();
    for pixel in grid.pixels() {
        match pixel {
            Some(at) => {
                let reflectance = scenes.at(at).reflectance(at, THREE);
                samples.extend(reflectance.map(|value| (value * 560.0).clamp(1.0, 255.0) as u8));
            }
            None => samples.extend([0; 3]),
        }
    }
    samples
}

fn udm2(grid: &Grid<'_>, scenes: &Mosaic) -> Vec<u8> {
    let mut samples = Vec::new();
    for pixel in grid.pixels() {
        match pixel {
            Some(at) => {
                let class = scenes.at(at).class(at);
                samples.extend(Class::ALL.map(|band| u8::from(band == class)));
                let cloud = class == Class::Cloud;
                samples.extend([scenes.at(at).confidence(at), if cloud { UDM_CLOUD } else { 0 }]);
            }
            None => samples.extend([0, 0, 0, 0, 0, 0, 0, UDM_OUTSIDE]),
        }
    }
    samples
}

fn udm(grid: &Grid<'_>, scenes: &Mosaic) -> Vec<u8> {
    let value = |pixel: Option<_>| match pixel.map(|at| scenes.at(at).class(at)) {
        Some(Class::Cloud) => UDM_CLOUD,
        Some(_) => 0,
        None => UDM_OUTSIDE,
    };
    grid.pixels().map(value).collect()
}
