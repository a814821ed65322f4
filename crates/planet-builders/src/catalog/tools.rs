//! What goes with a bundle: tools, and bundles to fall back on.

use super::{Bundle, Catalogue, SCENE_TOOLS};
use crate::generated::tools::EXCEPTIONS;

/// What a tool does not take.
pub(crate) enum Exception {
    /// Items of one type.
    ItemType { tool: &'static str, item_type: &'static str },
    /// Bundles whose name begins so.
    Bundles { tool: &'static str, prefix: &'static str },
    /// All but these bundles of one item type.
    AllBut { tool: &'static str, item_type: &'static str, bundles: &'static [&'static str] },
}

impl Catalogue {
    /// The names of the tools that fit a bundle of an item type, by name.
    ///
    /// Only what the documentation rules out is missing. The tools for basemaps are in [`BASEMAP_TOOLS`](super::BASEMAP_TOOLS).
    ///
    /// ```
    /// use planet_builders::{Bundle, Catalogue, ItemType};
    ///
    /// let catalogue = Catalogue::embedded();
    /// let fits = |tool, bundle| catalogue.tools_for(bundle, ItemType::PSSCENE).any(|name| name == tool);
    /// assert!(fits("harmonize", Bundle::ANALYTIC_8B_SR_UDM2));
    /// assert!(!fits("harmonize", Bundle::VISUAL));
    /// assert!(!fits("clip", Bundle::BASIC_ANALYTIC_UDM2));
    /// ```
    pub fn tools_for(&self, bundle: impl AsRef<str>, item_type: impl AsRef<str>) -> impl Iterator<Item = &'static str> {
        let fits = move |tool: &&str| {
            !EXCEPTIONS.iter().any(|exception| exception.refuses(tool, bundle.as_ref(), item_type.as_ref()))
        };
        SCENE_TOOLS.iter().copied().filter(fits)
    }

    /// The bundles to name as fallbacks of a bundle: those that cover the item type with the same measurement in the same
    /// form, in the order of the specification; they can have fewer or more bands. None if the bundle is not known.
    ///
    /// ```
    /// use planet_builders::{Bundle, Catalogue, ItemType};
    ///
    /// let fallbacks = Catalogue::embedded().fallbacks(Bundle::ANALYTIC_8B_SR_UDM2, ItemType::PSSCENE);
    /// assert!(fallbacks.eq([&Bundle::ANALYTIC_SR_UDM2]));
    /// ```
    pub fn fallbacks(&self, bundle: impl AsRef<str>, item_type: impl AsRef<str>) -> impl Iterator<Item = &Bundle> {
        let row = self.bundle_row(bundle.as_ref());
        self.covering(item_type.as_ref())
            .filter(move |other| row.is_some_and(|row| row.bundle != other.bundle && row.form.is_like(&other.form)))
            .map(|other| &other.bundle)
    }
}

impl Exception {
    fn refuses(&self, name: &str, given: &str, of: &str) -> bool {
        match self {
            Self::ItemType { tool, item_type } => *tool == name && of.eq_ignore_ascii_case(item_type),
            Self::Bundles { tool, prefix } => {
                let start = given.get(..prefix.len()).unwrap_or_default();
                *tool == name && start.eq_ignore_ascii_case(prefix)
            }
            Self::AllBut { tool, item_type, bundles } => {
                let taken = of.eq_ignore_ascii_case(item_type)
                    && bundles.iter().any(|bundle| given.eq_ignore_ascii_case(bundle));
                *tool == name && !taken
            }
        }
    }
}
