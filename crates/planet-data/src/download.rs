//! Downloading an asset.

use std::sync::Arc;

use planet_core::transfer::{self, Digests, Download, FreshLink, Relocate};
use planet_core::{Error, ErrorKind, Result, Route, Session};

use crate::wait::Fetch;
use crate::{Asset, link};

/// The rate limit of the files of assets.
const ROUTE: Route = Route::new("data.download", 15.0);

const OPERATION: &str = "data.download";

planet_core::download_builder! {
    /// A download of the file of an active asset. Await it for the report.
    ///
    /// Unless it is given a name, the file is called as the answer says: in `Content-Disposition`, else at the end of the last
    /// URL, else by a name made from its content type. Its bytes are compared with the asset's MD5 digest. A file that is there
    /// already, and right, is not fetched again; with a name, it is not even asked for.
    ///
    /// The link to the file works for about an hour. When it has expired, the asset is asked for a new one.
    ///
    /// ```
    /// use planet_data::testing::{Answer, ScriptedTransport};
    /// use planet_data::{Asset, DataClient, Overwrite, ProgressEvent, Retry, Verify};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// let asset: Asset = serde_json::from_str(r#"{"type": "ortho_visual", "status": "active",
    ///     "location": "https://api.planet.com/data/v1/download?token=x", "md5_digest": "900150983cd24fb0d6963f7d28e17f72"}"#)?;
    /// let script = ScriptedTransport::new([Answer::bytes("abc"), Answer::bytes("other")]);
    /// let data = DataClient::new(&script.session().build()?);
    ///
    /// let report = data.download(&asset).to(folder.path()).name("visual.tif").await?;
    /// assert_eq!((report.path, report.size), (folder.path().join("visual.tif"), 3));
    ///
    /// let told = |event: &ProgressEvent| println!("{event}");
    /// let download = data.download(&asset).to(folder.path()).overwrite(Overwrite::Always).verify(Verify::off());
    /// let report = download.renew_link(false).retry(Retry::off()).progress(told).await?;
    /// assert_eq!(report.path, folder.path().join("download")); // as the URL ends
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Elsewhere than to a file: into memory, any writer, a stream, or with the feature `object-store` a store such as S3.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # use planet_data::{Asset, DataClient};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let asset: Asset = serde_json::from_str(r#"{"type": "ortho_visual", "status": "active",
    /// #     "location": "https://api.planet.com/data/v1/download?token=x", "md5_digest": "900150983cd24fb0d6963f7d28e17f72"}"#)?;
    /// # let script = ScriptedTransport::new((0..4).map(|_| Answer::bytes("abc")));
    /// # let data = DataClient::new(&script.session().build()?);
    /// let whole = data.download(&asset).bytes(1_000_000).await?; // an error if it is larger
    /// assert_eq!(whole, "abc");
    ///
    /// let mut writer = Vec::new();
    /// let report = data.download(&asset).write_to(&mut writer).await?;
    /// assert_eq!((report.size, writer.as_slice()), (3, b"abc".as_slice()));
    ///
    /// let mut pieces = data.download(&asset).stream();
    /// while let Some(bytes) = pieces.try_next().await? {
    ///     println!("{} bytes more", bytes.len());
    /// }
    /// # #[cfg(feature = "object-store")] {
    /// # use std::sync::Arc;
    /// let store = Arc::new(planet_data::object_store::memory::InMemory::new());
    /// data.download(&asset).to_store(store, "scenes/visual.tif").await?;
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An asset that has no location to download from, as it is not active, is a `Conflict`.
    DownloadAsset
}

impl DownloadAsset {
    pub(crate) fn new(session: &Session, asset: &Asset) -> Self {
        Self(prepare(session, asset).map_err(|error| error.with_operation(OPERATION)))
    }
}

fn prepare(session: &Session, asset: &Asset) -> Result<Download> {
    let download = Download::new(session, OPERATION, ROUTE, location(session, asset)?, "");
    Ok(download.expect(None, digests(asset)).relocate(renewal(session, asset)))
}

fn digests(asset: &Asset) -> Digests {
    Digests::new(asset.md5_digest().map(str::to_owned), None)
}

fn location(session: &Session, asset: &Asset) -> Result<http::Uri> {
    match asset.location() {
        Some(location) => transfer::link(session, location),
        None => {
            let message = format!("asset {} is {}: it has no location", asset.asset_type(), asset.status());
            Err(Error::new(ErrorKind::Conflict, message)
                .with_help("Activate it with data.activate(&asset), then wait for it with data.wait(&asset)"))
        }
    }
}

/// A fresh link comes with the asset each time it is asked for, which needs the credential.
fn renewal(session: &Session, asset: &Asset) -> Option<Relocate> {
    let own = asset.self_link()?;
    link::own(session.endpoint(), "_links._self", Some(own)).ok()?;
    let call = session.call(Fetch { link: Some(own.to_owned()) });
    let session = session.clone();
    Some(Arc::new(move || {
        let (call, session) = (call.clone(), session.clone());
        Box::pin(async move {
            let asset = call.await?;
            // It may have been made anew meanwhile.
            Ok(FreshLink::new(location(&session, &asset)?).expect(digests(&asset)))
        })
    }))
}
