//! Item types as the service spells them. They are looked up in the catalogue that is built in, without the network.

use std::fmt;

use planet_builders::{Catalogue, ItemType};
use planet_core::{Endpoint, Error, Fault, FaultKind, Result, UrlBuilder};

/// Several item types as the service spells them. All that are unknown, and so probably misspelt, are faults, unless they
/// are allowed.
pub(crate) fn corrected_all(item_types: &[ItemType], allow_unknown: bool) -> Result<Vec<ItemType>, Vec<Fault>> {
    if item_types.is_empty() {
        return Err(vec![Fault::new(FaultKind::Missing, "item_types", "at least one item type is needed")]);
    }
    let (mut known, mut faults) = (Vec::with_capacity(item_types.len()), Vec::new());
    for (index, item_type) in item_types.iter().enumerate() {
        match corrected(item_type, allow_unknown) {
            Ok(item_type) => known.push(item_type),
            Err(fault) => faults.push(fault.under(&format!("item_types[{index}]"))),
        }
    }
    if faults.is_empty() { Ok(known) } else { Err(faults) }
}

fn corrected(item_type: &ItemType, allow_unknown: bool) -> Result<ItemType, Fault> {
    let name = item_type.as_str().trim();
    match Catalogue::embedded().item_type(name) {
        Err(_) if allow_unknown && !name.is_empty() => Ok(name.into()),
        known => known,
    }
}

/// One item, as a caller names it.
#[derive(Clone, Debug)]
pub(crate) struct ItemName {
    item_type: ItemType,
    id: String,
    allow_unknown: bool,
}

impl ItemName {
    pub(crate) fn new(item_type: impl Into<ItemType>, id: impl AsRef<str>) -> Self {
        Self { item_type: item_type.into(), id: id.as_ref().to_owned(), allow_unknown: false }
    }

    pub(crate) fn allow_unknown(&mut self) {
        self.allow_unknown = true;
    }

    /// `/data/v1/item-types/{item_type}/items/{item_id}`
    pub(crate) fn url(&self, endpoint: &Endpoint) -> Result<UrlBuilder> {
        let item_type =
            corrected(&self.item_type, self.allow_unknown).map_err(|fault| Error::from(fault.under("item_type")))?;
        let url = endpoint.url("/data/v1/item-types").id("item_type", item_type.as_str());
        Ok(url.segment("items").id("item_id", &self.id))
    }
}

/// For messages.
impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.id, self.item_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_corrected_in_case_and_without_spaces() {
        for given in ["PSScene", "psscene", "PSSCENE", " psScene "] {
            assert_eq!(corrected(&given.into(), false), Ok(ItemType::PSSCENE), "{given}");
        }
    }

    #[test]
    fn each_unknown_name_is_a_fault_with_its_place_and_what_may_be_meant() {
        let given = ["PSScene".into(), "PSScne".into(), "".into()];
        let faults = corrected_all(&given, false).unwrap_err();
        let told: Vec<_> = faults.iter().map(|fault| (fault.path(), fault.suggestion())).collect();
        assert_eq!(told, [("item_types[1]", Some("PSScene")), ("item_types[2]", None)]);
        assert!(faults[0].allowed().contains(&"SkySatCollect".to_owned()));
    }

    #[test]
    fn an_unknown_name_passes_if_that_is_asked_for_and_known_ones_are_still_corrected() {
        let given = ["psscene".into(), "NewScene".into()];
        assert_eq!(corrected_all(&given, true).unwrap(), ["PSScene".into(), "NewScene".into()]);
        assert!(corrected_all(&["".into()], true).is_err());
        assert!(corrected_all(&[], true).is_err());
    }

    #[test]
    fn an_item_has_one_address_however_its_type_is_spelt() {
        let url = |item_type: &str, id: &str| ItemName::new(item_type, id).url(&Endpoint::default())?.build();
        let path = url("psscene", "a b").unwrap().path().to_owned();
        assert_eq!(path, "/data/v1/item-types/PSScene/items/a%20b");
        assert_eq!(url("psscne", "a").unwrap_err().faults()[0].path(), "item_type");
        assert_eq!(url("psscene", "..").unwrap_err().faults()[0].path(), "item_id");
    }
}
