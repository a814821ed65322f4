use geo::{Area as _, BoundingRect, Geometry};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::area::OREGON;
use super::item::Draft;
use super::*;

/// The area of interest of Planet's order guide.
pub(super) fn oregon() -> Value {
    json!({"type": "Polygon", "coordinates": [[
        [-117.558734, 45.229745], [-117.452447, 45.229745], [-117.452447, 45.301865],
        [-117.558734, 45.301865], [-117.558734, 45.229745],
    ]]})
}

pub(super) fn geometry(v: Value) -> Geometry<f64> {
    parse_geometry(&v).unwrap()
}

pub(super) fn square(west: f64, south: f64, side: f64) -> Value {
    let (east, north) = (west + side, south + side);
    json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
}

/// A scene over the guide's area, acquired on 2020-09-09 with 42 % cloud.
pub(super) fn item(id: &str, acquired: &str) -> Item {
    let acquired: Timestamp = acquired.parse().unwrap();
    let properties: Map<String, Value> = serde_json::from_value(json!({
        "clear_percent": 40, "cloud_cover": 0.42, "cloud_percent": 42, "ground_control": true, "gsd": 3.6,
        "heavy_haze_percent": 0, "instrument": "PS2", "light_haze_percent": 10, "pixel_resolution": 3,
        "quality_category": "standard", "shadow_percent": 8, "snow_ice_percent": 0, "visible_percent": 58,
    }))
    .unwrap();
    let draft = Draft {
        id: id.to_owned(),
        item_type: "PSScene",
        acquired,
        published: acquired + jiff::SignedDuration::from_hours(5),
        updated: acquired + jiff::SignedDuration::from_hours(50),
        footprint: OREGON.footprint((0.0, 0.0), (24.0, 16.0), 10.0),
        assets: vec!["ortho_analytic_4b", "ortho_udm2", "ortho_visual"],
        downloadable: vec!["ortho_udm2", "ortho_visual"],
        properties,
    };
    Item::new(draft)
}

#[test]
fn an_item_is_sent_in_the_recorded_shape() {
    let item = item("20200909_182525_1014", "2020-09-09T18:25:25.5Z");
    let sent: Value = serde_json::from_slice(&item.json("http://127.0.0.1:4000")).unwrap();
    let link = "http://127.0.0.1:4000/data/v1/item-types/PSScene/items/20200909_182525_1014";
    assert_eq!(
        sent["_links"],
        json!({"_self": link, "assets": format!("{link}/assets/"), "thumbnail": format!("{link}/thumb")})
    );
    assert_eq!(sent["_permissions"], json!(["assets.ortho_udm2:download", "assets.ortho_visual:download"]));
    assert_eq!(sent["assets"], json!(["ortho_analytic_4b", "ortho_udm2", "ortho_visual"]));
    assert_eq!(sent["geometry"]["type"], "Polygon");
    assert_eq!(sent["geometry"]["coordinates"][0].as_array().unwrap().len(), 5);
    assert_eq!((&sent["id"], &sent["type"]), (&json!("20200909_182525_1014"), &json!("Feature")));
    assert_eq!(sent["properties"], Value::Object(item.properties.clone()));
    assert_eq!(sent["properties"]["acquired"], "2020-09-09T18:25:25.5Z");
    assert!(item.may_download("ortho_visual") && !item.may_download("ortho_analytic_4b"));
}

#[test]
fn every_geometry_type_is_read() {
    let cases = [
        (json!({"type": "Point", "coordinates": [1, 2]}), "Point"),
        (json!({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4, 5]]}), "MultiPoint"),
        (json!({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}), "LineString"),
        (json!({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]}), "MultiLineString"),
        (square(0.0, 0.0, 1.0), "Polygon"),
        (json!({"type": "MultiPolygon", "coordinates": [square(0.0, 0.0, 1.0)["coordinates"]]}), "MultiPolygon"),
    ];
    for (document, kind) in cases {
        let read = geometry(document);
        assert!(format!("{read:?}").to_lowercase().starts_with(&kind.to_lowercase()), "{kind}: {read:?}");
    }
}

#[test]
fn bad_geometries_are_refused() {
    let cases = [
        (json!([1, 2]), "is not of type 'object'"),
        (json!({"coordinates": [1, 2]}), "'type' is a required property"),
        (json!({"type": "Point"}), "'coordinates' is a required property"),
        (json!({"type": "Point", "coordinates": [1]}), "is not a position"),
        (json!({"type": "Point", "coordinates": ["1", 2]}), "is not of type 'number'"),
        (json!({"type": "Polygon", "coordinates": []}), "no coordinates"),
        (json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}), "at least four positions"),
        (json!({"type": "Feature", "geometry": square(0.0, 0.0, 1.0)}), "not a supported geometry type"),
        (json!({"type": "ref", "content": "pl:features/my/a/b"}), "not a supported geometry type"),
    ];
    for (document, message) in cases {
        let error = parse_geometry(&document).unwrap_err();
        assert!(error.contains(message), "{document}: {error}");
    }
}

