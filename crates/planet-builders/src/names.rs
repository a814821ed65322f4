//! Options of which the service knows a few, for the service crates.

use planet_core::Result;

use crate::catalog::find_name;

/// Makes an enum of the names that the service knows for an argument. Text is parsed into it in any case; what is not
/// known is an error that names the argument.
///
/// With `open` there is a variant for what is unknown here: the service may answer it.
#[doc(hidden)]
#[macro_export]
macro_rules! names {
    ($(#[$docs:meta])* $name:ident, $argument:literal { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$docs])*
        ///
        /// Text converts with `parse()`, in any case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// The name as the service spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        $crate::names!(@common $name, $argument, self { $($variant = $text,)* });
    };
    ($(#[$docs:meta])* open $name:ident, $argument:literal { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$docs])*
        ///
        /// Text converts with `parse()`, in any case, which refuses what is unknown here.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A name that is unknown here, as it came.
            Unknown(String),
        }

        impl $name {
            /// The name as the service spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(name) => name,
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let name = <String as serde::Deserialize>::deserialize(deserializer)?;
                Ok(match name.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(name),
                })
            }
        }

        $crate::names!(@common $name, $argument, self { $($variant = $text,)* });
    };
    (@common $name:ident, $argument:literal, $self:ident { $($variant:ident = $text:literal,)* }) => {
        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(text: &str) -> $crate::Result<Self> {
                $crate::names::find($argument, text, &[$($crate::names::Named($text, Self::$variant)),*])
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// A name and what it stands for.
#[derive(Debug)]
pub struct Named<T>(pub &'static str, pub T);

impl<T> AsRef<str> for Named<T> {
    fn as_ref(&self) -> &str {
        self.0
    }
}

/// What a name stands for, in any case.
///
/// # Errors
/// `InvalidInput`, naming the argument, if it is none of those known.
pub fn find<T: Clone>(argument: &str, name: &str, known: &[Named<T>]) -> Result<T> {
    find_name(name, known).map(|named| named.1.clone()).map_err(|fault| fault.under(argument).into())
}
