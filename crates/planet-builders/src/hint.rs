//! What may be meant, but looks odd.

use std::fmt;

/// Something about an input that is allowed but may not be what was meant: where it is, and a sentence about it.
///
/// ```
/// use planet_builders::Geometry;
///
/// let clockwise = r#"{"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}"#;
/// let hints = clockwise.parse::<Geometry>()?.hints();
/// assert_eq!(hints[0].path(), "coordinates[0]");
/// assert!(hints[0].to_string().starts_with("coordinates[0]: "));
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    path: String,
    message: String,
}

impl Hint {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// Puts `prefix` before the path.
    pub(crate) fn under(self, prefix: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        Self { path: format!("{prefix}{dot}{}", self.path), ..self }
    }

    /// Where in the input, as a JSON path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What looks odd, as a sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}
