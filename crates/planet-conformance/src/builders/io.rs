//! `planet.io`: times as text.

use planet_core::Timestamp;
use serde_json::Value;

use super::Function;
use crate::args::Args;
use crate::args::Stop;

pub(super) const FUNCTIONS: &[(&str, Function)] = &[("io.str_to_datetime", str_to_datetime)];

fn str_to_datetime(args: &Args<'_>) -> Result<Value, Stop> {
    let text: String = args.get("string")?;
    Ok(Timestamp::parse_service(&text)?.to_string().into())
}
