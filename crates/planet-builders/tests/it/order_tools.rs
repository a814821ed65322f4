use planet_builders::order::{FileFormat, GroupBy, Kernel, PixelType, TargetSensor};
use planet_builders::{FaultKind, Tool};
use serde_json::{Value, json};

use crate::{fault, faults};

#[track_caller]
fn sends(tool: impl Into<Tool>, expected: Value) {
    let tool = tool.into();
    assert_eq!(serde_json::to_value(&tool).unwrap(), expected);
    tool.check().unwrap();
}

#[track_caller]
fn has_fault(tool: impl Into<Tool>, kind: FaultKind, path: &str) {
    assert_eq!(faults(tool.into().check()), [fault(kind, path)]);
}

fn read(document: Value) -> Tool {
    serde_json::from_value(document).unwrap()
}

#[test]
fn a_tool_without_options_sends_none() {
    sends(Tool::composite(), json!({"composite": {}}));
    sends(Tool::toar(), json!({"toar": {}}));
    sends(Tool::merge(), json!({"merge": {}}));
    sends(Tool::clip_to_product(), json!({"clip": {}}));
}

#[test]
fn every_option_of_every_tool_is_sent_under_its_name() {
    sends(Tool::composite().group_by(GroupBy::StripId), json!({"composite": {"group_by": "strip_id"}}));
    sends(Tool::coregister("a"), json!({"coregister": {"anchor_item": "a"}}));
    sends(Tool::file_format(FileFormat::PlNitf), json!({"file_format": {"format": "PL_NITF"}}));
    sends(Tool::harmonize(TargetSensor::Sentinel2), json!({"harmonize": {"target_sensor": "Sentinel-2"}}));
    sends(
        Tool::reproject("EPSG:32611").resolution(3e-5).kernel(Kernel::Lanczos),
        json!({"reproject": {"projection": "EPSG:32611", "resolution": 3e-5, "kernel": "lanczos"}}),
    );
    sends(
        Tool::tile(512).origin(-180.0, -90.0).pixel_size(0.5).name_template("{tilex}.tif").conformal_x_scaling(true),
        json!({"tile": {
            "tile_size": 512, "origin_x": -180.0, "origin_y": -90.0, "pixel_size": 0.5,
            "name_template": "{tilex}.tif", "conformal_x_scaling": true,
        }}),
    );
    sends(Tool::toar().scale_factor(10_000), json!({"toar": {"scale_factor": 10_000}}));
    sends(
        Tool::band_math(["b1*2", "b2"]).pixel_type(PixelType::Unsigned16),
        json!({"bandmath": {"b1": "b1*2", "b2": "b2", "pixel_type": "16U"}}),
    );
}

/// Quirk `falsy-dropped`: Python leaves out an explicit 0 or false.
#[test]
fn zero_and_false_are_sent_when_they_are_given() {
    sends(
        Tool::tile(1).origin_x(0.0).origin_y(0.0).conformal_x_scaling(false),
        json!({"tile": {"tile_size": 1, "origin_x": 0.0, "origin_y": 0.0, "conformal_x_scaling": false}}),
    );
    sends(Tool::reproject("WGS84").resolution(0.0), json!({"reproject": {"projection": "WGS84", "resolution": 0.0}}));
    sends(Tool::toar().scale_factor(0), json!({"toar": {"scale_factor": 0}}));
}

#[test]
fn values_are_taken_in_any_case_except_the_groups_of_composite() {
    sends(Tool::file_format("pl_nitf"), json!({"file_format": {"format": "PL_NITF"}}));
    sends(Tool::harmonize("SENTINEL-2"), json!({"harmonize": {"target_sensor": "Sentinel-2"}}));
    sends(
        Tool::reproject("EPSG:3857").kernel("CubicSpline"),
        json!({"reproject": {"projection": "EPSG:3857", "kernel": "cubicspline"}}),
    );
    sends(Tool::band_math(["b1"]).pixel_type("32r"), json!({"bandmath": {"b1": "b1", "pixel_type": "32R"}}));
    let error = Tool::from(Tool::composite().group_by("Order")).check().unwrap_err();
    assert_eq!(error.faults()[0].suggestion(), Some("order"));
}

#[test]
fn values_that_the_service_does_not_know_are_faults_that_list_those_it_does() {
    has_fault(Tool::composite().group_by("satellite"), FaultKind::Invalid, "composite.group_by");
    has_fault(Tool::harmonize("PS2"), FaultKind::Invalid, "harmonize.target_sensor");
    has_fault(Tool::band_math(["b1"]).pixel_type("64R"), FaultKind::Invalid, "bandmath.pixel_type");
    has_fault(Tool::file_format(""), FaultKind::Invalid, "file_format.format");
    let error = Tool::from(Tool::reproject("EPSG:3857").kernel("cubik")).check().unwrap_err();
    let found = &error.faults()[0];
    assert_eq!((found.path(), found.suggestion()), ("reproject.kernel", Some("cubic")));
    assert_eq!(found.allowed().len(), 7);
    let error = "GeoTIFF".parse::<FileFormat>().unwrap_err();
    assert_eq!(error.to_string(), "file_format: the service does not know it, got GeoTIFF; allowed: COG, PL_NITF");
}

