//! The files of an order whose images become one.

use super::create::unacceptable;
use super::plan::Chosen;
use super::tools::{Cut, Tools};
use crate::respond::{Response, not_modelled};
use crate::state::delivery::{Content, Planned};
use crate::world;

/// `composite.tif`, its mask, and for each item its metadata, all directly in the order's folder.
pub(super) fn files(chosen: &[Chosen<'_>], tools: &Tools) -> Result<Vec<Planned>, Response> {
    let Some(first) = chosen.first() else {
        return Ok(Vec::new());
    };
    if chosen.iter().any(|other| (other.bundle, &other.item.item_type) != (first.bundle, &first.item.item_type)) {
        let text = "The bands of the items of a composite do not match".to_owned();
        return Err(unacceptable("Tools", &[text]));
    }
    let images: Vec<&String> = first.assets.iter().filter(|asset| is_image(asset)).collect();
    if images.iter().filter(|asset| mask(asset).is_none()).count() > 1 {
        return Err(not_modelled(&format!("A composite of the bundle {}", first.bundle)));
    }
    let met: Vec<&Chosen<'_>> = chosen.iter().filter(|chosen| !matches!(chosen.cut, Cut::Nothing)).collect();
    let mut files: Vec<Planned> = chosen.iter().flat_map(|chosen| sidecars(chosen, tools)).collect();
    if !met.is_empty() {
        files.extend(images.into_iter().map(|asset| image(asset, &met)));
    }
    Ok(files)
}

fn is_image(asset_type: &str) -> bool {
    !asset_type.ends_with("_xml") && !asset_type.ends_with("_rpc")
}

/// What kind of mask an asset is, if it is one.
fn mask(asset_type: &str) -> Option<&'static str> {
    ["udm2", "udm"].into_iter().find(|kind| asset_type.ends_with(kind))
}

fn image(asset_type: &str, met: &[&Chosen<'_>]) -> Planned {
    let clip = met.iter().find_map(|chosen| chosen.cut.area());
    let bundle = met.first().map(|chosen| chosen.bundle.to_owned()).unwrap_or_default();
    Planned {
        path: mask(asset_type).map_or_else(|| "composite.tif".to_owned(), |kind| format!("composite_{kind}.tif")),
        items: met.iter().map(|chosen| chosen.at).collect(),
        content: Content::Asset { asset_type: asset_type.to_owned(), bundle },
        clip,
    }
}

fn sidecars(chosen: &Chosen<'_>, tools: &Tools) -> Vec<Planned> {
    let id = &chosen.item.id;
    let clip = chosen.cut.area();
    let planned =
        |path: String, content: Content| Planned { path, items: vec![chosen.at], content, clip: clip.clone() };
    let metadata = planned(format!("{id}_metadata.json"), Content::Metadata);
    let assets = if matches!(chosen.cut, Cut::Nothing) { &[][..] } else { chosen.assets };
    let texts = assets.iter().filter(|asset| !is_image(asset)).map(|asset_type| {
        let name = world::asset_file_name(id, asset_type, &tools.suffix(&chosen.cut, asset_type));
        planned(name, Content::Asset { asset_type: asset_type.clone(), bundle: chosen.bundle.to_owned() })
    });
    std::iter::once(metadata).chain(texts).collect()
}
