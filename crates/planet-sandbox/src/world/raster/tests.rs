use std::io::Cursor;

use geo::{BooleanOps, BoundingRect, Contains, Coord, Geometry, MapCoords, Rect};
use serde_json::json;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

use super::super::tests::{geometry, item, oregon, square};
use super::*;

struct Read {
    extent: Rect<f64>,
    size: (u32, u32),
    bands: usize,
    nodata: Option<String>,
    values: Vec<u16>,
}

fn read(bytes: Vec<u8>) -> Read {
    let mut decoder = Decoder::new(Cursor::new(bytes)).unwrap();
    let size = decoder.dimensions().unwrap();
    let scale = decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).unwrap();
    let tie = decoder.get_tag_f64_vec(Tag::ModelTiepointTag).unwrap();
    assert_eq!((tie[0], tie[1]), (0.0, 0.0));
    let keys = decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap();
    assert!(keys.chunks(4).any(|key| key == [2048, 0, 1, 4326]));
    assert!(keys.chunks(4).any(|key| key == [1025, 0, 1, 1]));
    let east = tie[3] + f64::from(size.0) * scale[0];
    let south = tie[4] - f64::from(size.1) * scale[1];
    let values: Vec<u16> = match decoder.read_image().unwrap() {
        DecodingResult::U8(values) => values.into_iter().map(u16::from).collect(),
        DecodingResult::U16(values) => values,
        other => panic!("{other:?}"),
    };
    Read {
        extent: Rect::new(Coord { x: tie[3], y: south }, Coord { x: east, y: tie[4] }),
        size,
        bands: values.len() / (size.0 * size.1) as usize,
        nodata: decoder.get_tag_ascii_string(Tag::GdalNodata).ok(),
        values,
    }
}

fn scene() -> Item {
    item("20200909_182525_1014", "2020-09-09T18:25:25Z")
}

fn assert_inside(inner: Rect<f64>, outer: Rect<f64>) {
    assert!(inner.min().x >= outer.min().x && inner.min().y >= outer.min().y, "{inner:?} {outer:?}");
    assert!(inner.max().x <= outer.max().x && inner.max().y <= outer.max().y, "{inner:?} {outer:?}");
}

#[test]
fn each_product_has_its_bands() {
    let cases = [
        ("ortho_analytic_4b", 4),
        ("ortho_analytic_4b_sr", 4),
        ("ortho_analytic_8b", 8),
        ("ortho_analytic_3b", 3),
        ("basic_analytic_4b", 4),
        ("ortho_visual", 3),
        ("ortho_udm2", 8),
        ("basic_udm2", 8),
        ("ortho_panchromatic", 1),
        ("ortho_analytic_udm", 1),
    ];
    for (asset, bands) in cases {
        assert_eq!(read(render_asset(&scene(), asset, None).unwrap()).bands, bands, "{asset}");
    }
}

