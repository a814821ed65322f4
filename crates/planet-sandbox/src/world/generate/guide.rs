//! The items that Planet's guides and published recordings name, so that their examples run as written.

use fastrand::Rng;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::area::{Area, IOWA, OREGON, SAN_FRANCISCO, SOMALIA, SYDNEY};
use super::super::item::Draft;
use super::planetscope::{Instrument, Quality, Scene, along_track};
use super::sky::Weather;
use super::{rapideye, skysat};

/// Hong Kong, only for one early item.
const HONG_KONG: Area = Area { lon: 114.1, lat: 22.4 };

/// Item id, area, and how far along the orbit from the area's centre the scene lies, in kilometres.
const PLANETSCOPE: [(&str, &Area, f64); 19] = [
    ("20200909_182524_1014", &OREGON, -2.5),
    ("20200909_182525_1014", &OREGON, 3.5),
    ("20200925_161027_48_2223", &IOWA, -6.0),
    ("20200925_161029_69_2223", &IOWA, 6.0),
    ("20210821_161925_80_2453", &IOWA, 2.0),
    ("20200922_183722_17_106a", &SAN_FRANCISCO, -7.0),
    ("20200922_183724_23_106a", &SAN_FRANCISCO, 7.0),
    ("20201201_181923_12_241c", &SAN_FRANCISCO, 3.0),
    ("20251028_192515_32_24dc", &SAN_FRANCISCO, 0.0),
    ("20220125_075501_67_1061", &SOMALIA, -52.0),
    ("20220125_075502_67_1061", &SOMALIA, -45.0),
    ("20220125_075503_67_1061", &SOMALIA, -38.0),
    ("20220125_075504_67_1061", &SOMALIA, -31.0),
    ("20220125_075505_67_1061", &SOMALIA, -24.0),
    ("20220125_075509_67_1061", &SOMALIA, 0.0),
    ("20220125_075511_17_1061", &SOMALIA, 11.0),
    ("20220125_075650_17_1061", &SOMALIA, 60.0),
    ("20221003_002705_38_2461", &SYDNEY, 0.0),
    ("20151119_025740_0c74", &HONG_KONG, 0.0),
];

/// Cloudless PlanetScope scenes with all assets open, one SkySat collect and one RapidEye tile.
pub(super) fn drafts(rng: &mut Rng) -> Vec<Draft> {
    let mut drafts: Vec<Draft> =
        PLANETSCOPE.iter().filter_map(|(id, area, along)| draft(id, area, *along, rng)).collect();
    drafts.extend(skysat::recorded(rng));
    drafts.extend(rapideye::recorded(rng));
    drafts
}

fn draft(id: &str, area: &Area, along: f64, rng: &mut Rng) -> Option<Draft> {
    let satellite = id.rsplit('_').next()?;
    let scene = Scene {
        area,
        acquired: acquired(id, rng)?,
        satellite: satellite.to_owned(),
        instrument: Instrument::of_satellite(satellite),
        strip_id: (3_000_000 + id.get(2..8)?.parse::<u32>().ok()?).to_string(),
        at_km: along_track((0.0, 0.0), along),
        weather: Weather::clear(),
        quality: Quality::BEST,
    };
    Some(scene.draft(Some(id), rng))
}

/// The time written in an id, with invented digits after those that it holds.
pub(super) fn acquired(id: &str, rng: &mut Rng) -> Option<Timestamp> {
    let second = DateTime::strptime("%Y%m%d_%H%M%S", id.get(..15)?).ok()?;
    let micros = match id.split('_').collect::<Vec<_>>().as_slice() {
        [_, _, hundredths, _] if hundredths.len() == 2 => hundredths.parse::<i64>().ok()? * 10_000 + rng.i64(1..10_000),
        _ => rng.i64(1..1_000_000),
    };
    let whole = TimeZone::UTC.to_timestamp(second).ok()?;
    Some(whole + SignedDuration::from_micros(micros))
}
