//! Mends what can be mended without a guess, and says what it did.

mod simplify;

use std::fmt;

use planet_core::{Error, Result};
use serde_json::Value;

use super::outline::{self, Chain, Role};
use super::{Geometry, check, document, hints};
use simplify::Simplify;

/// A repair of a geometry: closes rings, drops repeated positions, and winds rings as RFC 7946 wants it (outer ones
/// counter-clockwise, holes clockwise). Only if asked to, it [simplifies](Self::simplify), too.
///
/// Positions keep their digits and heights. What cannot be mended without a guess, such as rings that cross themselves, is
/// an error still. Rings that go around more than half the globe are not turned: which side is meant cannot be told.
///
/// ```
/// use planet_builders::geometry::{Change, Repair};
/// use serde_json::json;
///
/// let open = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
/// let repaired = Repair::of(open).run()?;
/// assert_eq!(repaired.changes(), [Change::Closed { path: "coordinates[0]".into() }]);
/// assert_eq!(repaired.geometry().type_name(), "Polygon");
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a repair does nothing until it is run"]
pub struct Repair {
    document: Value,
    simplify: Option<Simplify>,
}

impl Repair {
    /// A repair of a geometry, a Feature, or a FeatureCollection of one, as JSON. It need not be valid.
    pub fn of(document: impl Into<Value>) -> Self {
        Self { document: document.into(), simplify: None }
    }

    /// Drops vertices of lines and rings if there are more than `vertices` in all, such that the new outline strays at most
    /// `metres` from the old one.
    ///
    /// ```
    /// use planet_builders::geometry::{MAX_VERTICES, Repair};
    /// use serde_json::{Value, json};
    ///
    /// let arc: Value = (0..3_000).map(|n| f64::from(n) / 3_000.0).map(|x| json!([x, x * x])).collect();
    /// let repaired = Repair::of(json!({"type": "LineString", "coordinates": arc})).simplify(MAX_VERTICES, 1.0).run()?;
    /// println!("{}", repaired.changes()[0]); // coordinates: 3000 vertices brought to 1467, at most 0.05 m away
    /// # assert!(repaired.changes()[0].to_string().starts_with("coordinates: 3000 vertices"));
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    pub fn simplify(mut self, vertices: usize, metres: f64) -> Self {
        self.simplify = Some(Simplify { vertices, metres });
        self
    }

    /// The repaired geometry and what was changed. A repair of its geometry changes nothing any more.
    ///
    /// # Errors
    /// `InvalidInput` with all faults that are left: see [`Geometry`]. Also if the vertices cannot be brought to the limit
    /// within the metres allowed.
    pub fn run(self) -> Result<Repaired> {
        let mut geometry = match self.document {
            // A reference as text.
            Value::String(_) => Geometry::try_from(self.document)?.sent,
            document => document::innermost(document).map_err(Error::invalid)?,
        };
        let mut changes = tidy(&mut geometry);
        if let Some(simplify) = self.simplify {
            changes.extend(simplify.run(&mut geometry).map_err(Error::invalid)?);
            // Where a loop went, its ends follow each other now.
            changes.extend(tidy(&mut geometry));
        }
        changes.extend(turn(&mut geometry));
        let geometry = Geometry::from_wire(geometry).map_err(Error::invalid)?;
        Ok(Repaired { geometry, changes })
    }
}

fn tidy(geometry: &mut Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for chain in outline::chains(geometry).iter().filter(|chain| chain.role != Role::Points) {
        if let Some(positions) = positions_mut(geometry, chain) {
            changes.extend(tidy_chain(chain, positions));
        }
    }
    changes
}

/// Winds rings as RFC 7946 wants it.
fn turn(geometry: &mut Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for chain in outline::chains(geometry).iter().filter(|chain| hints::is_wound_wrongly(chain)) {
        if let Some(positions) = positions_mut(geometry, chain) {
            positions.reverse();
            changes.push(Change::Turned { path: chain.path() });
        }
    }
    changes
}

/// Drops positions that repeat the one before, and closes a ring.
fn tidy_chain(chain: &Chain, positions: &mut Vec<Value>) -> Vec<Change> {
    let mut changes = Vec::new();
    let [first, .., last] = positions.as_slice() else {
        return changes;
    };
    if chain.is_ring() && check::differ(first, last) {
        positions.push(first.clone());
        changes.push(Change::Closed { path: chain.path() });
    }
    let before = positions.len();
    let end = positions.pop();
    positions.dedup_by(|position, previous| !check::differ(position, previous));
    if let Some(end) = end {
        // What repeats the end goes, so that the end stays; the start stays, too.
        while positions.len() > 1 && positions.last().is_some_and(|last| !check::differ(last, &end)) {
            positions.pop();
        }
        positions.push(end);
    }
    if positions.len() < before {
        changes.push(Change::Dropped { path: chain.path(), positions: before - positions.len() });
    }
    changes
}

/// The positions of a chain that was read from this geometry.
fn positions_mut<'a>(geometry: &'a mut Value, chain: &Chain) -> Option<&'a mut Vec<Value>> {
    let mut coordinates = geometry.get_mut("coordinates")?;
    for index in &chain.at {
        coordinates = coordinates.get_mut(*index)?;
    }
    coordinates.as_array_mut()
}

/// A repaired geometry, and what was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    geometry: Geometry,
    changes: Vec<Change>,
}

impl Repaired {
    /// The geometry, which is valid.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The geometry, which is valid.
    #[must_use]
    pub fn into_geometry(self) -> Geometry {
        self.geometry
    }

    /// What was changed, in the order of doing.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }
}

/// Something that a [`Repair`] changed, and where.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// An open ring got its first position as end, too.
    Closed {
        /// The place of the ring in the geometry, such as `coordinates[0]`.
        path: String,
    },
    /// Positions that repeat the one before them were dropped.
    Dropped {
        /// The place of the ring or line in the geometry, such as `coordinates[0]`.
        path: String,
        /// How many positions were dropped.
        positions: usize,
    },
    /// A ring was turned around.
    Turned {
        /// The place of the ring in the geometry, such as `coordinates[0]`.
        path: String,
    },
    /// Vertices were dropped to keep a limit.
    Simplified {
        /// How many vertices there were.
        from: usize,
        /// How many vertices are left.
        to: usize,
        /// How far the new outline strays from the old one at most, in metres, rounded up by less than a percent.
        metres: f64,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { path } => write!(f, "{path}: closed"),
            Self::Dropped { path, positions } => write!(f, "{path}: repeated positions dropped: {positions}"),
            Self::Turned { path } => write!(f, "{path}: turned around"),
            Self::Simplified { from, to, metres } => {
                write!(f, "coordinates: {from} vertices brought to {to}, at most {metres:.2} m away")
            }
        }
    }
}
