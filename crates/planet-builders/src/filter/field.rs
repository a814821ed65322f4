//! Names of the fields that items of the current item types have. Any other name can be used as well; which item type has
//! which field is known to [`Filter::check_fields`](super::Filter::check_fields).
//!
//! ```
//! use planet_builders::filter::field;
//! use planet_builders::Filter;
//!
//! let clear = Filter::range(field::CLOUD_COVER).lt(0.1).build()?;
//! assert_eq!(clear.to_string(), "cloud_cover < 0.1");
//! # Ok::<(), planet_core::Error>(())
//! ```

macro_rules! fields {
    ($($constant:ident = $name:literal, $about:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $about, ".")]
            pub const $constant: &str = $name;
        )*

        #[cfg(test)]
        const ALL: &[&str] = &[$($name),*];
    };
}

fields! {
    ACQUIRED = "acquired", "when the image was taken, a time";
    ANOMALOUS_PIXELS = "anomalous_pixels", "share of pixels with anomalies, a number from 0 to 1";
    BLACK_FILL = "black_fill", "share of the image without data, a number from 0 to 1";
    CAMERA_ID = "camera_id", "the camera on the satellite, a text";
    CATALOG_ID = "catalog_id", "the image's name in the RapidEye catalogue, a text";
    CLEAR_CONFIDENCE_PERCENT = "clear_confidence_percent", "mean confidence that clear pixels are clear, in percent";
    CLEAR_PERCENT = "clear_percent", "clear pixels, in percent";
    CLOUD_COVER = "cloud_cover", "share of the image under clouds, a number from 0 to 1";
    CLOUD_PERCENT = "cloud_percent", "cloudy pixels, in percent";
    COLUMNS = "columns", "width of the image, in pixels";
    EPSG_CODE = "epsg_code", "the coordinate system of the image, a number of the EPSG registry";
    GEOMETRY = "geometry", "the footprint, in degrees of longitude and latitude, for geometry filters";
    GRID_CELL = "grid_cell", "the cell of the tile grid, a text";
    GROUND_CONTROL = "ground_control", "is the image located by ground control points? `true` or `false`";
    GROUND_CONTROL_RATIO = "ground_control_ratio", "share of the scenes located by ground control points, a number from 0 to 1";
    GSD = "gsd", "distance of pixel centres on the ground, in metres";
    HEAVY_HAZE_PERCENT = "heavy_haze_percent", "pixels with heavy haze, in percent";
    ID = "id", "the item's name, a text";
    INSTRUMENT = "instrument", "the generation of the instrument, such as `PSB.SD`";
    ITEM_TYPE = "item_type", "the item type, such as `PSScene`";
    LIGHT_HAZE_PERCENT = "light_haze_percent", "pixels with light haze, in percent";
    ORIGIN_X = "origin_x", "west edge of the image, in the unit of its coordinate system";
    ORIGIN_Y = "origin_y", "north edge of the image, in the unit of its coordinate system";
    PIXEL_RESOLUTION = "pixel_resolution", "pixel size of the orthorectified image, in metres";
    PROVIDER = "provider", "who runs the satellite, such as `planetscope`";
    PUBLISHED = "published", "when the item was first published, a time";
    PUBLISHING_STAGE = "publishing_stage", "`preview`, `standard` or `finalized`";
    QUALITY_CATEGORY = "quality_category", "`standard` or `test`";
    ROWS = "rows", "height of the image, in pixels";
    SATELLITE_AZIMUTH = "satellite_azimuth", "direction to the satellite, in degrees clockwise from north";
    SATELLITE_ID = "satellite_id", "the satellite, a text";
    SHADOW_PERCENT = "shadow_percent", "pixels in the shadow of clouds, in percent";
    SNOW_ICE_PERCENT = "snow_ice_percent", "pixels with snow or ice, in percent";
    STRIP_ID = "strip_id", "the strip of images taken in one pass, a text";
    SUN_AZIMUTH = "sun_azimuth", "direction to the sun, in degrees clockwise from north";
    SUN_ELEVATION = "sun_elevation", "height of the sun above the horizon, in degrees";
    UPDATED = "updated", "when the item last changed, a time";
    USABLE_DATA = "usable_data", "share of the image that is usable, a number from 0 to 1";
    VIEW_ANGLE = "view_angle", "angle between the line of sight and straight down, in degrees";
    VISIBLE_CONFIDENCE_PERCENT = "visible_confidence_percent", "mean confidence that visible pixels are visible, in percent";
    VISIBLE_PERCENT = "visible_percent", "pixels of which the ground is visible, in percent";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::{Catalogue, ItemType};

    /// Types that the service no longer has, and those of other providers.
    const PAST: [&str; 10] = [
        "PSOrthoTile",
        "PSScene3Band",
        "PSScene4Band",
        "Landsat8L1G",
        "Sentinel1",
        "Sentinel2L1C",
        "MOD09GA",
        "MOD09GQ",
        "MYD09GA",
        "MYD09GQ",
    ];

    #[test]
    fn the_constants_are_the_fields_of_the_current_item_types() {
        let catalogue = Catalogue::embedded();
        let current: Vec<&ItemType> = catalogue.item_types().filter(|name| !PAST.contains(&name.as_str())).collect();
        let mut fields: Vec<&str> =
            current.iter().flat_map(|name| catalogue.fields(name)).map(|(name, _)| name).collect();
        fields.sort_unstable();
        fields.dedup();
        assert_eq!(ALL, fields);
    }
}
