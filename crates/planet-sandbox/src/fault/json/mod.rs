//! Fault rules as JSON: for files, flags and the control endpoint.

#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::rule::{Action, Fault, Pretend};
use crate::respond::{self, Response};

/// A text that is no fault rule. Its message names the member at fault, and what is allowed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FaultError {}

/// A rule as it is written. Each member but `headers` and the two forms of a body is named like the method of [`Fault`] that
/// it stands for.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, expecting = "a fault rule, which is a JSON object")]
struct Written {
    method: String,
    path: String,
    nth: Option<u64>,
    times: Option<u64>,
    probability: Option<f64>,
    seed: Option<u64>,
    delay_seconds: Option<f64>,
    #[serde(default)]
    after_acting: bool,

    status: Option<u16>,
    headers: Option<BTreeMap<String, Texts>>,
    body: Option<String>,
    body_base64: Option<String>,
    #[serde(default)]
    reset: bool,
    #[serde(default)]
    reset_after_headers: bool,
    cut_at: Option<usize>,
    stall_at: Option<usize>,
    corrupt_byte: Option<usize>,
    wrong_length: Option<usize>,
    content_range: Option<String>,
    #[serde(default)]
    redirect_to_itself: bool,

    slow: Option<u64>,
    #[serde(default)]
    no_length: bool,

    #[serde(default)]
    change_etag: bool,
    #[serde(default)]
    weak_etag: bool,
    #[serde(default)]
    no_etag: bool,
    #[serde(default)]
    no_ranges: bool,
    #[serde(default)]
    no_file_name: bool,
    later_range: Option<usize>,
    unasked_range: Option<usize>,
    #[serde(default)]
    expired_link: bool,
}

/// The value of a header, or the values of one that is sent more than once.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged, expecting = "the value of a header is text, or a list of texts")]
enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Fault {
    /// Reads a rule, or a list of rules, from JSON.
    ///
    /// `method` and `path` are those of [`Fault::on`]. Each other member is named like the method it stands for, and has that
    /// method's number or text, or `true` where the method takes nothing. Different are:
    /// `probability`, which goes with `seed`; `delay_seconds`; `headers`, an object of texts (or of lists of texts); `body`,
    /// which is text, or `body_base64` for any bytes.
    ///
    /// ```
    /// use planet_sandbox::Fault;
    ///
    /// # fn main() -> Result<(), planet_sandbox::FaultError> {
    /// let faults = Fault::from_json(
    ///     r#"[
    ///         {"method": "POST", "path": "/compute/ops/orders/v2", "nth": 1, "after_acting": true, "status": 502},
    ///         {"method": "GET", "path": "*.tif", "times": 2, "cut_at": 1000}
    ///     ]"#,
    /// )?;
    /// assert_eq!(faults.len(), 2); // each can be given to `Sandbox::fault`
    ///
    /// let error = Fault::from_json(r#"{"method": "GET", "path": "/data", "sttaus": 503}"#).unwrap_err();
    /// assert!(error.to_string().starts_with("sttaus: unknown field `sttaus`, expected one of `method`, `path`, "));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is not JSON, has an unknown member or a value that means nothing, or asks for two things of which one
    /// request can only suffer one (such as `status` and `reset`). In a list, the message begins with the rule's place,
    /// counted from 0, as in `[1].status`.
    pub fn from_json(text: &str) -> Result<Vec<Self>, FaultError> {
        if text.trim_start().starts_with('[') {
            let rules: Vec<Written> = read(text)?;
            let numbered = rules.into_iter().enumerate();
            numbered.map(|(n, rule)| rule.fault().map_err(|text| FaultError(format!("[{n}]: {text}")))).collect()
        } else {
            Ok(vec![read::<Written>(text)?.fault().map_err(FaultError)?])
        }
    }
}

/// Reads a document strictly; the error names the place.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, FaultError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| FaultError(error.to_string()))?;
    json.end().map_err(|error| FaultError(error.to_string()))?;
    Ok(value)
}

