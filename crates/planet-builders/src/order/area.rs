//! An area in a request. A faulty one is kept until the request is checked, so that all faults come together.

use planet_core::{Error, Fault, FaultKind};
use serde::{Serialize, Serializer, ser};
use serde_json::Value;

use crate::{Geometry, Hint};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Area {
    Valid(Geometry),
    /// `given` is what was read; of what a program gave only the faults are left.
    Faulty {
        given: Option<Value>,
        faults: Vec<Fault>,
    },
}

const POLYGONS: [&str; 3] = ["Polygon", "MultiPolygon", "ref"];

impl Area {
    pub(super) fn from_input<G>(area: G) -> Self
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        Geometry::from_input(area).map_or_else(|faults| Self::Faulty { given: None, faults }, Self::Valid)
    }

    pub(super) fn from_wire(given: Value) -> Self {
        match Geometry::from_wire(given.clone()) {
            Ok(area) => Self::Valid(area),
            Err(faults) => Self::Faulty { given: Some(given), faults },
        }
    }

    /// All faults of the area as one that images are cut to.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let area = match self {
            Self::Faulty { faults, .. } => return faults.clone(),
            Self::Valid(area) => area,
        };
        let kind = area.type_name();
        if POLYGONS.contains(&kind) {
            return Vec::new();
        }
        let fault = Fault::new(FaultKind::Geometry, "type", "not a type that clips");
        vec![fault.with_value(kind).with_allowed(POLYGONS)]
    }

    pub(super) fn hints(&self) -> Vec<Hint> {
        match self {
            Self::Valid(area) => area.hints(),
            Self::Faulty { .. } => Vec::new(),
        }
    }
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Valid(area) => area.serialize(serializer),
            Self::Faulty { given: Some(given), .. } => given.serialize(serializer),
            Self::Faulty { given: None, faults } => Err(ser::Error::custom(Error::invalid(faults.clone()))),
        }
    }
}
