//! Where the files of an order go, and how they are packed.

mod check;
mod json;
mod target;

use std::collections::BTreeMap;
use std::fmt;

use planet_core::Secret;
use serde_json::{Map, Value, json};

use super::hidden::{Hidden, redact_strangers};
use super::values::ArchiveType;

pub use target::{
    AmazonS3, AzureBlobStorage, Destination, GoogleCloudStorage, GoogleEarthEngine, OracleCloudStorage, S3Compatible,
};

pub(super) use check::{correct, faults, hints, redacted};

/// Where the files of an order go, and how they are packed. Without a target there are links to download them.
///
/// It mirrors the `delivery` of an order request of the Orders API.
///
/// ```
/// use planet_builders::order::{AmazonS3, Archive, Delivery, Secret};
///
/// let bucket = AmazonS3::new("imagery", "us-east-2", "KEYID", Secret::new("sesame")).path_prefix("iowa/");
/// let delivery = Delivery::new().to(bucket).archive(Archive::zip().single(true));
/// let json = serde_json::to_value(&delivery)?;
/// assert_eq!(json["amazon_s3"]["path_prefix"], "iowa/");
/// assert_eq!(json["archive_filename"], "{{name}}_{{order_id}}.zip");
/// assert!(!format!("{delivery:?}").contains("sesame"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
#[must_use = "a delivery does nothing until it is added to an order"]
pub struct Delivery {
    /// How it is packed, and other members that hold no secret.
    packing: Map<String, Value>,
    targets: BTreeMap<String, Content>,
}

#[derive(Clone, PartialEq)]
enum Content {
    /// The members of a target that is known here, the secret ones apart.
    Known { plain: Map<String, Value>, secrets: BTreeMap<String, Hidden> },
    /// JSON that is unknown here and may hold secrets.
    Unknown(Hidden),
}

/// A place that files are delivered to: [`AmazonS3`] and the others convert into it.
///
/// ```
/// use planet_builders::order::{GoogleEarthEngine, Target};
///
/// let target = Target::from(GoogleEarthEngine::new("my-project", "my-collection"));
/// assert_eq!(target.name(), "google_earth_engine");
/// ```
#[derive(Clone, PartialEq)]
pub struct Target {
    name: &'static str,
    plain: Map<String, Value>,
    secrets: BTreeMap<String, Hidden>,
}

impl Target {
    /// The target's name in the JSON, such as `amazon_s3`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }
}

/// How the files of an order are packed.
///
/// ```
/// use planet_builders::order::{Archive, Delivery};
///
/// let delivery = Delivery::new().archive(Archive::zip().filename("{{order_id}}.zip"));
/// assert_eq!(
///     serde_json::to_value(&delivery)?,
///     serde_json::json!({
///         "archive_type": "zip", "archive_filename": "{{order_id}}.zip", "single_archive": false
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an archive does nothing until it is added to a delivery"]
pub struct Archive {
    archive_type: ArchiveType,
    filename: String,
    single: bool,
}

impl Archive {
    /// Zip archives: one for the bundle of each item, named `{{name}}_{{order_id}}.zip`.
    pub fn zip() -> Self {
        Self::new(ArchiveType::Zip)
    }

    /// Archives of a type. The service knows zip only.
    pub fn new(archive_type: impl Into<ArchiveType>) -> Self {
        let filename = "{{name}}_{{order_id}}.zip".to_owned();
        Self { archive_type: archive_type.into(), filename, single: false }
    }

    /// Puts all files of the order into one archive.
    #[doc(alias = "single_archive")]
    pub fn single(mut self, single: bool) -> Self {
        self.single = single;
        self
    }

    /// The name of an archive: `{{name}}` and `{{order_id}}` stand for those of the order.
    #[doc(alias = "archive_filename")]
    pub fn filename(mut self, template: impl Into<String>) -> Self {
        self.filename = template.into();
        self
    }
}

impl Delivery {
    /// A delivery by links, not packed.
    #[doc(alias = "delivery")]
    pub fn new() -> Self {
        Self::default()
    }

    /// Delivers to a place in the cloud, or to a destination that the organization has set up. Such an order has no links
    /// to download from.
    #[doc(alias = "cloud_config")]
    pub fn to(mut self, target: impl Into<Target>) -> Self {
        let Target { name, plain, secrets } = target.into();
        self.targets.insert(name.to_owned(), Content::Known { plain, secrets });
        self
    }

    /// Packs the files into an archive, or into one for each item. Without it they come one by one.
    #[doc(alias = "archive_type")]
    pub fn archive(mut self, archive: Archive) -> Self {
        let Archive { archive_type, filename, single } = archive;
        let members = [
            ("archive_type", json!(archive_type)),
            ("archive_filename", json!(filename)),
            ("single_archive", json!(single)),
        ];
        self.packing.extend(members.map(|(name, value)| (name.to_owned(), value)));
        self
    }

    /// The names of the targets in the JSON, such as `amazon_s3`. Most often there is one, or none.
    ///
    /// ```
    /// use planet_builders::order::{Delivery, Destination};
    ///
    /// let delivery = Delivery::new().to(Destination::default_of_organization());
    /// assert!(delivery.targets().eq(["destination"]));
    /// ```
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.targets.keys().map(String::as_str)
    }

    /// How the files are packed, if they are.
    #[must_use]
    pub fn archive_type(&self) -> Option<ArchiveType> {
        self.packing.get("archive_type").and_then(Value::as_str).map(ArchiveType::from)
    }

    /// With the service's mark in the place of each secret.
    pub(super) fn redact(&mut self) {
        for (name, content) in &mut self.targets {
            match content {
                Content::Known { plain, secrets } => {
                    secrets.values_mut().for_each(|secret| *secret = Hidden::redacted());
                    redact_strangers(plain, check::members(name).unwrap_or_default());
                }
                Content::Unknown(json) => {
                    *json = Hidden(Secret::new(Value::from(Hidden::redacted().0.expose()).to_string()));
                }
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.packing.is_empty() && self.targets.is_empty()
    }
}

/// Members that are unknown here can be secret, so only the names of targets are shown.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("archive_type", &self.archive_type())
            .field("targets", &self.targets.keys())
            .finish_non_exhaustive()
    }
}

/// As [`Delivery`]: no values.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Target").field(&self.name).finish()
    }
}
