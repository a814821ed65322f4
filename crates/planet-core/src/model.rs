//! The shape of every model of the service crates.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Document;

/// Something that the service described: a typed view of a [`Document`], which it keeps as it came.
///
/// The models of the service crates are such, and so are what [`collect()`](crate::collect()) takes and what it gives. A
/// document is its own model:
///
/// ```
/// use planet_core::{Document, Model};
///
/// fn told<T: Model>(things: &[T]) -> usize {
///     things.iter().map(|thing| thing.document().as_json().len()).sum()
/// }
///
/// let mosaic: Document = serde_json::from_str(r#"{"name": "global_monthly"}"#)?;
/// assert_eq!(told(&[mosaic]), 26);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Model: Clone + Send + Sync + Unpin + Serialize + DeserializeOwned + 'static {
    /// Is it a GeoJSON feature?
    const IS_FEATURE: bool;

    /// The document as it came.
    fn document(&self) -> &Document;

    /// Gives up the typed view.
    fn into_document(self) -> Document;
}

impl Model for Document {
    const IS_FEATURE: bool = false;

    fn document(&self) -> &Document {
        self
    }

    fn into_document(self) -> Document {
        self
    }
}

/// For `#[serde(default, deserialize_with = "planet_core::lenient")]`: a value, or nothing if it is not of its type. An odd
/// value in one member must not cost the caller all others.
#[doc(hidden)]
pub fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = Document::deserialize(deserializer)?;
    Ok(serde_json::from_str(value.as_json()).ok())
}

/// Makes a model around a [`Document`]: lossless, with the ways to read and print it that every model has. Accessors of its
/// own stand in an `impl` block beside it.
///
/// The members in braces must be there and be texts; they are read at once. A model with a `View` reads that type at once,
/// and has it as `self.view`.
#[doc(hidden)]
#[macro_export]
macro_rules! model {
    ($(#[$docs:meta])* feature $name:ident $head:tt) => {
        $crate::model!(@head true, $(#[$docs])* $name $head);
    };
    ($(#[$docs:meta])* document $name:ident as $view:ty) => {
        $(#[$docs])*
        #[derive(Clone, Debug)]
        pub struct $name {
            document: $crate::Document,
            view: $view,
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let document = <$crate::Document as serde::Deserialize>::deserialize(deserializer)?;
                let view = document.read().map_err(serde::de::Error::custom)?;
                Ok(Self { document, view })
            }
        }

        $crate::model!(@common false, $name);
    };
    ($(#[$docs:meta])* document $name:ident $head:tt) => {
        $crate::model!(@head false, $(#[$docs])* $name $head);
    };
    (@head $feature:literal, $(#[$docs:meta])* $name:ident { $($(#[$field_docs:meta])* $field:ident),* $(,)? }) => {
        $(#[$docs])*
        #[derive(Clone, Debug)]
        pub struct $name {
            document: $crate::Document,
            $($field: String,)*
        }

        impl $name {
            $(
                $(#[$field_docs])*
                #[must_use]
                pub fn $field(&self) -> &str {
                    &self.$field
                }
            )*
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let document = <$crate::Document as serde::Deserialize>::deserialize(deserializer)?;
                $(
                    let $field = document
                        .get(stringify!($field))
                        .map_err(serde::de::Error::custom)?
                        .ok_or_else(|| serde::de::Error::missing_field(stringify!($field)))?;
                )*
                Ok(Self { document, $($field,)* })
            }
        }

        $crate::model!(@common $feature, $name);
    };
    (@common $feature:literal, $name:ident) => {
        impl $name {
            /// Reads the value at a path of member names, parted by dots. `None` if there is none, or it is null. The
            /// last name may have dots itself, and then goes before the path that it looks like.
            ///
            /// # Errors
            /// `Decode` if the value is not of the type asked for.
            pub fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> $crate::Result<Option<T>> {
                self.document.get(path)
            }

            /// The document as it came, down to the byte.
            #[must_use]
            pub fn as_json(&self) -> &str {
                self.document.as_json()
            }
        }

        impl $crate::Model for $name {
            const IS_FEATURE: bool = $feature;

            fn document(&self) -> &$crate::Document {
                &self.document
            }

            fn into_document(self) -> $crate::Document {
                self.document
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                self.document.serialize(serializer)
            }
        }

        /// The document as it came. It may hold links with tokens: mind where you print it.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.document.fmt(f)
            }
        }
    };
}
