//! Assets: their states, their activation, the way to their files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::StatusCode;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::no_such_item;
use crate::api::files;
use crate::clock::later;
use crate::respond::{self, Response, ok};
use crate::state::asset::{AssetKey, Status};
use crate::state::token::seconds;
use crate::state::{Service, lock};
use crate::world::Item;

/// All assets of an item, by asset type.
pub(super) fn list(service: &Service, item_type: &str, id: &str) -> Response {
    let Some(item) = service.catalogue.get(item_type, id) else {
        return no_such_item(item_type, id);
    };
    let assets: Map<String, Value> =
        item.assets.iter().map(|asset_type| (asset_type.clone(), document(service, item, asset_type))).collect();
    ok(&Value::Object(assets))
}

pub(super) fn get(service: &Service, token: &str) -> Response {
    match find(service, token) {
        Some((item, key)) => ok(&document(service, item, &key.asset_type)),
        None => no_such_asset(),
    }
}

pub(super) fn activate(service: &Service, token: &str) -> Response {
    let Some((item, key)) = find(service, token) else {
        return no_such_asset();
    };
    if !item.may_download(&key.asset_type) {
        let text = "You do not have permission to activate this asset.";
        return respond::message(StatusCode::UNAUTHORIZED, text);
    }
    let now = service.time.now();
    let mut activations = lock(&service.activations);
    let status = activations.status(&key, now, service.settings.activation_time);
    if status == Status::Active {
        return respond::empty(StatusCode::NO_CONTENT);
    }
    activations.activate(key, now);
    respond::empty(StatusCode::ACCEPTED)
}

fn document(service: &Service, item: &Item, asset_type: &str) -> Value {
    let key =
        AssetKey { item_type: item.item_type.clone(), item_id: item.id.clone(), asset_type: asset_type.to_owned() };
    let link = format!("{}/data/v1/assets/{}", service.url, token(&key));
    let permitted = item.may_download(asset_type);
    let now = service.time.now();
    let status = lock(&service.activations).status(&key, now, service.settings.activation_time);
    let mut asset = json!({
        "_links": {
            "_self": link,
            "activate": format!("{link}/activate"),
            "type": format!("{}/data/v1/asset-types/{asset_type}", service.url),
        },
        "_permissions": if permitted { vec!["download"] } else { Vec::new() },
        "md5_digest": null,
        "status": status.as_str(),
        "type": asset_type,
    });
    if status == Status::Active
        && let Value::Object(fields) = &mut asset
    {
        add_location(service, &key, fields);
    }
    asset
}

/// A fresh link, and what is known of the file behind it.
fn add_location(service: &Service, key: &AssetKey, asset: &mut Map<String, Value>) {
    let Some(file) = files::asset_file(service, key) else {
        return;
    };
    let expires = later(service.time.now(), service.settings.asset_link_lifetime);
    let token = service.signer.token(&json!({
        "sub": "sandbox",
        "exp": seconds(expires),
        "token_type": "typed-item",
        "item_type_id": key.item_type,
        "item_id": key.item_id,
        "asset_type": key.asset_type,
        "url": files::asset_url(service, key, &file.path, expires),
    }));
    let location = format!("{}/data/v1/download?token={token}", service.url);
    let without_zone = TimeZone::UTC.to_datetime(expires).strftime("%Y-%m-%dT%H:%M:%S.%6f");
    asset.insert("location".to_owned(), json!(location));
    asset.insert("expires_at".to_owned(), json!(without_zone.to_string()));
    asset.insert("md5_digest".to_owned(), json!(file.md5));
}

/// The opaque name of an asset in links.
fn token(key: &AssetKey) -> String {
    let AssetKey { item_type, item_id, asset_type } = key;
    let text = format!(r#"{{"i": "{item_id}", "c": "{item_type}", "t": "{asset_type}", "ct": "item-type"}}"#);
    STANDARD_NO_PAD.encode(text)
}

fn find<'a>(service: &'a Service, token: &str) -> Option<(&'a Item, AssetKey)> {
    let bytes = STANDARD_NO_PAD.decode(token).ok()?;
    let parts: Value = serde_json::from_slice(&bytes).ok()?;
    let text = |name| parts.get(name).and_then(Value::as_str).map(str::to_owned);
    let key = AssetKey { item_type: text("c")?, item_id: text("i")?, asset_type: text("t")? };
    let item = service.catalogue.get(&key.item_type, &key.item_id)?;
    item.assets.contains(&key.asset_type).then_some((item, key))
}

fn no_such_asset() -> Response {
    respond::message(StatusCode::NOT_FOUND, "The requested asset does not exist")
}
