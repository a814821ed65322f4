//! The files of an item, made when they are asked for.

mod geotiff;
mod grid;
mod noise;
mod product;
mod scene;
#[cfg(test)]
mod tests;

use geo::{BooleanOps as _, Geometry, MultiPolygon};

use self::geotiff::Image;
use self::grid::Grid;
use self::product::Product;
use self::scene::{Class, Mosaic, Scene};
use super::{Item, geometry, sidecar};

/// The bytes of one asset: always the same for the same item, asset type and clip area. `None` when the clip area does
/// not meet the footprint.
pub(crate) fn render_asset(item: &Item, asset_type: &str, clip: Option<&Geometry<f64>>) -> Option<Vec<u8>> {
    if asset_type.ends_with("_xml") {
        let area = geometry::cut(&item.footprint, clip)?;
        return Some(sidecar::xml(item, asset_type, &area).into_bytes());
    }
    if asset_type.ends_with("_rpc") {
        return geometry::cut(&item.footprint, clip).map(|_| sidecar::rpc(item).into_bytes());
    }
    render_composite(&[item], asset_type, clip)
}

/// One image of several items of the same type; where they overlap, the first is on top.
pub(crate) fn render_composite(items: &[&Item], asset_type: &str, clip: Option<&Geometry<f64>>) -> Option<Vec<u8>> {
    let parts = items.iter().filter_map(|item| Some((geometry::cut(&item.footprint, clip)?, Scene::of(item))));
    let parts: Vec<(MultiPolygon<f64>, Scene)> = parts.collect();
    let areas = parts.iter().map(|(area, _)| area.clone());
    let area = areas.reduce(|whole, part| whole.union(&part))?;
    let grid = Grid::over(&area)?;
    let product = Product::of(items.first()?, asset_type);
    let image = Image {
        grid: &grid,
        bands: product.bands(),
        nodata: product.nodata(),
        samples: product.samples(&grid, &Mosaic::of(parts)?),
    };
    image.encode().ok()
}

/// How much of the item inside the area is of the class that the property counts, in whole percent; `None` when they do
/// not meet.
pub(crate) fn mask_percent(item: &Item, property: &str, area: &Geometry<f64>) -> Option<u8> {
    let percents = class_percents(item, area)?;
    percents.into_iter().find(|(class, _)| class.property() == property).map(|(_, percent)| percent)
}

/// How much of the item inside the clip area falls into each class, in whole percent that add up to 100.
pub(super) fn class_percents(item: &Item, clip: &Geometry<f64>) -> Option<Vec<(Class, u8)>> {
    let area = geometry::cut(&item.footprint, Some(clip))?;
    let grid = Grid::over(&area)?;
    let scene = Scene::of(item);
    let classes: Vec<Class> = grid.pixels().flatten().map(|at| scene.class(at)).collect();
    let percent = |class: Class| {
        let count = classes.iter().filter(|found| **found == class).count();
        (class, (count * 100 / classes.len().max(1)) as u8)
    };
    let others = Class::ALL.into_iter().filter(|class| *class != Class::Clear);
    let mut percents: Vec<(Class, u8)> = others.map(percent).collect();
    let clear = 100 - percents.iter().map(|(_, percent)| percent).sum::<u8>();
    percents.push((Class::Clear, clear));
    Some(percents)
}
