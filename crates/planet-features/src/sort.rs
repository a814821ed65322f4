//! What lists are sorted by.

use std::str::FromStr;

use planet_core::{Error, Fault, FaultKind, Result};

/// An order of a list as an enum, as text, and read from text in any case.
macro_rules! sort {
    ($(#[$docs:meta])* $name:ident { $($(#[$variant_docs:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_docs])* $variant,)*
        }

        impl $name {
            /// The order as the service spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                let all = [$(Self::$variant,)*];
                let found = all.into_iter().find(|sort| sort.as_str().eq_ignore_ascii_case(text));
                found.ok_or_else(|| {
                    let fault = Fault::new(FaultKind::Invalid, "sort", "not an order of this list").with_value(text);
                    Error::invalid(vec![fault.with_allowed(all.map(Self::as_str))])
                })
            }
        }
    };
}

sort! {
    /// The order of a list of collections (Features API, `sort` of `GET /collections`).
    ///
    /// ```
    /// use planet_features::CollectionSort;
    ///
    /// assert_eq!("-title".parse::<CollectionSort>()?, CollectionSort::TitleDesc);
    /// assert_eq!(CollectionSort::CreatedAsc.as_str(), "created_date");
    /// assert_eq!("size".parse::<CollectionSort>().unwrap_err().faults()[0].path(), "sort");
    /// # Ok::<(), planet_features::Error>(())
    /// ```
    CollectionSort {
        /// The oldest comes first.
        CreatedAsc = "created_date",
        /// The newest comes first.
        CreatedDesc = "-created_date",
        /// By title.
        TitleAsc = "title",
        /// By title, from the end of the alphabet on.
        TitleDesc = "-title",
    }
}

sort! {
    /// The order of the features of a collection (Features API, `sort` of `GET /collections/{id}/items`). The reference
    /// names no order from the last to the first.
    ///
    /// ```
    /// use planet_features::FeatureSort;
    ///
    /// assert_eq!("id".parse::<FeatureSort>()?, FeatureSort::Id);
    /// assert_eq!(FeatureSort::Created.as_str(), "created_date");
    /// # Ok::<(), planet_features::Error>(())
    /// ```
    FeatureSort {
        /// The oldest comes first.
        Created = "created_date",
        /// By title.
        Title = "title",
        /// By the feature's own id.
        Id = "id",
    }
}
