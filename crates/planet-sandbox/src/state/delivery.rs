//! The files of an order, made when they are first asked for.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use geo::Geometry;
use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::world::{Catalogue, item_metadata, media_type, render_asset};

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

/// What an order delivers.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    plan: Vec<Planned>,
    files: OnceLock<Vec<File>>,
}

impl Delivery {
    pub(crate) fn new(plan: Vec<Planned>) -> Self {
        Self { plan, files: OnceLock::new() }
    }

    /// The same delivery, its files still to be made.
    pub(crate) fn without_files(&self) -> Self {
        Self::new(self.plan.clone())
    }

    /// The planned files that came into being, and the manifest last.
    pub(crate) fn files(&self, catalogue: &Catalogue) -> &[File] {
        self.files.get_or_init(|| {
            let mut entries = Vec::new();
            let mut files = Vec::new();
            for planned in &self.plan {
                if let Some((file, entry)) = make(planned, catalogue) {
                    files.push(file);
                    entries.push(entry);
                }
            }
            let manifest = json!({ "name": "", "files": entries });
            files.push(File::new("manifest.json".to_owned(), manifest.to_string().into()));
            files
        })
    }
}

impl File {
    pub(crate) fn new(path: String, bytes: Bytes) -> Self {
        let md5 = hex(&Md5::digest(&bytes));
        Self { path, bytes, md5 }
    }
}

/// The file with its entry in the manifest; nothing where the clip leaves no pixel.
fn make(planned: &Planned, catalogue: &Catalogue) -> Option<(File, Value)> {
    let item = catalogue.items().get(planned.item)?;
    let clip = planned.clip.as_deref();
    let mut annotations = Map::new();
    let bytes = match &planned.asset {
        None => item_metadata(item, clip),
        Some((asset_type, bundle)) => {
            annotations.insert("planet/asset_type".to_owned(), json!(asset_type));
            annotations.insert("planet/bundle_type".to_owned(), json!(bundle));
            render_asset(item, asset_type, clip)?
        }
    };
    annotations.insert("planet/item_id".to_owned(), json!(item.id));
    annotations.insert("planet/item_type".to_owned(), json!(item.item_type));
    let file = File::new(planned.path.clone(), bytes.into());
    let entry = json!({
        "path": file.path,
        "media_type": media_type(&file.path),
        "size": file.bytes.len(),
        "digests": { "md5": file.md5, "sha256": hex(&Sha256::digest(&file.bytes)) },
        "annotations": annotations,
    });
    Some((file, entry))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
