//! A fault rule written as JSON.

use std::collections::btree_map::Entry;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Texts, Written};
use crate::fault::rule::{Action, Fault, Pretend};
use crate::respond::Response;

impl Fault {
    /// The rule as [`from_json`](Self::from_json) reads it.
    pub(crate) fn to_json(&self) -> Value {
        let mut rule = serde_json::to_value(Written::from(self)).unwrap_or_default();
        if let Value::Object(members) = &mut rule {
            members.retain(|_, value| !value.is_null() && *value != Value::Bool(false));
        }
        rule
    }
}
impl From<&Fault> for Written {
    fn from(fault: &Fault) -> Self {
        let mut written = Self {
            method: fault.method.clone(),
            path: fault.path.clone(),
            nth: (fault.first > 1).then_some(fault.first),
            times: fault.limit,
            probability: fault.chance.map(|(p, _)| p),
            seed: fault.chance.map(|(_, seed)| seed),
            delay_seconds: (!fault.delay.is_zero()).then_some(fault.delay.as_secs_f64()),
            after_acting: fault.after_acting && fault.action.loses_the_answer(),
            slow: fault.slow,
            no_length: fault.no_length,
            ..Self::default()
        };
        written.set_action(&fault.action, &fault.instead);
        written.set_pretend(fault.pretend);
        written
    }
}

impl Written {
    fn set_action(&mut self, action: &Action, instead: &Response) {
        match action {
            Action::Pass => {}
            Action::Answer => self.set_answer(instead),
            Action::Reset => self.reset = true,
            Action::ResetAfterHeaders => self.reset_after_headers = true,
            Action::Cut(at) => self.cut_at = Some(*at),
            Action::Stall(at) => self.stall_at = Some(*at),
            Action::Corrupt(position) => self.corrupt_byte = Some(*position),
            Action::WrongLength(claimed) => self.wrong_length = Some(*claimed),
            Action::ContentRange(text) => self.content_range = Some(text.clone()),
            Action::RedirectToItself => self.redirect_to_itself = true,
        }
    }

    fn set_pretend(&mut self, pretend: Pretend) {
        match pretend {
            Pretend::Nothing => {}
            Pretend::ExpiredLink => self.expired_link = true,
            Pretend::ChangedEtag => self.change_etag = true,
            Pretend::WeakEtag => self.weak_etag = true,
            Pretend::NoEtag => self.no_etag = true,
            Pretend::NoRanges => self.no_ranges = true,
            Pretend::NoFileName => self.no_file_name = true,
            Pretend::LaterRange(by) => self.later_range = Some(by),
            Pretend::UnaskedRange(first) => self.unasked_range = Some(first),
        }
    }

    fn set_answer(&mut self, answer: &Response) {
        self.status = Some(answer.status.as_u16());
        match std::str::from_utf8(&answer.body) {
            Ok("") => {}
            Ok(text) => self.body = Some(text.to_owned()),
            Err(_) => self.body_base64 = Some(STANDARD.encode(&answer.body)),
        }
        for (name, value) in &answer.headers {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers = self.headers.get_or_insert_default();
            match headers.entry(name.to_string()) {
                Entry::Vacant(place) => drop(place.insert(Texts::One(value))),
                Entry::Occupied(mut earlier) => earlier.get_mut().push(value),
            }
        }
    }
}

impl Texts {
    fn push(&mut self, text: String) {
        match self {
            Self::One(first) => *self = Self::Many(vec![std::mem::take(first), text]),
            Self::Many(texts) => texts.push(text),
        }
    }
}
