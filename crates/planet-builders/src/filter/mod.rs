//! Search filters of the Data API: which items a search finds.
//!
//! Conditions on single fields are joined with [`Filter::and`], [`Filter::or`] and [`Filter::not`], or with `&`, `|` and
//! `!`. Every property of an item can be the field of a condition; `id` too, in [`Filter::string_in`]. The names of the
//! known ones are in [`field`].
//!
//! The service's reference: "Search filters" of the Data API.

mod check;
mod check_fields;
mod condition;
mod display;
pub mod field;
mod join;
mod json;
mod range;
mod relation;
mod value;

use planet_core::{Error, Result, Timestamp};
use serde_json::Value;

pub use range::{RangeBuilder, UpdateBuilder};
pub use relation::Relation;
pub use value::Number;

use crate::{AssetType, Geometry};
use condition::{Area, Bounds, Field};
use value::Instant;

/// A search filter of the Data API.
///
/// It serialises to the service's JSON and is read back from it, with every time and number as it was written. What is of
/// no form known here is kept as it came; [`check`](Self::check) finds what the service would refuse. Two filters are
/// equal if they mean the same numbers and instants, however these are written. It prints in a short form for people.
///
/// ```
/// use planet_builders::Filter;
///
/// let filter = Filter::range("cloud_cover").lt(0.1).build()? & !Filter::standard_quality();
/// let json = serde_json::to_value(&filter)?;
/// assert_eq!(json["type"], "AndFilter");
/// assert_eq!(json["config"][0]["config"]["lt"], 0.1);
/// assert_eq!(serde_json::from_value::<Filter>(json)?, filter);
/// assert_eq!(filter.to_string(), r#"cloud_cover < 0.1 AND NOT quality_category IN ["standard"]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    // The large ones are boxed: a filter that is read is moved several times.
    DateRange(Box<Field<Bounds<Instant>>>),
    Range(Box<Field<Bounds<Number>>>),
    StringIn(Field<Vec<String>>),
    NumberIn(Field<Vec<Number>>),
    Update(Box<Field<Bounds<Instant>>>),
    Geometry(Box<Area>),
    Asset(Vec<String>),
    Permission(Vec<String>),
    /// Any other filter, as it came.
    Other(Value),
}

impl Filter {
    /// Items that match all of the filters. Without any, every item.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// let filter = Filter::and([Filter::permission(), Filter::standard_quality()]);
    /// assert_eq!(serde_json::to_value(&filter)?["type"], "AndFilter");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "and_filter")]
    #[must_use]
    pub fn and(filters: impl IntoIterator<Item = Self>) -> Self {
        Self(Kind::And(filters.into_iter().collect()))
    }

    /// Items that match at least one of the filters.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// let sensors = Filter::or([
    ///     Filter::string_in("instrument", ["PSB.SD"])?,
    ///     Filter::string_in("instrument", ["PS2.SD"])?,
    /// ]);
    /// assert_eq!(serde_json::to_value(&sensors)?["type"], "OrFilter");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "or_filter")]
    #[must_use]
    pub fn or(filters: impl IntoIterator<Item = Self>) -> Self {
        Self(Kind::Or(filters.into_iter().collect()))
    }

    /// Items that do not match the filter; `!filter` is the same.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// assert_eq!(Filter::not(Filter::permission()), !Filter::permission());
    /// ```
    #[doc(alias = "not_filter")]
    #[allow(clippy::should_implement_trait, reason = "it is implemented too")]
    #[must_use]
    pub fn not(filter: Self) -> Self {
        Self(Kind::Not(Box::new(filter)))
    }

    /// Every item: an `and` of nothing.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// assert_eq!(Filter::empty(), Filter::and([]));
    /// ```
    #[doc(alias = "empty_filter")]
    #[must_use]
    pub fn empty() -> Self {
        Self(Kind::And(Vec::new()))
    }

    /// Items whose date field, such as `acquired`, `published` or `updated`, lies in a range.
    ///
    /// ```
    /// use planet_builders::{Filter, Timestamp};
    ///
    /// let june = Filter::date_range("acquired")
    ///     .gte("2022-06-01".parse::<Timestamp>()?)
    ///     .lt("2022-07-01".parse::<Timestamp>()?)
    ///     .build()?;
    /// assert_eq!(serde_json::to_value(&june)?["config"]["lt"], "2022-07-01T00:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "date_range_filter")]
    pub fn date_range(field: impl Into<String>) -> RangeBuilder<Timestamp> {
        RangeBuilder::new(field)
    }

    /// Items whose number field lies in a range, in the unit of the field: `cloud_cover` is a share from 0 to 1, `gsd` is
    /// in metres, angles are in degrees.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// let clear = Filter::range("cloud_cover").lt(0.1).build()?;
    /// assert_eq!(serde_json::to_value(&clear)?["field_name"], "cloud_cover");
    ///
    /// let error = Filter::range("cloud_cover").build().unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "cloud_cover");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "range_filter")]
    pub fn range(field: impl Into<String>) -> RangeBuilder<Number> {
        RangeBuilder::new(field)
    }

    /// Items whose text field is one of the values, letter for letter. Fields that are true or false count as the texts
    /// `true` and `false`. Of an empty list no value matches.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// let ids = Filter::string_in("id", ["20200925_161029_69_2223"])?;
    /// assert_eq!(serde_json::to_value(&ids)?["type"], "StringInFilter");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if a value is empty.
    #[doc(alias = "string_in_filter")]
    pub fn string_in(field: impl Into<String>, values: impl IntoIterator<Item = impl Into<String>>) -> Result<Self> {
        let field = field.into();
        let values = names(&field, values)?;
        Ok(Self(Kind::StringIn(Field::new(field, values))))
    }

