//! Fewer vertices, at a distance that is measured.

use geo::algorithm::{Distance as _, Euclidean, SimplifyVwIdx as _, SimplifyVwPreserve as _};
use geo::{Coord, Line, LineString, Polygon};
use planet_core::{Fault, FaultKind};
use serde_json::Value;

use super::{Change, positions_mut};
use crate::geometry::check;
use crate::geometry::outline::{self, Chain, Role};

/// The longest degree on the ellipsoid (WGS 84), in metres: distances come out up to 0.9 % too long, never too short.
const METRES_PER_DEGREE: f64 = 111_694.0;

/// No triangle on the Earth is larger, and none smaller than that matters: powers of two, in square metres.
const TOLERANCES: (f64, f64) = (-20.0, 52.0);

/// After so many halvings the tolerance is known to a thousandth.
const MOST_STEPS: usize = 16;

/// How much coarser the second try is: by a quarter. The last try leaves nothing that can go.
const STEP: f64 = 0.3;
const MOST_TRIES: u8 = 9;

/// At most so many vertices, at most so far away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Simplify {
    pub(super) vertices: usize,
    pub(super) metres: f64,
}

impl Simplify {
    pub(super) fn run(self, geometry: &mut Value) -> Result<Option<Change>, Vec<Fault>> {
        if self.metres.is_nan() || self.metres < 0.0 {
            let fault = Fault::new(FaultKind::OutOfRange, "metres", "a distance is zero or more");
            return Err(vec![fault.with_value(self.metres)]);
        }
        let chains = outline::chains(geometry);
        let from: usize = chains.iter().map(|chain| chain.line.0.len()).sum();
        if from <= self.vertices {
            return Ok(None);
        }
        let mut faults = check::geometry(geometry);
        faults.retain(|fault| !check::is_size(fault));
        if !faults.is_empty() {
            return Err(faults);
        }
        let outline = to_metres(&chains);
        let fewer = self.search(&parts(&chains, &outline), from)?;
        let kept: Vec<Vec<usize>> = outline.iter().zip(&fewer).map(|(old, new)| indices(old, new)).collect();
        let metres = chains.iter().zip(&kept).map(|(chain, kept)| distance(&chain.line, kept)).fold(0.0, f64::max);
        if metres > self.metres {
            let Self { vertices, metres: allowed } = self;
            let message =
                format!("{from} vertices cannot be brought to {vertices} within {allowed} m: it takes {metres:.2} m");
            return Err(vec![Fault::new(FaultKind::OutOfRange, "coordinates", message)]);
        }
        for (chain, kept) in chains.iter().zip(&kept) {
            if let Some(positions) = positions_mut(geometry, chain) {
                *positions = kept.iter().filter_map(|index| positions.get(*index).cloned()).collect();
            }
        }
        Ok(Some(Change::Simplified { from, to: vertices(&fewer), metres }))
    }

    /// Simplifies as little as the limit needs.
    fn search(self, parts: &[Part], from: usize) -> Result<Vec<LineString<f64>>, Vec<Fault>> {
        let (mut low, mut high) = TOLERANCES;
        for _ in 0..MOST_STEPS {
            let middle = f64::midpoint(low, high);
            let left: usize = parts.iter().map(|part| part.count(middle.exp2())).sum();
            if left > self.vertices { low = middle } else { high = middle }
        }
        // Where outlines would come to cross, other vertices are dropped, so that it can take a little more.
        let mut powers = (0..MOST_TRIES).map(|tries| high + STEP * (f64::from(tries).exp2() - 1.0));
        let mut fewest = from;
        let found = powers.find_map(|power| {
            let fewer: Vec<_> = parts.iter().flat_map(|part| part.simplified(power.exp2())).collect();
            fewest = vertices(&fewer);
            (fewest <= self.vertices).then_some(fewer)
        });
        found.ok_or_else(|| {
            let message = format!("{from} vertices cannot be brought to {}: {fewest} are needed", self.vertices);
            vec![Fault::new(FaultKind::OutOfRange, "coordinates", message)]
        })
    }
}

