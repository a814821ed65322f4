//! The manifest of an order: its files, with sizes and digests.

use bytes::Bytes;
use http::{Request, Response, Uri};
use planet_core::transfer::Digests;
use planet_core::{Endpoint, Error, ErrorKind, Operation, Result, Route, lenient, operation};
use serde::Deserialize;

/// The rate limit of an order's files, the manifest among them.
pub(crate) const ROUTE: Route = Route::new("orders.download", 5.0);

/// The name of the manifest's file, beside the folders of the items.
pub(crate) const MANIFEST: &str = "manifest.json";

/// `manifest.json`: what the service says it delivered. It does not list itself.
///
/// ```
/// use planet_orders::Manifest;
///
/// let manifest = Manifest::parse(br#"{"files": [{"path": "PSScene/a.tif", "size": 3, "media_type": "image/tiff",
///     "digests": {"md5": "900150983cd24fb0d6963f7d28e17f72"},
///     "annotations": {"planet/item_id": "20200922_183724_23_106a", "planet/item_type": "PSScene",
///         "planet/asset_type": "ortho_visual", "planet/bundle_type": "visual"}}]}"#)?;
/// for file in manifest.files() {
///     assert_eq!((file.path(), file.size(), file.media_type()), ("PSScene/a.tif", 3, "image/tiff"));
///     assert!(file.digests().md5.is_some());
///     assert_eq!((file.item_type(), file.item_id()), (Some("PSScene"), Some("20200922_183724_23_106a")));
///     assert_eq!((file.asset_type(), file.bundle_type()), (Some("ortho_visual"), Some("visual")));
/// }
/// # Ok::<(), planet_orders::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    files: Vec<ManifestFile>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// `Integrity` if it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        serde_json::from_slice(bytes).map_err(|cause| {
            Error::new(ErrorKind::Integrity, format!("{MANIFEST} cannot be read as a manifest")).with_source(cause)
        })
    }

    /// The files, as the manifest lists them. The manifest itself is not among them.
    #[must_use]
    pub fn files(&self) -> &[ManifestFile] {
        &self.files
    }
}

/// One file of a manifest: its path, size and digests, and what it is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct ManifestFile {
    path: String,
    size: u64,
    media_type: Option<String>,
    digests: FileDigests,
    #[serde(default, deserialize_with = "lenient")]
    annotations: Option<Annotations>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
struct FileDigests {
    md5: Option<String>,
    sha256: Option<String>,
}

/// What a file is of. Archives have none of it, composites no item, `_metadata.json` files no asset.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
struct Annotations {
    #[serde(default, rename = "planet/item_id", deserialize_with = "lenient")]
    item_id: Option<String>,
    #[serde(default, rename = "planet/item_type", deserialize_with = "lenient")]
    item_type: Option<String>,
    #[serde(default, rename = "planet/asset_type", deserialize_with = "lenient")]
    asset_type: Option<String>,
    #[serde(default, rename = "planet/bundle_type", deserialize_with = "lenient")]
    bundle_type: Option<String>,
}

impl ManifestFile {
    /// The path below the order's directory, with `/` between its parts. It comes from the service: check it with
    /// [`relative_path`](planet_core::transfer::relative_path) before using it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The size in bytes, of the file as it is stored.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The media type, such as `image/tiff`.
    #[must_use]
    pub fn media_type(&self) -> &str {
        self.media_type.as_deref().unwrap_or_default()
    }

    /// The id of the item that it is of. `None` for an archive, a composite, and what is about the whole order.
    #[must_use]
    pub fn item_id(&self) -> Option<&str> {
        self.annotations.as_ref()?.item_id.as_deref()
    }

    /// The item's type, such as `PSScene`.
    #[must_use]
    pub fn item_type(&self) -> Option<&str> {
        self.annotations.as_ref()?.item_type.as_deref()
    }

    /// The asset type, such as `ortho_udm2`.
    #[must_use]
    pub fn asset_type(&self) -> Option<&str> {
        self.annotations.as_ref()?.asset_type.as_deref()
    }

    /// The product bundle that brought it, such as `analytic_udm2`.
    #[must_use]
    pub fn bundle_type(&self) -> Option<&str> {
        self.annotations.as_ref()?.bundle_type.as_deref()
    }

    /// The digests that the service tells of the file, to compare a copy with.
    #[must_use]
    pub fn digests(&self) -> Digests {
        Digests::new(self.digests.md5.clone(), self.digests.sha256.clone())
    }
}

/// Fetches the bytes behind a link of the service's.
pub(crate) struct FetchManifest(pub(crate) Uri);

impl Operation for FetchManifest {
    type Output = Bytes;
    const NAME: &'static str = "orders.download";
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = true;

    fn request(&self, _: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(self.0.clone())
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Bytes> {
        Ok(response.body().clone())
    }
}
