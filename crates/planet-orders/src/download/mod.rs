//! All files of an order.

mod filter;
mod layout;
mod links;
mod offers;
mod options;
mod places;
mod plan;
mod repair;
mod report;
mod room;

use std::collections::HashSet;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use planet_core::transfer::{Download, Overwrite, Verify, relative_path, write_whole};
use planet_core::{ProgressEvent, ProgressStep, Result, Session};
use tokio::time::Instant;

pub(crate) use links::Links;
pub(crate) use options::{Options, choices, setters};
pub(crate) use places::Places;
pub(crate) use plan::link_to;
pub use repair::{RepairOrder, RepairReport};
pub use report::{IncompleteDownload, OrderFile, OrderReport};

use crate::Order;
use crate::get::Get;
use crate::manifest::{FetchManifest, MANIFEST, Manifest, ManifestFile, ROUTE};
use layout::Layout;
use offers::{Offered, downloadable, offered};
use plan::{Plan, Planned, fault, own_directory};
use report::complete;

pub(crate) const OPERATION: &str = "orders.download";

/// A download of all files of an order. Await it for the report.
///
/// Each file is put where its name says, which begins with the order's id: at `<directory>/<order id>/...`, unless a
/// [`layout`](Self::layout) says otherwise. The manifest is fetched first, and each file is checked against it while it is
/// written: it gets its name only when size and digest agree. A file that is there already, and right, is not fetched again.
/// A link that has expired is renewed by asking for the order again; what the file must be is not asked again.
///
/// ```
/// use planet_orders::testing::{Answer, ScriptedTransport};
/// use planet_orders::{Checksum, OrdersClient, Overwrite, ProgressEvent, Retry, Verify};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_orders::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
/// let link = |name: &str| json!({"name": format!("{id}/{name}"), "location": format!("https://api.planet.com/d/{name}")});
/// let results = ["manifest.json", "PSScene/a.tif", "PSScene/a.json"].map(link);
/// let order = json!({"id": id, "name": "oregon", "state": "success", "_links": {"results": results}});
/// let file = |path: &str, asset_type: &str, media_type: &str| json!({
///     "path": path, "size": 3, "media_type": media_type, "digests": {"md5": "900150983cd24fb0d6963f7d28e17f72"},
///     "annotations": {"planet/asset_type": asset_type, "planet/item_id": "a", "planet/item_type": "PSScene"},
/// });
/// let manifest = json!({"files": [
///     file("PSScene/a.tif", "ortho_visual", "image/tiff"),
///     file("PSScene/a.json", "", "application/json"),
/// ]});
/// let script = ScriptedTransport::new([
///     Answer::json(&order),
///     Answer::json(&manifest),
///     Answer::bytes("abc"),
///     Answer::bytes("abc"),
/// ]);
/// let orders = OrdersClient::new(&script.session().build()?);
///
/// let report = orders.download(id).to(folder.path()).at_once(4).await?;
/// assert_eq!(report.directory(), folder.path().join(id));
/// assert_eq!((report.order_id(), report.files().len(), report.bytes()), (id, 2, 6));
/// assert!(report.missing().is_empty() && report.order().missing_items().is_empty());
///
/// // Some of the files, elsewhere.
/// # for answer in [Answer::json(&order), Answer::json(&manifest), Answer::bytes("abc")] { script.push(answer); }
/// let download = orders.download(id).to(folder.path()).layout("{order_name}/{item_id}/{file_name}");
/// let report = download.paths(["*.tif"]).asset_types(["ortho_*"]).media_types(["image/tiff"]).await?;
/// assert_eq!(report.files()[0].path, folder.path().join("oregon/a/a.tif"));
/// assert_eq!(report.files()[0].entry.as_ref().and_then(|entry| entry.item_type()), Some("PSScene"));
/// assert_eq!(report.validate(Checksum::Md5).await?.files, 1);
///
/// // What is there is fetched again, and taken as it comes.
/// # let any = || Answer::bytes("abc");
/// # for answer in [Answer::json(&order), any(), any(), any()] { script.push(answer); }
/// let download = orders.download(id).to(folder.path()).overwrite(Overwrite::Always).verify(Verify::off());
/// let told = |event: &ProgressEvent| println!("{event}");
/// let report = download.retry(Retry::off()).renew_links(false).progress(told).await?;
/// assert_eq!(report.files().len(), 3); // the manifest is a file like the others then
/// # Ok(())
/// # }
/// ```
///
/// A file that does not come does not keep the others from coming. The error then tells which are missing, and carries an
/// [`IncompleteDownload`] as its source:
///
/// ```
/// use std::error::Error as _;
///
/// use planet_orders::IncompleteDownload;
/// # use planet_orders::testing::{Answer, ScriptedTransport};
/// # use planet_orders::{OrdersClient, Retry};
/// # use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_orders::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
/// # let link = |name: &str| json!({"name": format!("{id}/{name}"), "location": format!("https://api.planet.com/d/{name}")});
/// # let results = ["manifest.json", "a.tif", "b.tif"].map(link);
/// # let order = json!({"id": id, "state": "success", "_links": {"results": results}});
/// # let file = |path: &str| json!({"path": path, "size": 3, "digests": {"md5": "900150983cd24fb0d6963f7d28e17f72"}});
/// # let manifest = json!({"files": [file("a.tif"), file("b.tif")]});
/// # let script = ScriptedTransport::new(
/// #     [Answer::json(&order), Answer::json(&manifest), Answer::bytes("abc"), Answer::status(500)]);
/// # let orders = OrdersClient::new(&script.session().retry(Retry::off()).build()?);
/// let error = orders.download(id).to(folder.path()).at_once(1).await.unwrap_err();
/// let incomplete: &IncompleteDownload = error.source().and_then(|source| source.downcast_ref()).unwrap();
/// assert_eq!(incomplete.report().files()[0].path, folder.path().join(id).join("a.tif"));
/// assert_eq!(incomplete.failed()[0].0, "b.tif");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `InvalidInput`, before anything is sent, for an id that is no UUID, a layout that cannot be read and empty filters; and,
/// before a file is fetched, for a layout that puts two files into one place. `Conflict` if the order is not finished,
/// `OperationFailed` if it failed or was cancelled, `NotFound` if it has no files here, as it was delivered to a cloud, or
/// none that the filters take: the source of the first two, and of the third where the order has no files, is a
/// [`LastOrder`](crate::LastOrder).
/// `Integrity` if files are missing, wrong or badly named, or if the manifest cannot be read; `File` if the disk refuses, or
/// has too little room. If some files did not come, the kind is that of the first one's error. The files that are right
/// stay; run it again for the others.
///
/// # Cancel safety
/// Dropping the future leaves the files that are complete, and what the next run needs to continue with the others.
#[derive(Clone)]
#[must_use = "a download does nothing until it is awaited"]
pub struct DownloadOrder {
    session: Session,
    id: String,
    options: Options,
}

