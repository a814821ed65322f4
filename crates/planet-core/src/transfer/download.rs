//! One file to fetch: what is known of it, and how it is to be fetched.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use http::Uri;

use super::digest::{Digests, Verified};
use super::expected::Expected;
use super::name::{objection, relative_path, shown};
use super::options::{Overwrite, Verify};
use crate::progress::{Progress, ProgressEvent, ProgressStep};
use crate::retry::Policy;
use crate::{Error, Fault, FaultKind, Result, RetryPolicy, Route, Session};

/// A link expires; this asks the service for a new one.
pub type Relocate = Arc<dyn Fn() -> RelocateFuture + Send + Sync>;

/// The future of a [`Relocate`].
pub type RelocateFuture = Pin<Box<dyn Future<Output = Result<FreshLink>> + Send>>;

/// A new link to a file whose old one expired: what a [`Relocate`] answers.
#[derive(Clone)]
pub struct FreshLink {
    pub(super) url: Uri,
    pub(super) digests: Option<Digests>,
}

impl FreshLink {
    /// A link to the file as it was.
    #[must_use]
    pub fn new(url: Uri) -> Self {
        Self { url, digests: None }
    }

    /// The digests that the service tells of the file now. If they are others than before, it is fetched from the beginning.
    #[must_use]
    pub fn expect(self, digests: Digests) -> Self {
        Self { digests: Some(digests), ..self }
    }
}

impl fmt::Debug for FreshLink {
    /// Links are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreshLink").field("digests", &self.digests).finish_non_exhaustive()
    }
}

/// What became of one file that went to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileReport {
    /// The file, below the directory that was given.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes fetched in this run, with those of broken attempts; 0 if it was there already and stayed.
    pub fetched: u64,
    /// Bytes of an earlier run, which were not fetched again.
    pub resumed: u64,
    /// How often it was asked for; 0 if it was not, as it was there already.
    pub attempts: u32,
    /// How it is known to be right.
    pub verified: Verified,
}

/// One file to fetch.
///
/// ```
/// use planet_core::Route;
/// use planet_core::testing::{Answer, ScriptedTransport};
/// use planet_core::transfer::{Digests, Download, FreshLink, Overwrite, Relocate, RelocateFuture, link};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_core::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// let script = ScriptedTransport::new([Answer::status(403), Answer::bytes("abc")]);
/// let session = script.session().build()?;
/// let from = link(&session, "https://api.planet.com/files/a.tif")?;
/// let md5 = Digests::new(Some("900150983CD24FB0D6963F7D28E17F72".into()), None);
///
/// let download = Download::new(&session, "example.file", Route::new("other", 5.0), from, folder.path());
/// let download = download.expect(Some(3), md5).overwrite(Overwrite::Always).label("the example");
/// // Asked for when the link has expired.
/// let fresh = link(&session, "/fresh/b.tif")?;
/// let relocate: Relocate = std::sync::Arc::new(move || -> RelocateFuture {
///     let fresh = fresh.clone();
///     Box::pin(async { Ok(FreshLink::new(fresh)) })
/// });
/// let report = download.relocate(relocate).run().await?;
/// assert_eq!((report.path, report.size), (folder.path().join("b.tif"), 3));
/// # Ok(())
/// # }
/// ```
///
/// # Cancel safety
/// Dropping the future of [`run`](Self::run) leaves the final name as it was, and what came in a hidden file beside it.
#[must_use = "a download does nothing until it is run"]
pub struct Download {
    pub(super) session: Session,
    pub(super) operation: &'static str,
    pub(super) route: Route,
    pub(super) link: Uri,
    pub(super) directory: PathBuf,
    /// Below the directory. Nothing until the answer tells it.
    pub(super) name: Option<PathBuf>,
    pub(super) label: Option<Arc<str>>,
    pub(super) order: Option<Arc<str>>,
    pub(super) expected: Expected,
    pub(super) overwrite: Overwrite,
    pub(super) relocate: Option<Relocate>,
    pub(super) retry: Option<Policy>,
    pub(super) progress: Option<Arc<dyn Progress>>,
}

