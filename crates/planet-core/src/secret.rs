//! Text that must never be printed.

use std::fmt;

use zeroize::Zeroizing;

/// A secret: a key, a token, a password. It is never printed or logged, and wiped from memory when it is
/// dropped.
///
/// ```
/// use planet_core::Secret;
///
/// let key = Secret::new("PLAK1234");
/// assert_eq!(format!("{key:?}"), "Secret(***)");
/// assert_eq!(key.expose(), "PLAK1234");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Wraps a secret text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        // Shrinking a text may move it, and would leave a copy behind.
        let text = Zeroizing::new(text.into());
        Self(Zeroizing::new(text.as_str().into()))
    }

    /// The secret itself. Call this only where it leaves for its destination.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
