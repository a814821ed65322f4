//! Do the items of a search have the fields of a filter, and do these hold what the filter compares with?

use planet_core::{Error, Fault, FaultKind, Result};
use serde_json::Value;

use super::check::{each, misspelt};
use super::{Filter, Kind};
use crate::ItemType;
use crate::catalog::{Catalogue, FieldKind};

impl Filter {
    /// Checks the names of the fields, and that each filter fits the kind of its field, in a search of these item types;
    /// without any, of all.
    ///
    /// It is up to you to call it: the service may know more fields than the catalogue.
    ///
    /// ```
    /// use planet_builders::{Catalogue, Filter, ItemType};
    ///
    /// let filter = Filter::range("cloudcover").lt(0.1).build()? & Filter::range("instrument").gt(2).build()?;
    /// let error = filter.check_fields(Catalogue::embedded(), &[ItemType::PSSCENE]).unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "config[0].field_name");
    /// assert_eq!(error.faults()[0].suggestion(), Some("cloud_cover"));
    /// assert_eq!(error.faults()[1].allowed(), ["StringInFilter", "UpdateFilter"]);
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` with all faults at once: names that no item of these types has, filters that do not fit their field,
    /// and sets of texts other than `true` and `false` on a field that is one of these.
    pub fn check_fields(&self, catalogue: &Catalogue, item_types: &[ItemType]) -> Result<()> {
        let faults = each(self, &|filter| own_faults(filter, catalogue, item_types));
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }
}

fn own_faults(filter: &Filter, catalogue: &Catalogue, item_types: &[ItemType]) -> Vec<Fault> {
    let Some((name, used)) = field(filter) else {
        return Vec::new();
    };
    let kind = match catalogue.field(item_types, name) {
        Ok(kind) => kind,
        Err(fault) => return vec![fault.under("field_name")],
    };
    let fitting = fitting(kind);
    if !fitting.is_empty() && !used.is_none_or(|used| fitting.contains(&used)) {
        let message = format!("the field holds {}", what(kind));
        let fault = Fault::new(FaultKind::Conflict, "field_name", message);
        return vec![fault.with_value(name).with_allowed(fitting)];
    }
    match &filter.0 {
        Kind::StringIn(set) if kind == FieldKind::Boolean => truth_faults(&set.config),
        _ => Vec::new(),
    }
}

/// The field of a filter and its type, if that is known.
fn field(filter: &Filter) -> Option<(&str, Option<&'static str>)> {
    Some(match &filter.0 {
        Kind::DateRange(range) => (&range.field_name, Some("DateRangeFilter")),
        Kind::Range(range) => (&range.field_name, Some("RangeFilter")),
        Kind::StringIn(set) => (&set.field_name, Some("StringInFilter")),
        Kind::NumberIn(set) => (&set.field_name, Some("NumberInFilter")),
        Kind::Update(since) => (&since.field_name, Some("UpdateFilter")),
        Kind::Geometry(area) => (&area.field_name, Some("GeometryFilter")),
        Kind::Other(document) => (document.get("field_name").and_then(Value::as_str)?, None),
        _ => return None,
    })
}

/// The types of filters that a field can stand in; none if its kind is not known.
fn fitting(kind: FieldKind) -> &'static [&'static str] {
    match kind {
        FieldKind::DateTime => &["DateRangeFilter", "UpdateFilter"],
        FieldKind::Double | FieldKind::Int => &["RangeFilter", "NumberInFilter", "UpdateFilter"],
        FieldKind::String | FieldKind::Boolean => &["StringInFilter", "UpdateFilter"],
        FieldKind::Geometry => &["GeometryFilter"],
        FieldKind::Unknown => &[],
    }
}

fn what(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::DateTime => "times",
        FieldKind::Double | FieldKind::Int => "numbers",
        FieldKind::String => "texts",
        FieldKind::Boolean => "true or false",
        FieldKind::Geometry => "geometries",
        FieldKind::Unknown => "what is not known",
    }
}

/// A field that is true or false is compared with these as texts: Python's `True` matches nothing.
fn truth_faults(values: &[String]) -> Vec<Fault> {
    let faults = values.iter().enumerate();
    faults
        .filter_map(|(index, value)| {
            let fault = misspelt(value, &["true", "false"])?;
            Some(fault.under(&format!("config[{index}]")))
        })
        .collect()
}