/// Quirk `tool-values-unchecked`: Python passes them on.
#[test]
fn numbers_out_of_range_are_faults() {
    use FaultKind::{Invalid, OutOfRange};
    has_fault(Tool::reproject("WGS84").resolution(-1.0), OutOfRange, "reproject.resolution");
    has_fault(Tool::reproject("WGS84").resolution(f64::NAN), Invalid, "reproject.resolution");
    has_fault(Tool::tile(1).origin_x(f64::INFINITY), Invalid, "tile.origin_x");
    has_fault(Tool::tile(1).pixel_size(-0.5), OutOfRange, "tile.pixel_size");
    has_fault(Tool::tile(0), OutOfRange, "tile.tile_size");
    has_fault(read(json!({"tile": {"tile_size": -1}})), OutOfRange, "tile.tile_size");
    has_fault(Tool::toar().scale_factor(70_000), OutOfRange, "toar.scale_factor");
    has_fault(Tool::tile(1).name_template(""), FaultKind::Missing, "tile.name_template");
}

#[test]
fn a_projection_is_an_epsg_code_wgs84_or_well_known_text() {
    for projection in ["EPSG:4326", "epsg:32611", "EPSG:900913", "WGS84", r#"GEOGCS["WGS 84",DATUM["WGS_1984"]]"#] {
        sends(Tool::reproject(projection), json!({"reproject": {"projection": projection}}));
    }
    for projection in ["WSG84", "EPSG:", "EPSG:x4326", "4326", "EPSG:1", "["] {
        has_fault(Tool::reproject(projection), FaultKind::Invalid, "reproject.projection");
    }
    has_fault(Tool::reproject(" "), FaultKind::Missing, "reproject.projection");
    let error = Tool::from(Tool::reproject("WSG84")).check().unwrap_err();
    assert_eq!(error.faults()[0].suggestion(), Some("WGS84"));
}

/// Quirk `band-gap-accepted`.
#[test]
fn bands_follow_each_other_without_gaps() {
    let fifteen: Vec<String> = (1..=15).map(|band| format!("b{band}*{band}")).collect();
    let tool = Tool::from(Tool::band_math(fifteen));
    tool.check().unwrap();
    assert_eq!(serde_json::to_value(&tool).unwrap()["bandmath"]["b15"], "b15*15");

    has_fault(Tool::band_math(["b1", "", "b3"]), FaultKind::Missing, "bandmath.b2");
    has_fault(Tool::band_math([] as [&str; 0]), FaultKind::Missing, "bandmath.b1");
    has_fault(Tool::band_math(vec!["b1"; 16]), FaultKind::OutOfRange, "bandmath.b16");
    let gap = read(json!({"bandmath": {"b1": "b1", "b4": "b4"}}));
    assert_eq!(
        faults(gap.check()),
        [fault(FaultKind::Missing, "bandmath.b2"), fault(FaultKind::Missing, "bandmath.b3")]
    );
    let far = read(json!({"bandmath": {"b1": "b1", "b18446744073709551615": "b1"}}));
    assert_eq!(far.check().unwrap_err().faults().len(), 15);
}

#[test]
fn parameters_that_are_missing_or_of_another_form_are_faults_of_their_own() {
    let tool = read(json!({"tile": {"origin_x": "west", "conformal_x_scaling": 1, "name_template": null}}));
    assert_eq!(
        faults(tool.check()),
        [
            fault(FaultKind::Missing, "tile.tile_size"),
            fault(FaultKind::Invalid, "tile.origin_x"),
            fault(FaultKind::Invalid, "tile.conformal_x_scaling"),
        ]
    );
    has_fault(read(json!({"coregister": {"anchor_item": 7}})), FaultKind::Invalid, "coregister.anchor_item");
    has_fault(read(json!({"bandmath": {"b1": 7}})), FaultKind::Invalid, "bandmath.b1");
}

#[test]
fn what_is_no_tool_is_read_kept_and_reported() {
    for (document, path) in [
        (json!({}), ""),
        (json!({"clip": {}, "toar": {}}), ""),
        (json!("clip"), ""),
        (json!({"clip": 1}), "clip"),
        (json!({"cloud_filter": {}}), ""),
    ] {
        let tool = read(document.clone());
        assert_eq!(serde_json::to_value(&tool).unwrap(), document);
        has_fault(tool, FaultKind::Invalid, path);
    }
    read(json!({"clip": {"aoi": null}})).check().unwrap();
    let error = read(json!({"reprojekt": {}})).check().unwrap_err();
    assert_eq!(error.faults()[0].suggestion(), Some("reproject"));
}
