//! One file from a link to the disk.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::digest::{Checksum, Digests, Hasher, hash_file};
use super::file::Target;
use super::name::shown;
use crate::call::{RequestOptions, run};
use crate::operation::get;
use crate::progress::{FileState, Progress, ProgressEvent};
use crate::retry::Policy;
use crate::stack::{Answer, CallContext};
use crate::transport::classify;
use crate::{Attempt, Error, ErrorKind, ResponseBody, Result, RetryPolicy, RetryState, Route, Session};

/// A link expires; this asks the service for a new one.
pub type Relocate = Arc<dyn Fn() -> RelocateFuture + Send + Sync>;

/// The future of a [`Relocate`].
pub type RelocateFuture = Pin<Box<dyn Future<Output = Result<Uri>> + Send>>;

/// How often a new link is asked for before the file is given up.
const MAX_RELOCATIONS: u32 = 3;

/// How often wrong bytes are fetched again: once, in case they broke on the way.
const MAX_WRONG: u32 = 1;

/// The least time between two `Receiving` events of one file.
const EVENT_INTERVAL: Duration = Duration::from_millis(100);

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileReport {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes fetched in this run, with those of broken attempts; 0 if it was there already, and right.
    pub fetched: u64,
    /// How often it was asked for.
    pub attempts: u32,
    /// The digest that was checked. `None`: the service published none, so only the size was.
    pub verified: Option<Checksum>,
}

/// One file to fetch.
///
/// # Cancel safety
/// Dropping the future of [`run`](Self::run) leaves the final name as it was and removes the temporary file.
#[must_use = "a download does nothing until it is run"]
pub struct Download {
    session: Session,
    operation: &'static str,
    route: Route,
    link: Uri,
    target: PathBuf,
    name: Arc<str>,
    size: Option<u64>,
    digests: Digests,
    relocate: Option<Relocate>,
    retry: Option<Policy>,
    progress: Option<Arc<dyn Progress>>,
}

impl Download {
    /// A file to fetch from `link` to `target`. `operation` names it in errors; `route` is the rate limit of the link.
    pub fn new(
        session: &Session,
        operation: &'static str,
        route: Route,
        link: Uri,
        target: impl Into<PathBuf>,
    ) -> Self {
        let target = target.into();
        Self {
            session: session.clone(),
            operation,
            route,
            link,
            name: shown(&target).into(),
            target,
            size: None,
            digests: Digests::default(),
            relocate: None,
            retry: None,
            progress: None,
        }
    }

    /// The size and the digests that the file should have.
    pub fn expect(mut self, size: Option<u64>, digests: Digests) -> Self {
        self.size = size;
        self.digests = digests;
        self
    }

    /// Where to get a new link when this one has expired (401, 403, 404 or 410).
    pub fn relocate(mut self, relocate: Relocate) -> Self {
        self.relocate = Some(relocate);
        self
    }

