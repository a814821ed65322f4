//! The statuses of an asset.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The status of an asset: `inactive`, then `activating`, then `active`. It is `inactive` again when its activation
/// failed, and when nobody has used it for a while.
///
/// A status that the SDK does not know is kept as it came.
///
/// ```
/// use planet_data::AssetStatus;
///
/// assert!(AssetStatus::from("active").is_active());
/// assert_eq!(AssetStatus::Activating.as_str(), "activating");
/// assert_eq!(AssetStatus::from("archived").to_string(), "archived");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum AssetStatus {
    /// It must be activated before it can be downloaded.
    Inactive,
    /// The service prepares it.
    Activating,
    /// It has a location, and can be downloaded.
    Active,
    /// A status that the SDK does not know.
    Unknown(String),
}

impl AssetStatus {
    /// The status as the service spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Inactive => "inactive",
            Self::Activating => "activating",
            Self::Active => "active",
            Self::Unknown(status) => status,
        }
    }

    /// Can the asset be downloaded?
    #[must_use]
    pub fn is_active(&self) -> bool {
        *self == Self::Active
    }
}

impl From<&str> for AssetStatus {
    fn from(status: &str) -> Self {
        status.to_owned().into()
    }
}

impl From<String> for AssetStatus {
    fn from(status: String) -> Self {
        match status.as_str() {
            "inactive" => Self::Inactive,
            "activating" => Self::Activating,
            "active" => Self::Active,
            _ => Self::Unknown(status),
        }
    }
}

impl From<AssetStatus> for String {
    fn from(status: AssetStatus) -> Self {
        status.as_str().to_owned()
    }
}

impl fmt::Display for AssetStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
