//! All files of an order.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use planet_core::transfer::{Download, FileReport, FreshLink, Overwrite, Relocate, Verify, relative_path, write_whole};
use planet_core::{Call, Error, ErrorKind, Operation, Progress, Result, RetryPolicy, Session};
use tokio::time::Instant;

use crate::download_plan::{Offered, Planned, complete, fault, link_to, offered, plan, take};
use crate::get::Get;
use crate::manifest::{FetchManifest, MANIFEST, Manifest, ROUTE};
use crate::wait::ended;
use crate::{Order, OrderResult, OrderState};

pub(crate) const OPERATION: &str = "orders.download";

/// How many files are fetched at once unless the caller says otherwise.
const AT_ONCE: usize = 8;

/// A download of all files of an order. Await it for the report.
///
/// Each file is put where its name says, which begins with the order's id: at `<directory>/<order id>/...`. The manifest is
/// fetched first, and each file is checked against it while it is written: it gets its name only when size and digest agree.
/// A file that is there already, and right, is not fetched again. A link that has expired is renewed by asking for the order
/// again.
///
/// ```
/// use planet_orders::testing::{Answer, ScriptedTransport};
/// use planet_orders::{OrdersClient, Overwrite, ProgressEvent, Retry, Verify};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_orders::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
/// let link = |name: &str| json!({"name": format!("{id}/{name}"), "location": format!("https://api.planet.com/d/{name}")});
/// let order = json!({"id": id, "state": "success", "_links": {"results": [link("manifest.json"), link("a.tif")]}});
/// let file = json!({"path": "a.tif", "size": 3, "digests": {"md5": "900150983cd24fb0d6963f7d28e17f72"}});
/// let script = ScriptedTransport::new([
///     Answer::json(&order),
///     Answer::json(&json!({"files": [file]})),
///     Answer::bytes("abc"),
/// ]);
/// let orders = OrdersClient::new(&script.session().build()?);
///
/// let report = orders.download(id).to(folder.path()).at_once(4).await?;
/// assert_eq!(report.directory(), folder.path().join(id));
/// assert_eq!((report.order_id(), report.files().len(), report.bytes()), (id, 1, 3));
///
/// // What is there is fetched again, and taken as it comes.
/// # for answer in [Answer::json(&order), Answer::bytes("{}"), Answer::bytes("abc")] { script.push(answer); }
/// let download = orders.download(id).to(folder.path()).overwrite(Overwrite::Always).verify(Verify::off());
/// let told = |event: &ProgressEvent| println!("{event}");
/// let report = download.retry(Retry::off()).renew_links(false).progress(told).await?;
/// assert_eq!(report.files().len(), 2); // the manifest is a file like the others then
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `Conflict` if the order is not finished, `OperationFailed` if it failed or was cancelled, `NotFound` if it offers no files,
/// `Integrity` if files are missing, wrong or badly named, or if the manifest cannot be read. The files that are right stay;
/// run it again for the others.
///
/// # Cancel safety
/// Dropping the future leaves the files that are complete, and nothing else.
#[derive(Clone)]
#[must_use = "a download does nothing until it is awaited"]
pub struct DownloadOrder {
    session: Session,
    id: String,
    directory: PathBuf,
    at_once: usize,
    overwrite: Overwrite,
    verify: Verify,
    renew_links: bool,
    retry: Option<Arc<dyn RetryPolicy>>,
    progress: Option<Arc<dyn Progress>>,
}

