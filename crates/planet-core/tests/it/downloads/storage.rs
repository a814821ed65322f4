//! A storage in the same process, which counts what it gives.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use futures_util::stream;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, LOCATION, RANGE,
    TRANSFER_ENCODING,
};
use http::{HeaderName, Response, StatusCode};
use http_body::Frame;
use http_body_util::StreamBody;
use planet_core::middleware::{Request, ResponseBody};
use planet_core::transfer::{FreshLink, Relocate, RelocateFuture};
use planet_core::{Auth, Pace, Retry, Session};

use super::fault::{self, Body, Etag, Fault, Instead, Length, Ranges};

const HOST: &str = "https://storage.example";

#[derive(Clone)]
pub(crate) struct Storage(Arc<Mutex<State>>);

pub(crate) struct State {
    pub(crate) files: Vec<Stored>,
    /// The faults of the next requests.
    pub(crate) script: VecDeque<Fault>,
    /// Where further faults come from; without it there are none.
    pub(crate) chance: Option<Rng>,
    /// How bodies are cut into pieces.
    pieces: Rng,
    /// Links of earlier ones have expired.
    generation: u32,
    pub(crate) met: Vec<&'static str>,
    pub(crate) requests: u64,
    /// Requests for the rest of a file, and the bytes that they did not ask for again.
    pub(crate) continued: (u64, u64),
    pub(crate) violations: Vec<String>,
}

/// A file of the storage, and what the client has of it.
pub(crate) struct Stored {
    /// The right bytes, and those of the file that it seems to be at times.
    pub(crate) versions: [Bytes; 2],
    version: usize,
    /// A digest is known, so that wrong bytes are noticed.
    pub(crate) provable: bool,
    /// The client learns its name when it asks, and only then what it has of it.
    pub(crate) nameless: bool,
    /// It is there already, and right: nobody should ask for it.
    pub(crate) finished: bool,
    /// So many bytes were given to the present run.
    pub(crate) delivered: u64,
    pub(crate) has: Has,
}

/// What a client has of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Has {
    bytes: u64,
    /// By which it can ask for the rest alone.
    etag: Option<String>,
    /// Something was wrong with what it got, or told so: it may begin again.
    doubtful: bool,
    /// It may have lost so many of the last bytes.
    pub(crate) slack: u64,
}

enum Step {
    Wait(Duration),
    Bytes(Bytes),
    Break,
    Hang,
}

impl Stored {
    pub(crate) fn new(bytes: Vec<u8>, provable: bool, nameless: bool) -> Self {
        let other: Vec<u8> = bytes.iter().map(|byte| byte ^ 0x5a).collect();
        let versions = [bytes.into(), other.into()];
        Self { versions, version: 0, provable, nameless, finished: false, delivered: 0, has: Has::default() }
    }
}

impl Storage {
    pub(crate) fn new(files: Vec<Stored>, pieces: Rng) -> Self {
        Self(Arc::new(Mutex::new(State {
            files,
            script: VecDeque::new(),
            chance: None,
            pieces,
            generation: 0,
            met: Vec::new(),
            requests: 0,
            continued: (0, 0),
            violations: Vec::new(),
        })))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// A session with this for a network, without a pace.
    pub(crate) fn session(&self, retry: Retry) -> Session {
        let storage = self.clone();
        let transport = tower::service_fn(move |request: Request| storage.clone().answer(request));
        Session::builder().auth(Auth::anonymous()).pace(Pace::off()).retry(retry).transport(transport).build().unwrap()
    }

    pub(crate) fn link(&self, file: usize) -> http::Uri {
        format!("{HOST}/{file}?generation={}", self.state().generation).parse().unwrap()
    }

    pub(crate) fn relocate(&self, file: usize) -> Relocate {
        let storage = self.clone();
        Arc::new(move || -> RelocateFuture {
            let link = FreshLink::new(storage.link(file));
            Box::pin(async { Ok(link) })
        })
    }

    async fn answer(self, request: Request) -> io::Result<Response<ResponseBody>> {
        let (fault, file) = {
            let state = &mut *self.state();
            let file: usize = request.uri().path()[1..].parse().unwrap();
            state.requests += 1;
            let fault = state.draw(file);
            state.met.push(fault.name);
            (fault, file)
        };
        if !fault.delay.is_zero() {
            tokio::time::sleep(fault.delay).await;
        }
        let hop = request.uri().query().unwrap_or_default().matches("hop").count();
        if hop < usize::from(fault.redirects) {
            let to = format!("{}&hop", request.uri());
            return Ok(Response::builder().status(302).header(LOCATION, to).body(ResponseBody::default()).unwrap());
        }
        let (response, steps) = self.state().respond(file, &request, fault)?;
        let given = self.clone();
        let body = stream::unfold(steps.into_iter(), move |mut steps| {
            let given = given.clone();
            async move {
                loop {
                    let frame = match steps.next()? {
                        Step::Wait(time) => {
                            tokio::time::sleep(time).await;
                            continue;
                        }
                        Step::Bytes(bytes) => {
                            let stored = &mut given.state().files[file];
                            stored.delivered += bytes.len() as u64;
                            stored.has.bytes += bytes.len() as u64;
                            Ok(Frame::data(bytes))
                        }
                        Step::Break => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
                        Step::Hang => std::future::pending().await,
                    };
                    return Some((frame, steps));
                }
            }
        });
        Ok(response.map(|()| ResponseBody::new(StreamBody::new(body))))
    }
}

impl State {
    fn draw(&mut self, file: usize) -> Fault {
        if let Some(fault) = self.script.pop_front() {
            return fault;
        }
        let stored = &mut self.files[file];
        let Some(chance) = &mut self.chance else {
            return Fault { name: "calm", ..Fault::default() };
        };
        if chance.u8(0..12) == 0 {
            stored.version = 1 - stored.version;
        }
        let fault = fault::draw(chance, stored.versions[0].len(), stored.provable);
        Fault { version: stored.version, ..fault }
    }

