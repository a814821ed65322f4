//! What is wrong with a geometry: all of it, each fault with its place.

use planet_core::{Fault, FaultKind};
use serde_json::Value;

const TYPES: [&str; 7] = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "ref"];

/// The geometry of a Feature or of a FeatureCollection of one; anything else stays as it is.
pub(super) fn unwrap_feature(mut document: Value) -> Result<Value, Vec<Fault>> {
    loop {
        let inner = match document.get("type").and_then(Value::as_str) {
            Some("Feature") => document.get_mut("geometry"),
            Some("FeatureCollection") => match document.get_mut("features") {
                Some(Value::Array(features)) if features.len() > 1 => {
                    let message = "only one feature can be the area";
                    let fault = Fault::new(FaultKind::Geometry, "features", message);
                    return Err(vec![fault.with_value(features.len())]);
                }
                Some(Value::Array(features)) => features.first_mut(),
                _ => None,
            },
            Some("ref") => {
                let message = "a reference stands for itself and cannot lie in a Feature";
                return Err(vec![Fault::new(FaultKind::Geometry, "geometry", message)]);
            }
            _ => return Ok(document),
        };
        document = match inner.map(Value::take) {
            Some(inner @ Value::Object(_)) => inner,
            _ => {
                let message = "a Feature with a geometry is needed";
                return Err(vec![Fault::new(FaultKind::Missing, "geometry", message)]);
            }
        };
    }
}

/// All faults of a geometry or reference.
pub(super) fn geometry(document: &Value) -> Vec<Fault> {
    let Some(kind) = document.get("type").and_then(Value::as_str) else {
        let message = "a geometry is a JSON object with a `type`";
        return vec![Fault::new(FaultKind::Missing, "type", message).with_allowed(TYPES)];
    };
    if kind == "ref" {
        return reference(document.get("content")).into_iter().collect();
    }
    let Some(shape) = Shape::of(kind) else {
        let fault = Fault::new(FaultKind::Geometry, "type", "not a type that is taken here")
            .with_value(kind)
            .with_allowed(TYPES);
        return vec![fault];
    };
    let Some(coordinates) = document.get("coordinates") else {
        let message = "a geometry has coordinates";
        return vec![Fault::new(FaultKind::Missing, "coordinates", message)];
    };
    let mut check = Check::default();
    check.shape(shape, coordinates);
    check.faults
}

/// The service sends references back in a list and with a version (`#1`).
fn reference(content: Option<&Value>) -> Option<Fault> {
    let valid = match content {
        None => {
            let message = "a reference needs its content";
            return Some(Fault::new(FaultKind::Missing, "content", message));
        }
        Some(Value::Array(list)) => !list.is_empty() && list.iter().all(is_reference),
        Some(other) => is_reference(other),
    };
    if valid {
        return None;
    }
    let fault = Fault::new(FaultKind::Geometry, "content", "not GeoJSON, nor a reference to a feature");
    let given = content.map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    // A whole file can land here by mistake.
    let start: String = given.iter().flat_map(|text| text.chars()).take(80).collect();
    Some(fault.with_value(start).with_allowed(["pl:features/my/<collection>/<feature>"]))
}

fn is_reference(value: &Value) -> bool {
    let Some(path) = value.as_str().and_then(|text| text.strip_prefix("pl:features/")) else {
        return false;
    };
    path.split('/').count() == 3 && path.split('/').all(|part| !part.is_empty()) && !path.contains(char::is_whitespace)
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
    let message = format!("{name} lies between -{limit} and {limit} degrees");
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
                    self.fault("a line has at least two positions");
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
            self.fault("a ring has at least four positions");
        }
        self.members(Shape::Position, list);
        if differ(list.first(), list.last()) {
            self.fault("a ring must end with the position that it starts with");
        }
    }

    fn position(&mut self, numbers: &[Value]) {
        if !(2..=3).contains(&numbers.len()) {
            let message = "a position has two or three numbers";
            let fault = Fault::new(FaultKind::Geometry, self.path(), message);
            return self.faults.push(fault.with_value(numbers.len()));
        }
        // The height has no limits, but is a number.
        let axes = [Some(LONGITUDE), Some(LATITUDE), None];
        for (index, (value, axis)) in numbers.iter().zip(axes).enumerate() {
            self.at.push(index);
            match (value.as_f64(), axis) {
                (None, _) => self.fault("not a finite number"),
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

    fn path(&self) -> String {
        self.at.iter().fold("coordinates".to_owned(), |path, index| format!("{path}[{index}]"))
    }
}

/// Are these two positions of numbers that are not the same numbers?
fn differ(first: Option<&Value>, last: Option<&Value>) -> bool {
    let (Some(Value::Array(first)), Some(Value::Array(last))) = (first, last) else {
        return false;
    };
    let numbers = first.iter().zip(last);
    first.len() != last.len() || numbers.into_iter().any(|(a, b)| a.as_f64() != b.as_f64())
}
