//! How much of an item can be used inside an area.

use geo::Geometry;
use serde_json::{Map, Value, json};

use super::{no_such_item, query};
use crate::request::Request;
use crate::respond::{Response, field_errors, ok};
use crate::state::Service;
use crate::world::{self, Item};

/// What `band` may name, and the property that counts it in the whole item.
const BANDS: [(&str, &str); 6] = [
    ("clear", "clear_percent"),
    ("snow", "snow_ice_percent"),
    ("shadow", "shadow_percent"),
    ("light_haze", "light_haze_percent"),
    ("heavy_haze", "heavy_haze_percent"),
    ("cloud", "cloud_percent"),
];

pub(super) fn coverage(service: &Service, request: &Request, item_type: &str, id: &str) -> Response {
    let Some(item) = service.catalogue.get(item_type, id) else {
        return no_such_item(item_type, id);
    };
    let body = request.json_object().and_then(|body| {
        query::refuse_unknown_fields(&body, &[&["geometry"]])?;
        Ok(body)
    });
    let body = match body {
        Ok(body) => body,
        Err(error) => return error,
    };
    let area = match query::area_of(service, &body) {
        Ok(area) => area,
        Err(text) => return field_errors(&[("geometry".to_owned(), text)]),
    };
    let band = request.query_value("band").unwrap_or("clear");
    match percent(item, &area, request.query_value("mode"), band) {
        Ok(percent) => {
            let mut answer = Map::new();
            answer.insert(format!("{band}_percent"), percent);
            answer.insert("status".to_owned(), json!("complete"));
            ok(&Value::Object(answer))
        }
        Err((name, text)) => field_errors(&[(name.to_owned(), text)]),
    }
}

/// `UDM2` counts the pixels of the mask inside the area, `estimate` gives the figure of the whole item. What is wrong
/// is told with the parameter to blame.
fn percent(item: &Item, area: &Geometry<f64>, mode: Option<&str>, band: &str) -> Result<Value, (&'static str, String)> {
    let known = BANDS.into_iter().find(|(name, _)| *name == band);
    let (_, property) = known.ok_or_else(|| ("band", format!("'{band}' is not a band of the mask")))?;
    let whole = item.properties.get(property);
    let whole = whole.ok_or_else(|| ("band", format!("'{band}' is not available for this item")))?;
    let counted = world::mask_percent(item, property, area);
    let counted = counted.ok_or_else(|| ("geometry", "The geometry does not meet the item".to_owned()))?;
    match mode.unwrap_or("UDM2") {
        "UDM2" => Ok(json!(counted)),
        "estimate" => Ok(whole.clone()),
        other => Err(("mode", format!("'{other}' is not one of ['UDM2', 'estimate']"))),
    }
}