fn vertices(lines: &[LineString<f64>]) -> usize {
    lines.iter().map(|line| line.0.len()).sum()
}

/// Chains that are simplified together, so that they do not come to cross each other.
enum Part {
    Points(LineString<f64>),
    Line(LineString<f64>),
    Area(Polygon<f64>),
}

impl Part {
    /// How many vertices about are left at a tolerance. This is quick, as it lets outlines cross.
    fn count(&self, tolerance: f64) -> usize {
        let count = |line: &LineString<f64>| line.simplify_vw_idx(tolerance).len();
        match self {
            Self::Points(points) => points.0.len(),
            Self::Line(line) => count(line),
            Self::Area(area) => count(area.exterior()) + area.interiors().iter().map(count).sum::<usize>(),
        }
    }

    fn simplified(&self, tolerance: f64) -> Vec<LineString<f64>> {
        match self {
            Self::Points(points) => vec![points.clone()],
            Self::Line(line) => vec![line.simplify_vw_preserve(tolerance)],
            Self::Area(area) => {
                let (shell, holes) = area.simplify_vw_preserve(tolerance).into_inner();
                [vec![shell], holes].concat()
            }
        }
    }
}

fn parts(chains: &[Chain], outline: &[LineString<f64>]) -> Vec<Part> {
    let mut parts = Vec::new();
    for (chain, line) in chains.iter().zip(outline) {
        match (chain.role, parts.last_mut()) {
            (Role::Points, _) => parts.push(Part::Points(line.clone())),
            (Role::Line, _) => parts.push(Part::Line(line.clone())),
            (Role::Hole, Some(Part::Area(area))) => area.interiors_push(line.clone()),
            (Role::Shell | Role::Hole, _) => parts.push(Part::Area(Polygon::new(line.clone(), Vec::new()))),
        }
    }
    parts
}

/// The chains on a plane that is true to scale in the middle, so that areas can be compared.
fn to_metres(chains: &[Chain]) -> Vec<LineString<f64>> {
    let latitudes = || chains.iter().flat_map(|chain| chain.line.coords()).map(|coord| coord.y);
    let middle = f64::midpoint(latitudes().fold(90.0, f64::min), latitudes().fold(-90.0, f64::max));
    chains.iter().map(|chain| chain.line.coords().map(|coord| project(*coord, middle)).collect()).collect()
}

/// Metres on a plane that is true to scale at a latitude, which is in degrees.
fn project(coord: Coord<f64>, latitude: f64) -> Coord<f64> {
    Coord { x: coord.x * latitude.to_radians().cos(), y: coord.y } * METRES_PER_DEGREE
}

/// Where the positions of the new line stand in the old one, of which they are some, in the same order.
fn indices(old: &LineString<f64>, new: &LineString<f64>) -> Vec<usize> {
    let mut left = old.coords().enumerate();
    new.coords().filter_map(|coord| left.find(|(_, other)| *other == coord)).map(|(index, _)| index).collect()
}

/// How far the dropped positions lie from the edges that replace them, at most, in metres. The outlines are nowhere
/// farther apart than that: between two positions, the distance from a straight edge is never larger than at one of them.
fn distance(line: &LineString<f64>, kept: &[usize]) -> f64 {
    let spans = kept.windows(2).filter_map(|span| match span {
        [start, end] => line.0.get(*start..=*end),
        _ => None,
    });
    let distances = spans.flat_map(|span| {
        let ends = span.first().zip(span.last());
        span.iter().filter_map(move |coord| {
            let (start, end) = ends?;
            let edge = Line::new(project(*start, coord.y), project(*end, coord.y));
            Some(Euclidean.distance(project(*coord, coord.y), &edge))
        })
    });
    distances.fold(0.0, f64::max)
}
