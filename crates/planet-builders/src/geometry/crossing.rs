//! Rings that cross themselves or each other, and holes outside their shell.
//!
//! As the service, it lets a ring touch itself or another one of its polygon in points: its recorded refusals
//! (`Self-intersection[x y]`) are about edges that cross or run along each other.

use geo::algorithm::Orientation::{Clockwise, CounterClockwise};
use geo::algorithm::sweep::{Cross, Intersections};
use geo::coordinate_position::{CoordPos, coord_pos_relative_to_ring};
use geo::kernels::{Kernel, RobustKernel};
use geo::line_intersection::LineIntersection;
use geo::{Coord, Line, LineString};
use planet_core::{Fault, FaultKind};

use super::outline::{Chain, Role};

/// The sweep compares all edges that share a stretch of longitude, and recurses. Beyond so many edges the geometry is
/// refused for its size anyway.
const MOST_EDGES: usize = 5_000;

/// A scribble crosses itself everywhere: the first few places say enough.
const MOST_CROSSINGS: usize = 10;

/// What is wrong with the rings of each polygon.
pub(super) fn faults(chains: &[Chain]) -> Vec<Fault> {
    let polygons = chains.chunk_by(|a, b| a.is_ring() && b.is_ring() && a.polygon() == b.polygon());
    polygons.filter(|rings| rings.first().is_some_and(Chain::is_ring)).flat_map(polygon_faults).collect()
}

fn polygon_faults(chains: &[Chain]) -> Vec<Fault> {
    // Shorter ones are reported as such.
    let chains: Vec<&Chain> = chains.iter().filter(|chain| chain.line.0.len() >= 4).collect();
    if chains.iter().map(|chain| chain.line.0.len()).sum::<usize>() > MOST_EDGES {
        return Vec::new();
    }
    let is_flat = is_flat(&chains);
    let rings: Vec<Ring> = chains.iter().map(|chain| Ring::of(&chain.line, is_flat)).collect();
    let thin = chains.iter().zip(&rings).filter(|(_, ring)| ring.is_thin());
    let mut faults: Vec<Fault> = thin
        .map(|(chain, _)| {
            let message = "a ring has at least three positions that differ";
            Fault::new(FaultKind::Geometry, chain.path(), message)
        })
        .collect();
    let found = match rings.as_slice() {
        [only] if only.goes_around_once() => Vec::new(),
        rings => crossings(rings),
    };
    if found.is_empty() {
        faults.extend(holes_outside(&chains));
    }
    faults.extend(found.iter().filter_map(|crossing| crossing.fault(&chains, &rings, is_flat)));
    faults
}

/// Do edges reach farther from east to west than from south to north, for the size of the area? The sweep compares all
/// edges that share a longitude, so it is then quicker along the latitudes.
fn is_flat(chains: &[&Chain]) -> bool {
    let reach = |axis: fn(Coord<f64>) -> f64| {
        let edges = chains.iter().flat_map(|chain| chain.line.lines());
        let along: f64 = edges.map(|edge| (axis(edge.end) - axis(edge.start)).abs()).sum();
        let places = || chains.iter().flat_map(|chain| chain.line.coords()).map(|coord| axis(*coord));
        along / (places().fold(f64::MIN, f64::max) - places().fold(f64::MAX, f64::min))
    };
    reach(|coord| coord.x) > reach(|coord| coord.y)
}

fn flipped(coord: Coord<f64>) -> Coord<f64> {
    Coord { x: coord.y, y: coord.x }
}

/// A ring without its repeated positions and without its end. Of an open one only the edges that are there count.
struct Ring {
    /// With their index in the coordinates.
    corners: Vec<(usize, Coord<f64>)>,
    is_closed: bool,
}

impl Ring {
    fn of(line: &LineString<f64>, is_flat: bool) -> Self {
        let coords = line.coords().map(|coord| if is_flat { flipped(*coord) } else { *coord });
        let mut corners: Vec<_> = coords.enumerate().collect();
        corners.dedup_by_key(|(_, coord)| *coord);
        let is_closed = line.is_closed();
        if is_closed && corners.len() > 1 {
            corners.pop();
        }
        Self { corners, is_closed }
    }

    fn is_thin(&self) -> bool {
        self.corners.len() < 3
    }

    /// The corner so many steps after the first.
    fn corner(&self, steps: usize) -> Option<Coord<f64>> {
        let index = if self.is_closed { steps.checked_rem(self.corners.len())? } else { steps };
        self.corners.get(index).map(|(_, coord)| *coord)
    }

    fn edges(&self, ring: usize) -> impl Iterator<Item = Edge> {
        let starts = if self.is_thin() { &[] } else { self.corners.as_slice() };
        starts.iter().enumerate().filter_map(move |(corner, (_, start))| {
            let end = self.corner(corner + 1)?;
            Some(Edge { ring, corner, line: Line::new(*start, end) })
        })
    }

    /// Where the ring comes from and where it goes to, at a place on the edge.
    fn arms(&self, edge: &Edge, place: Coord<f64>) -> Option<[Coord<f64>; 2]> {
        let Line { start, end } = edge.line;
        if place == start {
            let at = if self.is_closed { edge.corner + self.corners.len() } else { edge.corner };
            Some([self.corner(at.checked_sub(1)?)?, end])
        } else if place == end {
            Some([start, self.corner(edge.corner + 2)?])
        } else {
            Some([start, end])
        }
    }

