//! What is worth a look and keeps nothing from being sent.

use std::fmt;

/// Something worth a look in a request that can be sent as it is: see `OrderRequest::hints`.
///
/// ```
/// use planet_builders::{Bundle, Geometry, ItemType, OrderRequest, Product, Tool};
///
/// let request = OrderRequest::builder("iowa")
///     .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200925_161029_69_2223"]))
///     .tool(Tool::reproject("EPSG:32615"))
///     .tool(Tool::clip(Geometry::bbox(-91.20, 42.89, -91.12, 42.95)?))
///     .build()?;
/// assert_eq!(request.hints()[0].path(), "tools[1]");
/// # Ok::<(), planet_builders::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    path: String,
    message: String,
}

impl Hint {
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// A member that the service does not know, and the one that may be meant.
    pub(super) fn stranger(name: &str, meant: Option<&str>) -> Self {
        let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
        Self::new(name, format!("the service passes over what it does not know{meant}"))
    }

    pub(super) fn under(self, prefix: &str) -> Self {
        Self { path: format!("{prefix}.{}", self.path), ..self }
    }

    /// Where in the request, as a JSON path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What to look at, as a sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}