#[test]
fn an_area_meets_an_item_by_shape_not_only_by_bounding_box() {
    let item = item("a", "2020-09-09T18:25:25Z");
    assert!(intersects(&item, &geometry(oregon())));
    assert!(!intersects(&item, &geometry(square(0.0, 0.0, 1.0))));
    let (corner, size) = (item.bounds.min(), 1e-3);
    let in_box_only = geometry(square(corner.x, corner.y, size));
    assert!(in_box_only.bounding_rect().is_some_and(|rect| geo::Intersects::intersects(&rect, &item.bounds)));
    assert!(!intersects(&item, &in_box_only));
}

#[test]
fn stats_count_the_empty_buckets_between() {
    let items = ["2017-03-01T00:00:00Z", "2019-01-01T00:00:00Z", "2019-12-31T23:59:59.9Z"].map(|t| item("a", t));
    assert_eq!(
        buckets(items.iter(), "year").unwrap(),
        json!({
            "buckets": [
                {"count": 1, "start_time": "2017-01-01T00:00:00.000000Z"},
                {"count": 0, "start_time": "2018-01-01T00:00:00.000000Z"},
                {"count": 2, "start_time": "2019-01-01T00:00:00.000000Z"},
            ],
            "interval": "year",
            "utc_offset": "+0h",
        })
    );
}

#[test]
fn stats_know_every_interval() {
    // 2020-02-29 was a Saturday.
    let items = ["2020-02-29T23:30:00Z", "2020-03-01T01:00:00Z"].map(|t| item("a", t));
    let cases = [
        ("hour", vec!["2020-02-29T23", "2020-03-01T00", "2020-03-01T01"]),
        ("day", vec!["2020-02-29T00", "2020-03-01T00"]),
        ("week", vec!["2020-02-24T00"]),
        ("month", vec!["2020-02-01T00", "2020-03-01T00"]),
        ("year", vec!["2020-01-01T00"]),
    ];
    for (interval, starts) in cases {
        let answer = buckets(items.iter(), interval).unwrap();
        let found = answer["buckets"].as_array().unwrap().iter().map(|bucket| &bucket["start_time"]);
        let found: Vec<&str> = found.map(|start| start.as_str().unwrap().split_at(13).0).collect();
        assert_eq!(found, starts, "{interval}");
    }
    let apart = ["2020-02-29T23:30:00Z", "2020-03-15T00:00:00Z"].map(|t| item("a", t));
    let weeks = buckets(apart.iter(), "week").unwrap();
    let counts: Vec<&Value> = weeks["buckets"].as_array().unwrap().iter().map(|bucket| &bucket["count"]).collect();
    assert_eq!(counts, [1, 0, 1]);
    assert_eq!(buckets([].iter(), "day").unwrap()["buckets"], json!([]));
    assert!(buckets(items.iter(), "decade").unwrap_err().contains("'decade' is not one of"));
}

#[test]
fn bundles_list_the_assets_of_an_item_type() {
    assert_eq!(
        bundle_assets("analytic_udm2", "PSScene").unwrap(),
        ["ortho_analytic_4b", "ortho_analytic_4b_xml", "ortho_udm2"]
    );
    assert_eq!(bundle_assets("analytic", "PSScene"), None);
    assert_eq!(bundle_assets("nonsense", "PSScene"), None);
}

#[test]
fn the_bundle_document_has_the_live_shape() {
    let document = bundles_wire_document();
    assert_eq!(document["version"], "2024-08-12");
    let bundles = document["bundles"].as_object().unwrap();
    assert_eq!(bundles.len(), 35);
    let analytic = bundles["analytic_udm2"].as_object().unwrap();
    assert_eq!(
        analytic.keys().map(String::as_str).collect::<Vec<_>>(),
        ["assets", "auxiliaryFiles", "bands", "description", "fileType", "name", "radiometry", "rectification"]
    );
    assert_eq!(analytic["auxiliaryFiles"], "udm, udm2");
    assert_eq!(analytic["assets"]["PSScene"][2], "ortho_udm2");
    assert!(!bundles["visual"].as_object().unwrap().contains_key("auxiliaryFiles"));
    assert_eq!(bundles["pansharpened"]["enhancements"], "pansharpen");
}