impl DownloadOrder {
    /// As this one, of another order.
    pub(crate) fn of(&self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self.clone() }
    }

    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self {
            session: session.clone(),
            id: id.to_owned(),
            directory: PathBuf::new(),
            at_once: AT_ONCE,
            overwrite: Overwrite::default(),
            verify: Verify::default(),
            renew_links: true,
            retry: None,
            progress: None,
        }
    }

    /// The directory below which the order gets its own. Default: the current one.
    #[doc(alias = "directory")]
    pub fn to(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = directory.into();
        self
    }

    /// How many files to fetch at once. Default: 8.
    pub fn at_once(mut self, files: usize) -> Self {
        self.at_once = files.max(1);
        self
    }

    /// What happens to files that are there already. Default: those that are right stay.
    pub fn overwrite(mut self, overwrite: Overwrite) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Whether the files are compared with the manifest. Default: yes. [`Verify::off`] does not read it: it is then one file
    /// of the order like all others, which are fetched as they are offered.
    pub fn verify(mut self, verify: Verify) -> Self {
        self.verify = verify;
        self
    }

    /// Whether the order is asked for again when a link has expired. Default: yes.
    pub fn renew_links(mut self, renew: bool) -> Self {
        self.renew_links = renew;
        self
    }

    /// How failed requests are repeated, and files whose bodies break, instead of the session's way.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Some(Arc::new(policy));
        self
    }

    /// Who hears of each file's progress.
    #[doc(alias = "progress_bar")]
    pub fn progress(mut self, progress: impl Progress) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    async fn run(self) -> Result<OrderReport> {
        let started = Instant::now();
        self.steps().await.map_err(|error| match error.attempts() {
            // What is found wrong in answers that came well.
            0 => error.with_operation(OPERATION).with_attempts(1, started.elapsed(), false),
            _ => error,
        })
    }

    async fn steps(self) -> Result<OrderReport> {
        let order = downloadable(self.call(Get::new(&self.id)), &self.id).await?;
        let directory = self.directory.join(relative_path(order.id())?);
        let own = format!("{}/", order.id());
        let offered = offered(&self.session, &order)?;
        let plan = if self.verify == Verify::off() {
            complete(&order)?;
            offered.into_iter().map(Planned::unchecked).collect()
        } else {
            self.verified(&order, &own, offered).await?
        };
        let files = plan.into_iter().enumerate().map(|(at, file)| self.fetch(at, &own, file));
        let files = stream::iter(files.collect::<Vec<_>>());
        let mut results: Vec<_> = files.buffer_unordered(self.at_once).collect().await;
        results.sort_by_key(|(at, ..)| *at);
        report(order.id(), directory, results)
    }

    /// The files that the manifest lists, then what the order offers beyond it.
    async fn verified(&self, order: &Order, own: &str, mut offered: Vec<Offered>) -> Result<Vec<Planned>> {
        // The paths in it begin where it lies.
        let folder = if offered.iter().any(|file| file.name == MANIFEST) { "" } else { own };
        let name = format!("{folder}{MANIFEST}");
        let link = take(&mut offered, &name).ok_or_else(|| {
            fault(format!("order {} offers no {MANIFEST}, so its files cannot be verified", order.id()))
                .with_help("Verify::off() downloads them without")
        })?;
        let bytes = self.call(FetchManifest(link)).await?;
        let manifest = Manifest::parse(&bytes)?;
        let plan = plan(order, &manifest, folder, offered)?;
        // It lies where `validate_checksum` looks for it, and tells what is missing if this run does not end well.
        let path = self.directory.join(relative_path(&name)?);
        let kept = self.overwrite == Overwrite::Never && tokio::fs::try_exists(&path).await.unwrap_or_default();
        if !kept {
            write_whole(&path, &bytes).await?;
        }
        Ok(plan)
    }

    fn call<O: Operation>(&self, operation: O) -> Call<O> {
        let call = self.session.call(operation);
        match &self.retry {
            Some(policy) => call.retry(Arc::clone(policy)),
            None => call,
        }
    }

    /// What became of a file, with its place in the order and its path below the order's own directory.
    async fn fetch(&self, at: usize, own: &str, file: Planned) -> (usize, String, Result<FileReport>) {
        let path = file.name.strip_prefix(own).unwrap_or(&file.name).to_owned();
        let result = match self.prepare(file) {
            Ok(download) if path.is_empty() => download.run().await,
            Ok(download) => download.label(path.as_str()).run().await,
            Err(error) => Err(error),
        };
        (at, path, result)
    }

    fn prepare(&self, file: Planned) -> Result<Download> {
        let Planned { name, link, size, digests } = file;
        let relocate = self.renew_links.then(|| renewal(&self.session, self.call(Get::new(&self.id)), &name));
        let download = Download::new(&self.session, OPERATION, ROUTE, link, &self.directory)
            .name(&name)?
            .expect(size, digests)
            .overwrite(self.overwrite)
            .verify(self.verify)
            .relocate(relocate)
            .progress(self.progress.clone());
        Ok(match &self.retry {
            Some(policy) => download.retry(Arc::clone(policy)),
            None => download,
        })
    }
}

/// The order, if its files can be had.
async fn downloadable(call: Call<Get>, id: &str) -> Result<Order> {
    let order = call.await?;
    match order.state() {
        OrderState::Success | OrderState::Partial => Ok(order),
        OrderState::Failed | OrderState::Cancelled => Err(ended(order, OPERATION)),
        state => Err(Error::new(ErrorKind::Conflict, format!("order {id} is {state}: it has no files yet"))
            .with_operation(OPERATION)
            .with_help("Wait for it first, with orders.wait(id)")),
    }
}

/// Links are made afresh each time the order is asked for.
pub(crate) fn renewal(session: &Session, call: Call<Get>, name: &str) -> Relocate {
    let (session, name) = (session.clone(), name.to_owned());
    Arc::new(move || {
        let (session, call, name) = (session.clone(), call.clone(), name.clone());
        Box::pin(async move {
            let order = call.await?;
            let result = order.results().find(|result| result.name() == name).and_then(OrderResult::location);
            let location = result.ok_or_else(|| {
                let message = format!("order {} no longer offers {name}", order.id());
                Error::new(ErrorKind::NotFound, message).with_operation(OPERATION)
            })?;
            link_to(&session, &name, location).map(FreshLink::new)
        })
    })
}

/// The report, or the first error with what became of the others.
fn report(id: &str, directory: PathBuf, results: Vec<(usize, String, Result<FileReport>)>) -> Result<OrderReport> {
    let all = results.len();
    let (mut files, mut failed, mut first_error) = (Vec::with_capacity(all), Vec::new(), None);
    for (_, path, result) in results {
        match result {
            Ok(file) => files.push(file),
            Err(error) => {
                failed.push(path);
                first_error = first_error.or(Some(error));
            }
        }
    }
    let Some(error) = first_error else {
        return Ok(OrderReport { order_id: id.to_owned(), directory, files });
    };
    let advice = error.help().map(|help| format!("{help}. ")).unwrap_or_default();
    Err(error.with_help(format!(
        "{advice}{} of {all} files of order {id} are complete in {}; missing: {}. Download the order again: what is right is kept",
        files.len(),
        directory.display(),
        failed.join(", "),
    )))
}

/// What became of an order's files.
#[derive(Clone, Debug)]
pub struct OrderReport {
    order_id: String,
    directory: PathBuf,
    files: Vec<FileReport>,
}

impl OrderReport {
    /// The order's id.
    #[must_use]
    pub fn order_id(&self) -> &str {
        &self.order_id
    }

    /// The directory that holds the order's files.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The files in the order in which the manifest lists them, which does not list itself; with [`Verify::off`], all of
    /// them as the order lists them.
    #[must_use]
    pub fn files(&self) -> &[FileReport] {
        &self.files
    }

    /// Their size together, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }
}

impl IntoFuture for DownloadOrder {
    type Output = Result<OrderReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<OrderReport>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for DownloadOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadOrder")
            .field("id", &self.id)
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}
