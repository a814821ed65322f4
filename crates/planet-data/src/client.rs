//! The client: one short method for each operation.

use planet_builders::{AssetType, Filter, ItemType};
use planet_core::Session;

use crate::{GetAsset, ListAssets, Search};

/// The Data API: `https://api.planet.com/data/v1`.
///
/// Clones are cheap and share the session.
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
    /// Nothing is sent until the stream of [`Search::items`] is polled.
    #[doc(alias = "quick_search")]
    pub fn search(&self, item_types: impl IntoIterator<Item = impl Into<ItemType>>, filter: Filter) -> Search {
        Search::new(&self.session, item_types.into_iter().map(Into::into).collect(), filter)
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
    /// let assets = data.list_assets("PSScene", "20200909_182525_1014").await?;
    /// for asset in &assets {
    ///     println!("{} is {}", asset.asset_type(), asset.status());
    /// }
    /// # assert_eq!(assets.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "list_item_assets")]
    pub fn list_assets(&self, item_type: impl Into<ItemType>, item_id: impl Into<String>) -> ListAssets {
        ListAssets::new(&self.session, item_type.into(), item_id.into())
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
    pub fn get_asset(
        &self,
        item_type: impl Into<ItemType>,
        item_id: impl Into<String>,
        asset_type: impl Into<AssetType>,
    ) -> GetAsset {
        GetAsset::new(&self.session, item_type.into(), item_id.into(), asset_type.into())
    }
}
