//! All files of an order.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::Uri;
use planet_core::transfer::{Digests, Download, FileReport, Relocate, relative_path, write_whole};
use planet_core::{Call, Error, ErrorKind, Operation, Progress, Result, RetryPolicy, Session};
use tokio::time::Instant;

use crate::get::Get;
use crate::manifest::{FetchManifest, MANIFEST, Manifest, ROUTE};
use crate::wait::ended;
use crate::{Order, OrderState};

const OPERATION: &str = "orders.download";

/// How many files are fetched at once unless the caller says otherwise.
const AT_ONCE: usize = 8;

/// A download of all files of an order, into `<directory>/<order id>/`. Await it for the report.
///
/// The manifest is fetched first, and each file is checked against it while it is written: it gets its name only when
/// size and digest agree. A file that is there already, and right, is not fetched again. A link that has expired is
/// renewed by asking for the order again.
///
/// # Errors
/// `Conflict` if the order is not finished, `OperationFailed` if it failed or was cancelled, `Integrity` if files are
/// missing, wrong or badly named. The files that are right stay; run it again for the others.
///
/// # Cancel safety
/// Dropping the future leaves the files that are complete, and nothing else.
#[must_use = "a download does nothing until it is awaited"]
pub struct DownloadOrder {
    session: Session,
    id: String,
    directory: PathBuf,
    at_once: usize,
    retry: Option<Arc<dyn RetryPolicy>>,
    progress: Option<Arc<dyn Progress>>,
}

