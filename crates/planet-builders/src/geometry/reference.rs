//! References to features that the service holds.

use std::fmt;
use std::str::FromStr;

use planet_core::{Error, Fault, FaultKind, Result};
use serde_json::Value;

const FORM: &str = "pl:features/my/<collection>/<feature>";

/// A reference to a feature of the Features API: `pl:features/my/<collection>/<feature>`, and `#<version>` where the
/// service sends it back.
///
/// ```
/// use planet_builders::geometry::FeatureRef;
///
/// let field: FeatureRef = "pl:features/my/water-fields-RqB0NZ5/rmQEGqm#1".parse()?;
/// assert_eq!((field.collection(), field.feature()), ("water-fields-RqB0NZ5", "rmQEGqm"));
/// assert_eq!(field.version(), Some("1"));
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FeatureRef(String);

impl FeatureRef {
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
        let sound =
            |part: &str| !part.is_empty() && !part.contains(|c: char| c == '#' || c.is_whitespace() || c.is_control());
        let all_sound = [dataset, collection, feature].into_iter().chain(version).all(sound);
        (all_sound && parts.next().is_none()).then_some(Self { dataset, collection, feature, version })
    }
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