#[test]
fn the_extent_lies_inside_the_footprint_and_the_clip_area() {
    let item = scene();
    let lopsided = json!({"type": "Polygon", "coordinates": [[
        [-117.613, 45.2001], [-117.3007, 45.24], [-117.47, 45.3333333], [-117.613, 45.2001],
    ]]});
    let across = square(-117.49, 45.26, 2.0);
    let world =
        json!({"type": "Polygon", "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]});
    let tiny = square(-117.5, 45.26, 1e-5);
    for clip in [oregon(), lopsided, across, world, tiny].map(geometry) {
        let image = read(render_asset(&item, "ortho_udm2", Some(&clip)).unwrap());
        let area = geometry::areas(&clip).intersection(&item.footprint).bounding_rect().unwrap();
        assert_inside(image.extent, area);
        assert_inside(image.extent, clip.bounding_rect().unwrap());
        assert_inside(image.extent, item.bounds);
        assert!(image.extent.width() > area.width() * 0.99 && image.extent.height() > area.height() * 0.99);
        assert!(image.size.0.max(image.size.1) == 160, "{:?}", image.size);
    }
    let whole = read(render_asset(&item, "ortho_udm2", None).unwrap());
    assert_inside(whole.extent, item.bounds);
}

#[test]
fn pixels_outside_the_area_are_nodata_and_others_are_not() {
    let item = scene();
    let triangle = geometry(
        json!({"type": "Polygon", "coordinates": [[[-117.55, 45.23], [-117.45, 45.23], [-117.5, 45.3], [-117.55, 45.23]]]}),
    );
    let empty_udm2 = [0, 0, 0, 0, 0, 0, 0, 1];
    for (asset, nodata, empty) in [
        ("ortho_analytic_4b", Some("0"), &[0; 4][..]),
        ("ortho_visual", Some("0"), &[0; 3]),
        ("ortho_udm2", None, &empty_udm2),
        ("udm", Some("1"), &[1]),
    ] {
        let image = read(render_asset(&item, asset, Some(&triangle)).unwrap());
        assert_eq!(image.nodata.as_deref(), nodata);
        let pixel = (image.extent.width() / f64::from(image.size.0), image.extent.height() / f64::from(image.size.1));
        let mut inside = 0;
        for (n, values) in image.values.chunks(image.bands).enumerate() {
            let (column, row) = (n as u32 % image.size.0, n as u32 / image.size.0);
            let centre = Coord {
                x: image.extent.min().x + (f64::from(column) + 0.5) * pixel.0,
                y: image.extent.max().y - (f64::from(row) + 0.5) * pixel.1,
            };
            let covered = triangle.contains(&geo::Point(centre));
            assert_eq!(values != empty, covered, "{asset} {column} {row}");
            inside += u32::from(covered);
        }
        let share = f64::from(inside) / f64::from(image.size.0 * image.size.1);
        assert!((share - 0.5).abs() < 0.02, "{asset} {share}");
    }
}

#[test]
fn the_same_asset_is_always_the_same() {
    let aoi = geometry(oregon());
    let render = |id: &str, asset: &str, clip: Option<&Geometry<f64>>| {
        render_asset(&item(id, "2020-09-09T18:25:25Z"), asset, clip).unwrap()
    };
    assert_eq!(render("a", "ortho_visual", Some(&aoi)), render("a", "ortho_visual", Some(&aoi)));
    assert_ne!(render("a", "ortho_visual", Some(&aoi)), render("b", "ortho_visual", Some(&aoi)));
    assert_ne!(render("a", "ortho_visual", Some(&aoi)), render("a", "ortho_visual", None));
    assert_ne!(render("a", "ortho_analytic_4b", None), render("a", "ortho_analytic_8b", None));
}

#[test]
fn the_ground_has_structure() {
    let image = read(render_asset(&scene(), "ortho_analytic_4b", None).unwrap());
    let red: Vec<u16> = image.values.chunks(4).map(|pixel| pixel[2]).filter(|value| *value > 0).collect();
    let distinct: std::collections::BTreeSet<u16> = red.iter().copied().collect();
    assert!(distinct.len() > 200, "{}", distinct.len());
}

#[test]
fn the_mask_agrees_with_the_percents_of_the_item() {
    let image = read(render_asset(&scene(), "ortho_udm2", None).unwrap());
    let inside: Vec<&[u16]> = image.values.chunks(8).filter(|pixel| pixel[6] > 0).collect();
    for (band, percent) in [40.0, 0.0, 8.0, 10.0, 0.0, 42.0].into_iter().enumerate() {
        let share = inside.iter().filter(|pixel| pixel[band] == 1).count() as f64 / inside.len() as f64;
        assert!((share * 100.0 - percent).abs() < 2.0, "band {band}: {share}");
    }
    assert!(inside.iter().all(|pixel| pixel[..6].iter().sum::<u16>() == 1));
}

#[test]
fn a_clip_area_elsewhere_gives_nothing() {
    let elsewhere = geometry(square(0.0, 0.0, 1.0));
    for asset in ["ortho_visual", "ortho_analytic_4b_xml", "basic_analytic_4b_rpc"] {
        assert_eq!(render_asset(&scene(), asset, Some(&elsewhere)), None, "{asset}");
    }
    let line = geometry(json!({"type": "LineString", "coordinates": [[-118, 45], [-117, 46]]}));
    assert_eq!(render_asset(&scene(), "ortho_visual", Some(&line)), None);
}

#[test]
fn files_stay_small() {
    let aoi = geometry(oregon());
    for (asset, least, most) in [
        ("ortho_analytic_4b", 30_000, 260_000),
        ("ortho_analytic_8b", 60_000, 420_000),
        ("ortho_udm2", 10_000, 260_000),
    ] {
        let size = render_asset(&scene(), asset, Some(&aoi)).unwrap().len();
        assert!((least..most).contains(&size), "{asset} {size}");
    }
}

#[test]
fn text_files_describe_the_item() {
    let xml = String::from_utf8(render_asset(&scene(), "ortho_analytic_4b_xml", None).unwrap()).unwrap();
    assert!(xml.contains("<eop:identifier>20200909_182525_1014</eop:identifier>"));
    assert!(xml.contains("<eop:fileName>20200909_182525_1014_3B_AnalyticMS.tif</eop:fileName>"));
    assert!(xml.contains("<gml:beginPosition>2020-09-09T18:25:25Z</gml:beginPosition>"));
    assert!(xml.contains(r#"<opt:cloudCoverPercentage uom="percentage">42</opt:cloudCoverPercentage>"#));
    assert_eq!(
        xml.matches("<eop:").count()
            + xml.matches("<gml:").count()
            + xml.matches("<opt:").count()
            + xml.matches("<ps:").count(),
        xml.matches("</").count()
    );
    let rpc = String::from_utf8(render_asset(&scene(), "basic_analytic_4b_rpc", None).unwrap()).unwrap();
    assert_eq!(rpc.lines().count(), 90);
    assert!(rpc.contains("LAT_OFF: 45.26") && rpc.contains("SAMP_NUM_COEFF_2: 1\n"));
}

#[test]
fn a_composite_shows_each_item_where_it_lies() {
    let clouded = |id: &str, percent: u8, by: f64| {
        let mut item = item(id, "2020-09-09T18:25:25Z");
        for class in Class::ALL {
            item.properties.insert(class.property().to_owned(), json!(0));
        }
        item.properties.insert(Class::Cloud.property().to_owned(), json!(percent));
        item.footprint = item.footprint.map_coords(|at| Coord { x: at.x + by, ..at });
        item.bounds = item.footprint.bounding_rect().unwrap();
        item
    };
    let (clear, cloudy) = (clouded("a", 0, 0.0), clouded("b", 100, 1.0));
    for items in [[&clear, &cloudy], [&cloudy, &clear]] {
        let image = read(render_composite(&items, "ortho_udm2", None).unwrap());
        assert_inside(image.extent, clear.footprint.union(&cloudy.footprint).bounding_rect().unwrap());
        let (west, east): (Vec<_>, Vec<_>) = image
            .values
            .chunks(8)
            .enumerate()
            .partition(|(at, _)| at % (image.size.0 as usize) < image.size.0 as usize / 2);
        for (half, class) in [(west, 0), (east, 5)] {
            let inside: Vec<_> = half.iter().filter(|(_, pixel)| pixel[7] != 1).collect();
            assert!(!inside.is_empty() && inside.iter().all(|(_, pixel)| pixel[class] == 1), "{class}");
        }
    }
}