    /// The answer, and the steps of its body.
    fn respond(&mut self, file: usize, request: &Request, fault: Fault) -> io::Result<(Response<()>, Vec<Step>)> {
        let asked = Asked::of(request);
        self.check(file, &asked);
        let expired = request
            .uri()
            .query()
            .is_none_or(|query| !query.split('&').any(|part| part == format!("generation={}", self.generation)));
        let status = match fault.instead {
            Some(Instead::Reset) => return Err(io::ErrorKind::ConnectionReset.into()),
            Some(Instead::Status(status @ (401 | 403 | 404 | 410))) => {
                self.generation += 1;
                Some(status)
            }
            Some(Instead::Status(status)) => Some(status),
            _ if expired => Some(403),
            _ => None,
        };
        if let Some(status) = status {
            return Ok((Response::builder().status(status).body(()).unwrap(), Vec::new()));
        }
        if matches!(fault.instead, Some(Instead::Page)) {
            return Ok(self.page(file));
        }
        let stored = &mut self.files[file];
        let bytes = stored.versions[fault.version].clone();
        let size = bytes.len();
        let etag = match fault.etag {
            Etag::Strong => Some(format!("\"v{}\"", fault.version)),
            Etag::Weak => Some(format!("W/\"v{}\"", fault.version)),
            Etag::None => None,
        };
        let strong = etag.clone().filter(|_| fault.etag == Etag::Strong);
        let holds = asked.if_range.is_none() || asked.if_range == strong;
        let part = match (asked.from, &fault.ranges) {
            (_, Ranges::Ignored) => None,
            (None, Ranges::Unasked) => Some(size / 2),
            (None, _) => None,
            (Some(_), Ranges::Refused) => Some(size),
            (Some(from), Ranges::Unconditional) => Some(from),
            (Some(_), _) if !holds => None,
            (Some(from), Ranges::Later(by)) => Some(from + by),
            (Some(from), _) => Some(from),
        };
        if asked.from.is_some() && part.is_some_and(|from| from >= size) {
            stored.has.doubtful = true;
            let range = format!("bytes */{size}");
            return Ok((Response::builder().status(416).header(CONTENT_RANGE, range).body(()).unwrap(), Vec::new()));
        }
        let honest = part == asked.from && !matches!(fault.ranges, Ranges::WrongTotal | Ranges::Unsaid);
        if part.is_none() {
            stored.has = Has { etag: strong, ..Has::default() };
        } else if stored.has.etag != strong || !honest {
            stored.has.doubtful = true;
        } else if part.is_some() {
            stored.has.bytes = asked.from.unwrap_or_default() as u64;
            stored.has.slack = 0;
        }
        let mut response = Response::new(());
        let mut header = |name: HeaderName, value: String| {
            response.headers_mut().insert(name, value.parse().unwrap());
        };
        header(ACCEPT_RANGES, "bytes".to_owned());
        header(CONTENT_DISPOSITION, format!("attachment; filename=\"{file}.tif\""));
        if let Some(etag) = etag {
            header(ETAG, etag);
        }
        if let Some(from) = part.filter(|_| fault.ranges != Ranges::Unsaid) {
            let total = size + usize::from(fault.ranges == Ranges::WrongTotal);
            header(CONTENT_RANGE, format!("bytes {from}-{}/{total}", size.saturating_sub(1)));
        }
        let bytes = bytes.slice(part.unwrap_or_default()..);
        let length = match fault.body {
            Body::Short(length) => length.min(bytes.len()),
            Body::Long(more) => bytes.len() + more,
            _ => bytes.len(),
        };
        match fault.length {
            Length::Told => header(CONTENT_LENGTH, length.to_string()),
            Length::Chunked => header(TRANSFER_ENCODING, "chunked".to_owned()),
            Length::UntilClose => {}
        }
        if part.is_some() {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        let steps = self.steps(file, bytes, &fault);
        Ok((response, steps))
    }

    fn page(&mut self, file: usize) -> (Response<()>, Vec<Step>) {
        let stored = &mut self.files[file];
        // Of another length than the file, which is all that is known of some.
        let page = format!("<html>Please log in{}</html>", ".".repeat(stored.versions[0].len().min(100)));
        stored.has = Has { doubtful: true, ..Has::default() };
        let response = Response::builder().header(CONTENT_LENGTH, page.len()).header("content-type", "text/html");
        (response.body(()).unwrap(), vec![Step::Bytes(page.into())])
    }

    fn steps(&mut self, file: usize, bytes: Bytes, fault: &Fault) -> Vec<Step> {
        let has = &mut self.files[file].has;
        let (mut bytes, mut end) = (bytes, None);
        match fault.body {
            Body::Whole => {}
            Body::Cut(at) if fault.length == Length::UntilClose => {
                has.doubtful = true;
                bytes.truncate(at);
            }
            Body::Cut(at) => {
                bytes.truncate(at);
                end = Some(Step::Break);
            }
            Body::Stall(at) => {
                bytes.truncate(at);
                end = Some(Step::Hang);
            }
            Body::Early(at) | Body::Short(at) => {
                has.doubtful |= at < bytes.len();
                bytes.truncate(at);
            }
            Body::Long(more) => {
                has.doubtful = true;
                bytes = [&bytes, vec![b'x'; more].as_slice()].concat().into();
            }
            Body::Flip(at) => {
                has.doubtful = true;
                let mut flipped = bytes.to_vec();
                if let Some(byte) = flipped.get_mut(at) {
                    *byte = !*byte;
                }
                bytes = flipped.into();
            }
        }
        let mut steps = Vec::new();
        let largest = (bytes.len() / 3).max(1);
        while !bytes.is_empty() {
            if self.pieces.u8(0..4) == 0 {
                steps.push(Step::Wait(Duration::from_millis(self.pieces.u64(0..30))));
            }
            steps.push(Step::Bytes(bytes.split_to(self.pieces.usize(1..=largest).min(bytes.len()))));
        }
        steps.extend(end);
        steps
    }

    /// Nothing is asked for that is there, and of a file that broke off only the rest, where that can be had.
    fn check(&mut self, file: usize, asked: &Asked) {
        let stored = &self.files[file];
        let has = &stored.has;
        if stored.finished {
            self.violations.push(format!("file {file} is right, and was asked for"));
        }
        if let Some(from) = asked.from {
            self.continued.0 += 1;
            self.continued.1 += from as u64;
        }
        let from = asked.from.unwrap_or_default() as u64;
        let whole = has.bytes >= stored.versions[0].len() as u64;
        if from > 0 && asked.if_range.is_none() {
            self.violations.push(format!("file {file} was asked for from {from} on without a condition"));
        }
        if has.etag.is_none() || has.doubtful || whole || stored.nameless {
            return;
        }
        if from > has.bytes || from + has.slack < has.bytes {
            self.violations.push(format!("file {file} was asked for from {from} on, and there are {has:?}"));
        }
    }

    /// A new run begins. `right`: which files are there; `slack`: how much of the others the last run may have lost.
    pub(crate) fn begin(&mut self, right: impl Fn(usize) -> bool, slack: u64) {
        for (number, file) in self.files.iter_mut().enumerate() {
            file.finished = right(number);
            file.delivered = 0;
            file.has.slack = file.has.slack.max(slack);
            // What no digest will tell in the end is not continued by another run.
            file.has.doubtful |= !file.provable;
        }
    }
}

/// What a request asks for.
struct Asked {
    from: Option<usize>,
    if_range: Option<String>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let header = |name: HeaderName| Some(request.headers().get(name)?.to_str().unwrap().to_owned());
        let from = header(RANGE)
            .map(|range| range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap().parse().unwrap());
        Self { from, if_range: header(IF_RANGE) }
    }
}