setters!(DownloadOrder);
choices!(DownloadOrder);

impl DownloadOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self::with(session, id, Options::default())
    }

    pub(crate) fn with(session: &Session, id: &str, options: Options) -> Self {
        Self { session: session.clone(), id: id.to_owned(), options }
    }

    /// Downloads the files into places that nothing else of the same run takes. For a repair: only those that the manifest
    /// lists, but for the ones that are known to be `right`.
    pub(crate) async fn run(self, places: &mut Places, right: Option<&HashSet<ManifestFile>>) -> Result<OrderReport> {
        // Nothing is sent if there is something wrong here.
        let layout = self.options.checked().map_err(|error| error.with_operation(OPERATION))?;
        let started = Instant::now();
        self.steps(layout, places, right).await.map_err(|error| match error.attempts() {
            // What is found wrong in answers that came well.
            0 => error.with_operation(OPERATION).with_attempts(1, started.elapsed(), false),
            _ => error,
        })
    }

    async fn steps(
        self,
        layout: Option<Layout>,
        places: &mut Places,
        right: Option<&HashSet<ManifestFile>>,
    ) -> Result<OrderReport> {
        let Self { session, id, options } = &self;
        let call = options.call(session, Get::new(id));
        let order = downloadable(call.clone(), id).await?;
        let own = relative_path(order.id())?;
        let offered = offered(session, &order)?;
        let needed = options.filter.needs_manifest() || layout.as_ref().is_some_and(|layout| layout.needs_manifest());
        let manifest = match needed || self.verifies() {
            true => Some(self.manifest(&order, &offered).await?),
            false => None,
        };
        let (bytes, manifest) = manifest.unzip();
        let mut plan = Plan::new(&order, manifest.as_ref(), offered, options)?;
        if self.verifies() {
            with_digests(&order, &plan)?;
        }
        let manifest = manifest.map(|(name, _)| if layout.is_some() { own_directory(&order) + MANIFEST } else { name });
        plan.place(&order, layout.as_ref(), manifest.as_deref(), places)?;
        if let Some(right) = right {
            plan.files.retain(|file| file.entry.as_ref().is_some_and(|entry| !right.contains(entry)));
        }
        room::ensure(options, &plan.files).await?;
        if let (Some(bytes), Some(name)) = (bytes, manifest) {
            self.keep_manifest(&name, &bytes).await?;
        }
        self.tell_plan(&order, &plan);
        let links = Links::new(session, call);
        let files = plan.files.into_iter().enumerate().map(|(at, file)| self.fetch(at, order.id(), &links, file));
        let mut results: Vec<_> = stream::iter(files).buffer_unordered(options.at_once).collect().await;
        results.sort_by_key(|(at, ..)| *at);
        let directory = if layout.is_some() { options.directory.clone() } else { options.directory.join(own) };
        let (mut files, mut failed) = (Vec::with_capacity(results.len()), Vec::new());
        for (_, path, result) in results {
            match result {
                Ok(file) => files.push(file),
                Err(error) => failed.push((path, error)),
            }
        }
        let report = OrderReport { order, directory, files, missing: plan.missing };
        complete(IncompleteDownload { report, failed })
    }

    fn verifies(&self) -> bool {
        self.options.verify != Verify::off()
    }

    /// The manifest, with the name that the order gives to it.
    async fn manifest(&self, order: &Order, offered: &[Offered]) -> Result<(Bytes, (String, Manifest))> {
        // The paths in it begin where it lies.
        let names = [MANIFEST.to_owned(), own_directory(order) + MANIFEST];
        let found = offered.iter().filter(|file| names.contains(&file.name)).min_by_key(|file| file.name.len());
        let Some((name, Ok(link))) = found.map(|file| (&file.name, &file.link)) else {
            let without = format!("order {} offers no {MANIFEST}, so its files cannot be", order.id());
            return Err(match self.verifies() {
                true => fault(format!("{without} verified")).with_help("Verify::off() downloads them without"),
                false => fault(format!("{without} told apart by item or type"))
                    .with_help("Choose them by path, and a layout of {order_name}, {order_id}, {path} and {file_name}"),
            });
        };
        let bytes = self.options.call(&self.session, FetchManifest(link.clone())).await?;
        let manifest = Manifest::parse(&bytes)?;
        Ok((bytes, (name.clone(), manifest)))
    }

    /// Puts the manifest where `validate_checksum` looks for it. It also tells what is missing if this run does not end well.
    async fn keep_manifest(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.options.directory.join(relative_path(name)?);
        let never = self.options.overwrite == Overwrite::Never;
        if never && tokio::fs::try_exists(&path).await.unwrap_or_default() {
            return Ok(());
        }
        write_whole(&path, bytes).await
    }

    fn tell_plan(&self, order: &Order, plan: &Plan) {
        let mut sizes = plan.files.iter().map(|file| file.entry.as_ref().map(ManifestFile::size));
        let bytes = sizes.try_fold(0_u64, |sum, size| Some(sum.saturating_add(size?)));
        let step = ProgressStep::Planned { files: plan.files.len(), bytes };
        self.options.tell(order.id(), ProgressEvent::new(order.id(), step));
    }

    /// What became of a file, with its number and its path below the order's own directory.
    async fn fetch(&self, at: usize, order: &str, links: &Links, file: Planned) -> (usize, String, Result<OrderFile>) {
        let (path, entry) = (file.path.clone(), file.entry.clone());
        let result = match self.prepare(order, links, file) {
            Ok(download) => download.run().await,
            Err(error) => {
                let reason = error.message().into();
                self.options.tell(order, ProgressEvent::new(path.as_str(), ProgressStep::Failed { reason }));
                Err(error.with_operation(OPERATION))
            }
        };
        (at, path, result.map(|file| OrderFile::new(file, entry)))
    }

    fn prepare(&self, order: &str, links: &Links, file: Planned) -> Result<Download> {
        let Planned { name, path, place, link, entry } = file;
        let link = link.map_err(|reason| fault(format!("{path} of order {order} cannot be fetched: {reason}")))?;
        let options = &self.options;
        let relocate = options.renew_links.then(|| links.renewal(&name, &link));
        let (size, digests) = entry.map(|entry| (entry.size(), entry.digests())).unzip();
        let download = Download::new(&self.session, OPERATION, ROUTE, link, &options.directory)
            .name(&place)?
            .order(order)
            .expect(size, digests.unwrap_or_default())
            .overwrite(options.overwrite)
            .verify(options.verify)
            .relocate(relocate)
            .progress(options.progress.clone());
        let download = if path.is_empty() { download } else { download.label(path) };
        Ok(match &options.retry {
            Some(policy) => download.retry(std::sync::Arc::clone(policy)),
            None => download,
        })
    }
}

/// Every file that the manifest lists must be one that can be told to be right.
fn with_digests(order: &Order, plan: &Plan) -> Result<()> {
    let none = |file: &&Planned| file.entry.as_ref().is_some_and(|entry| entry.digests().strongest().is_none());
    match plan.files.iter().find(none) {
        Some(file) => Err(fault(format!("the manifest of order {} has no digest of {}", order.id(), file.path))),
        None => Ok(()),
    }
}

impl IntoFuture for DownloadOrder {
    type Output = Result<OrderReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<OrderReport>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.run(&mut Places::default(), None).await })
    }
}

impl fmt::Debug for DownloadOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadOrder")
            .field("id", &self.id)
            .field("directory", &self.options.directory)
            .finish_non_exhaustive()
    }
}
