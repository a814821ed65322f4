//! The run of a download, to the file under its name.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Version, header};
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::digest::{Checksum, Hasher, Verified, hash_file};
use super::download::{Download, FileReport};
use super::file::Target;
use super::found_name::found_name;
use super::name::shown;
use super::options::Overwrite;
use crate::call::{RequestOptions, run};
use crate::operation::get;
use crate::progress::{ProgressEvent, ProgressStep};
use crate::stack::{Answer, AnsweredFrom, CallContext};
use crate::transport::classify;
use crate::{Attempt, Error, ErrorKind, ResponseBody, Result, RetryState};

/// How often a new link is asked for before the file is given up.
const MAX_RELOCATIONS: u32 = 3;

/// How often wrong bytes are fetched again: once, in case they broke on the way.
const MAX_WRONG: u32 = 1;

/// The least time between two `Receiving` events of one file.
const EVENT_INTERVAL: Duration = Duration::from_millis(100);

impl Download {
    /// Fetches the file, unless it is there already and stays.
    ///
    /// # Errors
    /// `Integrity` if the bytes are wrong twice, if there is nothing to check them against, or if a wrong file is there and
    /// was to be kept; `File` if the disk refuses; otherwise as the link answers. The final name never holds bytes that are
    /// not what they should be, nor a part of them.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the final name as it was and removes the temporary file.
    pub async fn run(mut self) -> Result<FileReport> {
        if let Some(target) = self.target()
            && let Some(kept) = self.kept(&target, self.size).await.map_err(|error| self.named(error))?
        {
            return Ok(kept);
        }
        // A large file may take hours: the time that counts is the time since bytes last came.
        let (started, mut moved) = (Instant::now(), Instant::now());
        let (mut attempts, mut failures, mut relocations, mut wrong, mut fetched) = (0, 0, 0, 0, 0);
        loop {
            attempts += 1;
            let before = fetched;
            let error = match self.attempt(&mut fetched).await {
                Ok(file) => return Ok(FileReport { fetched, attempts, ..file }),
                Err(error) => self.named(error),
            };
            if expired(&error)
                && relocations < MAX_RELOCATIONS
                && let Some(relocate) = &self.relocate
            {
                relocations += 1;
                match relocate().await.map_err(|error| self.named(error)) {
                    Ok(link) => self.link = link,
                    // What the answer lacked that came well.
                    Err(error) if error.attempts() == 0 => {
                        return Err(error.with_attempts(attempts, started.elapsed(), false));
                    }
                    Err(error) => return Err(error),
                }
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
                ErrorKind::Integrity if error.is_transient() => {
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
            self.tell(ProgressStep::Retry { failures, delay, reason: error.message().into() });
            tracing::debug!(file = %self.shown(), attempts, %error, "fetching the file again");
            tokio::time::sleep(delay).await;
        }
    }

    async fn attempt(&mut self, fetched: &mut u64) -> Result<FileReport> {
        let response = self.open().await?;
        let expected = self.expected(&response)?;
        // Had there been enough to tell before, it would not have been asked for.
        let looked = self.name.is_some() && (self.size.is_some() || self.digest().is_some());
        if self.name.is_none() {
            let url = response.extensions().get().map_or(&self.link, |AnsweredFrom(url)| url);
            self.name = Some(found_name(response.headers(), url)?.into());
        }
        let target = self.target().unwrap_or_default();
        if !looked && let Some(kept) = self.kept(&target, expected).await? {
            return Ok(kept);
        }
        self.receive(response.into_body(), target, expected, fetched).await
    }

    async fn open(&self) -> Result<Response<ResponseBody>> {
        let mut request: Request<Bytes> = get(self.link.clone())?;
        // Lengths and digests are about the bytes as they are stored.
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let options = RequestOptions { retry: self.retry.clone(), ..RequestOptions::default() };
        let context = CallContext::new(self.operation, self.route, true, Answer::Stream, options);
        run(&self.session, context, request).await
    }

    /// The length that the body must have, if it is known, of an answer that can be told to be complete.
    fn expected(&self, response: &Response<ResponseBody>) -> Result<Option<u64>> {
        if response.status() != StatusCode::OK {
            let message = format!("{} did not come: the answer is {}, not 200", self.shown(), response.status());
            return Err(Error::new(ErrorKind::Integrity, message));
        }
        let announced = content_length(response);
        let size = if self.verify.is_on() { self.size.or(announced) } else { announced };
        if self.verify.is_on() && size.is_none() && self.digest().is_none() && !ends_visibly(response) {
            let message = format!(
                "{} cannot be verified: neither its length nor its digest is known, and where it ends cannot be told from where it breaks",
                self.shown()
            );
            return Err(Error::new(ErrorKind::Integrity, message).with_help("Verify::off() takes it as it comes"));
        }
        Ok(size)
    }

    async fn receive(
        &self,
        mut body: ResponseBody,
        path: PathBuf,
        expected: Option<u64>,
        fetched: &mut u64,
    ) -> Result<FileReport> {
        let mut target = Target::create(&path).await?;
        let mut hasher = self.digest().map(|(kind, _)| Hasher::new(kind));
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
                self.tell(ProgressStep::Received { received: size, total: expected });
                told = Some(Instant::now());
            }
        }
        self.check(size, expected, hasher.map(Hasher::finish)).map_err(|what| {
            let message = format!("{} is not what it should be: {what}", self.shown());
            // The bytes may have broken on the way.
            Error::new(ErrorKind::Integrity, message).with_transient(true).with_help(
                "Nothing was left under its name. Run it again; if it stays wrong, report it to Planet's support",
            )
        })?;
        match self.overwrite {
            Overwrite::Never => target.commit_new().await?,
            Overwrite::IfDifferent | Overwrite::Always => target.commit().await?,
        }
        self.tell(ProgressStep::Done { size });
        Ok(self.report(path, size, self.verified()))
    }

