//! The files of an order, each made when it is first asked for.

use std::io::{Cursor, Write as _};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use geo::Geometry;
use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::world::{Catalogue, Item, item_metadata, media_type, render_asset, render_composite};

const MANIFEST: &str = "manifest.json";

/// A file to be made.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// Relative to the order's folder.
    pub(crate) path: String,
    /// The items' places in the catalogue: one, or those of a composite.
    pub(crate) items: Vec<usize>,
    pub(crate) content: Content,
    pub(crate) clip: Option<Arc<Geometry<f64>>>,
}

/// What is in a file.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// The description of the item.
    Metadata,
    Asset {
        asset_type: String,
        bundle: String,
    },
}

/// A file that can be downloaded.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) bytes: Bytes,
    pub(crate) md5: String,
}

/// What an order delivers: the planned files, or one archive of them all, and their manifest.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    entries: Vec<(Planned, OnceLock<Option<File>>)>,
    /// The archive's name.
    archive: Option<(String, OnceLock<Option<File>>)>,
    manifest: OnceLock<File>,
}

impl Delivery {
    pub(crate) fn new(plan: impl IntoIterator<Item = Planned>, archive: Option<String>) -> Self {
        let entries = plan.into_iter().map(|planned| (planned, OnceLock::new())).collect();
        Self { entries, archive: archive.map(|name| (name, OnceLock::new())), manifest: OnceLock::new() }
    }

    /// The same delivery, its files still to be made.
    pub(crate) fn without_files(&self) -> Self {
        let plan = self.entries.iter().map(|(planned, _)| planned.clone());
        Self::new(plan, self.archive.as_ref().map(|(name, _)| name.clone()))
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        let planned = self.entries.iter().map(|(planned, _)| planned.path.as_str());
        let planned = planned.filter(|_| self.archive.is_none());
        let archive = self.archive.iter().map(|(name, _)| name.as_str());
        planned.chain(archive).chain([MANIFEST])
    }

    pub(crate) fn file(&self, path: &str, catalogue: &Catalogue) -> Option<File> {
        if path == MANIFEST {
            return Some(self.manifest.get_or_init(|| self.make_manifest(catalogue)).clone());
        }
        match &self.archive {
            Some((name, archive)) if name == path => self.archive_file(name, archive, catalogue),
            Some(_) => None,
            None => {
                let (planned, file) = self.entries.iter().find(|(planned, _)| planned.path == path)?;
                file.get_or_init(|| make(planned, catalogue)).clone()
            }
        }
    }

    fn archive_file(&self, name: &str, file: &OnceLock<Option<File>>, catalogue: &Catalogue) -> Option<File> {
        let make = || {
            let bytes = self.zip(catalogue).ok()?;
            Some(File::new(name.to_owned(), bytes.into()))
        };
        file.get_or_init(make).clone()
    }

    /// The manifest tells size and digests, so that every file must be made.
    fn make_manifest(&self, catalogue: &Catalogue) -> File {
        let files = match &self.archive {
            Some((name, file)) => {
                let archive = self.archive_file(name, file, catalogue);
                archive.iter().map(|file| manifest_entry(file, &Map::new())).collect()
            }
            None => self.list(catalogue),
        };
        manifest(&files)
    }

    /// An entry of a manifest for each planned file.
    fn list(&self, catalogue: &Catalogue) -> Vec<Value> {
        let entry = |(planned, file): &(Planned, OnceLock<Option<File>>)| {
            let file = file.get_or_init(|| make(planned, catalogue)).as_ref()?;
            Some(manifest_entry(file, &annotations(planned, catalogue)))
        };
        self.entries.iter().filter_map(entry).collect()
    }

    /// All files and their manifest in one archive, as they would lie in the order's folder.
    fn zip(&self, catalogue: &Catalogue) -> ZipResult<Vec<u8>> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let files =
            self.entries.iter().filter_map(|(planned, file)| file.get_or_init(|| make(planned, catalogue)).clone());
        for file in files.chain([manifest(&self.list(catalogue))]) {
            zip.start_file(file.path, options)?;
            zip.write_all(&file.bytes)?;
        }
        Ok(zip.finish()?.into_inner())
    }
}

impl File {
    pub(crate) fn new(path: String, bytes: Bytes) -> Self {
        let md5 = hex(&Md5::digest(&bytes));
        Self { path, bytes, md5 }
    }
}

fn make(planned: &Planned, catalogue: &Catalogue) -> Option<File> {
    let items: Vec<&Item> = planned.items.iter().filter_map(|at| catalogue.items().get(*at)).collect();
    let clip = planned.clip.as_deref();
    let bytes = match (&planned.content, items.as_slice()) {
        (Content::Metadata, [item, ..]) => item_metadata(item, clip),
        (Content::Asset { asset_type, .. }, [item]) => render_asset(item, asset_type, clip)?,
        (Content::Asset { asset_type, .. }, items) => render_composite(items, asset_type, clip)?,
        (Content::Metadata, []) => return None,
    };
    Some(File::new(planned.path.clone(), catalogue.padded(&planned.path, bytes).into()))
}

fn manifest(files: &[Value]) -> File {
    File::new(MANIFEST.to_owned(), json!({ "name": "", "files": files }).to_string().into())
}

fn manifest_entry(file: &File, annotations: &Map<String, Value>) -> Value {
    json!({
        "path": file.path,
        "media_type": media_type(&file.path),
        "size": file.bytes.len(),
        "digests": { "md5": file.md5, "sha256": hex(&Sha256::digest(&file.bytes)) },
        "annotations": annotations,
    })
}

/// What a manifest says about a file. A composite is of no one item.
fn annotations(planned: &Planned, catalogue: &Catalogue) -> Map<String, Value> {
    let mut annotations = Map::new();
    let item = planned.items.first().and_then(|at| catalogue.items().get(*at));
    if let (Some(item), [_]) = (item, planned.items.as_slice()) {
        annotations.insert("planet/item_id".to_owned(), json!(item.id));
    }
    if let Some(item) = item {
        annotations.insert("planet/item_type".to_owned(), json!(item.item_type));
    }
    if let Content::Asset { asset_type, bundle } = &planned.content {
        annotations.insert("planet/asset_type".to_owned(), json!(asset_type));
        annotations.insert("planet/bundle_type".to_owned(), json!(bundle));
    }
    annotations
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
