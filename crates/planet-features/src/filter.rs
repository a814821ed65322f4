//! What narrows a list down: parameters of its query.

use std::fmt::Display;

use planet_core::{Error, Fault, FaultKind, Result, UrlBuilder};

/// Names that the service keeps for itself, so that they never filter by a property. So are all that begin with `_`.
const RESERVED: [&str; 15] = [
    "admin_view",
    "limit",
    "offset",
    "api_key",
    "sort",
    "id",
    "hashid",
    "view",
    "title",
    "description",
    "can_write",
    "shared",
    "org_id",
    "org_override",
    "bbox",
];

/// Filters as they are sent, and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters {
    pairs: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl Filters {
    /// The same text.
    pub(crate) fn is(&mut self, name: &str, text: String) {
        if text.starts_with('~') {
            let message = "a text that begins with `~` cannot be looked for: the service takes it for a part of a text";
            self.fault(Fault::new(FaultKind::Invalid, name, message).with_value(&text));
        }
        self.pairs.push((name.to_owned(), text));
    }

    /// The same text, where an empty one is never meant: nothing has an empty id or title.
    pub(crate) fn is_named(&mut self, name: &str, text: String) {
        if text.is_empty() {
            let message = "an empty text is no filter: leave it out, or give what to look for";
            self.fault(Fault::new(FaultKind::Missing, name, message));
        }
        self.is(name, text);
    }

    /// A text that holds this part.
    pub(crate) fn contains(&mut self, name: &str, part: &str) {
        if part.is_empty() {
            self.fault(Fault::new(FaultKind::Missing, name, "there is no text to look for"));
        }
        self.pairs.push((name.to_owned(), format!("~{part}")));
    }

    /// A property with this value.
    pub(crate) fn property(&mut self, name: &str, value: impl Display) {
        self.check_property(name);
        self.is(name, value.to_string());
    }

    /// A property that holds this part.
    pub(crate) fn property_contains(&mut self, name: &str, part: &str) {
        self.check_property(name);
        self.contains(name, part);
    }

    /// A parameter that needs no check, or these faults.
    pub(crate) fn checked(&mut self, name: &str, value: String, faults: &[Fault]) {
        self.faults.extend(faults.iter().map(|fault| fault.clone().under(name)));
        self.pairs.push((name.to_owned(), value));
    }

    /// Adds them to a URL.
    pub(crate) fn add_to(&self, url: UrlBuilder) -> Result<UrlBuilder> {
        if !self.faults.is_empty() {
            return Err(Error::invalid(self.faults.clone()));
        }
        Ok(self.pairs.iter().fold(url, |url, (name, value)| url.query(name, value)))
    }

    fn check_property(&mut self, name: &str) {
        if name.is_empty() || name.starts_with('_') || RESERVED.contains(&name) {
            let message = "the service has no filter for a property of this name";
            self.fault(Fault::new(FaultKind::Invalid, "property", message).with_value(format!("\"{name}\"")));
        }
    }

    fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }
}
