//! What a satellite saw: the ground, which stays, and the clouds of the day.

use geo::{Coord, Intersects as _, MultiPolygon};

use super::super::Item;
use super::grid::Grid;
use super::noise;

const GROUND: u64 = 1;
const FIELDS: u64 = 2;
/// Size of the largest patches, in kilometres.
const GROUND_KM: f64 = 3.0;
const CLOUD_KM: f64 = 4.0;
const KM_PER_DEGREE: f64 = 111.32;

/// What the usable-data mask says about a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Clear,
    SnowIce,
    Shadow,
    LightHaze,
    HeavyHaze,
    Cloud,
}

impl Class {
    /// In the order of the UDM2 bands.
    pub(super) const ALL: [Self; 6] =
        [Self::Clear, Self::SnowIce, Self::Shadow, Self::LightHaze, Self::HeavyHaze, Self::Cloud];

    /// Whether the ground can be made out.
    pub(crate) fn is_visible(self) -> bool {
        !matches!(self, Self::HeavyHaze | Self::Cloud)
    }

    /// The item property that counts the class.
    pub(crate) fn property(self) -> &'static str {
        match self {
            Self::Clear => "clear_percent",
            Self::SnowIce => "snow_ice_percent",
            Self::Shadow => "shadow_percent",
            Self::LightHaze => "light_haze_percent",
            Self::HeavyHaze => "heavy_haze_percent",
            Self::Cloud => "cloud_percent",
        }
    }
}

pub(super) struct Scene {
    seed: u64,
    km_per_lon: f64,
    /// The cloud noise above which a pixel is of the class, thickest first.
    thresholds: Vec<(Class, f64)>,
}

impl Scene {
    pub(super) fn of(item: &Item) -> Self {
        let mut scene = Self {
            seed: noise::seed(&item.id),
            km_per_lon: KM_PER_DEGREE * item.bounds.center().y.to_radians().cos(),
            thresholds: Vec::new(),
        };
        scene.thresholds = scene.thresholds(item);
        scene
    }

    /// Chosen so that the whole footprint has the shares that the item's properties give.
    fn thresholds(&self, item: &Item) -> Vec<(Class, f64)> {
        let Some(grid) = Grid::over(&item.footprint) else {
            return Vec::new();
        };
        let mut noise: Vec<f64> = grid.pixels().step_by(7).flatten().map(|at| self.cloud_noise(at)).collect();
        noise.sort_by(|a, b| b.total_cmp(a));
        let mut above = 0.0;
        [Class::Cloud, Class::HeavyHaze, Class::LightHaze, Class::Shadow, Class::SnowIce]
            .into_iter()
            .filter_map(|class| {
                let share = share(item, class);
                above += share;
                let last = (above * noise.len() as f64).ceil() as usize;
                let threshold = noise.get(last.checked_sub(1)?)?;
                (share > 0.0).then_some((class, *threshold))
            })
            .collect()
    }

    fn cloud_noise(&self, at: Coord<f64>) -> f64 {
        let (x, y) = self.km(at);
        noise::fractal(self.seed, x / CLOUD_KM, y / CLOUD_KM)
    }

    fn km(&self, at: Coord<f64>) -> (f64, f64) {
        (at.x * self.km_per_lon, at.y * KM_PER_DEGREE)
    }

    pub(super) fn class(&self, at: Coord<f64>) -> Class {
        let noise = self.cloud_noise(at);
        let class = self.thresholds.iter().find(|(_, threshold)| noise >= *threshold);
        class.map_or(Class::Clear, |(class, _)| *class)
    }

    /// How sure the classification is, in percent: least at the edges of clouds.
    pub(super) fn confidence(&self, at: Coord<f64>) -> u8 {
        let noise = self.cloud_noise(at);
        let distance = |(_, threshold): &(Class, f64)| (noise - threshold).abs();
        let nearest = self.thresholds.iter().map(distance).fold(1.0, f64::min);
        (60.0 + (nearest * 400.0).min(40.0)) as u8
    }

    /// Reflectance of the pixel at each of the wavelengths, from 0 to 1.
    pub(super) fn reflectance<'a>(
        &self,
        at: Coord<f64>,
        bands: &'a [Wavelength],
    ) -> impl Iterator<Item = f64> + use<'a> {
        let (x, y) = self.km(at);
        let bright = 0.55 + 0.9 * noise::fractal(GROUND, x / GROUND_KM, y / GROUND_KM);
        let green = noise::fractal(FIELDS, x / GROUND_KM * 1.7, y / GROUND_KM * 1.7);
        let class = self.class(at);
        bands.iter().map(move |band| {
            let ground = (band.soil + (band.plants - band.soil) * green) * bright;
            match class {
                Class::Clear => ground,
                Class::SnowIce => 0.6 + ground / 2.0,
                Class::Shadow => ground * 0.4,
                Class::LightHaze => ground * 0.8 + 0.08,
                Class::HeavyHaze => ground * 0.5 + 0.25,
                Class::Cloud => ground * 0.2 + 0.55 + 0.2 * green,
            }
        })
    }
}

/// Scenes side by side, each with the area it covers.
pub(super) struct Mosaic {
    /// The one on top.
    first: (MultiPolygon<f64>, Scene),
    others: Vec<(MultiPolygon<f64>, Scene)>,
}

impl Mosaic {
    pub(super) fn of(parts: Vec<(MultiPolygon<f64>, Scene)>) -> Option<Self> {
        let mut parts = parts.into_iter();
        Some(Self { first: parts.next()?, others: parts.collect() })
    }

    /// The scene that shows the place.
    pub(super) fn at(&self, place: Coord<f64>) -> &Scene {
        let (area, scene) = &self.first;
        if self.others.is_empty() || area.intersects(&place) {
            return scene;
        }
        let other = self.others.iter().find(|(area, _)| area.intersects(&place));
        other.map_or(scene, |(_, scene)| scene)
    }
}

fn share(item: &Item, class: Class) -> f64 {
    let percent = item.properties.get(class.property()).and_then(|v| v.as_f64());
    let cover = item.properties.get("cloud_cover").and_then(|v| v.as_f64());
    match (percent, class) {
        (Some(percent), _) => percent / 100.0,
        (None, Class::Cloud) => cover.unwrap_or_default(),
        (None, _) => 0.0,
    }
}

/// How bare soil and plants reflect at the wavelength of a band.
pub(super) struct Wavelength {
    soil: f64,
    plants: f64,
}

impl Wavelength {
    pub(super) const COASTAL: Self = Self { soil: 0.08, plants: 0.03 };
    pub(super) const BLUE: Self = Self { soil: 0.11, plants: 0.04 };
    pub(super) const GREEN_I: Self = Self { soil: 0.15, plants: 0.08 };
    pub(super) const GREEN: Self = Self { soil: 0.17, plants: 0.10 };
    pub(super) const YELLOW: Self = Self { soil: 0.21, plants: 0.08 };
    pub(super) const RED: Self = Self { soil: 0.24, plants: 0.05 };
    pub(super) const RED_EDGE: Self = Self { soil: 0.28, plants: 0.25 };
    pub(super) const NIR: Self = Self { soil: 0.32, plants: 0.48 };
}
