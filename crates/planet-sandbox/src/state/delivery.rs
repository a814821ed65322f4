//! The files of an order, each made when it is first asked for.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use geo::Geometry;
use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::world::{Catalogue, item_metadata, media_type, render_asset};

const MANIFEST: &str = "manifest.json";

/// A file to be made.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// Relative to the order's folder.
    pub(crate) path: String,
    /// The item's place in the catalogue.
    pub(crate) item: usize,
    /// The asset and the bundle it belongs to; `None` for the item's metadata.
    pub(crate) asset: Option<(String, String)>,
    pub(crate) clip: Option<Arc<Geometry<f64>>>,
}

/// A file that can be downloaded.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) bytes: Bytes,
    pub(crate) md5: String,
}

/// What an order delivers: the planned files and their manifest.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    entries: Vec<(Planned, OnceLock<Option<File>>)>,
    manifest: OnceLock<File>,
}

impl Delivery {
    pub(crate) fn new(plan: impl IntoIterator<Item = Planned>) -> Self {
        let entries = plan.into_iter().map(|planned| (planned, OnceLock::new()));
        Self { entries: entries.collect(), manifest: OnceLock::new() }
    }

    /// The same delivery, its files still to be made.
    pub(crate) fn without_files(&self) -> Self {
        Self::new(self.entries.iter().map(|(planned, _)| planned.clone()))
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        let planned = self.entries.iter().map(|(planned, _)| planned.path.as_str());
        planned.chain([MANIFEST])
    }

    pub(crate) fn file(&self, path: &str, catalogue: &Catalogue) -> Option<File> {
        if path == MANIFEST {
            return Some(self.manifest.get_or_init(|| self.make_manifest(catalogue)).clone());
        }
        let (planned, file) = self.entries.iter().find(|(planned, _)| planned.path == path)?;
        file.get_or_init(|| make(planned, catalogue)).clone()
    }

    /// The manifest tells size and digests, so that every file must be made.
    fn make_manifest(&self, catalogue: &Catalogue) -> File {
        let entries = self.entries.iter().filter_map(|(planned, file)| {
            let file = file.get_or_init(|| make(planned, catalogue)).as_ref()?;
            manifest_entry(planned, file, catalogue)
        });
        let manifest = json!({ "name": "", "files": entries.collect::<Vec<_>>() });
        File::new(MANIFEST.to_owned(), manifest.to_string().into())
    }
}

impl File {
    pub(crate) fn new(path: String, bytes: Bytes) -> Self {
        let md5 = hex(&Md5::digest(&bytes));
        Self { path, bytes, md5 }
    }
}

fn make(planned: &Planned, catalogue: &Catalogue) -> Option<File> {
    let item = catalogue.items().get(planned.item)?;
    let clip = planned.clip.as_deref();
    let bytes = match &planned.asset {
        None => item_metadata(item, clip),
        Some((asset_type, _)) => render_asset(item, asset_type, clip)?,
    };
    Some(File::new(planned.path.clone(), bytes.into()))
}

fn manifest_entry(planned: &Planned, file: &File, catalogue: &Catalogue) -> Option<Value> {
    let item = catalogue.items().get(planned.item)?;
    let mut annotations = Map::new();
    annotations.insert("planet/item_id".to_owned(), json!(item.id));
    annotations.insert("planet/item_type".to_owned(), json!(item.item_type));
    if let Some((asset_type, bundle)) = &planned.asset {
        annotations.insert("planet/asset_type".to_owned(), json!(asset_type));
        annotations.insert("planet/bundle_type".to_owned(), json!(bundle));
    }
    Some(json!({
        "path": file.path,
        "media_type": media_type(&file.path),
        "size": file.bytes.len(),
        "digests": { "md5": file.md5, "sha256": hex(&Sha256::digest(&file.bytes)) },
        "annotations": annotations,
    }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