    /// Does the ring go around its centre once, without a step back? Then it cannot cross itself, which is quickly seen of
    /// fields, boxes, circles and stars. A star is what takes the sweep longest: 2 ms at 1,500 vertices.
    fn goes_around_once(&self) -> bool {
        let sum = self.corners.iter().fold(Coord::zero(), |sum, (_, corner)| sum + *corner);
        let centre = sum / self.corners.len() as f64;
        let turn = |edge: &Edge| RobustKernel::orient2d(centre, edge.line.start, edge.line.end);
        let first = self.edges(0).next().map(|edge| turn(&edge));
        let northward = |edge: &Edge| edge.line.start.y < centre.y && edge.line.end.y >= centre.y;
        self.is_closed
            && matches!(first, Some(Clockwise | CounterClockwise))
            && self.edges(0).all(|edge| Some(turn(&edge)) == first)
            && self.edges(0).filter(northward).count() == 1
    }
}

/// The edge from a corner of a ring to the next.
#[derive(Clone, Copy)]
struct Edge {
    line: Line<f64>,
    ring: usize,
    corner: usize,
}

impl Cross for Edge {
    type Scalar = f64;

    fn line(&self) -> Line<f64> {
        self.line
    }
}

/// Two edges that cross, or run along each other.
struct Crossing {
    edges: [Edge; 2],
    place: Coord<f64>,
}

impl Crossing {
    fn fault(&self, chains: &[&Chain], rings: &[Ring], is_flat: bool) -> Option<Fault> {
        let path = |edge: &Edge| {
            let (index, _) = rings.get(edge.ring)?.corners.get(edge.corner)?;
            Some(chains.get(edge.ring)?.position_path(*index))
        };
        let [first, second] = &self.edges;
        let Coord { x, y } = if is_flat { flipped(self.place) } else { self.place };
        let other = path(second)?;
        let message = format!("self-intersection at [{x}, {y}]: the edge from here meets the edge from {other}");
        Some(Fault::new(FaultKind::Geometry, path(first)?, message))
    }
}

/// The first crossings from west to east, in the order of their edges.
fn crossings(rings: &[Ring]) -> Vec<Crossing> {
    let edges = rings.iter().enumerate().flat_map(|(index, ring)| ring.edges(index));
    let meetings: Intersections<Edge> = edges.collect();
    let mut found: Vec<Crossing> = Vec::new();
    for (a, b, meeting) in meetings {
        let Some(place) = crossing_place(rings, &a, &b, meeting) else { continue };
        // At a corner up to four pairs of edges meet.
        if found.iter().any(|crossing| crossing.place == place) {
            continue;
        }
        let mut edges = [a, b];
        edges.sort_by_key(|edge| (edge.ring, edge.corner));
        found.push(Crossing { edges, place });
        if found.len() == MOST_CROSSINGS {
            break;
        }
    }
    found.sort_by_key(|crossing| crossing.edges.map(|edge| (edge.ring, edge.corner)));
    found
}

/// Where two edges that meet do more than touch.
fn crossing_place(rings: &[Ring], a: &Edge, b: &Edge, meeting: LineIntersection<f64>) -> Option<Coord<f64>> {
    let (ring_a, ring_b) = (rings.get(a.ring)?, rings.get(b.ring)?);
    match meeting {
        LineIntersection::Collinear { intersection } => Some(intersection.start),
        LineIntersection::SinglePoint { intersection, is_proper: true } => Some(intersection),
        LineIntersection::SinglePoint { intersection, .. } => {
            let [from, to] = ring_a.arms(a, intersection)?;
            let sides = ring_b.arms(b, intersection)?.map(|arm| is_between(intersection, from, to, arm));
            (sides[0] != sides[1]).then_some(intersection)
        }
    }
}

/// Seen from `place`, does `arm` point between `from` and `to`, going counter-clockwise?
fn is_between(place: Coord<f64>, from: Coord<f64>, to: Coord<f64>, arm: Coord<f64>) -> bool {
    let turn = |a, b| RobustKernel::orient2d(place, a, b);
    match turn(from, to) {
        CounterClockwise => turn(from, arm) == CounterClockwise && turn(arm, to) == CounterClockwise,
        Clockwise => turn(to, arm) == Clockwise || turn(arm, from) == Clockwise,
        _ => turn(from, arm) == CounterClockwise,
    }
}

fn holes_outside(chains: &[&Chain]) -> Vec<Fault> {
    let Some((shell, holes)) = chains.split_first().filter(|(first, _)| first.role == Role::Shell) else {
        return Vec::new();
    };
    let mut shell = shell.line.clone();
    shell.close();
    let outside = holes.iter().filter(|hole| is_outside(&hole.line, &shell));
    outside.map(|hole| Fault::new(FaultKind::Geometry, hole.path(), "the hole lies outside its shell")).collect()
}

/// For a hole that does not cross the shell: any of its places that is not on the shell tells.
fn is_outside(hole: &LineString<f64>, shell: &LineString<f64>) -> bool {
    let corners = hole.coords().copied();
    let middles = hole.lines().map(|edge| (edge.start + edge.end) / 2.0);
    let mut places = corners.chain(middles).map(|place| coord_pos_relative_to_ring(place, shell));
    places.find(|place| *place != CoordPos::OnBoundary) == Some(CoordPos::Outside)
}
