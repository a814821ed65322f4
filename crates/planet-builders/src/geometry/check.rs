//! What is wrong with a geometry: all of it, each fault with its place.

use std::fmt::Display;

use planet_core::{Fault, FaultKind};
use serde_json::Value;

use super::{MAX_VERTICES, crossing, outline, reference};

const TYPES: [&str; 7] = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "ref"];

/// All faults of a geometry or reference.
pub(super) fn geometry(document: &Value) -> Vec<Fault> {
    if reference::is_reference(document) {
        return reference::content(document.get("content")).into_iter().collect();
    }
    let Some(kind) = document.get("type").and_then(Value::as_str) else {
        let message = "a geometry is a JSON object with a `type`";
        return vec![Fault::new(FaultKind::Missing, "type", message).with_allowed(TYPES)];
    };
    let Some(shape) = Shape::of(kind) else {
        return vec![unknown_type(kind)];
    };
    let Some(coordinates) = document.get("coordinates") else {
        let message = "a geometry has coordinates";
        return vec![Fault::new(FaultKind::Missing, "coordinates", message)];
    };
    let mut check = Check::default();
    check.shape(shape, coordinates);
    let mut faults = check.faults;
    faults.extend(crossing::faults(&outline::chains(document)));
    if check.positions > MAX_VERTICES {
        let message = format!("a geometry has at most {MAX_VERTICES} vertices (Repair::simplify() drops some)");
        faults.push(Fault::new(FaultKind::OutOfRange, "coordinates", message).with_value(check.positions));
    }
    faults
}

/// A type that is not taken: misspelt, or one that the service does not know.
pub(super) fn unknown_type(kind: &str) -> Fault {
    let message = match kind {
        "GeometryCollection" => "a GeometryCollection is not supported here: give its geometries one by one",
        _ => "not a type that is taken here",
    };
    let fault = Fault::new(FaultKind::Geometry, "type", message).with_value(start(kind)).with_allowed(TYPES);
    match TYPES.into_iter().find(|known| known.eq_ignore_ascii_case(kind)) {
        Some(known) => fault.with_suggestion(known),
        None => fault,
    }
}

/// Is the fault that of too many vertices?
pub(super) fn is_size(fault: &Fault) -> bool {
    fault.kind() == FaultKind::OutOfRange && fault.path() == "coordinates"
}

/// The first letters of a text: a whole file can land here by mistake.
pub(super) fn start(text: &str) -> String {
    text.chars().take(80).collect()
}

/// All faults of a rectangle.
pub(super) fn bbox(west: f64, south: f64, east: f64, north: f64) -> Vec<Fault> {
    let mut faults: Vec<Fault> =
        [("west", west, LONGITUDE), ("south", south, LATITUDE), ("east", east, LONGITUDE), ("north", north, LATITUDE)]
            .into_iter()
            .filter(|(_, degrees, axis)| outside(*degrees, *axis))
            .map(|(side, degrees, axis)| outside_fault(side, degrees, axis))
            .collect();
    if faults.is_empty() && west >= east {
        let message = "must lie east of west; an area over the antimeridian needs two boxes";
        faults.push(Fault::new(FaultKind::OutOfRange, "east", message).with_value(east));
    }
    if faults.is_empty() && south >= north {
        let message = "must lie north of south";
        faults.push(Fault::new(FaultKind::OutOfRange, "north", message).with_value(north));
    }
    faults
}