impl Download {
    /// A file to fetch from `link` into a directory, the current one if it is empty. `operation` names it in errors; `route`
    /// is the rate limit of the link.
    pub fn new(
        session: &Session,
        operation: &'static str,
        route: Route,
        link: Uri,
        directory: impl Into<PathBuf>,
    ) -> Self {
        Self {
            session: session.clone(),
            operation,
            route,
            link,
            directory: directory.into(),
            name: None,
            label: None,
            order: None,
            expected: Expected::default(),
            overwrite: Overwrite::default(),
            relocate: None,
            retry: None,
            progress: None,
        }
    }

    /// Into this directory, which is made if it is missing, instead of the one that [`new`](Self::new) was given.
    pub fn to(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = directory.into();
        self
    }

    /// The file's name: a path below the directory, with `/` between its parts. Without one, or with an empty one, it is
    /// found in the answer: in `Content-Disposition`, else at the end of the last URL, else made from the content type.
    ///
    /// # Errors
    /// `InvalidInput` if the name is absolute, leaves the directory, or cannot be a file name somewhere; see
    /// [`relative_path`].
    pub fn name(mut self, name: &str) -> Result<Self> {
        if name.is_empty() {
            self.name = None;
            return Ok(self);
        }
        let checked = relative_path(name).map_err(|_| {
            let reason = name.split('/').find_map(objection).unwrap_or_default();
            Error::from(Fault::new(FaultKind::Invalid, "name", format!("not a file name: {reason}")).with_value(name))
        });
        self.name = Some(checked?);
        Ok(self)
    }

    /// The size and the digests that the file should have.
    pub fn expect(mut self, size: Option<u64>, digests: Digests) -> Self {
        self.expected.size = size;
        self.expected.digests = digests;
        self
    }

    /// What happens to a file that is there already. Default: [`Overwrite::IfDifferent`].
    pub fn overwrite(mut self, overwrite: Overwrite) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// Whether the file is compared with what the service says it is. Default: yes.
    pub fn verify(mut self, verify: Verify) -> Self {
        self.expected.verify = verify;
        self
    }

    /// Where to get a new link when this one has expired (401, 403, 404 or 410). Default: nowhere.
    pub fn relocate(mut self, relocate: impl Into<Option<Relocate>>) -> Self {
        self.relocate = relocate.into();
        self
    }

    /// How failed attempts and bodies that break are repeated, instead of the session's way.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Some(Policy::new(policy));
        self
    }

    /// Who hears of progress. Default: nobody.
    pub fn progress(mut self, progress: impl Into<Option<Arc<dyn Progress>>>) -> Self {
        self.progress = progress.into();
        self
    }

    /// What progress and errors call the file, instead of its name.
    pub fn label(mut self, label: impl Into<Arc<str>>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Where the file will be, if that is known by now.
    pub(super) fn target(&self) -> Option<PathBuf> {
        self.name.as_ref().map(|name| self.directory.join(name))
    }

    /// What to call it.
    pub(super) fn shown(&self) -> Arc<str> {
        match (&self.label, self.target()) {
            (Some(label), _) => Arc::clone(label),
            (None, Some(target)) => shown(&target).into(),
            (None, None) => "the file".into(),
        }
    }

    pub(super) fn named(&self, error: Error) -> Error {
        error.with_operation(self.operation)
    }

    pub(super) fn tell(&self, step: ProgressStep) {
        if let Some(progress) = &self.progress {
            progress.event(&ProgressEvent { order: self.order.clone(), name: self.shown(), step });
        }
    }

    /// Tells that the digest is right, where there is one.
    pub(super) fn tell_verified(&self) {
        if self.expected.has_digest() {
            self.tell(ProgressStep::Verified);
        }
    }

    /// The id of the order that the file belongs to, for progress.
    pub fn order(mut self, id: impl Into<Arc<str>>) -> Self {
        self.order = Some(id.into());
        self
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("operation", &self.operation)
            .field("directory", &self.directory)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The link that a text stands for: an absolute URL, or a path at the session's endpoint.
///
/// # Errors
/// `InvalidInput`, naming `location`, if it is neither, or plain http to another machine.
pub fn link(session: &Session, location: &str) -> Result<Uri> {
    session.endpoint().target(location).build().map_err(|error| {
        let reason = error.faults().first().map_or("not a URL", Fault::message).to_owned();
        Fault::new(FaultKind::Invalid, "location", reason).with_value(crate::redact::url(location)).into()
    })
}
