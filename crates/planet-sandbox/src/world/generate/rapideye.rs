//! REOrthoTile items. RapidEye ended in March 2020, so all are older.

use fastrand::Rng;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::super::area::{Area, OREGON, km_between};
use super::super::item::Draft;
use super::sky::{Weather, describe_sun};
use super::{guide, number, pass, publication, rounded};

const DATES_PER_AREA: u64 = 12;
const DAYS_BETWEEN: u64 = 38;
const TILE_KM: f64 = 24.0;

const ASSETS: [&str; 6] = ["analytic", "analytic_sr", "analytic_xml", "udm", "visual", "visual_xml"];

/// The tile that the catalogue's id example names.
const RECORDED: &str = "20190909_182407_1057323_RapidEye-3";

/// An area is cut into four tiles.
#[derive(Clone, Copy)]
struct Tile {
    number: u32,
    at_km: (f64, f64),
}

pub(super) fn drafts(area: &Area, rng: &mut Rng) -> Vec<Draft> {
    let first_tile = 1_000_000 + ((area.lat + 90.0) * 1000.0) as u32 * 10;
    let mut drafts = Vec::new();
    for n in 0..DATES_PER_AREA {
        let back = SignedDuration::from_hours(24 * 330);
        let acquired = pass(area, n * DAYS_BETWEEN, rng) - back;
        let satellite = rng.u8(1..=5);
        for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let east = (f64::from(column) - 0.5) * TILE_KM;
            let north = (0.5 - f64::from(row)) * TILE_KM;
            let tile = Tile { number: first_tile + row * 100 + column, at_km: (east, north) };
            drafts.push(draft(area, acquired, tile, satellite, rng));
        }
    }
    drafts
}

pub(super) fn recorded(rng: &mut Rng) -> Option<Draft> {
    let acquired = guide::acquired(RECORDED, rng)?;
    let tile = Tile { number: 1_057_323, at_km: (0.0, 0.0) };
    Some(draft(&OREGON, acquired, tile, 3, rng))
}

fn draft(area: &Area, acquired: Timestamp, tile: Tile, satellite: u8, rng: &mut Rng) -> Draft {
    let second = TimeZone::UTC.to_datetime(acquired).strftime("%Y%m%d_%H%M%S");
    let (published, updated) = publication(acquired, rng);
    Draft {
        id: format!("{second}_{}_RapidEye-{satellite}", tile.number),
        item_type: "REOrthoTile",
        acquired,
        published,
        updated,
        footprint: area.footprint(tile.at_km, (25.0, 25.0), 0.4),
        assets: ASSETS.to_vec(),
        downloadable: ASSETS.to_vec(),
        properties: properties(area, acquired, tile, satellite, rng),
    }
}

fn properties(area: &Area, acquired: Timestamp, tile: Tile, satellite: u8, rng: &mut Rng) -> Map<String, Value> {
    let weather = Weather::invent(area.lat, rng);
    let (zone, origin) = utm_origin(area, tile);
    let mut properties = Map::new();
    for (name, value) in [
        ("anomalous_pixels", weather.anomalous_pixels()),
        ("black_fill", rounded(rng.f64() * 0.2, 2)),
        ("catalog_id", json!(rng.u32(30_000_000..40_000_000).to_string())),
        ("cloud_cover", weather.cloud_cover()),
        ("columns", json!(5000)),
        ("epsg_code", json!(zone)),
        ("grid_cell", json!(tile.number.to_string())),
        ("ground_control", json!(true)),
        ("gsd", json!(6.5)),
        ("origin_x", number(origin.0)),
        ("origin_y", number(origin.1)),
        ("pixel_resolution", json!(5)),
        ("provider", json!("rapideye")),
        ("rows", json!(5000)),
        ("satellite_id", json!(format!("RapidEye-{satellite}"))),
        ("strip_id", json!(rng.u32(30_000_000..40_000_000).to_string())),
        ("usable_data", rounded(1.0 - f64::from(weather.cloud) / 100.0, 2)),
        ("view_angle", rounded(rng.f64() * 20.0 - 10.0, 1)),
    ] {
        properties.insert(name.to_owned(), value);
    }
    describe_sun(acquired, area.lon, area.lat, &mut properties);
    properties
}

/// The UTM zone's EPSG code and about where the tile's upper left corner lies in it.
fn utm_origin(area: &Area, tile: Tile) -> (u32, (f64, f64)) {
    let zone = ((area.lon + 180.0) / 6.0).floor();
    let centre = geo::Coord { x: zone * 6.0 - 177.0, y: 0.0 };
    let corner = area.offset(tile.at_km.0 - 12.5, tile.at_km.1 + 12.5);
    let (_, north_km) = km_between(centre, corner);
    let (east_km, _) = km_between(geo::Coord { x: centre.x, y: corner.y }, corner);
    let south = area.lat < 0.0;
    let code = if south { 32_701 } else { 32_601 } + zone as u32;
    let false_northing = if south { 1e7 } else { 0.0 };
    let metres = |km: f64| (km * 1000.0 / 500.0).round() * 500.0;
    (code, (500_000.0 + metres(east_km), false_northing + metres(north_km)))
}
