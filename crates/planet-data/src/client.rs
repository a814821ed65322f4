//! The client: one short method for each operation.

use std::borrow::Borrow;

use planet_builders::{AssetType, Filter, Geometry, ItemType};
use planet_core::Session;

use crate::criteria::Criteria;
use crate::item_type::ItemName;
use crate::saved::Definition;
use crate::{
    ActivateAsset, Asset, CreateSearch, DeleteSearch, GetAsset, GetCoverage, GetItem, GetSearch, GetStats, Interval,
    ListAssets, ListSearches, RunSearch, Search, UpdateSearch, WaitAsset, WaitAssets,
};

/// The Data API: `https://api.planet.com/data/v1`.
///
/// Clones are cheap and share the session.
///
/// Item types are taken in any case and sent as the service spells them. One that the catalogue does not know is refused
/// before anything is sent, with the name that may be meant; `.allow_unknown()` sends it all the same.
#[derive(Clone, Debug)]
pub struct DataClient {
    session: Session,
}

impl DataClient {
    /// A client that uses a session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self { session: session.clone() }
    }

    /// Searches the catalogue for items of some types that match a filter ([`Filter::empty`] matches all).
    ///
    /// Nothing is sent until the stream of [`Search::items`] is polled. It gives all that match, unless
    /// [`limit`](Search::limit) says otherwise.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use planet_data::{Filter, ItemType, SearchSort};
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let page = serde_json::json!({"features": [{"id": "20200909_182525_1014", "properties": {}}]});
    /// # let script = ScriptedTransport::new([Answer::json(&page)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    ///
    /// let mut items = data
    ///     .search([ItemType::PSSCENE], Filter::permission())
    ///     .geometry("pl:features/my/water-fields-RqB0NZ5/rmQEGqm") // or GeoJSON, or a feature
    ///     .asset_types(["ortho_analytic_8b_sr"])
    ///     .sort(SearchSort::AcquiredDesc)
    ///     .name("clear fields")
    ///     .page_size(100)
    ///     .allow_unknown()
    ///     .limit(20)
    ///     .items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{}", item.id());
    /// }
    /// # assert!(script.requests()[0].uri().to_string().ends_with("?_sort=acquired%20desc&_page_size=20"));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "quick_search")]
    pub fn search(&self, item_types: impl IntoIterator<Item = impl Into<ItemType>>, filter: Filter) -> Search {
        Search::new(&self.session, Criteria::new(item_types, filter))
    }

    /// Saves a search. The service keeps it until it is deleted.
    ///
    /// ```
    /// use planet_data::{Filter, ItemType};
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let answer = serde_json::json!({"id": "89c6b832ec674ba09065b89686ceac2d", "name": "clear fields"});
    /// # let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    ///
    /// let clear = Filter::range("cloud_cover").lt(0.1).build()?;
    /// let search = data
    ///     .create_search("clear fields", [ItemType::PSSCENE], clear)
    ///     .geometry([-117.56, 45.23, -117.45, 45.30])
    ///     .asset_types(["ortho_analytic_8b_sr"])
    ///     .daily_email(true)
    ///     .allow_unknown()
    ///     .await?;
    /// println!("{}", search.id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Rejected` if the service does not accept the filter.
    pub fn create_search(
        &self,
        name: impl Into<String>,
        item_types: impl IntoIterator<Item = impl Into<ItemType>>,
        filter: Filter,
    ) -> CreateSearch {
        CreateSearch::new(&self.session, Definition::new(name, Criteria::new(item_types, filter)))
    }

    /// Replaces a saved search as a whole: an area, asset types and the daily e-mail are not kept unless they are given again.
    ///
    /// ```
    /// use planet_data::{Filter, ItemType};
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let answer = serde_json::json!({"id": "89c6b832ec674ba09065b89686ceac2d", "name": "all fields"});
    /// # let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    ///
    /// let search = data
    ///     .update_search("89c6b832ec674ba09065b89686ceac2d", "all fields", [ItemType::PSSCENE], Filter::empty())
    ///     .geometry("pl:features/my/water-fields-RqB0NZ5/rmQEGqm")
    ///     .daily_email(false)
    ///     .await?;
    /// # drop(search);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such search, `Rejected` if the service does not accept the filter.
    pub fn update_search(
        &self,
        id: impl AsRef<str>,
        name: impl Into<String>,
        item_types: impl IntoIterator<Item = impl Into<ItemType>>,
        filter: Filter,
    ) -> UpdateSearch {
        let definition = Definition::new(name, Criteria::new(item_types, filter));
        UpdateSearch::new(&self.session, id.as_ref(), definition)
    }

    /// Asks for one search that the service keeps.
    ///
    /// ```
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let answer = serde_json::json!({"id": "89c6b832ec674ba09065b89686ceac2d", "name": "clear fields"});
    /// # let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    /// let search = data.get_search("89c6b832ec674ba09065b89686ceac2d").await?;
    /// assert_eq!(search.name()?.as_deref(), Some("clear fields"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such search.
    pub fn get_search(&self, id: impl AsRef<str>) -> GetSearch {
        GetSearch::new(&self.session, id.as_ref())
    }

    /// Lists the searches that the service keeps, the newest first: all of them, unless [`limit`](ListSearches::limit) says
    /// otherwise.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use planet_data::{SavedSearch, SearchType, SearchesSort};
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let page = serde_json::json!({"searches": [{"id": "89c6b832ec674ba09065b89686ceac2d"}]});
    /// # let script = ScriptedTransport::new([Answer::json(&page)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    ///
    /// let list = data.list_searches().search_type(SearchType::Saved).sort(SearchesSort::CreatedAsc).page_size(50);
    /// let saved: Vec<SavedSearch> = list.items().try_collect().await?;
    /// # assert_eq!(saved.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_searches(&self) -> ListSearches {
        ListSearches::new(&self.session)
    }

    /// Runs a search that the service keeps. It gives all items that match, unless [`limit`](RunSearch::limit) says otherwise.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    /// use planet_data::SearchSort;
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let page = serde_json::json!({"features": [{"id": "20200909_182525_1014", "properties": {}}]});
    /// # let script = ScriptedTransport::new([Answer::json(&page)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    ///
    /// let run = data.run_search("89c6b832ec674ba09065b89686ceac2d").sort(SearchSort::AcquiredDesc).page_size(100);
    /// let mut items = run.items();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{}", item.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn run_search(&self, id: impl AsRef<str>) -> RunSearch {
        RunSearch::new(&self.session, id.as_ref())
    }

    /// Deletes a search that the service keeps.
    ///
    /// ```
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let script = ScriptedTransport::new([Answer::status(204)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    /// data.delete_search("89c6b832ec674ba09065b89686ceac2d").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such search; see [`DeleteSearch`] for what it means after a lost answer.
    pub fn delete_search(&self, id: impl AsRef<str>) -> DeleteSearch {
        DeleteSearch::new(&self.session, id.as_ref())
    }

    /// Counts the items of some types that match a filter, in each stretch of time in which they were taken.
    ///
    /// ```
    /// use planet_data::{Filter, Interval, ItemType};
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let answer = serde_json::json!({"buckets": [{"count": 3, "start_time": "2020-09-01T00:00:00Z"}]});
    /// # let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    ///
    /// let stats = data
    ///     .stats([ItemType::PSSCENE], Filter::empty(), Interval::Month)
    ///     .geometry([-117.56, 45.23, -117.45, 45.30])
    ///     .allow_unknown()
    ///     .await?;
    /// for bucket in stats.buckets() {
    ///     println!("{}: {} items", bucket.start_time(), bucket.count());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Rejected` if the service does not accept the filter.
    #[doc(alias = "get_stats")]
    pub fn stats(
        &self,
        item_types: impl IntoIterator<Item = impl Into<ItemType>>,
        filter: Filter,
        interval: Interval,
    ) -> GetStats {
        GetStats::new(&self.session, Criteria::new(item_types, filter), interval)
    }

    /// Asks for one item.
    ///
    /// ```
    /// use planet_data::ItemType;
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let answer = serde_json::json!({"id": "20200909_182525_1014", "properties": {"cloud_cover": 0}});
    /// # let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    /// let item = data.get_item(ItemType::PSSCENE, "20200909_182525_1014").allow_unknown().await?;
    /// assert_eq!(item.cloud_cover()?, Some(0.0));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such item.
    pub fn get_item(&self, item_type: impl Into<ItemType>, id: impl AsRef<str>) -> GetItem {
        GetItem::new(&self.session, ItemName::new(item_type, id))
    }

    /// Asks how much of an area an item shows clearly. The area may be a feature or a reference to one.
    ///
    /// ```
    /// use planet_data::{CoverageMode, ItemType};
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let answer = serde_json::json!({"snow_percent": 0.0, "status": "complete"});
    /// # let script = ScriptedTransport::new([Answer::json(&answer)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    ///
    /// let field = [-117.56, 45.23, -117.45, 45.30];
    /// let snow = data
    ///     .coverage(ItemType::PSSCENE, "20200909_182525_1014", field)
    ///     .mode(CoverageMode::Udm2)
    ///     .band("snow")
    ///     .allow_unknown()
    ///     .await?;
    /// assert_eq!(snow.percent()?, Some(0.0));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such item, `Rejected` if it has no such band.
    #[doc(alias = "get_item_coverage")]
    pub fn coverage<G>(&self, item_type: impl Into<ItemType>, id: impl AsRef<str>, area: G) -> GetCoverage
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        GetCoverage::new(&self.session, ItemName::new(item_type, id), area)
    }

    /// The assets of an item, by their types.
    ///
    /// ```
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # use serde_json::json;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let script = ScriptedTransport::new([Answer::json(&json!({"ortho_visual": {"status": "inactive"}}))]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    /// let assets = data.list_assets("PSScene", "20200909_182525_1014").allow_unknown().await?;
    /// for asset in &assets {
    ///     println!("{} is {}", asset.asset_type(), asset.status());
    /// }
    /// # assert_eq!(assets.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such item.
    #[doc(alias = "list_item_assets")]
    pub fn list_assets(&self, item_type: impl Into<ItemType>, item_id: impl AsRef<str>) -> ListAssets {
        ListAssets::new(&self.session, ItemName::new(item_type, item_id))
    }

    /// One asset of an item. The name of the asset type is found in any case; one that the item does not have is an error
    /// that lists those it has.
    ///
    /// ```
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # use serde_json::json;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let assets = json!({"ortho_visual": {"status": "inactive"}});
    /// # let script = ScriptedTransport::new([Answer::json(&assets), Answer::json(&assets)]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    /// use planet_data::AssetType;
    ///
    /// let asset = data.get_asset("PSScene", "20200909_182525_1014", AssetType::ORTHO_VISUAL).await?;
    /// assert!(!asset.status().is_active());
    ///
    /// let error = data.get_asset("PSScene", "20200909_182525_1014", "visual").await.unwrap_err();
    /// assert_eq!(error.faults()[0].allowed(), ["ortho_visual"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no such item, `InvalidInput` if it has no such asset.
    pub fn get_asset(
        &self,
        item_type: impl Into<ItemType>,
        item_id: impl AsRef<str>,
        asset_type: impl Into<AssetType>,
    ) -> GetAsset {
        GetAsset::new(&self.session, ItemName::new(item_type, item_id), asset_type.into())
    }

    /// Asks the service to prepare an asset for download. Nothing is sent unless it was inactive when it was fetched.
    ///
    /// From an asset type to its file:
    ///
    /// ```
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # use serde_json::json;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let asset = |status: &str| json!({"type": "ortho_visual", "status": status, "_links": {
    /// #     "_self": "https://api.planet.com/data/v1/assets/ey",
    /// #     "activate": "https://api.planet.com/data/v1/assets/ey/activate"}});
    /// # let script = ScriptedTransport::new([Answer::json(&json!({"ortho_visual": asset("inactive")})),
    /// #     Answer::status(202), Answer::json(&asset("active"))]);
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    /// let asset = data.get_asset("PSScene", "20200909_182525_1014", "ortho_visual").await?;
    /// data.activate(&asset).await?;
    /// let asset = data.wait(&asset).await?;
    /// // Now `data.download(&asset)`.
    /// # assert!(asset.status().is_active());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "activate_asset")]
    pub fn activate(&self, asset: &Asset) -> ActivateAsset {
        ActivateAsset::new(&self.session, asset)
    }

    /// Waits until an asset can be downloaded. It must have been [activated](Self::activate).
    ///
    /// ```
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # use serde_json::json;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let document = |status: &str| json!({"type": "ortho_visual", "status": status,
    /// #     "_links": {"_self": "https://api.planet.com/data/v1/assets/ey"}});
    /// # let script = ScriptedTransport::new(["activating", "active"].map(|status| Answer::json(&document(status))));
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    /// # let asset = serde_json::from_value(document("inactive")).expect("an asset");
    /// use std::time::Duration;
    ///
    /// use planet_data::ProgressEvent;
    ///
    /// let wait = data.wait(&asset).timeout(Duration::from_secs(1800)).every(Duration::from_millis(10));
    /// let wait = wait.progress(|event: &ProgressEvent| println!("{event}"));
    /// let asset = wait.on_state(|asset| println!("{} is {}", asset.asset_type(), asset.status())).await?;
    /// assert!(asset.status().is_active());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "wait_asset")]
    pub fn wait(&self, asset: &Asset) -> WaitAsset {
        WaitAsset::new(&self.session, asset)
    }

    /// Waits for many assets at once: a list of them, or of references to them. One that is there twice is waited for once.
    ///
    /// ```
    /// # use planet_data::testing::{Answer, ScriptedTransport};
    /// # use serde_json::json;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_data::Result<()> {
    /// # let document = |status: &str, link: &str| json!({"type": "ortho_visual", "status": status,
    /// #     "_links": {"_self": format!("https://api.planet.com/data/v1/assets/{link}")}});
    /// # let script = ScriptedTransport::new(["a", "b"].map(|link| Answer::json(&document("active", link))));
    /// # let data = planet_data::DataClient::new(&script.session().build()?);
    /// # let assets: Vec<planet_data::Asset> = ["a", "b"]
    /// #     .map(|link| serde_json::from_value(document("activating", link)).expect("an asset")).into();
    /// let report = data.wait_many(&assets).await?;
    /// for end in report.failed() {
    ///     println!("{}: {:?}", end.id(), end.result());
    /// }
    /// assert_eq!(report.done().count(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_many<A: Borrow<Asset>>(&self, assets: impl IntoIterator<Item = A>) -> WaitAssets {
        WaitAssets::new(&self.session, assets)
    }

    /// Downloads the file of an active asset, into the current directory unless told otherwise, and compares it with the
    /// asset's digest. If its link has expired, the asset is asked for a new one.
    ///
    /// # Errors
    /// See [`DownloadAsset`](crate::DownloadAsset); `Conflict` if the asset is not active.
    #[cfg(feature = "fs")]
    #[doc(alias = "download_asset")]
    pub fn download(&self, asset: &Asset) -> crate::DownloadAsset {
        crate::DownloadAsset::new(&self.session, asset)
    }

    /// Checks that a file is the one of an asset; see [`validate_checksum`](crate::validate_checksum), which needs no client.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("visual.tif");
    /// # std::fs::write(&path, "abc")?;
    /// # let script = planet_data::testing::ScriptedTransport::new([]);
    /// use planet_data::{Asset, DataClient};
    ///
    /// let data = DataClient::new(&script.session().build()?);
    /// let asset: Asset = serde_json::from_str(r#"{"md5_digest": "900150983cd24fb0d6963f7d28e17f72"}"#)?;
    /// data.validate_checksum(&asset, &path).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Integrity` if the digest is another; `Conflict` if the asset has none; `File` if the file cannot be read.
    ///
    /// # Cancel safety
    /// The file is only read.
    #[cfg(feature = "fs")]
    pub async fn validate_checksum(&self, asset: &Asset, path: impl AsRef<std::path::Path>) -> planet_core::Result<()> {
        crate::validate_checksum(asset, path).await
    }
}
