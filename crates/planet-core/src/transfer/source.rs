//! The bytes of one file, in their order, over as many answers as it takes.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use tokio::time::Instant;

use super::answer::{self, ends_visibly, strong_etag};
use super::digest::Digests;
use super::download::Download;
use super::expected::Expected;
use super::found_name::found_name;
use crate::call::{RequestOptions, run};
use crate::operation::get;
use crate::progress::ProgressStep;
use crate::stack::{Answer, AnsweredFrom, CallContext};
use crate::transport::classify;
use crate::{Attempt, Error, ErrorKind, ResponseBody, Result, RetryState, Session};

/// How often a new link is asked for before the file is given up.
const MAX_RELOCATIONS: u32 = 3;

/// How often wrong bytes are fetched again: once, in case they broke on the way.
const MAX_WRONG: u32 = 1;

/// The least time between two `Received` events of one file.
const EVENT_INTERVAL: Duration = Duration::from_millis(100);

/// What comes next of a file.
pub(super) enum Piece {
    /// It begins, or begins anew: what came before is void.
    Begin {
        /// A strong entity tag says that the bytes are those that came before.
        same: bool,
    },
    /// The bytes that follow.
    Bytes(Bytes),
}

/// Reads a file to its end: what breaks is continued where it broke, if a strong entity tag makes it certain that the rest
/// fits, and begun anew otherwise; a link that has expired is renewed. It knows lengths; whoever takes the bytes knows the
/// digest, and says if it is wrong ([`reject`](Self::reject)).
pub(super) struct Source {
    pub(super) download: Download,
    body: Option<ResponseBody>,
    /// The strong entity tag of what has come so far.
    validator: Option<HeaderValue>,
    /// The length of the whole file, by the last answer or what is expected.
    total: Option<u64>,
    /// Where the next byte belongs.
    at: u64,
    /// The furthest that any attempt has come.
    furthest: u64,
    ended: bool,
    /// The name was not given: it is as the answer says from which the file comes.
    nameless: bool,
    web_page: bool,
    /// Bytes that came in, also of attempts that broke.
    pub(super) fetched: u64,
    /// Requests for the file.
    pub(super) attempts: u32,
    failures: u32,
    relocations: u32,
    wrong: u32,
    pub(super) started: Instant,
    /// When bytes last came. A large file may take hours: only the time since then counts.
    moved: Instant,
    told: Option<Instant>,
    has_started: bool,
}

impl Source {
    pub(super) fn new(download: Download) -> Self {
        let now = Instant::now();
        Self {
            total: download.expected.size(),
            nameless: download.name.is_none(),
            download,
            body: None,
            validator: None,
            at: 0,
            furthest: 0,
            ended: false,
            web_page: false,
            fetched: 0,
            attempts: 0,
            failures: 0,
            relocations: 0,
            wrong: 0,
            started: now,
            moved: now,
            told: None,
            has_started: false,
        }
    }

    /// Goes on after the first `from` bytes of `total`, which have come before with this entity tag. False if that cannot be.
    pub(super) fn resume(&mut self, from: u64, validator: HeaderValue, total: Option<u64>) -> bool {
        let total = self.total.or(total);
        if total.is_some_and(|total| from > total) {
            return false;
        }
        self.body = None;
        self.total = total;
        self.at = from;
        self.furthest = from;
        self.validator = Some(validator);
        self.ended = total == Some(from);
        if self.ended {
            self.start();
            self.download.tell(ProgressStep::Resumed { from });
        }
        true
    }

    /// The strong entity tag of what comes.
    pub(super) fn validator(&self) -> Option<&HeaderValue> {
        self.validator.as_ref()
    }

    /// The length of the whole file, if it is known.
    pub(super) fn total(&self) -> Option<u64> {
        self.total
    }

    /// The next piece; nothing at the end of the file, which then has the length that it should have.
    ///
    /// Dropping the future is only safe together with the source.
    pub(super) async fn next(&mut self) -> Result<Option<Piece>> {
        loop {
            let error = match self.step().await {
                Ok(piece) => return Ok(piece),
                Err(error) => error,
            };
            self.again(error).await?;
        }
    }

    async fn step(&mut self) -> Result<Option<Piece>> {
        while !self.ended {
            let Some(body) = &mut self.body else {
                match self.open().await? {
                    Some(begin) => return Ok(Some(begin)),
                    None => continue,
                }
            };
            let Some(frame) = body.frame().await else {
                self.end()?;
                break;
            };
            let Ok(bytes) = frame.map_err(classify::body_error)?.into_data() else { continue };
            self.receive(&bytes)?;
            return Ok(Some(Piece::Bytes(bytes)));
        }
        Ok(None)
    }

    fn receive(&mut self, bytes: &Bytes) -> Result<()> {
        self.at += bytes.len() as u64;
        self.fetched += bytes.len() as u64;
        self.moved = Instant::now();
        // The link holds.
        self.relocations = 0;
        self.start();
        if self.total.is_some_and(|total| self.at > total) {
            Expected::check_size(self.at, self.total).map_err(|what| self.fault(&what))?;
        }
        if self.told.is_none_or(|told| told.elapsed() >= EVENT_INTERVAL) {
            self.told = Some(self.moved);
            self.download.tell(ProgressStep::Received { received: self.at, total: self.total });
        }
        Ok(())
    }

