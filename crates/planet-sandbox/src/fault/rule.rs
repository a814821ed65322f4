//! A fault rule: which requests it strikes, and what happens to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};

use super::Decision;
use crate::respond::Response;

/// Which requests go wrong, and how.
///
/// Name the requests, then when to strike (every time, if nothing is said), then what happens.
/// Of the actions that lose or damage an answer the last one given counts. A [`delay`](Self::delay), a [`slow`](Self::slow)
/// body, a body of [no told length](Self::no_length) and one thing that the storage pretends go with any of them.
///
/// ```
/// use planet_sandbox::Fault;
///
/// // The second download is cut after 1,000 bytes.
/// let fault = Fault::on("GET", "/compute-orders-live/*").nth(2).cut_at(1_000);
/// // Each comes slowly, and has no entity tag by which it could be continued.
/// let slow = Fault::on("GET", "/compute-orders-live/*").slow(50_000).no_etag();
/// // A link that answers with a page to log in.
/// let page = Fault::on("GET", "*.tif").status(200).header("content-type", "text/html").body("<html>Log in</html>");
/// ```
///
/// The same can be written as JSON: see [`Fault::from_json`].
#[derive(Clone, Debug)]
#[must_use = "give it to `Sandbox::fault`"]
pub struct Fault {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) first: u64,
    pub(super) limit: Option<u64>,
    pub(super) chance: Option<(f64, u64)>,
    pub(super) delay: Duration,
    pub(super) after_acting: bool,
    pub(super) slow: Option<u64>,
    pub(super) no_length: bool,
    pub(super) pretend: Pretend,
    pub(super) action: Action,
    /// The answer of [`Action::Answer`], also before there is one.
    pub(super) instead: Response,
}

/// What the storage pretends in its answer to a struck request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pretend {
    #[default]
    Nothing,
    ExpiredLink,
    ChangedEtag,
    WeakEtag,
    NoEtag,
    NoRanges,
    NoFileName,
    /// A range begins so many bytes later than was asked.
    LaterRange(usize),
    /// Only what lies from this position on was asked for.
    UnaskedRange(usize),
}

/// What happens to a struck request.
#[derive(Clone, Debug, Default)]
pub(crate) enum Action {
    #[default]
    Pass,
    Answer,
    Reset,
    ResetAfterHeaders,
    Cut(usize),
    Stall(usize),
    Corrupt(usize),
    WrongLength(usize),
    ContentRange(String),
    RedirectToItself,
}

impl Action {
    /// Whether nothing of the service's own answer is sent, so that it need not act.
    pub(crate) fn loses_the_answer(&self) -> bool {
        matches!(self, Self::Answer | Self::Reset | Self::RedirectToItself)
    }
}

impl Fault {
    /// Requests with this method (`"*"` for any) and path, on any listener.
    ///
    /// A path with `*` in it is a pattern for the whole path, any other is a prefix.
    pub fn on(method: &str, path: &str) -> Self {
        Self {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            first: 1,
            limit: None,
            chance: None,
            delay: Duration::ZERO,
            after_acting: false,
            slow: None,
            no_length: false,
            pretend: Pretend::Nothing,
            action: Action::Pass,
            instead: Response::default(),
        }
    }

    /// Strikes from the `n`th matching request on, counted from 1; only once unless
    /// [`times`](Self::times) says otherwise.
    pub fn nth(mut self, n: u64) -> Self {
        self.first = n.max(1);
        self.limit = self.limit.or(Some(1));
        self
    }

    /// Strikes at most `n` times.
    pub fn times(mut self, n: u64) -> Self {
        self.limit = Some(n);
        self
    }

    /// Strikes with this probability, drawn from a generator with this seed.
    pub fn probability(mut self, p: f64, seed: u64) -> Self {
        self.chance = Some((p, seed));
        self
    }

    /// Waits before anything else happens.
    pub fn delay(mut self, by: Duration) -> Self {
        self.delay = by;
        self
    }

