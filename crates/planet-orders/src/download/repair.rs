//! Making an order's files right again.

use std::collections::HashSet;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::{Path, PathBuf};
use std::pin::Pin;

use planet_core::transfer::relative_path;
use planet_core::{Result, Session, id};

use super::layout::{Layout, OrderValues};
use super::{DownloadOrder, OPERATION, Options, OrderFile, Places, setters};
use crate::ManifestFile;
use crate::get::Get;
use crate::validate::{Expected, check_all, read_manifest};

/// A repair of an order's files: those that are missing or wrong are fetched. Await it for the report.
///
/// Every file that the manifest in the order's own directory lists is checked by its size and all digests that the manifest
/// has, about as many at once as there are processors. If all are right, nothing is sent, except that a layout with
/// `{order_name}` asks for the order, which alone tells it. Otherwise the order is asked for, and its manifest, which
/// replaces the one that is there; then what is missing or wrong is fetched. The same happens if there is no manifest, or
/// none that can be read.
///
/// Files that the manifest does not list cannot be told to be right: they are neither checked nor fetched. If the order was
/// downloaded with filters or a layout, the repair needs the same ones.
///
/// ```
/// use planet_orders::testing::{Answer, ScriptedTransport};
/// use planet_orders::{OrdersClient, ProgressEvent, RepairReport, Retry};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_orders::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
/// let link = |name: &str| json!({"name": format!("{id}/{name}"), "location": format!("https://api.planet.com/d/{name}")});
/// let results = ["manifest.json", "a.tif", "b.tif"].map(link);
/// let order = json!({"id": id, "state": "success", "_links": {"results": results}});
/// let file = |path: &str| json!({"path": path, "size": 3, "digests": {"md5": "900150983cd24fb0d6963f7d28e17f72"}});
/// let manifest = json!({"files": [file("a.tif"), file("b.tif")]});
/// let script = ScriptedTransport::new([Answer::json(&order), Answer::json(&manifest), Answer::bytes("abc")]);
/// let orders = OrdersClient::new(&script.session().build()?);
///
/// let directory = folder.path().join(id);
/// # std::fs::create_dir(&directory).unwrap();
/// # std::fs::write(directory.join("manifest.json"), manifest.to_string()).unwrap();
/// std::fs::write(directory.join("a.tif"), "abc").unwrap();
/// std::fs::write(directory.join("b.tif"), "damaged").unwrap();
/// let report: RepairReport = orders.repair(id).to(folder.path()).await?;
/// assert_eq!((report.order_id(), report.directory()), (id, directory.as_path()));
/// assert_eq!(report.right(), [directory.join("a.tif")]);
/// assert_eq!(report.repaired()[0].path, directory.join("b.tif"));
///
/// let told = |event: &ProgressEvent| println!("{event}");
/// let repair = orders.repair(id).to(folder.path()).at_once(2).progress(told).renew_links(true).retry(Retry::off());
/// let chosen = repair.layout("{order_id}/{path}").paths(["*.tif"]);
/// assert!(chosen.await?.repaired().is_empty());
/// assert_eq!(script.requests().len(), 3); // nothing was wrong, so nothing was sent
/// # let nothing = orders.repair(id).to(folder.path()).asset_types(Vec::<String>::new()).media_types(["*"]);
/// # assert!(nothing.await.is_err());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `InvalidInput` if the id is no UUID; otherwise as of [`DownloadOrder`]. What was right stays.
///
/// # Cancel safety
/// As of [`DownloadOrder`].
#[must_use = "a repair does nothing until it is awaited"]
pub struct RepairOrder {
    session: Session,
    id: String,
    options: Options,
}

setters!(RepairOrder);

impl RepairOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self { session: session.clone(), id: id.to_owned(), options: Options::default() }
    }

    async fn run(self) -> Result<RepairReport> {
        self.steps().await.map_err(|error| error.with_operation(OPERATION))
    }

    async fn steps(self) -> Result<RepairReport> {
        let layout = self.options.checked()?;
        let order_id = id::dashed_uuid("order_id", &self.id)?;
        let own = self.options.directory.join(relative_path(&order_id)?);
        let directory = if layout.is_some() { self.options.directory.clone() } else { own.clone() };
        let (mut right, mut all_right) = (Vec::new(), false);
        let mut entries = HashSet::new();
        if let Ok(manifest) = read_manifest(&own).await {
            let empty = manifest.files().is_empty();
            let files = self.expected(&order_id, layout.as_ref(), &own, manifest.files()).await?;
            let checked = check_all(files, None).await;
            // If a filter takes none of the files, the download says what is there.
            all_right = empty || !checked.is_empty() && checked.iter().all(|(_, problem)| problem.is_none());
            for (file, _) in checked.into_iter().filter(|(_, problem)| problem.is_none()) {
                right.extend(file.path);
                entries.insert(file.entry);
            }
        }
        if all_right {
            return Ok(RepairReport { order_id, directory, right, repaired: Vec::new() });
        }
        let download = DownloadOrder::with(&self.session, &order_id, self.options);
        let report = download.run(&mut Places::default(), Some(&entries)).await?;
        // What was there without a manifest that tells it is right has been found so.
        let (kept, repaired): (Vec<_>, Vec<_>) = report.files.into_iter().partition(|file| file.attempts == 0);
        right.extend(kept.into_iter().map(|file| file.path));
        Ok(RepairReport { order_id, directory, right, repaired })
    }

    /// The files that should be there, where they should be.
    async fn expected(
        &self,
        order_id: &str,
        layout: Option<&Layout>,
        own: &Path,
        entries: &[ManifestFile],
    ) -> Result<Vec<Expected>> {
        let named = layout.is_some_and(Layout::needs_order);
        let order = if named { Some(self.options.call(&self.session, Get::new(order_id)).await?) } else { None };
        let name = order.as_ref().map(crate::Order::name).unwrap_or_default();
        let place = |entry: &ManifestFile| -> Result<PathBuf> {
            let path = relative_path(entry.path())?;
            let Some(layout) = layout else { return Ok(own.join(path)) };
            let values = OrderValues { id: order_id, name };
            Ok(self.options.directory.join(layout.place(values, entry.path(), Some(entry))?))
        };
        let wanted = entries.iter().filter(|entry| self.options.filter.takes(entry.path(), Some(entry)));
        let expected = wanted.map(|entry| {
            let path = place(entry).map_err(|error| error.message().to_owned());
            Expected { name: entry.path().to_owned(), path, entry: entry.clone() }
        });
        Ok(expected.collect())
    }
}

/// What was right, and what was repaired.
#[derive(Clone, Debug)]
pub struct RepairReport {
    order_id: String,
    directory: PathBuf,
    right: Vec<PathBuf>,
    repaired: Vec<OrderFile>,
}

impl RepairReport {
    /// The order's id.
    #[must_use]
    pub fn order_id(&self) -> &str {
        &self.order_id
    }

    /// The directory that holds the order's files: its own, or, with a layout, the one that the layout's paths begin in.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the files are that were right.
    #[must_use]
    pub fn right(&self) -> &[PathBuf] {
        &self.right
    }

    /// The files that were fetched, as they were missing or wrong, and are right now.
    #[must_use]
    pub fn repaired(&self) -> &[OrderFile] {
        &self.repaired
    }
}

impl IntoFuture for RepairOrder {
    type Output = Result<RepairReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<RepairReport>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for RepairOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RepairOrder")
            .field("id", &self.id)
            .field("directory", &self.options.directory)
            .finish_non_exhaustive()
    }
}