impl DownloadOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        Self {
            session: session.clone(),
            id: id.to_owned(),
            directory: PathBuf::from("."),
            at_once: AT_ONCE,
            retry: None,
            progress: None,
        }
    }

    /// The directory below which the order gets its own. Default: the current one.
    pub fn to(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = directory.into();
        self
    }

    /// How many files to fetch at once. Default: 8.
    pub fn at_once(mut self, files: usize) -> Self {
        self.at_once = files.max(1);
        self
    }

    /// How failed requests are repeated, and files whose bodies break, instead of the session's way.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Some(Arc::new(policy));
        self
    }

    /// Who hears of each file's progress.
    pub fn progress(mut self, progress: impl Progress) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    async fn run(self) -> Result<OrderReport> {
        let started = Instant::now();
        self.steps().await.map_err(|error| match error.attempts() {
            // What is found wrong in answers that came well.
            0 => error.with_attempts(1, started.elapsed(), false),
            _ => error,
        })
    }

    async fn steps(self) -> Result<OrderReport> {
        let order = downloadable(self.call(Get::new(&self.id)), &self.id).await?;
        let directory = self.directory.join(relative_path(order.id())?);
        let mut links = links_of(&order)?;
        let bytes = self.manifest(&mut links).await?;
        let manifest = Manifest::parse(&bytes).map_err(|error| error.with_operation(OPERATION))?;
        let plan = plan(&order, &manifest, links, &directory)?;
        // It lies where `validate_checksum` looks for it, and tells what is missing if this run does not end well.
        write_whole(&directory.join(MANIFEST), &bytes).await.map_err(|error| error.with_operation(OPERATION))?;
        let results: Vec<_> =
            stream::iter(plan.into_iter().map(|file| self.fetch(file))).buffer_unordered(self.at_once).collect().await;
        report(order.id(), directory, results)
    }

    async fn manifest(&self, links: &mut HashMap<String, Uri>) -> Result<Bytes> {
        let link = links.remove(MANIFEST).ok_or_else(|| {
            let message = format!("order {} offers no {MANIFEST}, so its files cannot be verified", self.id);
            Error::new(ErrorKind::Integrity, message).with_operation(OPERATION)
        })?;
        self.call(FetchManifest(link)).await
    }

    fn call<O: Operation>(&self, operation: O) -> Call<O> {
        let call = self.session.call(operation);
        match &self.retry {
            Some(policy) => call.retry(Arc::clone(policy)),
            None => call,
        }
    }

    async fn fetch(&self, file: Planned) -> (String, Result<FileReport>) {
        let Planned { path, target, link, size, digests } = file;
        let (call, id, name) = (self.call(Get::new(&self.id)), self.id.clone(), path.clone());
        let relocate: Relocate = Arc::new(move || Box::pin(new_link(call.clone(), id.clone(), name.clone())));
        let mut download = Download::new(&self.session, OPERATION, ROUTE, link, target)
            .expect(size, digests)
            .relocate(relocate)
            .progress(path.as_str(), self.progress.clone());
        if let Some(policy) = &self.retry {
            download = download.retry(Arc::clone(policy));
        }
        (path, download.run().await)
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

/// The links of an order's files, by their path below the order's directory.
fn links_of(order: &Order) -> Result<HashMap<String, Uri>> {
    let mut links = HashMap::new();
    for result in order.results() {
        let Some(location) = result.location() else { continue };
        let path =
            result.name().strip_prefix(order.id()).and_then(|rest| rest.strip_prefix('/')).unwrap_or(result.name());
        relative_path(path)?;
        let link = location.parse().map_err(|cause: http::uri::InvalidUri| {
            Error::new(ErrorKind::Decode, format!("the link to {path} is no URL"))
                .with_operation(OPERATION)
                .with_source(cause)
        })?;
        if links.insert(path.to_owned(), link).is_some() {
            let message = format!("order {} offers two files of the name {path}", order.id());
            return Err(Error::new(ErrorKind::Integrity, message).with_operation(OPERATION));
        }
    }
    if links.is_empty() {
        let message = format!(
            "order {} has no files to download: it was delivered elsewhere, or its results are gone",
            order.id()
        );
        return Err(Error::new(ErrorKind::NotFound, message).with_operation(OPERATION));
    }
    Ok(links)
}

/// One file to fetch.
struct Planned {
    path: String,
    target: PathBuf,
    link: Uri,
    size: Option<u64>,
    digests: Digests,
}

/// Every file of the manifest with its link, then what the order offers beyond the manifest. Those can be checked by
/// their length only.
fn plan(order: &Order, manifest: &Manifest, mut links: HashMap<String, Uri>, directory: &Path) -> Result<Vec<Planned>> {
    let fault = |message: String| Error::new(ErrorKind::Integrity, message).with_operation(OPERATION);
    let mut plan = Vec::with_capacity(links.len());
    for file in manifest.files() {
        let (path, digests) = (file.path(), file.digests());
        let target = directory.join(relative_path(path)?);
        let link = links.remove(path).ok_or_else(|| {
            fault(format!("the manifest of order {} lists {path}, but the order offers no such file", order.id()))
        })?;
        if digests.strongest().is_none() {
            return Err(fault(format!("the manifest of order {} has no digest of {path}", order.id())));
        }
        plan.push(Planned { path: path.to_owned(), target, link, size: Some(file.size()), digests });
    }
    for (path, link) in links {
        let target = directory.join(relative_path(&path)?);
        plan.push(Planned { path, target, link, size: None, digests: Digests::default() });
    }
    match one_name_for_two(&plan) {
        Some(path) => {
            Err(fault(format!("order {} has two files that are {path} where case does not count", order.id())))
        }
        None => Ok(plan),
    }
}

/// A path that is there twice on a disk that ignores case.
fn one_name_for_two(plan: &[Planned]) -> Option<&str> {
    let mut names = HashSet::from([MANIFEST.to_owned()]);
    plan.iter().find(|file| !names.insert(file.path.to_lowercase())).map(|file| file.path.as_str())
}

/// Links are made afresh each time the order is asked for.
async fn new_link(call: Call<Get>, id: String, path: String) -> Result<Uri> {
    let order = downloadable(call, &id).await?;
    links_of(&order)?.remove(&path).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, format!("order {id} no longer offers {path}")).with_operation(OPERATION)
    })
}

/// The report, or the first error with what became of the others.
fn report(id: &str, directory: PathBuf, results: Vec<(String, Result<FileReport>)>) -> Result<OrderReport> {
    let all = results.len();
    let (mut files, mut failed, mut first_error) = (Vec::with_capacity(all), Vec::new(), None);
    for (path, result) in results {
        match result {
            Ok(file) => files.push(file),
            Err(error) => {
                failed.push(path);
                first_error = first_error.or(Some(error));
            }
        }
    }
    let Some(error) = first_error else {
        files.sort_by(|a, b| a.path.cmp(&b.path));
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

    /// The files, without the manifest, sorted by path.
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
