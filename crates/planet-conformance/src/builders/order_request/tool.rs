//! Tools.

use planet_builders::Tool;
use planet_builders::order::GroupBy;
use serde_json::Value;

use super::{part, written};
use crate::args::Stop;
use crate::args::{Args, Takes};
use crate::builders::geojson;

pub(super) fn clip(args: &Args<'_>) -> Result<Value, Stop> {
    checked(Tool::clip(geojson::geometry(args, "aoi")?))
}

pub(super) fn composite(args: &Args<'_>) -> Result<Value, Stop> {
    let mut tool = Tool::composite();
    if let Some(group) = args.optional::<String>("group_by")? {
        tool = tool.group_by(group.parse::<GroupBy>()?);
    }
    checked(tool)
}

pub(super) fn coregister(args: &Args<'_>) -> Result<Value, Stop> {
    checked(Tool::coregister(args.get::<String>("anchor_item")?))
}

pub(super) fn file_format(args: &Args<'_>) -> Result<Value, Stop> {
    checked(Tool::file_format(args.get::<String>("file_format")?.as_str()))
}

pub(super) fn reproject(args: &Args<'_>) -> Result<Value, Stop> {
    let mut tool = Tool::reproject(args.get::<String>("projection")?);
    if let Some(resolution) = args.optional("resolution")? {
        tool = tool.resolution(resolution);
    }
    if let Some(kernel) = args.optional::<String>("kernel")? {
        tool = tool.kernel(kernel.as_str());
    }
    checked(tool)
}

pub(super) fn tile(args: &Args<'_>) -> Result<Value, Stop> {
    let Some(size) = whole(args, "tile_size")? else {
        return from_json("tile", args);
    };
    let mut tool = Tool::tile(size);
    if let Some(x) = args.optional("origin_x")? {
        tool = tool.origin_x(x);
    }
    if let Some(y) = args.optional("origin_y")? {
        tool = tool.origin_y(y);
    }
    if let Some(pixel_size) = args.optional("pixel_size")? {
        tool = tool.pixel_size(pixel_size);
    }
    if let Some(template) = args.optional::<String>("name_template")? {
        tool = tool.name_template(template);
    }
    if let Some(conformal) = args.optional("conformal_x_scaling")? {
        tool = tool.conformal_x_scaling(conformal);
    }
    checked(tool)
}

pub(super) fn toar(args: &Args<'_>) -> Result<Value, Stop> {
    if args.raw("scale_factor").is_none() {
        return checked(Tool::toar());
    }
    match whole(args, "scale_factor")? {
        Some(factor) => checked(Tool::toar().scale_factor(factor)),
        None => from_json("toar", args),
    }
}

pub(super) fn harmonize(args: &Args<'_>) -> Result<Value, Stop> {
    checked(Tool::harmonize(args.get::<String>("target_sensor")?.as_str()))
}

/// Bands that are given one by one. A list of expressions has no gaps, so one stands for an empty expression.
pub(super) fn band_math(args: &Args<'_>) -> Result<Value, Stop> {
    let mut bands = Vec::new();
    for number in 1..=15 {
        bands.push(args.optional::<String>(&format!("b{number}"))?);
    }
    let last = bands.iter().rposition(Option::is_some).map_or(0, |index| index + 1);
    let mut tool = Tool::band_math(bands.into_iter().take(last).map(Option::unwrap_or_default));
    if let Some(pixel_type) = args.optional::<String>("pixel_type")? {
        tool = tool.pixel_type(pixel_type.as_str());
    }
    checked(tool)
}

/// A number that our type holds. Of one that it does not, such as -1, the check of JSON has to judge.
fn whole(args: &Args<'_>, name: &str) -> Result<Option<u32>, Stop> {
    match args.get(name) {
        Err(Stop::RuledOut(Takes::Integer)) if args.raw(name).is_some_and(Value::is_number) => Ok(None),
        number => number.map(Some),
    }
}

fn from_json(name: &str, args: &Args<'_>) -> Result<Value, Stop> {
    checked(part::<Tool>([(name.to_owned(), Value::Object(args.0.clone()))].into_iter().collect())?)
}

fn checked(tool: impl Into<Tool>) -> Result<Value, Stop> {
    let tool = tool.into();
    tool.check()?;
    written(&tool)
}