    /// Told when it is certain that bytes come: what an answer brings may stay unread, as the file is there.
    fn start(&mut self) {
        if !std::mem::replace(&mut self.has_started, true) {
            self.download.tell(ProgressStep::Started { total: self.total });
        }
    }

    fn end(&mut self) -> Result<()> {
        self.body = None;
        if let Some(total) = self.total.filter(|total| self.at < *total) {
            let message = format!("{} broke off after {} of {total} bytes", self.download.shown(), self.at);
            return Err(Error::new(ErrorKind::Transport, message));
        }
        self.total = Some(self.at);
        self.ended = true;
        self.start();
        Ok(())
    }

    /// Asks for the file, or for the rest of it. Nothing: what comes follows what came.
    async fn open(&mut self) -> Result<Option<Piece>> {
        self.attempts += 1;
        let (session, context, request) = self.request()?;
        let response = run(&session, context, request).await?;
        // It may have waited long for its turn.
        self.moved = Instant::now();
        match response.status() {
            StatusCode::OK => self.begin(response).map(Some),
            StatusCode::PARTIAL_CONTENT if self.at > 0 => {
                if let Some(total) = self.continues(&response) {
                    self.total = Some(total);
                    self.start();
                    self.download.tell(ProgressStep::Resumed { from: self.at });
                    self.body = Some(response.into_body());
                } else {
                    self.anew();
                }
                Ok(None)
            }
            status => {
                let message = format!("{} did not come: the answer is {status}, not 200", self.download.shown());
                Err(Error::new(ErrorKind::Integrity, message))
            }
        }
    }

    fn request(&self) -> Result<(Session, CallContext, Request<Bytes>)> {
        let Download { session, operation, route, link, retry, .. } = &self.download;
        let mut request: Request<Bytes> = get(link.clone())?;
        let headers = request.headers_mut();
        // Lengths, ranges and digests are about the bytes as they are stored.
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let (1.., Some(validator)) = (self.at, &self.validator) {
            headers.insert(header::RANGE, range_from(self.at)?);
            headers.insert(header::IF_RANGE, validator.clone());
        }
        let options = RequestOptions { retry: retry.clone(), ..RequestOptions::default() };
        let context = CallContext::new(operation, *route, true, Answer::Stream, options);
        Ok((session.clone(), context, request))
    }

    /// The whole file comes.
    fn begin(&mut self, response: Response<ResponseBody>) -> Result<Piece> {
        let etag = strong_etag(response.headers());
        let same = etag.is_some() && etag == self.validator;
        self.at = 0;
        self.validator = etag;
        self.web_page = answer::is_web_page(response.headers());
        self.total = self.length_of(&response)?;
        if self.nameless {
            let url = response.extensions().get().map_or(&self.download.link, |AnsweredFrom(url)| url);
            self.download.name = Some(found_name(response.headers(), url)?.into());
        }
        self.refuse_a_web_page()?;
        self.refuse_packed(response.headers())?;
        self.body = Some(response.into_body());
        Ok(Piece::Begin { same })
    }

    /// The length that the body must have, if it is known, of an answer that can be told to be complete.
    fn length_of(&self, response: &Response<ResponseBody>) -> Result<Option<u64>> {
        let (expected, announced) = (&self.download.expected, answer::content_length(response.headers()));
        if let (Some(size), Some(announced)) = (expected.size(), announced) {
            Expected::check_size(announced, Some(size)).map_err(|what| self.fault(&what))?;
        }
        let size = expected.size().or(announced);
        if expected.lacks_digest() && size.is_none() && !ends_visibly(response) {
            let message = format!(
                "{} cannot be verified: neither its length nor its digest is known, and where it ends cannot be told from where it breaks",
                self.download.shown()
            );
            return Err(Error::new(ErrorKind::Integrity, message).with_help("Verify::off() takes it as it comes"));
        }
        Ok(size)
    }

    /// Where no digest will tell, a page for a browser is not taken for a file of another name.
    fn refuse_a_web_page(&self) -> Result<()> {
        let is_named_so = || {
            let name = self.download.name.as_deref().and_then(std::path::Path::extension).unwrap_or_default();
            name.eq_ignore_ascii_case("html") || name.eq_ignore_ascii_case("htm")
        };
        if self.web_page && self.download.expected.lacks_digest() && !is_named_so() {
            let message = format!("the link to {} answered with a web page", self.download.shown());
            return Err(Error::new(ErrorKind::Integrity, message)
                .with_help("Ask for the link again: it may have expired. Verify::off() takes what comes"));
        }
        Ok(())
    }

