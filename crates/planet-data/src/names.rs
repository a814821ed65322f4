//! Options of which the service knows a few.

use planet_builders::catalog::find_name;
use planet_core::Result;

/// Makes an enum of the names that the service knows for an argument. Text is parsed into it in any case; what is not
/// known is an error that names the argument.
///
/// With `open` there is a variant for what is unknown here: the service may answer it.
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

        $crate::names::names!(@common $name, $argument, self { $($variant = $text,)* });
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

        $crate::names::names!(@common $name, $argument, self { $($variant = $text,)* });
    };
    (@common $name:ident, $argument:literal, $self:ident { $($variant:ident = $text:literal,)* }) => {
        impl std::str::FromStr for $name {
            type Err = planet_core::Error;

            fn from_str(text: &str) -> planet_core::Result<Self> {
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

pub(crate) use names;

/// A name and what it stands for.
pub(crate) struct Named<T>(pub(crate) &'static str, pub(crate) T);

impl<T> AsRef<str> for Named<T> {
    fn as_ref(&self) -> &str {
        self.0
    }
}

/// What a name stands for, in any case.
pub(crate) fn find<T: Clone>(argument: &str, name: &str, known: &[Named<T>]) -> Result<T> {
    find_name(name, known).map(|named| named.1.clone()).map_err(|fault| fault.under(argument).into())
}
