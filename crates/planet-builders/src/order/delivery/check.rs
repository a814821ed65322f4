//! What is wrong with a delivery by itself. No fault carries a value that may be secret.

use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use planet_core::{Fault, FaultKind};
use serde_json::{Map, Value};

use super::{Content, Delivery};
use crate::Hint;
use crate::order::hidden::{Hidden, is_redacted};
use crate::order::members::{self, Case, Form, Leave, Member, missing, optional, required};
use crate::order::values::{ArchiveType, unknown};

pub(super) const PACKING: &[Member] = &[
    optional("archive_type", Form::OneOf(ArchiveType::NAMES, Case::Any)),
    optional("archive_filename", Form::Text),
    optional("single_archive", Form::Flag),
    optional("layout", Form::Other),
];

const TARGETS: [&str; 7] = [
    "amazon_s3",
    "azure_blob_storage",
    "destination",
    "google_cloud_storage",
    "google_earth_engine",
    "oracle_cloud_storage",
    "s3_compatible",
];

/// The members of the targets, as the reference lists them.
pub(super) fn members(target: &str) -> Option<&'static [Member]> {
    Some(match target {
        "amazon_s3" => AMAZON_S3,
        "azure_blob_storage" => AZURE_BLOB_STORAGE,
        "destination" => DESTINATION,
        "google_cloud_storage" => GOOGLE_CLOUD_STORAGE,
        "google_earth_engine" => GOOGLE_EARTH_ENGINE,
        "oracle_cloud_storage" => ORACLE_CLOUD_STORAGE,
        "s3_compatible" => S3_COMPATIBLE,
        _ => return None,
    })
}

const PATH_PREFIX: Member = optional("path_prefix", Form::AnyText);
const AMAZON_S3: &[Member] = &[
    required("bucket", Form::Text),
    required("aws_region", Form::Text),
    required("aws_access_key_id", Form::Secret),
    required("aws_secret_access_key", Form::Secret),
    PATH_PREFIX,
];
const AZURE_BLOB_STORAGE: &[Member] = &[
    required("account", Form::Text),
    required("container", Form::Text),
    required("sas_token", Form::Secret),
    optional("storage_endpoint_suffix", Form::AnyText),
    PATH_PREFIX,
];
const DESTINATION: &[Member] = &[required("ref", Form::Text), PATH_PREFIX];
const GOOGLE_CLOUD_STORAGE: &[Member] =
    &[required("bucket", Form::Text), required("credentials", Form::Secret), PATH_PREFIX];
const GOOGLE_EARTH_ENGINE: &[Member] = &[required("project", Form::Text), required("collection", Form::Text)];
const ORACLE_CLOUD_STORAGE: &[Member] = &[
    required("bucket", Form::Text),
    required("region", Form::Text),
    required("namespace", Form::Text),
    required("customer_access_key_id", Form::Secret),
    required("customer_secret_key", Form::Secret),
    PATH_PREFIX,
];
const S3_COMPATIBLE: &[Member] = &[
    required("endpoint", Form::Text),
    required("bucket", Form::Text),
    required("region", Form::Text),
    required("access_key_id", Form::Secret),
    required("secret_access_key", Form::Secret),
    optional("use_path_style", Form::Flag),
    PATH_PREFIX,
];

pub(super) fn is_secret(member: &Member) -> bool {
    matches!(member.form, Form::Secret)
}

/// All faults of a delivery, below its place.
pub(in crate::order) fn faults(delivery: &Delivery, leave: Leave) -> Vec<Fault> {
    let mut faults = members::faults(&delivery.packing, PACKING, leave);
    let options = ["archive_filename", "single_archive"];
    let packed = |name: &str| delivery.packing.get(name).is_some_and(|value| !value.is_null());
    if !packed("archive_type") && options.into_iter().any(packed) {
        let fault = missing("archive_type", "without it the service packs nothing, whatever the other options say");
        faults.push(fault.with_allowed(ArchiveType::NAMES));
    }
    for (name, content) in &delivery.targets {
        faults.extend(target(name, content, leave));
    }
    faults
}