    /// Items whose number field is one of the values, in the unit of the field. Of an empty list no value matches.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// let fine = Filter::number_in("gsd", [3.0, 3.7])?;
    /// assert_eq!(serde_json::to_value(&fine)?["config"][1], 3.7);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if a value is not finite.
    #[doc(alias = "number_in_filter")]
    pub fn number_in(field: impl Into<String>, values: impl IntoIterator<Item = impl Into<Number>>) -> Result<Self> {
        let field = field.into();
        let values: Vec<Number> = values.into_iter().map(Into::into).collect();
        let faults = condition::number_faults(&field, &values);
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok(Self(Kind::NumberIn(Field::new(field, values))))
    }

    /// Items of which a field has changed since a time. The service knows the changes of items published since
    /// 2020-04-10.
    ///
    /// ```
    /// use planet_builders::{Filter, Timestamp};
    ///
    /// let corrected = Filter::update("ground_control").gte("2022-06-01".parse::<Timestamp>()?).build()?;
    /// assert_eq!(serde_json::to_value(&corrected)?["config"]["gte"], "2022-06-01T00:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "update_filter")]
    pub fn update(field: impl Into<String>) -> UpdateBuilder {
        UpdateBuilder::new(field)
    }

    /// Items whose footprint meets a geometry, in degrees of longitude and latitude.
    ///
    /// A filter has no place for a reference to a feature: give it to the search itself, beside the filter.
    ///
    /// ```
    /// use planet_builders::{Filter, Geometry};
    ///
    /// let oregon = Filter::geometry(Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?)?;
    /// assert_eq!(serde_json::to_value(&oregon)?["config"]["type"], "Polygon");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if it is no valid geometry, or a reference.
    #[doc(alias = "geometry_filter")]
    pub fn geometry<G>(geometry: G) -> Result<Self>
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        Self::area(geometry, None)
    }

    /// Items whose footprint lies to a geometry as the relation says.
    ///
    /// ```
    /// use planet_builders::filter::Relation;
    /// use planet_builders::{Filter, Geometry};
    ///
    /// let field = Geometry::bbox(-117.56, 45.23, -117.45, 45.30)?;
    /// let covering = Filter::geometry_relation(field, Relation::Contains)?;
    /// assert_eq!(serde_json::to_value(&covering)?["relation"], "contains");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if it is no valid geometry, or a reference.
    #[doc(alias = "geometry_filter")]
    pub fn geometry_relation<G>(geometry: G, relation: Relation) -> Result<Self>
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        Self::area(geometry, Some(relation))
    }

    fn area<G>(geometry: G, relation: Option<Relation>) -> Result<Self>
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        let checked = Geometry::from_input(geometry).and_then(check::coordinates);
        let geometry = checked.map_err(|faults| {
            let faults = faults.into_iter().map(|fault| fault.under("geometry"));
            Error::invalid(faults.collect())
        })?;
        let area = Area { field_name: field::GEOMETRY.to_owned(), geometry: geometry.as_json().clone(), relation };
        Ok(Self(Kind::Geometry(Box::new(area))))
    }

    /// Items that offer at least one of the asset types.
    ///
    /// ```
    /// use planet_builders::{AssetType, Filter};
    ///
    /// let filter = Filter::asset([AssetType::ORTHO_ANALYTIC_8B_SR, AssetType::ORTHO_ANALYTIC_4B_SR])?;
    /// assert_eq!(serde_json::to_value(&filter)?["type"], "AssetFilter");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if an asset type is empty.
    #[doc(alias = "asset_filter")]
    pub fn asset(types: impl IntoIterator<Item = impl Into<AssetType>>) -> Result<Self> {
        let types = types.into_iter().map(|name| name.into().to_string());
        Ok(Self(Kind::Asset(names("asset_types", types)?)))
    }

    /// Items of which you may download at least one asset.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// let json = serde_json::to_value(Filter::permission())?;
    /// assert_eq!(json["config"][0], "assets:download");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[doc(alias = "permission_filter")]
    #[must_use]
    pub fn permission() -> Self {
        Self(Kind::Permission(vec!["assets:download".to_owned()]))
    }

    /// Items on which you have at least one of the permissions, such as `assets.ortho_analytic_4b:download`.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// assert_eq!(Filter::permissions(["assets:download"])?, Filter::permission());
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if a permission is empty.
    pub fn permissions(permissions: impl IntoIterator<Item = impl Into<String>>) -> Result<Self> {
        let permissions = names("permissions", permissions)?;
        Ok(Self(Kind::Permission(permissions)))
    }

    /// Items of standard quality: `quality_category` is `standard`.
    ///
    /// ```
    /// use planet_builders::Filter;
    ///
    /// assert_eq!(Filter::standard_quality(), Filter::string_in("quality_category", ["standard"])?);
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    #[doc(alias = "std_quality_filter")]
    #[must_use]
    pub fn standard_quality() -> Self {
        let standard = vec!["standard".to_owned()];
        Self(Kind::StringIn(Field::new(field::QUALITY_CATEGORY, standard)))
    }
}

/// A list of names, none of them empty.
fn names(at: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Result<Vec<String>> {
    let values: Vec<String> = values.into_iter().map(Into::into).collect();
    let faults = condition::name_faults(at, &values);
    if faults.is_empty() { Ok(values) } else { Err(Error::invalid(faults)) }
}
