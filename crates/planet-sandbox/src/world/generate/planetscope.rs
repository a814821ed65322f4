//! PSScene items.

use fastrand::Rng;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::super::area::Area;
use super::super::item::Draft;
use super::sky::{Weather, describe_sun};
use super::{DAYS, later, pass, pick, publication, rounded};

const SCENES_PER_STRIP: u8 = 2;
/// Speed of a satellite over the ground; more than a second lies between two scenes, so their ids differ.
const KM_PER_SECOND: f64 = 6.5;
/// Degrees by which scenes are turned against east, as the orbit is inclined.
pub(super) const TURN: f64 = 10.0;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Instrument {
    Ps2,
    Ps2Sd,
    PsbSd,
}

impl Instrument {
    /// Satellites of one generation have similar numbers.
    pub(super) fn of_satellite(satellite: &str) -> Self {
        match satellite.get(..2) {
            Some("22" | "23" | "24") => Self::PsbSd,
            Some("10") if satellite > "1050" => Self::Ps2Sd,
            _ => Self::Ps2,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ps2 => "PS2",
            Self::Ps2Sd => "PS2.SD",
            Self::PsbSd => "PSB.SD",
        }
    }

    /// Width and height of a scene in kilometres.
    pub(super) fn scene_km(self) -> (f64, f64) {
        match self {
            Self::Ps2 => (24.0, 8.0),
            Self::Ps2Sd => (24.0, 16.0),
            Self::PsbSd => (32.5, 19.6),
        }
    }

    fn satellite(self, rng: &mut Rng) -> String {
        let numbers = match self {
            Self::Ps2 => 0x0f15..0x0f50,
            Self::Ps2Sd => 0x1054..0x106f,
            Self::PsbSd => 0x2401..0x24cf,
        };
        format!("{:04x}", rng.u32(numbers))
    }
}

const BASIC_4B: [&str; 4] = ["basic_analytic_4b", "basic_analytic_4b_rpc", "basic_analytic_4b_xml", "basic_udm2"];
const BASIC_8B: [&str; 2] = ["basic_analytic_8b", "basic_analytic_8b_xml"];
const ORTHO_3B: [&str; 2] = ["ortho_analytic_3b", "ortho_analytic_3b_xml"];
const ORTHO_4B: [&str; 2] = ["ortho_analytic_4b", "ortho_analytic_4b_xml"];
const ORTHO_8B: [&str; 2] = ["ortho_analytic_8b", "ortho_analytic_8b_xml"];

/// One scene before it becomes an item.
pub(super) struct Scene<'a> {
    pub(super) area: &'a Area,
    pub(super) acquired: Timestamp,
    pub(super) satellite: String,
    pub(super) instrument: Instrument,
    pub(super) strip_id: String,
    /// Kilometres east and north of the area's centre.
    pub(super) at_km: (f64, f64),
    pub(super) weather: Weather,
    pub(super) quality: Quality,
}

/// What the processing made of a scene.
#[derive(Clone, Copy)]
pub(super) struct Quality {
    pub(super) stage: &'static str,
    pub(super) ground_control: bool,
    pub(super) category: &'static str,
    pub(super) access: Access,
    /// Some early scenes exist in three bands only.
    pub(super) three_bands_only: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Access {
    Full,
    VisualOnly,
    None,
}

impl Quality {
    pub(super) const BEST: Self = Self {
        stage: "finalized",
        ground_control: true,
        category: "standard",
        access: Access::Full,
        three_bands_only: false,
    };

