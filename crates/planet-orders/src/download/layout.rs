//! Where each file of an order is put, by a template of the caller's.

use planet_core::transfer::relative_path;
use planet_core::{Fault, FaultKind, Result};

use crate::{ManifestFile, Order};

const PLACEHOLDERS: [(&str, Value); 7] = [
    ("order_id", Value::OrderId),
    ("order_name", Value::OrderName),
    ("item_id", Value::ItemId),
    ("item_type", Value::ItemType),
    ("asset_type", Value::AssetType),
    ("file_name", Value::FileName),
    ("path", Value::Path),
];

/// How long a value may be that stands for a placeholder, in bytes. What is longer is cut. Paths and file names are not.
const LONGEST: usize = 100;

/// A template of a path.
#[derive(Clone, Debug)]
pub(crate) struct Layout(Vec<Vec<Piece>>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Value(Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    OrderId,
    OrderName,
    ItemId,
    ItemType,
    AssetType,
    FileName,
    Path,
}

/// What the values of an order's placeholders are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OrderValues<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> From<&'a Order> for OrderValues<'a> {
    fn from(order: &'a Order) -> Self {
        Self { id: order.id(), name: order.name() }
    }
}

impl Layout {
    /// Reads a template.
    pub(crate) fn parse(template: &str) -> Result<Self> {
        let refused = |reason: String| Fault::new(FaultKind::Invalid, "layout", reason).with_value(template);
        let layout = Self(template.split('/').map(pieces).collect::<Result<_, Fault>>()?);
        let example = layout.0.iter().map(|part| joined(part, |_| "x".to_owned())).collect::<Vec<_>>().join("/");
        match relative_path(&example) {
            Ok(_) => Ok(layout),
            Err(_) => Err(refused("not a path that stays in the directory on every system".to_owned()).into()),
        }
    }

    /// Must the manifest tell what is asked for?
    pub(crate) fn needs_manifest(&self) -> bool {
        self.has(&[Value::ItemId, Value::ItemType, Value::AssetType])
    }

    /// Must the order tell what is asked for?
    pub(crate) fn needs_order(&self) -> bool {
        self.has(&[Value::OrderName])
    }

    fn has(&self, values: &[Value]) -> bool {
        self.0.iter().flatten().any(|piece| matches!(piece, Piece::Value(value) if values.contains(value)))
    }

    /// Where a file goes: a path that stays in the directory, whatever the values are. `path` is as the manifest has it,
    /// and known to stay there.
    pub(crate) fn place(&self, order: OrderValues<'_>, path: &str, entry: Option<&ManifestFile>) -> Result<String> {
        let value = |value| match value {
            Value::OrderId => one_part(order.id),
            Value::OrderName => one_part(order.name),
            Value::ItemId => one_part(entry.and_then(ManifestFile::item_id).unwrap_or_default()),
            Value::ItemType => one_part(entry.and_then(ManifestFile::item_type).unwrap_or_default()),
            Value::AssetType => one_part(entry.and_then(ManifestFile::asset_type).unwrap_or_default()),
            Value::FileName => path.rsplit('/').next().unwrap_or_default().to_owned(),
            Value::Path => path.to_owned(),
        };
        let parts: Vec<String> = self.0.iter().map(|part| joined(part, value)).collect();
        let refused = |reason| Fault::new(FaultKind::Invalid, "layout", format!("{reason} {path}"));
        if parts.last().is_none_or(String::is_empty) {
            return Err(refused("leaves no name for").into());
        }
        let parts = parts.iter().filter(|part| !part.is_empty()).map(|part| usable(part)).collect::<Vec<_>>();
        let place = parts.join("/");
        match relative_path(&place) {
            Ok(_) => Ok(place),
            Err(_) => Err(refused("makes a name that no file can have of").with_value(place).into()),
        }
    }
}

/// The pieces of one part of a template.
fn pieces(part: &str) -> Result<Vec<Piece>, Fault> {
    let refused = |reason: &str, value: &str| Fault::new(FaultKind::Invalid, "layout", reason).with_value(value);
    let (mut pieces, mut rest) = (Vec::new(), part);
    while let Some((text, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| refused("a { without its }", part))?;
        let value = PLACEHOLDERS.iter().find(|(placeholder, _)| *placeholder == name).ok_or_else(|| {
            let known = PLACEHOLDERS.map(|(placeholder, _)| placeholder);
            refused("not a placeholder", name).with_allowed(known)
        })?;
        pieces.extend([Piece::Text(text.to_owned()), Piece::Value(value.1)]);
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    match pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('}'))) {
        true => Err(refused("a } without its {", part)),
        false => Ok(pieces),
    }
}

fn joined(part: &[Piece], value: impl Fn(Value) -> String) -> String {
    part.iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(of) => value(*of),
        })
        .collect()
}

/// A value as a part of a path, or a piece of one: what no file name may hold on some system becomes `_`.
fn one_part(value: &str) -> String {
    let forbidden = |letter: char| letter.is_control() || r#"/\:<>"|?*"#.contains(letter);
    let mut part = String::new();
    for letter in value.chars().map(|letter| if forbidden(letter) { '_' } else { letter }) {
        if part.len() + letter.len_utf8() > LONGEST {
            break;
        }
        part.push(letter);
    }
    part
}

/// A part of a path with `_` for the dots and spaces at its end, which Windows drops and of which `..` consists, and before
/// the name of a device.
fn usable(part: &str) -> String {
    let kept = part.trim_end_matches(['.', ' ']);
    let part = format!("{kept}{}", "_".repeat(part.len() - kept.len()));
    if relative_path(&part).is_ok() { part } else { format!("_{part}") }
}
