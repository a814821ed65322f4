//! Where an order is delivered to: the `delivery` and `hosting` of a request.

use serde_json::{Map, Value, json};

use super::create::unacceptable;
use crate::respond::{Response, not_modelled};
use crate::state::new_uuid;

/// The name of an archive that is given none.
const ARCHIVE: &str = "output.zip";

/// Where the service can deliver to, with the fields it needs for that.
const CLOUDS: [(&str, &[&str]); 7] = [
    ("amazon_s3", &["bucket", "aws_region", "aws_access_key_id", "aws_secret_access_key"]),
    ("azure_blob_storage", &["account", "container", "sas_token"]),
    ("google_cloud_storage", &["bucket", "credentials"]),
    (EARTH_ENGINE, &["project", "collection"]),
    ("oracle_cloud_storage", &["customer_access_key_id", "customer_secret_key", "bucket", "region", "namespace"]),
    ("s3_compatible", &["endpoint", "bucket", "region", "access_key_id", "secret_access_key"]),
    (DESTINATION, &["ref"]),
];

const DESTINATION: &str = "destination";

/// What stands before the id of a destination, or before `default`.
const REFERENCE: &str = "pl:destinations/";

const EARTH_ENGINE: &str = "google_earth_engine";

/// Fields that never come back.
const SECRETS: [&str; 8] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "sas_token",
    "credentials",
    "customer_access_key_id",
    "customer_secret_key",
    "access_key_id",
    "secret_access_key",
];

/// How an order is delivered.
#[derive(Debug, Default)]
pub(super) struct Way {
    /// The archive that holds everything, its name still with `{{name}}` and `{{order_id}}`.
    archive: Option<String>,
    pub(super) to_earth_engine: bool,
}

impl Way {
    pub(super) fn is_zipped(&self) -> bool {
        self.archive.is_some()
    }

    /// The name of the archive.
    pub(super) fn archive(&self, order_id: &str, order_name: &str) -> Option<String> {
        let template = self.archive.as_ref()?;
        Some(template.replace("{{name}}", order_name).replace("{{order_id}}", order_id))
    }
}

/// Reads and checks `delivery`.
pub(super) fn read(body: &Map<String, Value>) -> Result<Way, Response> {
    let fields = match body.get("delivery") {
        None | Some(Value::Null) => return Ok(Way::default()),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err(bad("Delivery is not an object".to_owned())),
    };
    let mut clouds = Vec::new();
    for (key, value) in fields {
        match CLOUDS.into_iter().find(|(cloud, _)| cloud == key) {
            Some((cloud, required)) => {
                check_cloud(cloud, required, value)?;
                clouds.push(cloud);
            }
            None if key.starts_with("archive_") || key == "single_archive" => {}
            None => return Err(not_modelled(&format!("Delivery with '{key}'"))),
        }
    }
    if clouds.len() > 1 {
        return Err(bad("More than one delivery".to_owned()));
    }
    Ok(Way { archive: archive(fields)?, to_earth_engine: clouds.contains(&EARTH_ENGINE) })
}

fn check_cloud(cloud: &str, required: &[&str], value: &Value) -> Result<(), Response> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(missing) = required.iter().find(|name| text(name).is_empty()) {
        return Err(bad(format!("Delivery to {cloud} needs {missing}")));
    }
    let reference = text("ref");
    let is_reference = reference.strip_prefix(REFERENCE).is_some_and(|id| !id.is_empty() && !id.contains('/'));
    if cloud == DESTINATION && !is_reference {
        return Err(bad(format!("Bad destination ref '{reference}'")));
    }
    Ok(())
}

fn archive(fields: &Map<String, Value>) -> Result<Option<String>, Response> {
    let name = match fields.get("archive_filename") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.as_str()),
        Some(other) => return Err(bad(format!("Bad archive filename {other}"))),
    };
    match fields.get("archive_type") {
        None | Some(Value::Null) => return Ok(None),
        Some(kind) if kind == "zip" => {}
        Some(other) => return Err(bad(format!("Bad archive type {other}"))),
    }
    if fields.get("single_archive") != Some(&Value::Bool(true)) {
        return Err(not_modelled("An archive for each item"));
    }
    Ok(Some(name.filter(|name| !name.is_empty()).unwrap_or(ARCHIVE).to_owned()))
}

/// The delivery as it comes back, without secrets.
pub(super) fn redacted(delivery: &Value) -> Value {
    let mut delivery = delivery.clone();
    for cloud in delivery.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
        for name in SECRETS {
            if let Some(secret) = cloud.get_mut(name) {
                *secret = json!("<REDACTED>");
            }
        }
    }
    delivery
}

/// The hosting as it comes back: with the id of a new collection, if none was named. `None` if none is asked for.
pub(super) fn hosting(body: &Map<String, Value>) -> Result<Option<Value>, Response> {
    let hosting = match body.get("hosting") {
        None | Some(Value::Null) => return Ok(None),
        Some(hosting) => hosting,
    };
    let Some(fields) = hosting.get("sentinel_hub").and_then(Value::as_object) else {
        return Err(not_modelled("Hosting elsewhere than in sentinel_hub"));
    };
    let mut fields = fields.clone();
    if fields.contains_key("collection_id") {
        if fields.get("create_configuration") == Some(&Value::Bool(true)) {
            let text = "create_configuration cannot be combined with collection_id".to_owned();
            return Err(unacceptable("Hosting", &[text]));
        }
    } else {
        fields.insert("collection_id".to_owned(), json!(new_uuid()));
    }
    Ok(Some(json!({ "sentinel_hub": fields })))
}

fn bad(text: String) -> Response {
    unacceptable("Delivery", &[text])
}
