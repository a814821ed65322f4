//! Values of which the service knows a few, and may know more tomorrow.

use std::fmt;
use std::str::FromStr;

use planet_core::{Error, Fault, FaultKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::suggest::nearest;

/// A fault that lists the names and suggests the nearest.
pub(super) fn unknown(path: &str, given: &str, names: &[&str]) -> Fault {
    let message = match names {
        [only] => format!("the service knows {only} only"),
        _ => "the service does not know it".to_owned(),
    };
    let fault = Fault::new(FaultKind::Invalid, path, message).with_value(given).with_allowed(names);
    match nearest(given, names.to_vec()) {
        Some(name) => fault.with_suggestion(name),
        None => fault,
    }
}

/// An enum of texts with a variant for those that are unknown here.
macro_rules! open_value {
    ($(#[$about:meta])* $name:ident, $field:literal, $same:path {
        $($(#[$doc:meta])* $variant:ident = $text:literal;)*
    }) => {
        $(#[$about])*
        ///
        /// Text converts with `into()`, which keeps what is unknown here, or with `parse()`, which refuses it.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A value that is unknown here, as it came.
            Unknown(String),
        }

        impl $name {
            pub(super) const NAMES: &[&str] = &[$($text),*];

            /// The text that is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }

            fn known(text: &str) -> Option<Self> {
                $(if $same(text, $text) {
                    return Some(Self::$variant);
                })*
                None
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::known(text).ok_or_else(|| Error::invalid(vec![unknown($field, text, Self::NAMES)]))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        /// Text in another case counts as unknown here, so that it goes out as it came.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Ok(Self::known(&text).filter(|known| known.as_str() == text).unwrap_or(Self::Unknown(text)))
            }
        }
    };
}

fn exactly(text: &str, name: &str) -> bool {
    text == name
}

open_value! {
    /// What to deliver when not every item is complete.
    ///
    /// ```
    /// use planet_builders::OrderType;
    ///
    /// assert_eq!("PARTIAL".parse::<OrderType>()?, OrderType::Partial);
    /// assert_eq!(serde_json::to_value(OrderType::Partial)?, "partial");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "validate_order_type")]
    #[doc(alias = "SUPPORTED_ORDER_TYPES")]
    OrderType, "order_type", str::eq_ignore_ascii_case {
        /// Everything or nothing: the order fails if an item lacks an asset of the bundle. The service's default.
        Full = "full";
        /// The items that are complete; what was left out is said in the order's hints.
        Partial = "partial";
    }
}

open_value! {
    /// What an order is made of.
    ///
    /// ```
    /// use planet_builders::order::SourceType;
    ///
    /// assert_eq!(SourceType::Basemaps.to_string(), "basemaps");
    /// ```
    SourceType, "source_type", str::eq_ignore_ascii_case {
        /// Items of the Data API.
        Scenes = "scenes";
        /// Quads of the Basemaps API.
        Basemaps = "basemaps";
    }
}

open_value! {
    /// How the files of an order are packed.
    ///
    /// ```
    /// use planet_builders::order::ArchiveType;
    ///
    /// assert_eq!("ZIP".parse::<ArchiveType>()?, ArchiveType::Zip);
    /// # Ok::<(), planet_builders::Error>(())
    /// ```
    #[doc(alias = "validate_archive_type")]
    #[doc(alias = "SUPPORTED_ARCHIVE_TYPES")]
    ArchiveType, "archive_type", str::eq_ignore_ascii_case {
        /// Zip archives.
        Zip = "zip";
    }
}

open_value! {
    /// Which items the composite tool puts together. Unlike the others it is matched letter for letter.
    ///
    /// ```
    /// use planet_builders::order::GroupBy;
    ///
    /// assert_eq!("strip_id".parse::<GroupBy>()?, GroupBy::StripId);
    /// assert!("Strip_Id".parse::<GroupBy>().is_err());
    /// # Ok::<(), planet_builders::Error>(())
    /// ```
    GroupBy, "group_by", exactly {
        /// All items of the order, into one image. The service's default.
        Order = "order";
        /// The items of each strip.
        StripId = "strip_id";
    }
}

open_value! {
    /// A format of files.
    ///
    /// ```
    /// use planet_builders::order::FileFormat;
    ///
    /// assert_eq!("pl_nitf".parse::<FileFormat>()?, FileFormat::PlNitf);
    /// # Ok::<(), planet_builders::Error>(())
    /// ```
    #[doc(alias = "validate_file_format")]
    #[doc(alias = "SUPPORTED_FILE_FORMATS")]
    FileFormat, "file_format", str::eq_ignore_ascii_case {
        /// Cloud optimised GeoTIFF.
        Cog = "COG";
        /// NITF in the service's own profile.
        PlNitf = "PL_NITF";
    }
}

open_value! {
    /// How the reproject tool computes a pixel from its neighbours.
    ///
    /// ```
    /// use planet_builders::order::Kernel;
    ///
    /// assert_eq!(Kernel::from("Cubic"), Kernel::Cubic);
    /// ```
    Kernel, "kernel", str::eq_ignore_ascii_case {
        /// The nearest pixel. The service's default.
        Near = "near";
        /// Bilinear.
        Bilinear = "bilinear";
        /// Cubic convolution.
        Cubic = "cubic";
        /// Cubic B-spline.
        CubicSpline = "cubicspline";
        /// Lanczos windowed sinc.
        Lanczos = "lanczos";
        /// The mean of all pixels that have a value.
        Average = "average";
        /// The value that occurs most.
        Mode = "mode";
    }
}

open_value! {
    /// A sensor that images are made to look like.
    ///
    /// ```
    /// use planet_builders::order::TargetSensor;
    ///
    /// assert_eq!(TargetSensor::Sentinel2.as_str(), "Sentinel-2");
    /// ```
    #[doc(alias = "HARMONIZE_TOOL_TARGET_SENSORS")]
    TargetSensor, "target_sensor", str::eq_ignore_ascii_case {
        /// Sentinel-2.
        Sentinel2 = "Sentinel-2";
    }
}

open_value! {
    /// The numbers that band math writes.
    ///
    /// ```
    /// use planet_builders::order::PixelType;
    ///
    /// assert_eq!("32r".parse::<PixelType>()?, PixelType::Float32);
    /// # Ok::<(), planet_builders::Error>(())
    /// ```
    #[doc(alias = "BAND_MATH_PIXEL_TYPE")]
    PixelType, "pixel_type", str::eq_ignore_ascii_case {
        /// As the service finds fit. The default.
        Auto = "Auto";
        /// Unsigned, 8 bits.
        Unsigned8 = "8U";
        /// Unsigned, 16 bits.
        Unsigned16 = "16U";
        /// Signed, 16 bits.
        Signed16 = "16S";
        /// Floating point, 32 bits.
        Float32 = "32R";
    }
}
