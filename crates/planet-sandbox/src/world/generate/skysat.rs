//! SkySatCollect items.

use fastrand::Rng;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::super::area::{Area, CAIRO};
use super::super::item::Draft;
use super::sky::{Weather, describe_sun};
use super::{DAYS, guide, pass, publication, rounded};

const COLLECTS_PER_AREA: u64 = 50;

const ASSETS: [&str; 14] = [
    "basic_l1a_all_frames",
    "ortho_analytic",
    "ortho_analytic_dn",
    "ortho_analytic_sr",
    "ortho_analytic_udm",
    "ortho_analytic_udm2",
    "ortho_panchromatic",
    "ortho_panchromatic_dn",
    "ortho_panchromatic_udm",
    "ortho_panchromatic_udm2",
    "ortho_pansharpened",
    "ortho_pansharpened_udm",
    "ortho_pansharpened_udm2",
    "ortho_visual",
];

/// The collect that the recordings show.
const RECORDED: &str = "20200130_093253_ssc6_u0001";

pub(super) fn drafts(area: &Area, rng: &mut Rng) -> Vec<Draft> {
    (0..COLLECTS_PER_AREA)
        .map(|n| {
            let acquired = pass(area, n * DAYS / COLLECTS_PER_AREA, rng);
            let satellite = rng.u8(1..=19);
            draft(area, acquired, satellite, None, rng)
        })
        .collect()
}

pub(super) fn recorded(rng: &mut Rng) -> Option<Draft> {
    let acquired = guide::acquired(RECORDED, rng)?;
    Some(draft(&CAIRO, acquired, 6, Some(RECORDED), rng))
}

fn draft(area: &Area, acquired: Timestamp, satellite: u8, id: Option<&str>, rng: &mut Rng) -> Draft {
    let second = TimeZone::UTC.to_datetime(acquired);
    let new_id = || format!("{}_ssc{satellite}_u{:04}", second.strftime("%Y%m%d_%H%M%S"), 1);
    let (published, updated) = publication(acquired, rng);
    let at_km = ((rng.f64() - 0.5) * 16.0, (rng.f64() - 0.5) * 12.0);
    let closed = id.is_none() && rng.u8(..100) < 8;
    Draft {
        id: id.map_or_else(new_id, str::to_owned),
        item_type: "SkySatCollect",
        acquired,
        published,
        updated,
        footprint: area.footprint(at_km, (6.2, 20.0), rng.f64() * 24.0 - 12.0),
        assets: ASSETS.to_vec(),
        downloadable: if closed { Vec::new() } else { ASSETS.to_vec() },
        properties: properties(area, acquired, satellite, rng),
    }
}

fn properties(area: &Area, acquired: Timestamp, satellite: u8, rng: &mut Rng) -> Map<String, Value> {
    let strip = TimeZone::UTC.to_datetime(acquired).strftime("%Y%m%dT%H%M%SZ");
    let mut properties = Map::new();
    for (name, value) in [
        ("availability", json!(acquired.to_string())),
        ("ground_control_ratio", rounded(0.6 + rng.f64() * 0.4, 2)),
        ("gsd", rounded(0.55 + rng.f64() * 0.4, 2)),
        ("pixel_resolution", json!(0.5)),
        ("provider", json!("skysat")),
        ("publishing_stage", json!("finalized")),
        ("quality_category", json!(if rng.u8(..100) < 7 { "test" } else { "standard" })),
        ("satellite_azimuth", rounded(rng.f64() * 359.9, 1)),
        ("satellite_id", json!(format!("SSC{satellite}"))),
        ("strip_id", json!(format!("s{}_{strip}", 100 + u32::from(satellite)))),
        ("view_angle", rounded(rng.f64() * 28.0, 1)),
    ] {
        properties.insert(name.to_owned(), value);
    }
    Weather::invent(area.lat, rng).describe(&mut properties);
    describe_sun(acquired, area.lon, area.lat, &mut properties);
    properties
}
