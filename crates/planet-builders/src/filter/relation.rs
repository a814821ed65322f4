//! How a geometry filter compares an item's footprint with its geometry.

use std::fmt;
use std::str::FromStr;

use planet_core::Error;

use crate::catalog::find_name;

/// How an item's footprint lies to the geometry of a filter: see [`Filter::geometry_relation`](crate::Filter::geometry_relation).
///
/// It parses from text in any case. The service's reference: `relation` of "GeometryFilter".
///
/// ```
/// use planet_builders::filter::Relation;
///
/// assert_eq!("Within".parse::<Relation>()?, Relation::Within);
/// let error = "intersect".parse::<Relation>().unwrap_err();
/// assert_eq!(error.faults()[0].suggestion(), Some("intersects"));
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// They have a point in common. It holds where no relation is given.
    Intersects,
    /// The footprint covers the whole geometry.
    Contains,
    /// The footprint lies in the geometry.
    Within,
    /// They have no point in common.
    Disjoint,
}

impl Relation {
    pub(super) const ALL: [Self; 4] = [Self::Intersects, Self::Contains, Self::Within, Self::Disjoint];

    /// The name as the service spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Intersects => "intersects",
            Self::Contains => "contains",
            Self::Within => "within",
            Self::Disjoint => "disjoint",
        }
    }

    /// The relation of exactly this spelling.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.as_str() == name)
    }
}

impl FromStr for Relation {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        find_name(name, &Self::ALL).copied().map_err(|fault| Error::invalid(vec![fault.under("relation")]))
    }
}

impl AsRef<str> for Relation {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
