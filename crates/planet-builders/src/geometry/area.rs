//! An area that a request was given.

use planet_core::{Error, Fault, Result};
use serde::{Serialize, Serializer, ser};

use super::Geometry;

/// What a request builder was given as its area. A setter cannot fail, so a faulty area is kept until the request is made.
///
/// ```
/// use planet_builders::geometry::Area;
///
/// assert!(Area::new([-117.56, 45.23, -117.45, 45.30]).checked().is_ok());
/// let error = Area::new("pl:features/my").checked().unwrap_err();
/// assert!(error.faults()[0].path().starts_with("geometry"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Area(Result<Geometry, Vec<Fault>>);

impl Area {
    /// Keeps an area, or what is wrong with it.
    pub fn new<G>(area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        let under = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.under("geometry")).collect();
        Self(Geometry::from_input(area).map_err(under))
    }

    /// The geometry or reference.
    ///
    /// # Errors
    /// `InvalidInput` with all its faults, if what was given is none.
    pub fn checked(&self) -> Result<&Geometry> {
        self.0.as_ref().map_err(|faults| Error::invalid(faults.clone()))
    }
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.checked().map_err(ser::Error::custom)?.serialize(serializer)
    }
}
