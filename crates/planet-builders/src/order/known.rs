//! Names of the catalogue that was built in.

use planet_core::Fault;

use crate::{Bundle, ItemType};

/// The item type as the service spells it.
pub(super) fn item_type(given: &str) -> Result<ItemType, Fault> {
    Ok(ItemType::from(given))
}

/// The bundle as the service spells it, if there is such a bundle of the item type.
pub(super) fn bundle(given: &str, _item_type: &ItemType) -> Result<Bundle, Fault> {
    Ok(Bundle::from(given))
}
