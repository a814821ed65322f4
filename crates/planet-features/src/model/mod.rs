//! What the service says of collections and features.

use planet_core::{Document, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! identified_document {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone, Debug)]
        pub struct $name {
            document: Document,
            id: String,
        }

        impl $name {
            /// The id.
            #[must_use]
            pub fn id(&self) -> &str {
                &self.id
            }

            /// Reads the value at a path of member names, parted by dots.
            ///
            /// # Errors
            /// `Decode` if the value is not of the type asked for.
            pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
                self.document.get(path)
            }

            /// The document as it came.
            #[must_use]
            pub fn as_json(&self) -> &str {
                self.document.as_json()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                #[derive(Deserialize)]
                struct Head {
                    id: String,
                }
                let document = Document::deserialize(deserializer)?;
                let Head { id } = serde_json::from_str(document.as_json()).map_err(de::Error::custom)?;
                Ok(Self { document, id })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                self.document.serialize(serializer)
            }
        }
    };
}

identified_document! {
    /// A collection of features. It keeps the document as it came.
    Collection
}

identified_document! {
    /// A feature: an area of interest with properties. It keeps the document as it came.
    Feature
}

impl Collection {
    /// The title.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn title(&self) -> Result<Option<String>> {
        self.get("title")
    }
}

impl Feature {
    /// The reference that stands for the feature's geometry elsewhere: `pl:features/my/<collection>/<feature>`.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn reference(&self) -> Result<Option<String>> {
        self.get("properties.pl:ref")
    }
}