    fn invent(instrument: Instrument, rng: &mut Rng) -> Self {
        let ground_control = rng.u8(..100) >= 6;
        let test = rng.u8(..100) < if ground_control { 6 } else { 50 };
        Self {
            stage: match rng.u8(..100) {
                0..3 => "preview",
                3..14 => "standard",
                _ => "finalized",
            },
            ground_control,
            category: if test { "test" } else { "standard" },
            access: match rng.u8(..100) {
                0..5 => Access::None,
                5..10 => Access::VisualOnly,
                _ => Access::Full,
            },
            three_bands_only: instrument == Instrument::Ps2 && rng.u8(..100) < 6,
        }
    }
}

pub(super) fn drafts(area: &Area, scenes: u64, rng: &mut Rng) -> Vec<Draft> {
    let strips = scenes / u64::from(SCENES_PER_STRIP);
    (0..strips).flat_map(|n| strip(area, n * DAYS / strips, rng)).collect()
}

/// Scenes that one satellite took one after the other.
fn strip(area: &Area, day: u64, rng: &mut Rng) -> Vec<Draft> {
    let instrument = match rng.u8(..100) {
        0..40 => Instrument::Ps2,
        40..60 => Instrument::Ps2Sd,
        _ => Instrument::PsbSd,
    };
    let satellite = instrument.satellite(rng);
    let strip_id = rng.u32(2_900_000..5_300_000).to_string();
    let start = pass(area, day, rng);
    let centre = ((rng.f64() - 0.5) * 24.0, (rng.f64() - 0.5) * 18.0);
    let spacing = instrument.scene_km().1 * 0.85;
    let mut weather = Weather::invent(area.lat, rng);
    let mut scenes = Vec::new();
    for n in 0..SCENES_PER_STRIP {
        let along = (f64::from(n) - f64::from(SCENES_PER_STRIP - 1) / 2.0) * spacing;
        let next = weather.next(area.lat, rng);
        let scene = Scene {
            area,
            acquired: later(start, f64::from(n) * spacing / KM_PER_SECOND),
            satellite: satellite.clone(),
            instrument,
            strip_id: strip_id.clone(),
            at_km: along_track(centre, along),
            weather: std::mem::replace(&mut weather, next),
            quality: Quality::invent(instrument, rng),
        };
        scenes.push(scene.draft(None, rng));
    }
    scenes
}

/// The point so many kilometres further along the (descending) orbit.
pub(super) fn along_track(from: (f64, f64), km: f64) -> (f64, f64) {
    let (sin, cos) = TURN.to_radians().sin_cos();
    (from.0 - km * sin, from.1 - km * cos)
}

impl Scene<'_> {
    pub(super) fn draft(self, id: Option<&str>, rng: &mut Rng) -> Draft {
        let (published, updated) = publication(self.acquired, rng);
        let assets = self.assets();
        Draft {
            id: id.map_or_else(|| self.id(), str::to_owned),
            item_type: "PSScene",
            acquired: self.acquired,
            published,
            updated,
            footprint: self.area.footprint(self.at_km, self.instrument.scene_km(), TURN),
            downloadable: self.downloadable(&assets),
            assets,
            properties: self.properties(rng),
        }
    }

    /// Newer satellites carry hundredths of a second in the id.
    fn id(&self) -> String {
        let utc = TimeZone::UTC.to_datetime(self.acquired);
        let second = utc.strftime("%Y%m%d_%H%M%S");
        if self.instrument == Instrument::Ps2 {
            return format!("{second}_{}", self.satellite);
        }
        let hundredths = utc.subsec_nanosecond() / 10_000_000;
        format!("{second}_{hundredths:02}_{}", self.satellite)
    }

    fn assets(&self) -> Vec<&'static str> {
        let mut assets = vec!["ortho_udm2", "ortho_visual"];
        if self.instrument == Instrument::Ps2 {
            assets.extend(ORTHO_3B);
        }
        if !self.quality.three_bands_only {
            assets.extend(BASIC_4B);
            assets.extend(ORTHO_4B);
        }
        let reflectance = self.quality.stage != "preview" && !self.quality.three_bands_only;
        if reflectance {
            assets.push("ortho_analytic_4b_sr");
        }
        if self.instrument == Instrument::PsbSd {
            assets.extend(BASIC_8B);
            assets.extend(ORTHO_8B);
            if reflectance {
                assets.push("ortho_analytic_8b_sr");
            }
        }
        assets.sort_unstable();
        assets
    }

    fn downloadable(&self, assets: &[&'static str]) -> Vec<&'static str> {
        match self.quality.access {
            Access::Full => assets.to_vec(),
            Access::VisualOnly => vec!["ortho_visual"],
            Access::None => Vec::new(),
        }
    }

    fn properties(&self, rng: &mut Rng) -> Map<String, Value> {
        let east = if rng.bool() { 95.0 } else { 275.0 };
        let gsd = pick(&[3.6, 3.7, 3.8, 3.9, 4.0, 4.1], rng).unwrap_or(3.6);
        let mut properties = Map::new();
        for (name, value) in [
            ("anomalous_pixels", self.weather.anomalous_pixels()),
            ("ground_control", json!(self.quality.ground_control)),
            ("gsd", rounded(gsd, 1)),
            ("instrument", json!(self.instrument.name())),
            ("pixel_resolution", json!(3)),
            ("provider", json!("planetscope")),
            ("publishing_stage", json!(self.quality.stage)),
            ("quality_category", json!(self.quality.category)),
            ("satellite_azimuth", rounded(east + (rng.f64() - 0.5) * 12.0, 1)),
            ("satellite_id", json!(self.satellite)),
            ("strip_id", json!(self.strip_id)),
            ("view_angle", rounded(rng.f64() * 5.0, 1)),
        ] {
            properties.insert(name.to_owned(), value);
        }
        self.weather.describe(&mut properties);
        describe_sun(self.acquired, self.area.lon, self.area.lat, &mut properties);
        properties
    }
}
