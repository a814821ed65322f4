//! What stands in `xtask/specs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::Result;

pub(super) struct Specs {
    pub(super) version: String,
    /// In the order of the document.
    pub(super) bundles: Vec<Bundle>,
    pub(super) item_types: ItemTypes,
    /// What an asset type is, in a few words.
    pub(super) asset_types: BTreeMap<String, String>,
    pub(super) orders: Orders,
}

/// The file as we compiled it, or the document that the service sends.
#[derive(Deserialize)]
struct BundlesFile {
    #[serde(alias = "spec_version")]
    version: String,
    #[serde(deserialize_with = "list_or_object")]
    bundles: Vec<Bundle>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Bundle {
    /// The service's document has it as the key.
    #[serde(default)]
    pub(super) id: String,
    pub(super) name: String,
    pub(super) bands: Option<String>,
    pub(super) rectification: Option<String>,
    pub(super) radiometry: Option<String>,
    #[serde(alias = "fileType")]
    pub(super) file_type: Option<String>,
    pub(super) enhancements: Option<String>,
    /// Item type, then the asset types delivered.
    #[serde(alias = "assets")]
    pub(super) item_types: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct ItemTypes {
    /// What a filter can name beside the properties.
    pub(super) extra_top_level_filterable: Vec<Field>,
    item_types: Vec<ItemType>,
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct ItemType {
    pub(super) id: String,
    pub(super) title: String,
    status: String,
    pub(super) fields: Vec<Field>,
    fields_source: String,
    asset_types: Vec<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Field {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

#[derive(Deserialize)]
pub(super) struct Orders {
    pub(super) tools: Vec<Tool>,
    pub(super) limits: Vec<Limit>,
    pub(super) large_item_types: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Tool {
    pub(super) name: String,
    pub(super) scenes: bool,
    pub(super) basemaps: bool,
    #[serde(default)]
    pub(super) not_item_types: Vec<String>,
    /// How the names of bundles begin that the tool does not take.
    pub(super) not_bundles: Option<String>,
    pub(super) only: Option<Only>,
}

#[derive(Deserialize)]
pub(super) struct Only {
    pub(super) item_type: String,
    pub(super) bundles: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Limit {
    pub(super) name: String,
    pub(super) value: usize,
    pub(super) about: String,
}

impl Specs {
    pub(super) fn load(folder: &Path) -> Result<Self> {
        let BundlesFile { version, bundles } = read(&folder.join("bundles.json"))?;
        let specs = Self {
            version,
            bundles,
            item_types: read(&folder.join("item-types.json"))?,
            asset_types: read(&folder.join("asset-types.json"))?,
            orders: read(&folder.join("orders.json"))?,
        };
        specs.check_names()?;
        Ok(specs)
    }

    /// Takes the bundles from another file, in either form.
    pub(super) fn replace_bundles(&mut self, path: &Path) -> Result {
        BundlesFile { version: self.version, bundles: self.bundles } = read(path)?;
        self.check_names()
    }

    /// Each name becomes a constant, and nothing else.
    fn check_names(&self) -> Result {
        let item_types = self.item_types().into_iter().map(|item_type| item_type.id);
        let bundles = self.bundles.iter().map(|bundle| bundle.id.clone());
        for name in item_types.chain(self.all_asset_types()).chain(bundles) {
            let fits = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
            if !fits || !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
                return Err(format!("no constant can be called {name:?}").into());
            }
        }
        Ok(())
    }

    /// The item types of the catalogue, by name: those in a bundle, and those that are offered without one.
    pub(super) fn item_types(&self) -> Vec<ItemType> {
        let mut names: BTreeSet<&str> =
            self.bundles.iter().flat_map(|bundle| bundle.item_types.keys()).map(String::as_str).collect();
        let listed = &self.item_types.item_types;
        names.extend(listed.iter().filter(|known| !known.is_retired()).map(|known| known.id.as_str()));
        let known = |name: &str| listed.iter().find(|known| known.id == name).cloned();
        let unknown = |name: &str| ItemType { id: name.to_owned(), ..ItemType::default() };
        let found = names.into_iter().map(|name| known(name).unwrap_or_else(|| unknown(name)));
        let mut found: Vec<ItemType> = found.collect();
        found.sort_by_key(|item_type| item_type.id.to_ascii_lowercase());
        found
    }

    /// The asset types of all item types, by name.
    pub(super) fn all_asset_types(&self) -> Vec<String> {
        let mut found: Vec<String> =
            self.item_types().iter().flat_map(|item_type| self.asset_types_of(item_type)).collect();
        sort_names(&mut found);
        found
    }

    /// The asset types of an item type: those in its bundles or, if it has none, those listed for it.
    pub(super) fn asset_types_of(&self, item_type: &ItemType) -> Vec<String> {
        let mut found: Vec<String> =
            self.bundles.iter().filter_map(|bundle| bundle.item_types.get(&item_type.id)).flatten().cloned().collect();
        if found.is_empty() {
            found.clone_from(&item_type.asset_types);
        }
        sort_names(&mut found);
        found
    }
}

impl ItemType {
    pub(super) fn is_retired(&self) -> bool {
        self.status == "retired"
    }

    /// Whether all properties that its items have are listed.
    pub(super) fn fields_are_complete(&self) -> bool {
        !self.fields.is_empty() && !self.fields_source.starts_with("inferred")
    }
}

/// By name in any case, and each once.
fn sort_names(names: &mut Vec<String>) {
    names.sort_by_key(|name| name.to_ascii_lowercase());
    names.dedup();
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{shown}: {error}").into())
}

fn list_or_object<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<Bundle>, D::Error> {
    struct ListOrObject;

    impl<'de> Visitor<'de> for ListOrObject {
        type Value = Vec<Bundle>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of bundles, or an object with the bundles under their names")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Self::Value, A::Error> {
            let mut bundles = Vec::new();
            while let Some(bundle) = list.next_element()? {
                bundles.push(bundle);
            }
            Ok(bundles)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> std::result::Result<Self::Value, A::Error> {
            let mut bundles = Vec::new();
            while let Some((id, bundle)) = object.next_entry()? {
                bundles.push(Bundle { id, ..bundle });
            }
            Ok(bundles)
        }
    }

    from.deserialize_any(ListOrObject)
}
