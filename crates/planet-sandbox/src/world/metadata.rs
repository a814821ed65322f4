//! `{item}_metadata.json`, which comes with every delivered item.

use geo::Geometry;
use serde_json::{Map, Value, json};

use super::{Item, geometry, raster};

/// The item as a GeoJSON Feature. Under a clip, its footprint is cut and its usable-data percents are counted anew.
pub(crate) fn item_metadata(item: &Item, clip: Option<&Geometry<f64>>) -> Vec<u8> {
    let footprint = geometry::cut(&item.footprint, clip);
    let mut properties = item.properties.clone();
    if let Some(clip) = clip {
        count_again(item, clip, &mut properties);
    }
    let feature = json!({
        "geometry": geometry::to_json(footprint.as_ref().unwrap_or(&item.footprint)),
        "id": item.id,
        "properties": properties,
        "type": "Feature",
    });
    feature.to_string().into_bytes()
}

fn count_again(item: &Item, clip: &Geometry<f64>, properties: &mut Map<String, Value>) {
    if !properties.contains_key("clear_percent") {
        return;
    }
    let mut visible = 0;
    for (class, percent) in raster::class_percents(item, clip).into_iter().flatten() {
        properties.insert(class.property().to_owned(), percent.into());
        if class.is_visible() {
            visible += percent;
        }
    }
    properties.insert("visible_percent".to_owned(), visible.into());
}
