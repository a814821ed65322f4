//! What is wrong with a tool by itself.

use planet_core::{Fault, FaultKind};
use serde_json::{Map, Value};

use super::{Kind, Tool};
use crate::Hint;
use crate::catalog::limits::BAND_MATH_BANDS;
use crate::order::area::Area;
use crate::order::members::{self, Case, Form, Leave, Member, missing, optional, required};
use crate::order::values::{FileFormat, GroupBy, Kernel, PixelType, TargetSensor, unknown};

const NAMES: [&str; 10] =
    ["bandmath", "clip", "composite", "coregister", "file_format", "harmonize", "merge", "reproject", "tile", "toar"];

/// The parameters of the tools, as the reference lists them; the bands of band math are apart.
fn parameters(tool: &str) -> Option<&'static [Member]> {
    Some(match tool {
        "bandmath" => BAND_MATH,
        "clip" => CLIP,
        "composite" => COMPOSITE,
        "coregister" => COREGISTER,
        "file_format" => FILE_FORMAT,
        "harmonize" => HARMONIZE,
        "merge" => &[],
        "reproject" => REPROJECT,
        "tile" => TILE,
        "toar" => TOAR,
        _ => return None,
    })
}

const BAND_MATH: &[Member] = &[optional("pixel_type", Form::OneOf(PixelType::NAMES, Case::Any))];
const CLIP: &[Member] = &[optional("aoi", Form::Other)];
const COMPOSITE: &[Member] = &[optional("group_by", Form::OneOf(GroupBy::NAMES, Case::Exact))];
/// Whether the item is in the order is looked at with the order.
const COREGISTER: &[Member] = &[required("anchor_item", Form::AnyText)];
const FILE_FORMAT: &[Member] = &[required("format", Form::OneOf(FileFormat::NAMES, Case::Any))];
const HARMONIZE: &[Member] = &[required("target_sensor", Form::OneOf(TargetSensor::NAMES, Case::Any))];
const REPROJECT: &[Member] = &[
    required("projection", Form::Projection),
    optional("resolution", Form::NotNegative),
    optional("kernel", Form::OneOf(Kernel::NAMES, Case::Any)),
];
const TILE: &[Member] = &[
    required("tile_size", Form::Whole(1, u32::MAX as u64)),
    optional("origin_x", Form::Number),
    optional("origin_y", Form::Number),
    optional("pixel_size", Form::NotNegative),
    optional("name_template", Form::Text),
    optional("conformal_x_scaling", Form::Flag),
];
/// The numbers that the tool writes have 16 bits.
const TOAR: &[Member] = &[optional("scale_factor", Form::Whole(0, u16::MAX as u64))];

/// All faults of a tool, below the place of the tool.
pub(in crate::order) fn tool(tool: &Tool, leave: Leave) -> Vec<Fault> {
    let faults = match &tool.0 {
        Kind::Other(document) => return vec![not_a_tool(document, leave)],
        Kind::Clip { area: Some(area), .. } => area.faults().into_iter().map(|fault| fault.under("aoi")).collect(),
        Kind::Clip { area: None, .. } => Vec::new(),
        Kind::Named { name, parameters: given } => match parameters(name) {
            None if leave.unknown => Vec::new(),
            None => return vec![unknown("", name, &NAMES)],
            Some(known) => {
                let mut faults = members::faults(given, known, leave);
                if name == "bandmath" {
                    faults.extend(bands(given));
                }
                faults
            }
        },
    };
    faults.into_iter().map(|fault| fault.under(tool.name())).collect()
}

fn not_a_tool(document: &Value, leave: Leave) -> Fault {
    let one = document.as_object().filter(|tool| tool.len() == 1).and_then(|tool| tool.keys().next());
    match one {
        Some(name) if parameters(name).is_some() || leave.unknown => {
            Fault::new(FaultKind::Invalid, name, "the parameters of a tool are a JSON object")
        }
        Some(name) => unknown("", name, &NAMES),
        None => Fault::new(FaultKind::Invalid, "", "a tool is a JSON object with one key, its name"),
    }
}

/// Bands are numbered from `b1` without gaps.
fn bands(given: &Map<String, Value>) -> Vec<Fault> {
    let numbers = given.iter().filter(|(_, value)| !value.is_null()).filter_map(|(name, _)| band(name));
    let last = numbers.max().unwrap_or(1);
    // A name such as b99999 must not make a list as long.
    let band = |number: usize| match given.get(&format!("b{number}")) {
        Some(Value::String(text)) if !text.trim().is_empty() => None,
        Some(Value::String(_)) => Some(missing(format!("b{number}"), "a band needs an expression")),
        Some(Value::Null) | None => Some(missing(format!("b{number}"), "bands follow each other without gaps")),
        Some(_) => Some(Fault::new(FaultKind::Invalid, format!("b{number}"), "an expression is a text")),
    };
    let mut faults: Vec<Fault> = (1..=last.min(BAND_MATH_BANDS)).filter_map(band).collect();
    if last > BAND_MATH_BANDS {
        let message = format!("there are at most {BAND_MATH_BANDS} bands");
        faults.push(Fault::new(FaultKind::OutOfRange, format!("b{last}"), message));
    }
    faults
}

fn band(name: &str) -> Option<usize> {
    let digits = name.strip_prefix('b').filter(|digits| !digits.starts_with(['0', '+']))?;
    digits.parse().ok()
}

/// Writes names that were given in another case as the service knows them.
pub(in crate::order) fn correct(tool: &mut Tool) {
    if let Kind::Named { name, parameters: given } = &mut tool.0
        && let Some(known) = parameters(name)
    {
        members::correct(given, known);
    }
}

/// The parameters that the service does not know, and what looks odd in an area.
pub(in crate::order) fn hints(tool: &Tool) -> Vec<Hint> {
    let (given, area) = match &tool.0 {
        Kind::Clip { rest, area } => (rest, area.as_ref()),
        Kind::Named { parameters, .. } => (parameters, None),
        Kind::Other(_) => return Vec::new(),
    };
    let mut hints = parameters(tool.name()).map(|known| members::strangers(given, known)).unwrap_or_default();
    hints.retain(|hint| tool.name() != "bandmath" || band(hint.path()).is_none());
    hints.extend(area.into_iter().flat_map(Area::hints).map(|hint| hint.under("aoi")));
    hints.into_iter().map(|hint| hint.under(tool.name())).collect()
}
