//! How an answer goes wrong.

use std::time::Duration;

use fastrand::Rng;

/// One answer of the storage.
#[derive(Debug, Default)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) delay: Duration,
    pub(crate) redirects: u8,
    /// Which of the file's two versions answers.
    pub(crate) version: usize,
    pub(crate) instead: Option<Instead>,
    pub(crate) etag: Etag,
    pub(crate) ranges: Ranges,
    pub(crate) length: Length,
    pub(crate) body: Body,
}

/// What comes in place of the file.
#[derive(Debug)]
pub(crate) enum Instead {
    Reset,
    Status(u16),
    /// HTML with status 200.
    Page,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) enum Etag {
    #[default]
    Strong,
    Weak,
    None,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) enum Ranges {
    #[default]
    Served,
    /// The whole file, whatever was asked for.
    Ignored,
    /// Served although the condition fails.
    Unconditional,
    /// Begins so many bytes later than was asked, and says so.
    Later(usize),
    /// Is said to be of a file that is one byte longer.
    WrongTotal,
    /// 206 without a `Content-Range`.
    Unsaid,
    /// 206 for a request without a range.
    Unasked,
    /// 416 for any range.
    Refused,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) enum Length {
    #[default]
    Told,
    Chunked,
    /// Ends with the connection, so that a break looks like the end.
    UntilClose,
}

/// Positions are counted from the start of the body.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Body {
    #[default]
    Whole,
    Cut(usize),
    Stall(usize),
    /// Ends in order, too early for what was told.
    Early(usize),
    /// Is told to be as short as it is.
    Short(usize),
    Long(usize),
    Flip(usize),
}

/// Draws what happens to a request for a file of this size. `provable`: a wrong byte in it would be noticed.
pub(crate) fn draw(rng: &mut Rng, size: usize, provable: bool) -> Fault {
    let at = rng.usize(0..=size);
    let mut fault = Fault { name: "none", ..Fault::default() };
    let body = |name, body| Fault { name, body, ..Fault::default() };
    let ranges = |name, ranges, rng: &mut Rng| Fault { name, ranges, body: maybe_cut(rng, size), ..Fault::default() };
    let instead = |name, instead| Fault { name, instead: Some(instead), ..Fault::default() };
    if rng.u8(0..10) < 7 {
        fault = match rng.u8(0..22) {
            0..4 => body("cut", Body::Cut(at)),
            4..6 => body("stalled", Body::Stall(at)),
            6 if provable => body("corrupted", Body::Flip(at.min(size.saturating_sub(1)))),
            7 => body("short", Body::Short(at)),
            8 => body("early end", Body::Early(at)),
            9 => body("long", Body::Long(rng.usize(1..100))),
            10 => instead("reset", Instead::Reset),
            11 => instead("status 429 or 5xx", Instead::Status(*rng.choice(&[429, 500, 502, 503, 504]).unwrap())),
            12 => instead("expired", Instead::Status(*rng.choice(&[401, 403, 404, 410]).unwrap())),
            13 => instead("page", Instead::Page),
            14 => ranges("ranges ignored", Ranges::Ignored, rng),
            15 => ranges("condition ignored", Ranges::Unconditional, rng),
            16 => ranges("later range", Ranges::Later(rng.usize(1..10)), rng),
            17 => ranges("range of another length", Ranges::WrongTotal, rng),
            18 => ranges("range unsaid", Ranges::Unsaid, rng),
            19 => ranges("range unasked", Ranges::Unasked, rng),
            20 => ranges("range refused", Ranges::Refused, rng),
            _ => Fault { name: "redirected", redirects: rng.u8(1..4), ..Fault::default() },
        };
    }
    if rng.u8(0..5) == 0 {
        fault.etag = if rng.bool() { Etag::Weak } else { Etag::None };
    }
    if rng.u8(0..5) == 0 {
        fault.length = if rng.bool() || !provable { Length::Chunked } else { Length::UntilClose };
    }
    if rng.u8(0..10) == 0 {
        fault.delay = Duration::from_millis(rng.u64(0..200_000));
    }
    fault
}

fn maybe_cut(rng: &mut Rng, size: usize) -> Body {
    if rng.bool() { Body::Cut(rng.usize(0..=size)) } else { Body::Whole }
}
