//! The coordinates of a geometry as numbers, to reckon with.

use geo::{Coord, LineString};
use serde_json::Value;

/// What a chain of positions is in its geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Points,
    Line,
    Shell,
    Hole,
}

/// Positions that belong together, and the place where they stand.
pub(super) struct Chain {
    /// Indices into `coordinates`.
    pub(super) at: Vec<usize>,
    pub(super) role: Role,
    pub(super) line: LineString<f64>,
}

impl Chain {
    pub(super) fn path(&self) -> String {
        path(&self.at)
    }

    pub(super) fn position_path(&self, index: usize) -> String {
        format!("{}[{index}]", self.path())
    }

    pub(super) fn is_ring(&self) -> bool {
        matches!(self.role, Role::Shell | Role::Hole)
    }

    /// The indices of the polygon that a ring belongs to.
    pub(super) fn polygon(&self) -> &[usize] {
        self.at.split_last().map_or(&[], |(_, polygon)| polygon)
    }
}

pub(super) fn path(at: &[usize]) -> String {
    at.iter().fold("coordinates".to_owned(), |path, index| format!("{path}[{index}]"))
}

/// All chains that can be read; those that hold anything but positions are left out.
pub(super) fn chains(geometry: &Value) -> Vec<Chain> {
    let Some(coordinates) = geometry.get("coordinates") else {
        return Vec::new();
    };
    match geometry.get("type").and_then(Value::as_str) {
        Some("Point") => chain(vec![], Role::Points, std::slice::from_ref(coordinates)).into_iter().collect(),
        Some("MultiPoint") => chain(vec![], Role::Points, list(coordinates)).into_iter().collect(),
        Some("LineString") => chain(vec![], Role::Line, list(coordinates)).into_iter().collect(),
        Some("MultiLineString") => {
            let lines = list(coordinates).iter().enumerate();
            lines.filter_map(|(index, line)| chain(vec![index], Role::Line, list(line))).collect()
        }
        Some("Polygon") => rings(&[], coordinates).collect(),
        Some("MultiPolygon") => {
            let polygons = list(coordinates).iter().enumerate();
            polygons.flat_map(|(index, polygon)| rings(&[index], polygon).collect::<Vec<_>>()).collect()
        }
        _ => Vec::new(),
    }
}

fn rings<'a>(at: &'a [usize], polygon: &'a Value) -> impl Iterator<Item = Chain> + 'a {
    list(polygon).iter().enumerate().filter_map(move |(index, ring)| {
        let role = if index == 0 { Role::Shell } else { Role::Hole };
        chain([at, &[index]].concat(), role, list(ring))
    })
}

fn chain(at: Vec<usize>, role: Role, positions: &[Value]) -> Option<Chain> {
    let coords: Option<Vec<Coord<f64>>> = positions.iter().map(coord).collect();
    Some(Chain { at, role, line: LineString::new(coords?) })
}

fn coord(position: &Value) -> Option<Coord<f64>> {
    match position.as_array()?.as_slice() {
        // Adding zero turns -0 into 0, which sort apart: geo's sweep asserts that they do not.
        [x, y, ..] => Some(Coord { x: x.as_f64()? + 0.0, y: y.as_f64()? + 0.0 }),
        _ => None,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