impl Written {
    fn fault(self) -> Result<Fault, String> {
        let instead = self.answer()?;
        let action = self.action(instead.is_some())?;
        let pretend = self.pretend()?;
        if self.probability.is_some() != self.seed.is_some() {
            return Err("`probability` and `seed` go together".to_owned());
        }
        if self.probability.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
            return Err("`probability` is from 0 to 1".to_owned());
        }
        if self.nth == Some(0) || self.times == Some(0) {
            return Err("`nth` and `times` count from 1".to_owned());
        }
        let is_name = !self.method.is_empty() && self.method.bytes().all(|byte| byte.is_ascii_alphabetic());
        if self.method != "*" && !is_name {
            return Err(format!("`method` is a method of HTTP, or `*` for any, not `{}`", self.method));
        }
        if !self.path.starts_with('/') && !self.path.contains('*') {
            return Err(format!("`path` begins with `/` or has a `*` in it, other than `{}`", self.path));
        }
        if self.after_acting && !action.loses_the_answer() {
            return Err("`after_acting` goes with `status`, `reset` or `redirect_to_itself`".to_owned());
        }
        let delay = Duration::try_from_secs_f64(self.delay_seconds.unwrap_or_default());
        Ok(Fault {
            method: self.method.to_ascii_uppercase(),
            path: self.path,
            first: self.nth.unwrap_or(1),
            limit: self.times.or(self.nth.and(Some(1))),
            chance: self.probability.zip(self.seed),
            delay: delay.map_err(|_| "`delay_seconds` is a number of seconds from 0 on")?,
            after_acting: self.after_acting,
            slow: self.slow,
            no_length: self.no_length,
            pretend,
            action,
            instead: instead.unwrap_or_default(),
        })
    }

    fn action(&self, answers: bool) -> Result<Action, String> {
        if let Some(text) = &self.content_range {
            HeaderValue::from_str(text).map_err(|_| "`content_range` cannot be sent in a header")?;
        }
        only_one([
            answers.then_some(("status", Action::Answer)),
            self.reset.then_some(("reset", Action::Reset)),
            self.reset_after_headers.then_some(("reset_after_headers", Action::ResetAfterHeaders)),
            self.cut_at.map(|at| ("cut_at", Action::Cut(at))),
            self.stall_at.map(|at| ("stall_at", Action::Stall(at))),
            self.corrupt_byte.map(|position| ("corrupt_byte", Action::Corrupt(position))),
            self.wrong_length.map(|claimed| ("wrong_length", Action::WrongLength(claimed))),
            self.content_range.clone().map(|text| ("content_range", Action::ContentRange(text))),
            self.redirect_to_itself.then_some(("redirect_to_itself", Action::RedirectToItself)),
        ])
    }

    fn pretend(&self) -> Result<Pretend, String> {
        only_one([
            self.change_etag.then_some(("change_etag", Pretend::ChangedEtag)),
            self.weak_etag.then_some(("weak_etag", Pretend::WeakEtag)),
            self.no_etag.then_some(("no_etag", Pretend::NoEtag)),
            self.no_ranges.then_some(("no_ranges", Pretend::NoRanges)),
            self.no_file_name.then_some(("no_file_name", Pretend::NoFileName)),
            self.later_range.map(|by| ("later_range", Pretend::LaterRange(by))),
            self.unasked_range.map(|first| ("unasked_range", Pretend::UnaskedRange(first))),
            self.expired_link.then_some(("expired_link", Pretend::ExpiredLink)),
        ])
    }

    /// The answer that `status`, `headers` and a body make.
    fn answer(&self) -> Result<Option<Response>, String> {
        let Some(code) = self.status else {
            return match self.headers.is_some() || self.body.is_some() || self.body_base64.is_some() {
                true => Err("`headers`, `body` and `body_base64` need a `status`".to_owned()),
                false => Ok(None),
            };
        };
        let status = StatusCode::from_u16(code).map_err(|_| format!("`status` is from 100 to 999, not {code}"))?;
        let body = match (&self.body, &self.body_base64) {
            (Some(_), Some(_)) => return Err("only one of `body` and `body_base64` can be sent".to_owned()),
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(text)) => STANDARD.decode(text).map_err(|error| format!("`body_base64`: {error}"))?,
            (None, None) => Vec::new(),
        };
        let mut answer = Response { body: body.into(), ..respond::empty(status) };
        for (name, texts) in self.headers.iter().flatten() {
            let bad = || format!("the header `{name}` cannot be sent");
            let header: HeaderName = name.parse().map_err(|_| bad())?;
            for text in texts.as_slice() {
                let value = HeaderValue::from_str(text).map_err(|_| bad())?;
                answer.headers.push((header.clone(), value));
            }
        }
        Ok(Some(answer))
    }
}

/// What was given, of things of which a request can suffer one.
fn only_one<T: Default>(given: impl IntoIterator<Item = Option<(&'static str, T)>>) -> Result<T, String> {
    let mut given = given.into_iter().flatten();
    match (given.next(), given.next()) {
        (None, _) => Ok(T::default()),
        (Some((_, one)), None) => Ok(one),
        (Some((one, _)), Some((other, _))) => Err(format!("only one of `{one}` and `{other}` can happen to a request")),
    }
}

impl Texts {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}