    /// Where no digest will tell, bytes that a storage keeps packed are not taken for the file: we asked for them as they are.
    fn refuse_packed(&self, headers: &HeaderMap) -> Result<()> {
        let packing = answer::packing(headers).filter(|_| self.download.expected.lacks_digest());
        let Some(coding) = packing else { return Ok(()) };
        let message = format!("{} came packed (Content-Encoding: {coding})", self.download.shown());
        let help = "Verify::off() takes it as it comes: unpack it yourself";
        Err(Error::new(ErrorKind::Integrity, message).with_help(help))
    }

    /// The length of the whole file, if this is exactly the rest of what came.
    fn continues(&self, response: &Response<ResponseBody>) -> Option<u64> {
        let (etag, asked) = (response.headers().get(header::ETAG), self.validator.as_ref()?);
        // A storage that says nothing may have overlooked the condition: then a digest must tell.
        let same = etag.map_or_else(|| self.download.expected.has_digest(), |etag| etag == asked);
        let range = answer::content_range(response.headers()).filter(|range| same && range.first == self.at)?;
        let end = range.last.checked_add(1)?;
        // Either of the two lengths may be unknown; not both, as it may be a part of the rest then.
        let total = self.total.or(range.total)?;
        (total == end && range.total.is_none_or(|told| told == end)).then_some(total)
    }

    /// Nothing that came can be continued.
    fn anew(&mut self) {
        self.at = 0;
        self.validator = None;
    }

    /// Says that the bytes, which came whole, are wrong. They are fetched once more, from the beginning.
    pub(super) async fn reject(&mut self, what: &str) -> Result<()> {
        let error = self.fault(what);
        self.again(error).await
    }

    /// The bytes may have broken on the way: it is worth another attempt.
    fn fault(&self, what: &str) -> Error {
        let page = if self.web_page { ": the link answered with a web page" } else { "" };
        let message = format!("{} is not what it should be: {what}{page}", self.download.shown());
        Error::new(ErrorKind::Integrity, message).with_transient(true).with_help(
            "Nothing was left under its name. Run it again; if it stays wrong, report it to Planet's support",
        )
    }

    /// Prepares another attempt after a failed one, or gives up.
    async fn again(&mut self, error: Error) -> Result<()> {
        self.body = None;
        self.ended = false;
        let error = self.download.named(error);
        if error.status() == Some(StatusCode::RANGE_NOT_SATISFIABLE) && self.at > 0 {
            self.anew();
            return Ok(());
        }
        if expired(&error) && self.relocations < MAX_RELOCATIONS && self.download.relocate.is_some() {
            return self.relocate().await;
        }
        // Attempts that the stack has counted, it has judged as well; what broke after the headers it has not seen.
        if error.attempts() > 0 {
            let (tried, exhausted) = (self.attempts.max(error.attempts()), error.exhausted());
            return Err(error.with_attempts(tried, self.started.elapsed(), exhausted));
        }
        let error = self.judge(error);
        let state = RetryState::new(self.download.operation, true);
        let state = state.with_number(self.failures).with_elapsed(self.moved.elapsed());
        let (retries, own) = (self.download.session.retries(), self.download.retry.as_ref());
        let delay = match retries.decide(own, &state, &Attempt::failed(&error)) {
            Ok(delay) => delay,
            Err(given_up) => return Err(given_up.on(error, self.attempts, self.started.elapsed())),
        };
        self.download.tell(ProgressStep::Retry { failures: self.failures, delay, reason: error.message().into() });
        tracing::debug!(file = %self.download.shown(), attempts = self.attempts, %error, "fetching the file again");
        tokio::time::sleep(delay).await;
        Ok(())
    }

    /// Counts a failure. An attempt that came further than any before it has not failed in vain.
    fn judge(&mut self, error: Error) -> Error {
        if self.at > self.furthest {
            self.furthest = self.at;
            self.failures = 0;
        }
        self.failures += 1;
        if error.kind() != ErrorKind::Integrity {
            return error;
        }
        self.anew();
        self.wrong += 1;
        let transient = error.is_transient() && self.wrong <= MAX_WRONG;
        error.with_transient(transient)
    }

    async fn relocate(&mut self) -> Result<()> {
        let Some(relocate) = &self.download.relocate else { return Ok(()) };
        self.relocations += 1;
        let fresh = match relocate().await.map_err(|error| self.download.named(error)) {
            Ok(fresh) => fresh,
            // What the answer lacked that came well.
            Err(error) if error.attempts() == 0 => {
                return Err(error.with_attempts(self.attempts, self.started.elapsed(), false));
            }
            Err(error) => return Err(error),
        };
        self.download.link = fresh.url;
        let other = |digests: &Digests| digests.strongest().is_some() && *digests != self.download.expected.digests;
        if let Some(digests) = fresh.digests.filter(other) {
            // It was made anew meanwhile.
            self.download.expected.digests = digests;
            self.anew();
        }
        Ok(())
    }
}

fn range_from(at: u64) -> Result<HeaderValue> {
    HeaderValue::try_from(format!("bytes={at}-"))
        .map_err(|cause| Error::new(ErrorKind::Unexpected, "a range is no header").with_source(cause))
}

/// Does the answer mean that the link no longer holds?
fn expired(error: &Error) -> bool {
    [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::GONE]
        .into_iter()
        .any(|status| error.status() == Some(status))
}