    /// The file that is there already, if it stays. `size`: what it should have, as far as that is known by now.
    async fn kept(&self, target: &Path, size: Option<u64>) -> Result<Option<FileReport>> {
        if self.overwrite == Overwrite::Always {
            return Ok(None);
        }
        let Some(found) = tokio::fs::metadata(target).await.ok().filter(std::fs::Metadata::is_file) else {
            return Ok(None);
        };
        let length = found.len();
        let never = self.overwrite == Overwrite::Never;
        let verified = if never && !self.verify.is_on() {
            Verified::Unchecked
        } else {
            match self.compare(target, length, size).await? {
                Found::Right => self.verified(),
                Found::Unknown if never => Verified::Unchecked,
                Found::Wrong(what) if never => {
                    let message = format!("{} is there and is not what it should be: {what}", self.shown());
                    return Err(Error::new(ErrorKind::Integrity, message).with_help(
                        "It was left as it is, as Overwrite::Never was chosen. Overwrite::IfDifferent replaces it",
                    ));
                }
                Found::Unknown | Found::Wrong(_) => return Ok(None),
            }
        };
        self.tell(ProgressStep::Kept { size: length });
        Ok(Some(self.report(target.to_owned(), length, verified)))
    }

    async fn compare(&self, file: &Path, length: u64, size: Option<u64>) -> Result<Found> {
        if let Err(what) = self.check(length, size, None) {
            return Ok(Found::Wrong(what));
        }
        Ok(match self.digest() {
            Some((kind, _)) => {
                let (length, digest) = hash_file(file, kind).await?;
                match self.check(length, size, Some(digest)) {
                    Ok(()) => Found::Right,
                    Err(what) => Found::Wrong(what),
                }
            }
            None if size.is_some() && !self.verify.is_on() => Found::Right,
            None => Found::Unknown,
        })
    }

    /// What is wrong with bytes of this size and digest, as far as they are known.
    fn check(&self, size: u64, expected: Option<u64>, digest: Option<String>) -> Result<(), String> {
        if let Some(expected) = expected.filter(|expected| *expected != size) {
            let size = if size > expected { "more".to_owned() } else { format!("only {size}") };
            return Err(format!("it should have {expected} bytes and has {size}"));
        }
        match (self.digest(), digest) {
            (Some((kind, expected)), Some(actual)) if !actual.eq_ignore_ascii_case(expected) => {
                Err(format!("its {kind} is {actual}, not {expected}"))
            }
            _ => Ok(()),
        }
    }

    /// The digest to compare with, if there is one and it counts.
    fn digest(&self) -> Option<(Checksum, &str)> {
        self.digests.strongest().filter(|_| self.verify.is_on())
    }

    fn verified(&self) -> Verified {
        match self.digest() {
            Some((Checksum::Sha256, _)) => Verified::Sha256,
            Some((Checksum::Md5, _)) => Verified::Md5,
            None if self.verify.is_on() => Verified::Length,
            None => Verified::Unchecked,
        }
    }

    fn report(&self, path: PathBuf, size: u64, verified: Verified) -> FileReport {
        FileReport { path, size, fetched: 0, resumed: 0, attempts: 0, verified }
    }

    /// Where the file will be, if that is known by now.
    fn target(&self) -> Option<PathBuf> {
        self.name.as_ref().map(|name| self.directory.join(name))
    }

    /// What to call it.
    fn shown(&self) -> Arc<str> {
        match (&self.label, self.target()) {
            (Some(label), _) => Arc::clone(label),
            (None, Some(target)) => shown(&target).into(),
            (None, None) => "the file".into(),
        }
    }

    fn named(&self, error: Error) -> Error {
        error.with_operation(self.operation)
    }

    fn tell(&self, step: ProgressStep) {
        if let Some(progress) = &self.progress {
            progress.event(&ProgressEvent { order: self.order.clone(), name: self.shown(), step });
        }
    }
}

/// What a file that is there already is.
enum Found {
    Right,
    Wrong(String),
    /// Nothing is known to tell it from another.
    Unknown,
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

/// Does a body without a length end in a way of its own, so that one that breaks off is noticed? Chunks do, and streams of
/// HTTP/2; a body that ends when the connection does, does not.
fn ends_visibly(response: &Response<ResponseBody>) -> bool {
    response.headers().contains_key(header::TRANSFER_ENCODING) || response.version() >= Version::HTTP_2
}