fn target(name: &str, content: &Content, leave: Leave) -> Vec<Fault> {
    let (plain, secrets, known) = match (content, members(name)) {
        (Content::Known { plain, secrets }, Some(known)) => (plain, secrets, known),
        (_, Some(_)) => {
            return vec![Fault::new(FaultKind::Invalid, name, "a target is a JSON object")];
        }
        (_, None) if leave.unknown => return Vec::new(),
        (_, None) => return vec![unknown("", name, &TARGETS)],
    };
    let mut faults = members::faults(plain, known, leave);
    faults.extend(known.iter().filter(|member| is_secret(member)).filter_map(|member| secret(member, plain, secrets)));
    if name == "destination" {
        faults.extend(reference(plain));
    }
    faults.into_iter().map(|fault| fault.under(name)).collect()
}

fn secret(member: &Member, plain: &Map<String, Value>, secrets: &BTreeMap<String, Hidden>) -> Option<Fault> {
    let name = member.name;
    let Some(secret) = secrets.get(name) else {
        return Some(match plain.get(name) {
            None | Some(Value::Null) => missing(name, "it is needed"),
            Some(_) => Fault::new(FaultKind::Invalid, name, "a text is needed"),
        });
    };
    let text = secret.0.expose();
    match name {
        _ if text.trim().is_empty() => Some(missing(name, "it is empty")),
        // Reported with the other secrets that the service keeps to itself.
        _ if secret.is_redacted() => None,
        "sas_token" if text.starts_with('?') => {
            Some(Fault::new(FaultKind::Invalid, name, "the token goes without the ? before it"))
        }
        "credentials" if BASE64.decode(text).is_err() => {
            let message = "the key file is needed in base64, on one line: see GoogleCloudStorage::service_account";
            Some(Fault::new(FaultKind::Invalid, name, message))
        }
        _ => None,
    }
}

/// Some tools leave out the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn reference(plain: &Map<String, Value>) -> Option<Fault> {
    const FORM: &str = "pl:destinations/";
    let given = plain.get("ref")?.as_str().filter(|given| !given.trim().is_empty())?;
    if given.strip_prefix(FORM).is_some_and(|id| !id.is_empty()) || is_redacted(given) {
        return None;
    }
    let fault = Fault::new(FaultKind::Invalid, "ref", "not a reference to a destination");
    Some(fault.with_value(given).with_allowed(["pl:destinations/<id>"]))
}

/// The members in whose place the service sent a mark, as it does not tell secrets.
pub(in crate::order) fn redacted(delivery: &Delivery) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (target, content) in &delivery.targets {
        match content {
            Content::Known { plain, secrets } => {
                let plain = plain.iter().filter(|(_, value)| value.as_str().is_some_and(is_redacted));
                let secrets = secrets.iter().filter(|(_, secret)| secret.is_redacted());
                let names = plain.map(|(name, _)| name).chain(secrets.map(|(name, _)| name));
                faults.extend(names.map(|name| members::redacted(format!("{target}.{name}"))));
            }
            Content::Unknown(text) => {
                let document = serde_json::from_str(text.0.expose()).unwrap_or_default();
                faults.extend(members::redacted_in(&document).into_iter().map(|fault| fault.under(target)));
            }
        }
    }
    faults
}

/// Writes names that were given in another case as the service knows them.
pub(in crate::order) fn correct(delivery: &mut Delivery) {
    members::correct(&mut delivery.packing, PACKING);
}

/// The members that the service does not know.
pub(in crate::order) fn hints(delivery: &Delivery) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (name, content) in &delivery.targets {
        if let (Content::Known { plain, .. }, Some(known)) = (content, members(name)) {
            hints.extend(members::strangers(plain, known).into_iter().map(|hint| hint.under(name)));
        }
    }
    hints
}
