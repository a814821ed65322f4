//! A search that the service keeps.

use planet_builders::{AssetType, Filter, ItemType};
use planet_core::{Result, Timestamp};

use crate::SearchType;

planet_core::model! {
    /// A search that the service keeps: one that was saved, or a quick search of the last 30 days.
    ///
    /// ```
    /// use planet_data::{SavedSearch, SearchType};
    ///
    /// let search: SavedSearch = serde_json::from_str(r#"{
    ///     "id": "89c6b832ec674ba09065b89686ceac2d", "name": "clear fields", "search_type": "saved",
    ///     "item_types": ["PSScene"], "filter": {"type": "AndFilter", "config": []},
    ///     "geometry": {"type": "ref", "content": ["pl:features/my/fields-8vdGGZe/1231-amXKR50#1"]},
    ///     "__daily_email_enabled": false, "last_executed": null,
    ///     "created": "2024-01-30T22:48:18.634632Z", "updated": "2024-01-30T22:48:18.634632Z"
    /// }"#)?;
    /// assert_eq!(search.id(), "89c6b832ec674ba09065b89686ceac2d");
    /// assert_eq!(search.name()?.as_deref(), Some("clear fields"));
    /// assert_eq!(search.search_type()?, Some(SearchType::Saved));
    /// assert_eq!(search.item_types()?[0].as_str(), "PSScene");
    /// assert!(search.filter()?.is_some() && search.geometry()?.is_some() && search.asset_types()?.is_empty());
    /// assert_eq!(search.daily_email()?, Some(false));
    /// assert_eq!(search.created()?, search.updated()?);
    /// assert_eq!(search.last_executed()?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    document SavedSearch {
        /// The id: a UUID without dashes.
        id,
    }
}

impl SavedSearch {
    /// The name; that of an unnamed quick search is its id.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn name(&self) -> Result<Option<String>> {
        self.document.get("name")
    }

    /// Was it saved, or is it a quick search?
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn search_type(&self) -> Result<Option<SearchType>> {
        self.document.get("search_type")
    }

    /// The types of the items that it looks for.
    ///
    /// # Errors
    /// `Decode` if it is no list of texts.
    pub fn item_types(&self) -> Result<Vec<ItemType>> {
        Ok(self.document.get("item_types")?.unwrap_or_default())
    }

    /// The filter, as the service has written it anew: times have microseconds, numbers a point.
    ///
    /// # Errors
    /// `Decode` if it is no filter.
    pub fn filter(&self) -> Result<Option<Filter>> {
        self.document.get("filter")
    }

    /// The area: GeoJSON, or a reference with a list of features, each with its version.
    ///
    /// # Errors
    /// `Decode` if it is no JSON.
    pub fn geometry(&self) -> Result<Option<serde_json::Value>> {
        self.document.get("geometry")
    }

    /// The asset types of which an item must have at least one; empty if that does not matter.
    ///
    /// # Errors
    /// `Decode` if it is no list of texts.
    pub fn asset_types(&self) -> Result<Vec<AssetType>> {
        Ok(self.document.get("asset_types")?.unwrap_or_default())
    }

    /// Does the service send an e-mail a day about new items?
    ///
    /// # Errors
    /// `Decode` if it is neither true nor false.
    pub fn daily_email(&self) -> Result<Option<bool>> {
        self.document.get("__daily_email_enabled")
    }

    /// When it was made.
    ///
    /// # Errors
    /// `Decode` if it is no time.
    pub fn created(&self) -> Result<Option<Timestamp>> {
        self.document.get("created")
    }

    /// When it was last changed, or run.
    ///
    /// # Errors
    /// `Decode` if it is no time.
    pub fn updated(&self) -> Result<Option<Timestamp>> {
        self.document.get("updated")
    }

    /// When it was last run; none if it never was.
    ///
    /// # Errors
    /// `Decode` if it is no time.
    pub fn last_executed(&self) -> Result<Option<Timestamp>> {
        self.document.get("last_executed")
    }
}
