//! References to features that the service holds.

use std::fmt;
use std::str::FromStr;

use planet_core::{Error, Fault, FaultKind, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

const FORM: &str = "pl:features/my/<collection>/<feature>";

/// A reference to a feature of the Features API: `pl:features/my/<collection>/<feature>`, and `#<version>` where the
/// service sends it back. It serialises as this text.
///
/// ```
/// use planet_builders::geometry::FeatureRef;
///
/// let field: FeatureRef = "pl:features/my/water-fields-RqB0NZ5/rmQEGqm#1".parse()?;
/// assert_eq!((field.collection(), field.feature()), ("water-fields-RqB0NZ5", "rmQEGqm"));
/// assert_eq!(field.version(), Some("1"));
/// let kept = serde_json::to_string(&field)?;
/// assert_eq!(serde_json::from_str::<FeatureRef>(&kept)?, field);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "validate_ref")]
#[doc(alias = "split_ref")]
pub struct FeatureRef(String);

impl FeatureRef {
    /// The reference of one of your own features, by the id of its collection and its own.
    ///
    /// ```
    /// use planet_builders::geometry::FeatureRef;
    ///
    /// let field = FeatureRef::try_new("water-fields-RqB0NZ5", "rmQEGqm")?;
    /// assert_eq!(field.as_str(), "pl:features/my/water-fields-RqB0NZ5/rmQEGqm");
    ///
    /// let error = FeatureRef::try_new("water-fields-RqB0NZ5", "a/b").unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "feature_id");
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` naming `collection_id` or `feature_id` if it cannot be part of a reference: it is empty, or has a slash,
    /// a `#`, a space or a control character.
    pub fn try_new(collection_id: &str, feature_id: &str) -> Result<Self> {
        let message = "a part of a reference is not empty and has no slash, no `#` and no space";
        let fault = |name, id: &str| Fault::new(FaultKind::Invalid, name, message).with_value(format!("{id:?}"));
        let parts = [("collection_id", collection_id), ("feature_id", feature_id)];
        let faults: Vec<Fault> =
            parts.into_iter().filter(|(_, id)| !is_part(id)).map(|(name, id)| fault(name, id)).collect();
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok(Self(format!("pl:features/my/{collection_id}/{feature_id}")))
    }

    /// The dataset, which is `my` for one's own features.
    #[must_use]
    pub fn dataset(&self) -> &str {
        self.parts().dataset
    }

    /// The id of the collection.
    #[must_use]
    pub fn collection(&self) -> &str {
        self.parts().collection
    }

    /// The id of the feature in the collection.
    #[must_use]
    pub fn feature(&self) -> &str {
        self.parts().feature
    }

    /// The version of the feature, if one is named.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.parts().version
    }

    /// The reference as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> Parts<'_> {
        Parts::of(&self.0).unwrap_or_default()
    }
}

impl FromStr for FeatureRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match Parts::of(text) {
            Some(_) => Ok(Self(text.to_owned())),
            None => {
                let fault = Fault::new(FaultKind::Invalid, "", "not a reference to a feature");
                Err(Error::invalid(vec![fault.with_value(super::check::start(text)).with_allowed([FORM])]))
            }
        }
    }
}

impl Serialize for FeatureRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Text that is no reference is refused as when it is parsed.
impl<'de> Deserialize<'de> for FeatureRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl AsRef<str> for FeatureRef {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for FeatureRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Default)]
struct Parts<'a> {
    dataset: &'a str,
    collection: &'a str,
    feature: &'a str,
    version: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let path = text.strip_prefix("pl:features/")?;
        let (path, version) = path.split_once('#').map_or((path, None), |(path, version)| (path, Some(version)));
        let mut parts = path.split('/');
        let (dataset, collection, feature) = (parts.next()?, parts.next()?, parts.next()?);
        let all_sound = [dataset, collection, feature].into_iter().chain(version).all(is_part);
        (all_sound && parts.next().is_none()).then_some(Self { dataset, collection, feature, version })
    }
}

/// Can it stand between the slashes of a reference?
fn is_part(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| matches!(c, '/' | '#') || c.is_whitespace() || c.is_control())
}

/// Is it JSON of a reference? The service sends `ref`, the Python SDK takes it in any case.
pub(super) fn is_reference(document: &Value) -> bool {
    let kind = document.get("type").and_then(Value::as_str);
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("ref"))
}

/// The fault of a reference's `content`. The service sends references back in a list.
pub(super) fn content(content: Option<&Value>) -> Option<Fault> {
    let is_sound = |value: &Value| value.as_str().is_some_and(|text| Parts::of(text).is_some());
    match content {
        None => Some(Fault::new(FaultKind::Missing, "content", "a reference needs its content").with_allowed([FORM])),
        Some(Value::Array(list)) if !list.is_empty() && list.iter().all(is_sound) => None,
        Some(Value::String(text)) => Parts::of(text).is_none().then(|| malformed(text)),
        Some(other) => Some(malformed(&other.to_string())),
    }
}

fn malformed(given: &str) -> Fault {
    let fault = Fault::new(FaultKind::Geometry, "content", "not GeoJSON, nor a reference to a feature");
    fault.with_value(super::check::start(given)).with_allowed([FORM])
}
