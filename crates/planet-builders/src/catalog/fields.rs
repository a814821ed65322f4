//! The properties of items that a filter can name.

use planet_core::Fault;

use super::suggest::unknown;
use super::{Catalogue, ItemType, ItemTypeRow};
use crate::generated::item_types::TOP_FIELDS;

/// What the values of a field are, and so which filters fit it.
///
/// ```
/// use planet_builders::Catalogue;
/// use planet_builders::catalog::FieldKind;
///
/// let kind = Catalogue::embedded().field(&[], "cloud_cover")?;
/// assert_eq!(kind, FieldKind::Double);
/// # Ok::<(), planet_builders::Fault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldKind {
    /// Points in time: a date range.
    DateTime,
    /// Numbers: a range or a set.
    Double,
    /// Whole numbers: a range or a set.
    Int,
    /// Texts: a set.
    String,
    /// True or false: a set of the texts `true` and `false`.
    Boolean,
    /// The footprint: a geometry.
    Geometry,
    /// Not known here, although the field may exist: not all properties of one of the item types are known.
    Unknown,
}

impl Catalogue {
    /// The fields that a filter on items of a type can name, with what their values are. Of an item type that is not
    /// known here, only those that every item has.
    ///
    /// ```
    /// use planet_builders::catalog::FieldKind;
    /// use planet_builders::{Catalogue, ItemType};
    ///
    /// let mut fields = Catalogue::embedded().fields(ItemType::PSSCENE);
    /// assert!(fields.any(|field| field == ("cloud_percent", FieldKind::Int)));
    /// ```
    pub fn fields(&self, item_type: impl AsRef<str>) -> impl Iterator<Item = (&'static str, FieldKind)> {
        let properties = self.item_type_row(item_type.as_ref()).map_or(&[][..], |row| row.fields);
        properties.iter().chain(TOP_FIELDS).copied()
    }

    /// What the values of a field are in a search of these item types; without any, of all.
    ///
    /// It is enough that items of one of the types have the field: the others do not match. Letters count, as the
    /// service takes a field in one spelling only.
    ///
    /// ```
    /// use planet_builders::{Catalogue, ItemType};
    ///
    /// let fault = Catalogue::embedded().field(&[ItemType::PSSCENE], "cloudcover").unwrap_err();
    /// assert_eq!(fault.suggestion(), Some("cloud_cover"));
    /// ```
    ///
    /// # Errors
    /// A fault without a path if no item of these types has the field: with the name, the fields that there are and, if
    /// one is like it, that. There is none if not all properties of one of the types are known here.
    pub fn field(&self, item_types: &[ItemType], name: &str) -> Result<FieldKind, Fault> {
        let rows = || self.item_types.iter().filter(|row| item_types.is_empty() || row.is_among(item_types));
        let fields = || rows().flat_map(|row| row.fields).chain(TOP_FIELDS);
        let kinds = fields().filter(|(field, _)| *field == name).map(|(_, kind)| *kind);
        if let Some(kind) = kinds.reduce(FieldKind::or) {
            return Ok(kind);
        }
        let all_known = item_types.iter().all(|item_type| self.item_type_row(item_type.as_str()).is_some());
        if !all_known || rows().any(|row| !row.fields_complete) {
            return Ok(FieldKind::Unknown);
        }
        let mut names: Vec<&str> = fields().map(|(field, _)| *field).collect();
        names.sort_unstable();
        names.dedup();
        Err(unknown(name, "not a field of these items", names))
    }
}

impl FieldKind {
    /// The kind of a field whose values differ between item types: some have percents as whole numbers.
    fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Double }
    }
}

impl ItemTypeRow {
    fn is_among(&self, item_types: &[ItemType]) -> bool {
        let name = self.item_type.as_str();
        item_types.iter().any(|item_type| item_type.as_str().eq_ignore_ascii_case(name))
    }
}