    /// How failed attempts and bodies that break are repeated, instead of the session's way.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Some(Policy::new(policy));
        self
    }

    /// Who hears of progress, and under which name the file appears there.
    pub fn progress(mut self, name: impl Into<Arc<str>>, progress: Option<Arc<dyn Progress>>) -> Self {
        self.name = name.into();
        self.progress = progress;
        self
    }

    /// Fetches the file, unless it is there already and right.
    ///
    /// # Errors
    /// `Integrity` if the bytes are wrong twice, or there is neither size nor digest to check them against; `File` if the
    /// disk refuses; otherwise as the link answers. The final name never holds bytes of another size or digest.
    pub async fn run(mut self) -> Result<FileReport> {
        if let Some(report) = self.present().await {
            self.tell(FileState::Present, report.size);
            return Ok(report);
        }
        // A large file may take hours: the time that counts is the time since bytes last came.
        let (started, mut moved) = (Instant::now(), Instant::now());
        let (mut attempts, mut failures, mut relocations, mut wrong, mut fetched) = (0, 0, 0, 0, 0);
        loop {
            attempts += 1;
            let before = fetched;
            let error = match self.attempt(&mut fetched).await {
                Ok(size) => {
                    self.tell(FileState::Done, size);
                    let verified = self.digests.strongest().map(|(kind, _)| kind);
                    return Ok(FileReport { path: self.target, size, fetched, attempts, verified });
                }
                Err(error) => error.with_operation(self.operation),
            };
            if expired(&error)
                && relocations < MAX_RELOCATIONS
                && let Some(relocate) = &self.relocate
            {
                relocations += 1;
                self.link = relocate().await?;
                continue;
            }
            if fetched > before {
                moved = Instant::now();
            }
            // Attempts that the stack has counted, it has judged as well; what broke after the headers it has not seen.
            if error.attempts() > 0 {
                let (tried, exhausted) = (attempts.max(error.attempts()), error.exhausted());
                return Err(error.with_attempts(tried, started.elapsed(), exhausted));
            }
            failures += 1;
            let error = match error.kind() {
                ErrorKind::Integrity => {
                    wrong += 1;
                    error.with_transient(wrong <= MAX_WRONG)
                }
                _ => error,
            };
            let state = RetryState::new(self.operation, true).with_number(failures).with_elapsed(moved.elapsed());
            let delay = match self.session.retries().decide(self.retry.as_ref(), &state, &Attempt::failed(&error)) {
                Ok(delay) => delay,
                Err(given_up) => return Err(given_up.on(error, attempts, started.elapsed())),
            };
            self.tell(FileState::Again, 0);
            tracing::debug!(file = %self.name, attempts, %error, "fetching the file again");
            tokio::time::sleep(delay).await;
        }
    }

    /// The file that is there already, if it is right: size and digest agree.
    async fn present(&self) -> Option<FileReport> {
        let (kind, digest) = self.digests.strongest()?;
        let found = tokio::fs::metadata(&self.target).await.ok()?;
        if self.size.is_some_and(|size| size != found.len()) {
            return None;
        }
        let (size, actual) = hash_file(&self.target, kind).await.ok()?;
        let report = FileReport { path: self.target.clone(), size, fetched: 0, attempts: 0, verified: Some(kind) };
        actual.eq_ignore_ascii_case(digest).then_some(report)
    }

    async fn attempt(&self, fetched: &mut u64) -> Result<u64> {
        let response = self.open().await?;
        let expected = self.size.or(content_length(&response));
        if response.status() != StatusCode::OK || expected.is_none() && self.digests.strongest().is_none() {
            let what = format!("the answer {} has nothing to check the bytes against", response.status());
            return Err(Error::new(ErrorKind::Integrity, format!("{} cannot be verified: {what}", self.name)));
        }
        let mut body = response.into_body();
        let mut target = Target::create(&self.target).await?;
        let mut hasher = self.digests.strongest().map(|(kind, _)| Hasher::new(kind));
        let (mut size, mut told) = (0, None::<Instant>);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(classify::body_error)?;
            let Ok(bytes) = frame.into_data() else { continue };
            size += bytes.len() as u64;
            *fetched += bytes.len() as u64;
            if expected.is_some_and(|expected| size > expected) {
                break;
            }
            if let Some(hasher) = &mut hasher {
                hasher.update(&bytes);
            }
            target.write(&bytes).await?;
            if told.is_none_or(|told| told.elapsed() >= EVENT_INTERVAL) {
                self.tell(FileState::Receiving, size);
                told = Some(Instant::now());
            }
        }
        self.verify(size, expected, hasher.map(Hasher::finish))?;
        target.commit().await?;
        Ok(size)
    }

    async fn open(&self) -> Result<Response<ResponseBody>> {
        let mut request: Request<Bytes> = get(self.link.clone())?;
        // Lengths and digests are about the bytes as they are stored.
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let options = RequestOptions { retry: self.retry.clone(), ..RequestOptions::default() };
        let context = CallContext::new(self.operation, self.route, true, Answer::Stream, options);
        run(&self.session, context, request).await
    }

    fn verify(&self, size: u64, expected: Option<u64>, digest: Option<String>) -> Result<()> {
        let wrong = |what: String| {
            Err(Error::new(ErrorKind::Integrity, format!("{} is not what it should be: {what}", self.name)).with_help(
                "Nothing was left under its name. Run it again; if it stays wrong, report it to Planet's support",
            ))
        };
        if let Some(expected) = expected.filter(|expected| *expected != size) {
            let size = if size > expected { "more".to_owned() } else { format!("{size}") };
            return wrong(format!("{expected} bytes were announced, {size} came"));
        }
        match (self.digests.strongest(), digest) {
            (Some((kind, expected)), Some(actual)) if !actual.eq_ignore_ascii_case(expected) => {
                wrong(format!("its {kind} is {actual}, not {expected}"))
            }
            _ => Ok(()),
        }
    }

    fn tell(&self, state: FileState, received: u64) {
        if let Some(progress) = &self.progress {
            let total = self.size;
            progress.event(&ProgressEvent { file: Arc::clone(&self.name), state, received, total });
        }
    }

    /// Where the file will be.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("operation", &self.operation)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// Does the answer mean that the link no longer holds?
fn expired(error: &Error) -> bool {
    [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::GONE]
        .into_iter()
        .any(|status| error.status() == Some(status))
}

fn content_length(response: &Response<ResponseBody>) -> Option<u64> {
    response.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
