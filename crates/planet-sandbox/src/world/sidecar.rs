//! The text files beside the images.

use std::fmt::Write as _;

use geo::{BoundingRect, Centroid, Coord, MultiPolygon};

use super::{Item, asset_file_name};

/// The metadata of an image in XML, in the manner of Earth Observation metadata.
pub(super) fn xml(item: &Item, asset_type: &str, footprint: &MultiPolygon<f64>) -> String {
    let image = asset_type.trim_end_matches("_xml");
    let property = |name: &str| match item.properties.get(name) {
        Some(value) => escaped(value.as_str().unwrap_or(&value.to_string())),
        None => String::new(),
    };
    let centre = footprint.centroid().map_or_else(|| item.bounds.center(), |point| point.0);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<ps:EarthObservation xmlns:ps="http://schemas.planet.com/ps/v1/planet_product_metadata_geocorrected_level" xmlns:eop="http://earth.esa.int/eop" xmlns:gml="http://www.opengis.net/gml" xmlns:opt="http://earth.esa.int/opt">
  <gml:metaDataProperty>
    <ps:EarthObservationMetaData>
      <eop:identifier>{id}</eop:identifier>
      <eop:acquisitionType>NOMINAL</eop:acquisitionType>
      <eop:productType>{image}</eop:productType>
      <eop:status>ARCHIVED</eop:status>
    </ps:EarthObservationMetaData>
  </gml:metaDataProperty>
  <gml:validTime>
    <gml:TimePeriod>
      <gml:beginPosition>{acquired}</gml:beginPosition>
      <gml:endPosition>{acquired}</gml:endPosition>
    </gml:TimePeriod>
  </gml:validTime>
  <gml:using>
    <eop:EarthObservationEquipment>
      <eop:platform>{provider}</eop:platform>
      <eop:serialIdentifier>{satellite}</eop:serialIdentifier>
      <eop:instrument>{instrument}</eop:instrument>
      <opt:illuminationElevationAngle uom="deg">{elevation}</opt:illuminationElevationAngle>
      <opt:illuminationAzimuthAngle uom="deg">{azimuth}</opt:illuminationAzimuthAngle>
    </eop:EarthObservationEquipment>
  </gml:using>
  <gml:target>
    <ps:Footprint>
      <gml:outerBoundaryIs><gml:coordinates>{outline}</gml:coordinates></gml:outerBoundaryIs>
      <gml:centerOf><gml:pos>{lon} {lat}</gml:pos></gml:centerOf>
    </ps:Footprint>
  </gml:target>
  <gml:resultOf>
    <ps:EarthObservationResult>
      <eop:fileName>{file}</eop:fileName>
      <opt:cloudCoverPercentage uom="percentage">{cloud}</opt:cloudCoverPercentage>
    </ps:EarthObservationResult>
  </gml:resultOf>
</ps:EarthObservation>
"#,
        id = escaped(&item.id),
        acquired = item.acquired,
        provider = property("provider"),
        satellite = property("satellite_id"),
        instrument = property("instrument"),
        elevation = property("sun_elevation"),
        azimuth = property("sun_azimuth"),
        outline = outline(footprint),
        lon = centre.x,
        lat = centre.y,
        file = escaped(&asset_file_name(&item.id, image, "")),
        cloud = property("cloud_percent"),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The corners of the outer rings, `lon,lat` each.
fn outline(footprint: &MultiPolygon<f64>) -> String {
    let corners = footprint.iter().flat_map(|polygon| polygon.exterior().coords());
    corners.map(|Coord { x, y }| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
}

/// A rational polynomial camera model: here simply linear in longitude and latitude.
pub(super) fn rpc(item: &Item) -> String {
    const LINES: f64 = 4400.0;
    const SAMPLES: f64 = 8800.0;
    let bounds = item.footprint.bounding_rect().unwrap_or(item.bounds);
    let centre = bounds.center();
    let mut text = String::new();
    for (name, value) in [
        ("LINE_OFF", LINES / 2.0),
        ("SAMP_OFF", SAMPLES / 2.0),
        ("LAT_OFF", centre.y),
        ("LONG_OFF", centre.x),
        ("HEIGHT_OFF", 0.0),
        ("LINE_SCALE", LINES / 2.0),
        ("SAMP_SCALE", SAMPLES / 2.0),
        ("LAT_SCALE", bounds.height() / 2.0),
        ("LONG_SCALE", bounds.width() / 2.0),
        ("HEIGHT_SCALE", 500.0),
    ] {
        push_line(&mut text, name, value);
    }
    // The second coefficient belongs to the longitude, the third to the latitude, the first is constant.
    for (name, place, value) in [
        ("LINE_NUM_COEFF", 3, -1.0),
        ("LINE_DEN_COEFF", 1, 1.0),
        ("SAMP_NUM_COEFF", 2, 1.0),
        ("SAMP_DEN_COEFF", 1, 1.0),
    ] {
        for n in 1..=20 {
            push_line(&mut text, &format!("{name}_{n}"), if n == place { value } else { 0.0 });
        }
    }
    text
}

fn push_line(text: &mut String, name: &str, value: f64) {
    // Writing to a String does not fail.
    let _written = writeln!(text, "{name}: {value}");
}