    /// Lets the service act first (the order is created), then loses its answer to [`status`](Self::status),
    /// [`reset`](Self::reset) or [`redirect_to_itself`](Self::redirect_to_itself). Without one of these the service
    /// acts anyway, and this changes nothing.
    pub fn after_acting(mut self) -> Self {
        self.after_acting = true;
        self
    }

    /// Answers with this status, and with the [headers](Self::header) and the [body](Self::body) that are given before
    /// or after it. A code outside 100 to 999 becomes 500.
    pub fn status(mut self, code: u16) -> Self {
        self.instead.status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.action = Action::Answer;
        self
    }

    /// Adds a header to the answer of [`status`](Self::status), without which it is not sent.
    ///
    /// What HTTP does not allow (a name with a space in it, a value with a line break) is left out;
    /// [`from_json`](Self::from_json) refuses it.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.instead = self.instead.with_header(name, value);
        self
    }

    /// Gives the answer of [`status`](Self::status) a body, without which it is not sent.
    pub fn body(mut self, bytes: impl Into<Bytes>) -> Self {
        self.instead.body = bytes.into();
        self
    }

    /// Resets the connection instead of answering.
    pub fn reset(mut self) -> Self {
        self.action = Action::Reset;
        self
    }

    /// Sends the headers, then resets the connection.
    pub fn reset_after_headers(mut self) -> Self {
        self.action = Action::ResetAfterHeaders;
        self
    }

    /// Sends the headers and the first `n` bytes of the body, then closes the connection.
    pub fn cut_at(mut self, n: usize) -> Self {
        self.action = Action::Cut(n);
        self
    }

    /// Sends the headers and the first `n` bytes of the body, then nothing more, for ever.
    pub fn stall_at(mut self, n: usize) -> Self {
        self.action = Action::Stall(n);
        self
    }

    /// Flips the bits of the byte at `position` of the body.
    pub fn corrupt_byte(mut self, position: usize) -> Self {
        self.action = Action::Corrupt(position);
        self
    }

    /// Claims this `Content-Length`, whatever the body. If it claims less, only so much is sent;
    /// if more, the connection closes after the body.
    pub fn wrong_length(mut self, claimed: usize) -> Self {
        self.action = Action::WrongLength(claimed);
        self
    }

    /// Says this in `Content-Range`, whatever the body.
    pub fn content_range(mut self, text: impl Into<String>) -> Self {
        self.action = Action::ContentRange(text.into());
        self
    }

    /// Answers with a redirect to the same URL: with [`times(n)`](Self::times), a chain of `n` of them.
    pub fn redirect_to_itself(mut self) -> Self {
        self.action = Action::RedirectToItself;
        self
    }

    /// Sends the body at this rate, more or less; at least 50 bytes a second.
    pub fn slow(mut self, bytes_a_second: u64) -> Self {
        self.slow = Some(bytes_a_second);
        self
    }

    /// Does not tell the length of the body, which comes in chunks.
    pub fn no_length(mut self) -> Self {
        self.no_length = true;
        self
    }

    /// Answers from storage as if the file had changed since: another `ETag`, and `If-Range` fails. The bytes are the same.
    pub fn change_etag(self) -> Self {
        self.pretend(Pretend::ChangedEtag)
    }

    /// Answers from storage with a weak `ETag`, which does not promise that the bytes are the same.
    pub fn weak_etag(self) -> Self {
        self.pretend(Pretend::WeakEtag)
    }

    /// Answers from storage without an `ETag`.
    pub fn no_etag(self) -> Self {
        self.pretend(Pretend::NoEtag)
    }

    /// Answers from storage with the whole file, whatever part was asked for, and without `Accept-Ranges`.
    pub fn no_ranges(self) -> Self {
        self.pretend(Pretend::NoRanges)
    }

    /// Answers from storage without a `Content-Disposition`, as was seen of some assets: only the URL has a name then.
    pub fn no_file_name(self) -> Self {
        self.pretend(Pretend::NoFileName)
    }

    /// Answers a request for a part of a file with one that begins `by` bytes later, and says so.
    pub fn later_range(self, by: usize) -> Self {
        self.pretend(Pretend::LaterRange(by))
    }

    /// Answers a request for a whole file with 206 and what lies from `first` on.
    pub fn unasked_range(self, first: usize) -> Self {
        self.pretend(Pretend::UnaskedRange(first))
    }

    /// Treats the signed link of a download as expired.
    pub fn expired_link(self) -> Self {
        self.pretend(Pretend::ExpiredLink)
    }

    fn pretend(mut self, what: Pretend) -> Self {
        self.pretend = what;
        self
    }
}

