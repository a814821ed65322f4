//! One item of the catalogue.

use geo::{BoundingRect, Coord, MultiPolygon, Rect};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::geometry;

/// An item and what the service sends for it.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) item_type: String,
    pub(crate) acquired: Timestamp,
    pub(crate) published: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) footprint: MultiPolygon<f64>,
    /// The footprint's bounding box.
    pub(crate) bounds: Rect<f64>,
    pub(crate) assets: Vec<String>,
    /// `assets.<asset type>:download` for what may be downloaded.
    pub(crate) permissions: Vec<String>,
    pub(crate) properties: Map<String, Value>,
    /// The item as the service sends it, from behind its links on: these alone tell which sandbox it is.
    json_tail: String,
}

/// What a generator decides about an item; the rest follows.
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) item_type: &'static str,
    pub(super) acquired: Timestamp,
    pub(super) published: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) footprint: MultiPolygon<f64>,
    pub(super) assets: Vec<&'static str>,
    pub(super) downloadable: Vec<&'static str>,
    pub(super) properties: Map<String, Value>,
}

impl Item {
    pub(super) fn new(draft: Draft) -> Self {
        let mut item = Self {
            bounds: bounds(&draft.footprint),
            id: draft.id,
            item_type: draft.item_type.to_owned(),
            acquired: draft.acquired,
            published: draft.published,
            updated: draft.updated,
            footprint: draft.footprint,
            assets: draft.assets.into_iter().map(str::to_owned).collect(),
            permissions: draft.downloadable.iter().map(|asset| format!("assets.{asset}:download")).collect(),
            properties: draft.properties,
            json_tail: String::new(),
        };
        for (name, time) in [("acquired", item.acquired), ("published", item.published), ("updated", item.updated)] {
            item.properties.insert(name.to_owned(), time.to_string().into());
        }
        item.properties.insert("item_type".to_owned(), item.item_type.as_str().into());
        item.json_tail = item.make_json_tail();
        item
    }

    /// Whether the asset exists and may be downloaded.
    pub(crate) fn may_download(&self, asset_type: &str) -> bool {
        self.permissions.iter().any(|permission| {
            permission.strip_prefix("assets.").and_then(|rest| rest.strip_suffix(":download")) == Some(asset_type)
        })
    }

    /// Writes the full item as the service at `api_base` sends it.
    pub(crate) fn write_json(&self, api_base: &str, to: &mut Vec<u8>) {
        let Self { id, item_type, .. } = self;
        let link = format!("{api_base}/data/v1/item-types/{item_type}/items/{id}");
        let links = format!(r#"{{"_links":{{"_self":"{link}","assets":"{link}/assets/","thumbnail":"{link}/thumb"}},"#);
        to.extend_from_slice(links.as_bytes());
        to.extend_from_slice(self.json_tail.as_bytes());
    }

    pub(crate) fn json(&self, api_base: &str) -> Vec<u8> {
        let mut json = Vec::new();
        self.write_json(api_base, &mut json);
        json
    }

    /// Written by hand: building a JSON value first takes several times as long, for thousands of items at start-up.
    fn make_json_tail(&self) -> String {
        let id = &self.id;
        let permissions = string_list(&self.permissions);
        let assets = string_list(&self.assets);
        let geometry = geometry::to_json(&self.footprint);
        let properties = serde_json::to_string(&self.properties).unwrap_or_default();
        format!(
            r#""_permissions":[{permissions}],"assets":[{assets}],"geometry":{geometry},"id":"{id}","properties":{properties},"type":"Feature"}}"#
        )
    }
}

/// For strings without characters that JSON escapes.
fn string_list(strings: &[String]) -> String {
    if strings.is_empty() { String::new() } else { format!(r#""{}""#, strings.join(r#"",""#)) }
}

fn bounds(footprint: &MultiPolygon<f64>) -> Rect<f64> {
    footprint.bounding_rect().unwrap_or_else(|| Rect::new(Coord::zero(), Coord::zero()))
}
