//! The names of item types, asset types and bundles: open sets.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A text newtype. Its constants are generated.
macro_rules! open_name {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub(crate) Cow<'static, str>);

        impl $name {
            /// The name as the service spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(Cow::Owned(name.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(Cow::Owned(name))
            }
        }

        impl From<&Self> for $name {
            fn from(name: &Self) -> Self {
                name.clone()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

open_name! {
    /// A class of items with the same properties and assets, such as `PSScene`.
    ///
    /// ```
    /// use planet_builders::ItemType;
    ///
    /// assert_eq!(ItemType::PSSCENE.as_str(), "PSScene");
    /// assert_eq!(ItemType::from("PSScene"), ItemType::PSSCENE);
    /// ```
    ItemType
}

open_name! {
    /// A file that an item offers, such as `ortho_analytic_4b`.
    ///
    /// ```
    /// use planet_builders::AssetType;
    ///
    /// assert_eq!(AssetType::ORTHO_VISUAL.to_string(), "ortho_visual");
    /// ```
    AssetType
}

open_name! {
    /// A product bundle: the set of assets that an order delivers of each item, such as `analytic_udm2`.
    ///
    /// ```
    /// use planet_builders::Bundle;
    ///
    /// assert_eq!(Bundle::ANALYTIC_8B_UDM2.as_ref(), "analytic_8b_udm2");
    /// ```
    Bundle
}