#[test]
fn only_item_types_still_on_offer_are_known() {
    assert!(item_type_known("PSScene") && item_type_known("SkySatVideo"));
    assert!(!item_type_known("PSScene4Band") && !item_type_known("psscene"));
    let psscene = item_types().iter().find(|t| t.id == "PSScene").unwrap();
    assert!(psscene.asset_types.iter().any(|asset| asset == "ortho_udm2"));
}

#[test]
fn files_are_named_after_item_asset_and_tools() {
    let cases = [
        ("20200909_182524_1014", "ortho_analytic_4b", "_clip", "20200909_182524_1014_3B_AnalyticMS_clip.tif"),
        ("20200909_182524_1014", "ortho_udm2", "_clip", "20200909_182524_1014_3B_udm2_clip.tif"),
        (
            "20200909_182524_1014",
            "ortho_analytic_4b_xml",
            "_clip",
            "20200909_182524_1014_3B_AnalyticMS_metadata_clip.xml",
        ),
        ("20210821_161925_80_2453", "ortho_visual", "", "20210821_161925_80_2453_3B_Visual.tif"),
        ("1", "ortho_analytic_8b_sr", "", "1_3B_AnalyticMS_SR_8b.tif"),
        ("1", "basic_analytic_4b_rpc", "", "1_1B_AnalyticMS_RPC.TXT"),
        ("20200130_093253_ssc6_u0001", "ortho_visual", "", "20200130_093253_ssc6_u0001_visual.tif"),
        ("1_RapidEye-3", "analytic_xml", "_clip", "1_RapidEye-3_analytic_metadata_clip.xml"),
    ];
    for (id, asset, suffix, name) in cases {
        assert_eq!(asset_file_name(id, asset, suffix), name);
    }
}

#[test]
fn media_types_follow_the_extension() {
    let cases = [
        ("a.tif", "image/tiff"),
        ("a_metadata.json", "application/json"),
        ("a.b.xml", "text/xml"),
        ("a_RPC.TXT", "text/plain"),
    ];
    for (name, kind) in cases {
        assert_eq!(media_type(name), kind);
    }
}

#[test]
fn metadata_is_the_item_without_links() {
    let item = item("20200909_182525_1014", "2020-09-09T18:25:25Z");
    let metadata: Value = serde_json::from_slice(&item_metadata(&item, None)).unwrap();
    let sent: Value = serde_json::from_slice(&item.json("http://127.0.0.1:4000")).unwrap();
    assert_eq!(metadata.as_object().unwrap().keys().collect::<Vec<_>>(), ["geometry", "id", "properties", "type"]);
    for key in ["geometry", "id", "properties", "type"] {
        assert_eq!(metadata[key], sent[key]);
    }
}

#[test]
fn clipped_metadata_counts_the_percents_anew() {
    let item = item("20200909_182525_1014", "2020-09-09T18:25:25Z");
    let aoi = geometry(oregon());
    let metadata: Value = serde_json::from_slice(&item_metadata(&item, Some(&aoi))).unwrap();
    let percents = ["clear", "cloud", "heavy_haze", "light_haze", "shadow", "snow_ice"];
    let sum: u64 =
        percents.map(|name| metadata["properties"][format!("{name}_percent")].as_u64().unwrap()).iter().sum();
    assert_eq!(sum, 100);
    assert_ne!(metadata["properties"]["cloud_percent"], item.properties["cloud_percent"]);
    let visible = ["clear", "light_haze", "shadow", "snow_ice"]
        .map(|name| metadata["properties"][format!("{name}_percent")].as_u64().unwrap());
    assert_eq!(metadata["properties"]["visible_percent"], visible.iter().sum::<u64>());
}

#[test]
fn clipped_metadata_has_a_footprint_inside_both_shapes() {
    let item = item("20200909_182525_1014", "2020-09-09T18:25:25Z");
    for n in 0..20 {
        let shift = f64::from(n) * 0.007_13;
        let aoi = geometry(square(-117.613_37 + shift, 45.200_7 + shift / 3.0, 0.05));
        let metadata: Value = serde_json::from_slice(&item_metadata(&item, Some(&aoi))).unwrap();
        let footprint = geometry(metadata["geometry"].clone());
        assert!(footprint.unsigned_area() <= aoi.unsigned_area() * 1.000_001);
        for outer in [aoi.bounding_rect().unwrap(), item.bounds] {
            let inner = footprint.bounding_rect().unwrap();
            // serde_json may read the last digit of a number differently.
            let hair = 1e-13;
            assert!(inner.min().x > outer.min().x - hair && inner.max().x < outer.max().x + hair, "{n}");
            assert!(inner.min().y > outer.min().y - hair && inner.max().y < outer.max().y + hair, "{n}");
        }
    }
}