/// A fault in force, with its counts.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(super) id: u64,
    pub(super) fault: Fault,
    random: fastrand::Rng,
    seen: u64,
    pub(super) hits: Arc<AtomicU64>,
}

impl Rule {
    pub(super) fn new(id: u64, fault: Fault) -> Self {
        let seed = fault.chance.map_or(0, |(_, seed)| seed);
        Self { id, fault, random: fastrand::Rng::with_seed(seed), seen: 0, hits: Arc::default() }
    }

    /// Whether the rule speaks of this request, which is then counted.
    pub(crate) fn matches(&mut self, method: &Method, path: &str) -> bool {
        let fault = &self.fault;
        let matched = (fault.method == "*" || fault.method == method.as_str()) && path_matches(&fault.path, path);
        self.seen += u64::from(matched);
        matched
    }

    /// Decides on the request that matched last.
    pub(crate) fn strike(&mut self) -> Option<Decision> {
        let fault = &self.fault;
        let spent = fault.limit.is_some_and(|limit| self.hits.load(Ordering::Relaxed) >= limit);
        if self.seen < fault.first || spent {
            return None;
        }
        if let Some((p, _)) = fault.chance
            && self.random.f64() >= p
        {
            return None;
        }
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(Decision {
            delay: fault.delay,
            after_acting: fault.after_acting,
            slow: fault.slow,
            no_length: fault.no_length,
            pretend: fault.pretend,
            action: fault.action.clone(),
            instead: fault.instead.clone(),
        })
    }
}

/// A pattern without `*` is a prefix; with `*`, which stands for any text, it is the whole path.
pub(crate) fn path_matches(pattern: &str, path: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return path.starts_with(pattern);
    };
    let Some(path) = path.strip_prefix(start) else {
        return false;
    };
    match rest.rsplit_once('*') {
        None => path.ends_with(rest),
        Some((middle, end)) => {
            let Some(mut path) = path.strip_suffix(end) else {
                return false;
            };
            middle.split('*').all(|part| match path.find(part) {
                Some(at) => {
                    path = path.get(at + part.len()..).unwrap_or_default();
                    true
                }
                None => false,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_prefix_or_a_glob_of_the_whole_path() {
        let cases = [
            ("/data", "/data/v1/stats", true),
            ("/data/v1/stats", "/data", false),
            ("*", "/anything", true),
            ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a/b/c/d", false),
            ("/a/*/c/*", "/a/b/c/d", true),
            ("*_metadata*.json", "/x/1_metadata_clip.json", true),
            ("*_metadata*.json", "/x/1_metadata.xml", false),
            ("/a*b*b", "/ab", false),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn nth_and_times_count_matching_requests_only() {
        let fault = Fault::on("GET", "/a").nth(2).times(2).reset();
        let mut rule = Rule::new(1, fault);
        let mut strikes = Vec::new();
        for path in ["/a", "/b", "/a", "/a", "/a"] {
            if rule.matches(&Method::GET, path) {
                strikes.push(rule.strike().is_some());
            }
        }
        assert!(!rule.matches(&Method::POST, "/a"));
        assert_eq!(strikes, [false, true, true, false]);
    }
}
