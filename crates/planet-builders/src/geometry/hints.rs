//! What looks odd in a valid geometry.

use geo::algorithm::Winding as _;
use geo::{Coord, winding_order::WindingOrder};
use serde_json::Value;

use super::outline::{self, Chain, Role};
use crate::Hint;

/// The limit of clip areas in older documents of the service; it is not known whether it still holds anywhere.
const MANY_VERTICES: usize = 500;

/// PlanetScope takes no images nearer to the poles, in degrees.
const NORTHERNMOST_IMAGE: f64 = 81.5;

pub(super) fn geometry(document: &Value) -> Vec<Hint> {
    let chains = outline::chains(document);
    let mut hints: Vec<Hint> = chains.iter().filter_map(winding).collect();
    hints.extend(chains.iter().filter_map(antimeridian));
    hints.extend(many_vertices(&chains));
    hints.extend(swapped_axes(&chains));
    hints
}

/// A ring that is wound against RFC 7946, unless that cannot be told.
pub(super) fn is_wound_wrongly(chain: &Chain) -> bool {
    let wrong = match chain.role {
        Role::Shell => WindingOrder::Clockwise,
        Role::Hole => WindingOrder::CounterClockwise,
        Role::Points | Role::Line => return false,
    };
    long_edge(chain).is_none() && chain.line.winding_order() == Some(wrong)
}

fn winding(chain: &Chain) -> Option<Hint> {
    let message = match chain.role {
        Role::Shell => "the outer ring is clockwise; RFC 7946 wants it counter-clockwise (repair() turns it)",
        _ => "the hole is counter-clockwise; RFC 7946 wants it clockwise (repair() turns it)",
    };
    is_wound_wrongly(chain).then(|| Hint::new(chain.path(), message))
}

/// The index of an edge that goes around more than half the globe. The edge of the whole world, from antimeridian to
/// antimeridian, is none.
fn long_edge(chain: &Chain) -> Option<usize> {
    let is_long = |a: Coord<f64>, b: Coord<f64>| {
        let span = (a.x - b.x).abs();
        span > 180.0 && span < 360.0
    };
    chain.line.lines().position(|edge| chain.role != Role::Points && is_long(edge.start, edge.end))
}

fn antimeridian(chain: &Chain) -> Option<Hint> {
    let message = "the edge from here goes around more than half the globe: an area that crosses the antimeridian has to be \
         cut there, into a MultiPolygon";
    long_edge(chain).map(|index| Hint::new(chain.position_path(index), message))
}

fn many_vertices(chains: &[Chain]) -> Option<Hint> {
    let vertices: usize = chains.iter().map(|chain| chain.line.0.len()).sum();
    (vertices > MANY_VERTICES).then(|| {
        let message = format!("{vertices} vertices: parts of the service may take only {MANY_VERTICES} in a clip area");
        Hint::new("coordinates", message)
    })
}

/// Where no images are, but would be with the axes the other way round.
fn swapped_axes(chains: &[Chain]) -> Option<Hint> {
    let mut coords = chains.iter().flat_map(|chain| chain.line.coords()).peekable();
    coords.peek()?;
    let suspicious = |coord: &Coord<f64>| coord.y.abs() > NORTHERNMOST_IMAGE && coord.x.abs() < NORTHERNMOST_IMAGE;
    let message = "no images are taken so near to a pole: do latitude and longitude stand in each other's place? \
         A position is [longitude, latitude]";
    coords.all(suspicious).then(|| Hint::new("coordinates", message))
}
