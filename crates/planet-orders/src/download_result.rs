//! One file of an order.

use planet_core::transfer::{Download, link};
use planet_core::{Error, ErrorKind, Result, Session, id};

use crate::OrderResult;
use crate::download::{Links, OPERATION, link_to};
use crate::get::Get;
use crate::manifest::{ManifestFile, ROUTE};

planet_core::download_builder! {
    /// A download of one file of an order. Await it for the report.
    ///
    /// A result of an order is called as the last part of its name says; a link alone does not tell a name, so that one is
    /// found in the answer: in `Content-Disposition`, else at the end of the last URL, else made from the content type.
    ///
    /// Neither tells a digest: unless [`expect`](Self::expect) gives the file's entry in the manifest, only its length is
    /// checked, as far as the storage tells it. Links expire after a day. If the file was given as a result, the order is asked
    /// for a new one.
    ///
    /// ```
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use planet_orders::{Manifest, Order, OrdersClient, Overwrite, ProgressEvent, Retry, Verify};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// let script = ScriptedTransport::new([Answer::bytes("abc"), Answer::bytes("abc")]);
    /// let orders = OrdersClient::new(&script.session().build()?);
    ///
    /// let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
    /// let result = json!({"name": format!("{id}/PSScene/a.tif"), "location": "https://api.planet.com/d/?token=x"});
    /// let order: Order = serde_json::from_value(json!({"id": id, "state": "success", "_links": {"results": [result]}}))?;
    /// let manifest = Manifest::parse(
    ///     br#"{"files": [{"path": "PSScene/a.tif", "size": 3, "digests": {"md5": "900150983cd24fb0d6963f7d28e17f72"}}]}"#)?;
    /// let result = order.results().next().ok_or("no results")?;
    /// let download = orders.download_result(result).to(folder.path()).expect(&manifest.files()[0]);
    /// let report = download.overwrite(Overwrite::IfDifferent).await?;
    /// assert_eq!((report.path, report.size), (folder.path().join("a.tif"), 3));
    ///
    /// let told = |event: &ProgressEvent| println!("{event}");
    /// let download = orders.download_location("https://api.planet.com/d/?token=x").to(folder.path()).name("b.tif");
    /// download.verify(Verify::off()).renew_link(false).retry(Retry::off()).progress(told).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Elsewhere than to a file: into memory, any writer, a stream, or with the feature `object-store` a store such as S3.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// # use planet_orders::OrdersClient;
    /// # use planet_orders::testing::{Answer, ScriptedTransport};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let script = ScriptedTransport::new((0..4).map(|_| Answer::bytes("abc")));
    /// # let orders = OrdersClient::new(&script.session().build()?);
    /// let link = "https://api.planet.com/d/?token=x";
    /// let whole = orders.download_location(link).bytes(1_000_000).await?; // an error if it is larger
    /// assert_eq!(whole, "abc");
    ///
    /// let mut writer = Vec::new();
    /// let report = orders.download_location(link).write_to(&mut writer).await?;
    /// assert_eq!((report.size, writer.as_slice()), (3, b"abc".as_slice()));
    ///
    /// let mut pieces = orders.download_location(link).stream();
    /// while let Some(bytes) = pieces.try_next().await? {
    ///     println!("{} bytes more", bytes.len());
    /// }
    /// # #[cfg(feature = "object-store")] {
    /// # use std::sync::Arc;
    /// let store = Arc::new(planet_orders::object_store::memory::InMemory::new());
    /// orders.download_location(link).to_store(store, "scenes/a.tif").await?;
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    DownloadResult
}

impl DownloadResult {
    pub(crate) fn of(session: &Session, result: &OrderResult) -> Self {
        Self(of(session, result))
    }

    pub(crate) fn at(session: &Session, location: &str) -> Self {
        Self(link(session, location).map(|link| Download::new(session, OPERATION, ROUTE, link, "")))
    }

    /// What the manifest says of the file: its size and its digests.
    pub fn expect(self, file: &ManifestFile) -> Self {
        Self(self.0.map(|download| download.expect(Some(file.size()), file.digests())))
    }
}

fn of(session: &Session, result: &OrderResult) -> Result<Download> {
    let name = result.name();
    let location = result.location().ok_or_else(|| {
        Error::new(ErrorKind::Conflict, format!("{name} has no link: its delivery is {:?}", result.delivery()))
            .with_operation(OPERATION)
            .with_help(
                "Ask for the order itself, with orders.get(id), when it is finished: listed orders carry no links",
            )
    })?;
    let link = link_to(session, name, location)?;
    let path = result.path()?;
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let order = name.split('/').next().unwrap_or_default();
    // Where the name does not tell the order, nobody can be asked for a new link.
    let order = id::dashed_uuid("order_id", order).ok();
    let relocate = order.map(|order| Links::new(session, session.call(Get::new(&order))).renewal(name, &link));
    Download::new(session, OPERATION, ROUTE, link, "").relocate(relocate).name(&file)
}
