//! What every search, saved or not, asks for.

use planet_builders::geometry::Area;
use planet_builders::{AssetType, Catalogue, Filter, Geometry, ItemType};
use planet_core::{Error, Fault, FaultKind, Result};
use serde::Serialize;

use crate::item_type;

/// Item types, a filter, an area, and assets that items must have, as a caller gave them.
#[derive(Clone, Debug)]
pub(crate) struct Criteria {
    item_types: Vec<ItemType>,
    filter: Filter,
    pub(crate) geometry: Option<Area>,
    pub(crate) asset_types: Option<Vec<AssetType>>,
    pub(crate) allow_unknown: bool,
}

/// As they are sent.
#[derive(Debug, Serialize)]
pub(crate) struct Checked<'a> {
    item_types: Vec<ItemType>,
    filter: &'a Filter,
    #[serde(skip_serializing_if = "Option::is_none")]
    geometry: Option<&'a Geometry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asset_types: Option<Vec<AssetType>>,
}

impl Criteria {
    pub(crate) fn new(item_types: impl IntoIterator<Item = impl Into<ItemType>>, filter: Filter) -> Self {
        let item_types = item_types.into_iter().map(Into::into).collect();
        Self { item_types, filter, geometry: None, asset_types: None, allow_unknown: false }
    }

    /// All faults at once.
    pub(crate) fn checked(&self) -> Result<Checked<'_>> {
        let mut faults = Vec::new();
        let item_types = item_type::corrected_all(&self.item_types, self.allow_unknown);
        let item_types = item_types.unwrap_or_else(|found| keep(found, &mut faults));
        let geometry = self.geometry.as_ref().map(Area::checked).transpose();
        let geometry = geometry.unwrap_or_else(|error| keep(error.faults().to_vec(), &mut faults));
        let asset_types = self.asset_types.as_deref().map(corrected_assets).transpose();
        let asset_types = asset_types.unwrap_or_else(|fault| keep(vec![fault], &mut faults));
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok(Checked { item_types, filter: &self.filter, geometry, asset_types })
    }
}

/// Notes faults and gives something in place of the value.
fn keep<T: Default>(found: Vec<Fault>, faults: &mut Vec<Fault>) -> T {
    faults.extend(found);
    T::default()
}

/// Corrects the case of asset types. Those that are unknown are sent as they are, as in an asset filter.
fn corrected_assets(asset_types: &[AssetType]) -> Result<Vec<AssetType>, Fault> {
    if asset_types.is_empty() {
        return Err(Fault::new(FaultKind::Missing, "asset_types", "a list of asset types must not be empty"));
    }
    let known = |name: &AssetType| Catalogue::embedded().asset_type(name.as_str()).unwrap_or_else(|_| name.clone());
    match asset_types.iter().position(|name| name.as_str().trim().is_empty()) {
        Some(index) => {
            let path = format!("asset_types[{index}]");
            Err(Fault::new(FaultKind::Invalid, path, "an asset type must not be empty").with_value(""))
        }
        None => Ok(asset_types.iter().map(known).collect()),
    }
}
