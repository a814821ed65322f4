//! One thing that is wrong with the caller's input.

use std::fmt;

use crate::redact;

/// What is wrong with one value of the caller's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// A value that is needed is not there.
    Missing,
    /// The value is not one of those allowed, or not of the form needed.
    Invalid,
    /// A number, date or count lies outside its range.
    OutOfRange,
    /// The geometry cannot be used.
    Geometry,
    /// The value does not go together with another one.
    Conflict,
}

/// One fault of an input: where it is, what was given, what is allowed.
///
/// An [`Error`](crate::Error) of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) carries all faults of a request at once.
///
/// ```
/// use planet_core::{Fault, FaultKind};
///
/// let fault = Fault::new(FaultKind::Missing, "products", "an order needs at least one product");
/// assert_eq!(fault.to_string(), "products: an order needs at least one product");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    path: String,
    message: String,
    value: Option<String>,
    allowed: Vec<String>,
    suggestion: Option<String>,
}

impl Fault {
    /// A fault at `path`, the place in the request as JSON (`tools[1].clip.aoi.coordinates[0]`), with a sentence about it.
    pub fn new(kind: FaultKind, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, path: path.into(), message: message.into(), value: None, allowed: Vec::new(), suggestion: None }
    }

    /// Adds the value that was given.
    #[must_use]
    pub fn with_value(mut self, value: impl fmt::Display) -> Self {
        self.value = Some(value.to_string());
        self
    }

    /// Adds the values that are allowed.
    #[must_use]
    pub fn with_allowed<T: fmt::Display>(mut self, allowed: impl IntoIterator<Item = T>) -> Self {
        self.allowed = allowed.into_iter().map(|value| value.to_string()).collect();
        self
    }

    /// Adds the nearest value that would have been right.
    #[must_use]
    pub fn with_suggestion(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// Puts `prefix` before the path: `aoi` in `tools[0].clip` becomes `tools[0].clip.aoi`.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.path = match self.path.chars().next() {
            None => prefix.to_owned(),
            Some('[') => format!("{prefix}{}", self.path),
            Some(_) => format!("{prefix}.{}", self.path),
        };
        self
    }

    /// What sort of fault it is.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Where in the request, as a JSON path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong, as a sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The value that was given, as text.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The values that are allowed, if they can be listed.
    #[must_use]
    pub fn allowed(&self) -> &[String] {
        &self.allowed
    }

    /// The nearest value that would have been right.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        if let Some(value) = &self.value {
            let shown = if value.is_empty() { "\"\"".into() } else { redact::text(value) };
            write!(f, ", got {shown}")?;
        }
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean {suggestion}?")?;
        } else if !self.allowed.is_empty() {
            write!(f, "; allowed: {}", self.allowed.join(", "))?;
        }
        Ok(())
    }
}

/// As [`Display`](fmt::Display), with the kind: values that look like a credential are hidden.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({self})", self.kind)
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for crate::Error {
    fn from(fault: Fault) -> Self {
        Self::invalid(vec![fault])
    }
}
