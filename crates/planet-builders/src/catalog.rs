//! Item types, asset types and product bundles: names that the service can add to at any time.
//!
//! They mirror the item and asset types of the Data API and the product bundles of the Orders API. A constant stands for
//! each name known when this was written; any other name is made from text and sent as it is.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A text newtype with constants for the known names.
macro_rules! open_name {
    ($(#[$about:meta])* $name:ident { $($constant:ident = $text:literal, $doc:literal;)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            $(
                #[doc = concat!("`", $text, "`: ", $doc, ".")]
                pub const $constant: Self = Self(Cow::Borrowed($text));
            )*

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
    ItemType {
        PSSCENE = "PSScene", "PlanetScope scene (3, 4 or 8 band)";
        PELICAN_SCENE = "PelicanScene", "Pelican scene";
        REORTHOTILE = "REOrthoTile", "RapidEye ortho tile";
        RESCENE = "REScene", "RapidEye basic strip scene";
        SKYSAT_COLLECT = "SkySatCollect", "SkySat orthorectified collect";
        SKYSAT_SCENE = "SkySatScene", "SkySat scene";
        TANAGER_METHANE = "TanagerMethane", "Tanager methane detection";
        TANAGER_SCENE = "TanagerScene", "Tanager hyperspectral scene";
        SKYSAT_VIDEO = "SkySatVideo", "SkySat video";
    }
}

open_name! {
    /// A file that an item offers, such as `ortho_analytic_4b`. The constants name those of PSScene.
    ///
    /// ```
    /// use planet_builders::AssetType;
    ///
    /// assert_eq!(AssetType::ORTHO_VISUAL.to_string(), "ortho_visual");
    /// ```
    AssetType {
        BASIC_ANALYTIC_4B = "basic_analytic_4b", "4 bands, radiance, not orthorectified";
        BASIC_ANALYTIC_4B_RPC = "basic_analytic_4b_rpc", "rational polynomial coefficients of `basic_analytic_4b`";
        BASIC_ANALYTIC_4B_XML = "basic_analytic_4b_xml", "metadata of `basic_analytic_4b`";
        BASIC_ANALYTIC_8B = "basic_analytic_8b", "8 bands, radiance, not orthorectified";
        BASIC_ANALYTIC_8B_XML = "basic_analytic_8b_xml", "metadata of `basic_analytic_8b`";
        BASIC_UDM2 = "basic_udm2", "usable data mask, not orthorectified";
        ORTHO_ANALYTIC_3B = "ortho_analytic_3b", "3 bands, radiance, orthorectified";
        ORTHO_ANALYTIC_3B_XML = "ortho_analytic_3b_xml", "metadata of `ortho_analytic_3b`";
        ORTHO_ANALYTIC_4B = "ortho_analytic_4b", "4 bands, radiance, orthorectified";
        ORTHO_ANALYTIC_4B_SR = "ortho_analytic_4b_sr", "4 bands, surface reflectance, orthorectified";
        ORTHO_ANALYTIC_4B_XML = "ortho_analytic_4b_xml", "metadata of `ortho_analytic_4b`";
        ORTHO_ANALYTIC_8B = "ortho_analytic_8b", "8 bands, radiance, orthorectified";
        ORTHO_ANALYTIC_8B_SR = "ortho_analytic_8b_sr", "8 bands, surface reflectance, orthorectified";
        ORTHO_ANALYTIC_8B_XML = "ortho_analytic_8b_xml", "metadata of `ortho_analytic_8b`";
        ORTHO_UDM2 = "ortho_udm2", "usable data mask, orthorectified";
        ORTHO_VISUAL = "ortho_visual", "colours for the eye, orthorectified";
    }
}

open_name! {
    /// A product bundle: the set of assets that an order delivers of each item, such as `analytic_udm2`.
    ///
    /// ```
    /// use planet_builders::Bundle;
    ///
    /// assert_eq!(Bundle::ANALYTIC_8B_UDM2.as_ref(), "analytic_8b_udm2");
    /// ```
    Bundle {
        ANALYTIC = "analytic", "orthorectified, at-sensor, all bands, GeoTIFF";
        RADIANCE_HDF5 = "radiance_hdf5", "orthorectified, at-sensor, all bands, HDF5";
        ANALYTIC_UDM2 = "analytic_udm2", "orthorectified, at-sensor, all bands, GeoTIFF";
        ANALYTIC_3B_UDM2 = "analytic_3b_udm2", "orthorectified, at-sensor, 3-band, GeoTIFF";
        ANALYTIC_5B = "analytic_5b", "orthorectified, at-sensor, all bands, GeoTIFF";
        ANALYTIC_5B_UDM2 = "analytic_5b_udm2", "orthorectified, at-sensor, all bands, GeoTIFF";
        ANALYTIC_8B_UDM2 = "analytic_8b_udm2", "orthorectified, at-sensor, 8-band, GeoTIFF";
        VISUAL = "visual", "orthorectified, visual, 3-band, GeoTIFF";
        UNCALIBRATED_DN = "uncalibrated_dn", "orthorectified, digital numbers, all bands, GeoTIFF";
        UNCALIBRATED_DN_UDM2 = "uncalibrated_dn_udm2", "orthorectified, digital numbers, all bands, GeoTIFF";
        BASIC_ANALYTIC = "basic_analytic", "not orthorectified, at-sensor, all bands, TIFF and RPCs";
        BASIC_RADIANCE_HDF5 = "basic_radiance_hdf5", "not orthorectified, at-sensor, all bands, HDF5";
        BASIC_ANALYTIC_UDM2 = "basic_analytic_udm2", "not orthorectified, at-sensor, all bands, TIFF and RPCs";
        BASIC_ANALYTIC_8B_UDM2 = "basic_analytic_8b_udm2", "not orthorectified, at-sensor, 8-band, TIFF and RPCs";
        BASIC_UNCALIBRATED_DN = "basic_uncalibrated_dn", "not orthorectified, digital numbers, all bands, TIFF and RPCs";
        BASIC_UNCALIBRATED_DN_UDM2 = "basic_uncalibrated_dn_udm2", "not orthorectified, digital numbers, all bands, TIFF and RPCs";
        ANALYTIC_SR = "analytic_sr", "orthorectified, surface reflectance, all bands, GeoTIFF";
        SR_HDF5 = "sr_hdf5", "orthorectified, surface reflectance, all bands, HDF5";
        ANALYTIC_SR_UDM2 = "analytic_sr_udm2", "orthorectified, surface reflectance, all bands, GeoTIFF";
        ANALYTIC_8B_SR_UDM2 = "analytic_8b_sr_udm2", "orthorectified, surface reflectance, 8-band, GeoTIFF";
        BASIC_ANALYTIC_NITF = "basic_analytic_nitf", "not orthorectified, at-sensor, all bands, NITF";
        BASIC_SR_HDF5 = "basic_sr_hdf5", "not orthorectified, surface reflectance, all bands, HDF5";
        BASIC_PANCHROMATIC = "basic_panchromatic", "not orthorectified, at-sensor, panchromatic, GeoTIFF";
        BASIC_PANCHROMATIC_DN = "basic_panchromatic_dn", "not orthorectified, digital numbers, panchromatic, TIFF and RPCs";
        PANCHROMATIC = "panchromatic", "orthorectified, at-sensor, panchromatic, GeoTIFF";
        PANCHROMATIC_UDM2 = "panchromatic_udm2", "orthorectified, at-sensor, panchromatic, GeoTIFF";
        PANCHROMATIC_DN = "panchromatic_dn", "orthorectified, digital numbers, panchromatic, GeoTIFF";
        PANCHROMATIC_DN_UDM2 = "panchromatic_dn_udm2", "orthorectified, digital numbers, panchromatic, GeoTIFF";
        PANSHARPENED = "pansharpened", "orthorectified, digital numbers, all bands, GeoTIFF";
        PANSHARPENED_UDM2 = "pansharpened_udm2", "orthorectified, digital numbers, all bands, GeoTIFF";
        BASIC_L1A_DN = "basic_l1a_dn", "not orthorectified, digital numbers, panchromatic, TIFF and RPCs";
        METHANE_QUICKLOOK = "methane_quicklook", "orthorectified, TIFF and JSON";
        QUALITY_CONTROLLED_METHANE = "quality_controlled_methane", "orthorectified, TIFF and JSON";
        METHANE = "methane", "orthorectified, TIFF and JSON";
        INTEGRATED_METHANE_ENHANCEMENT = "integrated_methane_enhancement", "orthorectified, TIFF and JSON";
    }
}