/// The name of an axis and the largest number of degrees on it.
type Axis = (&'static str, f64);
const LONGITUDE: Axis = ("longitude", 180.0);
const LATITUDE: Axis = ("latitude", 90.0);

/// Outside its range, which also NaN is.
fn outside(degrees: f64, (_, limit): Axis) -> bool {
    !(-limit..=limit).contains(&degrees)
}

fn outside_fault(path: &str, degrees: f64, (name, limit): Axis) -> Fault {
    // A longitude in the place of a latitude.
    let swapped = if limit < degrees.abs() && degrees.abs() <= LONGITUDE.1 {
        " (a position is [longitude, latitude])"
    } else {
        ""
    };
    let message = format!("{name} lies between -{limit} and {limit} degrees{swapped}");
    Fault::new(FaultKind::OutOfRange, path, message).with_value(degrees)
}

/// What an array of coordinates holds.
#[derive(Clone, Copy)]
enum Shape {
    Position,
    Line,
    Ring,
    /// A list of a shape that must not be empty.
    List(&'static Self),
}

impl Shape {
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "Point" => Some(Self::Position),
            "MultiPoint" => Some(Self::List(&Self::Position)),
            "LineString" => Some(Self::Line),
            "MultiLineString" => Some(Self::List(&Self::Line)),
            "Polygon" => Some(Self::List(&Self::Ring)),
            "MultiPolygon" => Some(Self::List(&Self::List(&Self::Ring))),
            _ => None,
        }
    }
}

/// A walk through coordinates. It notes indices on the way and spells a path only where there is a fault.
#[derive(Default)]
struct Check {
    at: Vec<usize>,
    positions: usize,
    faults: Vec<Fault>,
}

impl Check {
    fn shape(&mut self, shape: Shape, value: &Value) {
        let Value::Array(list) = value else {
            let wanted = match shape {
                Shape::Position => "a position is a list of two or three numbers",
                Shape::Line | Shape::Ring | Shape::List(_) => "a list is needed here",
            };
            return self.fault(wanted);
        };
        match shape {
            Shape::Position => self.position(list),
            Shape::Line => {
                if list.len() < 2 {
                    self.fault_with("a line has at least two positions", list.len());
                }
                self.members(Shape::Position, list);
            }
            Shape::Ring => self.ring(list),
            Shape::List(member) => {
                if list.is_empty() {
                    self.fault("a geometry has at least one position");
                }
                self.members(*member, list);
            }
        }
    }

    fn members(&mut self, shape: Shape, list: &[Value]) {
        for (index, value) in list.iter().enumerate() {
            self.at.push(index);
            self.shape(shape, value);
            self.at.pop();
        }
    }

    fn ring(&mut self, list: &[Value]) {
        if list.len() < 4 {
            self.fault_with("a ring has at least four positions", list.len());
        }
        self.members(Shape::Position, list);
        if let [first, .., last] = list
            && differ(first, last)
        {
            self.fault_with("a ring must end with the position that it starts with", start(&last.to_string()));
        }
    }

    fn position(&mut self, numbers: &[Value]) {
        self.positions += 1;
        if !(2..=3).contains(&numbers.len()) {
            return self.fault_with("a position has two or three numbers", numbers.len());
        }
        // The height has no limits, but is a number.
        let axes = [Some(LONGITUDE), Some(LATITUDE), None];
        for (index, (value, axis)) in numbers.iter().zip(axes).enumerate() {
            self.at.push(index);
            match (value.as_f64(), axis) {
                (None, _) => self.fault_with("not a finite number", start(&value.to_string())),
                (Some(degrees), Some(axis)) if outside(degrees, axis) => {
                    let fault = outside_fault(&self.path(), degrees, axis);
                    self.faults.push(fault);
                }
                (Some(_), _) => {}
            }
            self.at.pop();
        }
    }

    fn fault(&mut self, message: &str) {
        let fault = Fault::new(FaultKind::Geometry, self.path(), message);
        self.faults.push(fault);
    }

    fn fault_with(&mut self, message: &str, value: impl Display) {
        let fault = Fault::new(FaultKind::Geometry, self.path(), message);
        self.faults.push(fault.with_value(value));
    }

    fn path(&self) -> String {
        outline::path(&self.at)
    }
}

/// Are these two positions of numbers that are not the same numbers?
pub(super) fn differ(a: &Value, b: &Value) -> bool {
    let (Value::Array(a), Value::Array(b)) = (a, b) else {
        return false;
    };
    a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.as_f64() != b.as_f64())
}
