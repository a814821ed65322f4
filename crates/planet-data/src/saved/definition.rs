//! What a saved search is made of.

use planet_builders::geometry::Area;
use planet_builders::{AssetType, Geometry};
use planet_core::Result;
use serde::Serialize;

use crate::criteria::{Checked, Criteria};

#[derive(Clone, Debug)]
pub(crate) struct Definition {
    name: String,
    criteria: Criteria,
    daily_email: bool,
}

#[derive(Serialize)]
pub(super) struct Body<'a> {
    name: &'a str,
    #[serde(flatten)]
    criteria: Checked<'a>,
    #[serde(rename = "__daily_email_enabled")]
    daily_email: bool,
}

impl Definition {
    pub(crate) fn new(name: impl Into<String>, criteria: Criteria) -> Self {
        Self { name: name.into(), criteria, daily_email: false }
    }

    pub(super) fn checked(&self) -> Result<Body<'_>> {
        Ok(Body { name: &self.name, criteria: self.criteria.checked()?, daily_email: self.daily_email })
    }

    pub(super) fn set_geometry<G>(&mut self, area: G)
    where
        G: TryInto<Geometry, Error: std::error::Error + Send + Sync + 'static>,
    {
        self.criteria.geometry = Some(Area::new(area));
    }

    pub(super) fn set_asset_types(&mut self, types: impl IntoIterator<Item = impl Into<AssetType>>) {
        self.criteria.asset_types = Some(types.into_iter().map(Into::into).collect());
    }

    pub(super) fn set_daily_email(&mut self, enabled: bool) {
        self.daily_email = enabled;
    }

    pub(super) fn allow_unknown(&mut self) {
        self.criteria.allow_unknown = true;
    }
}

/// The setters of a request that holds the whole definition of a search.
macro_rules! definition_setters {
    ($builder:ident) => {
        impl $builder {
            /// Only items that intersect this area. Unlike a geometry filter it may be a feature or a reference to one.
            pub fn geometry<G>(mut self, area: G) -> Self
            where
                G: TryInto<planet_builders::Geometry, Error: std::error::Error + Send + Sync + 'static>,
            {
                self.0.operation_mut().definition.set_geometry(area);
                self
            }

            /// Only items that have an asset of at least one of these types.
            pub fn asset_types(
                mut self,
                types: impl IntoIterator<Item = impl Into<planet_builders::AssetType>>,
            ) -> Self {
                self.0.operation_mut().definition.set_asset_types(types);
                self
            }

            /// Whether the service sends an e-mail a day about new items. Default: no.
            #[doc(alias = "enable_email")]
            pub fn daily_email(mut self, enabled: bool) -> Self {
                self.0.operation_mut().definition.set_daily_email(enabled);
                self
            }

            /// Accepts item types that are not in the catalogue that was built in. The service may know them by now.
            /// Names in another case are still corrected.
            pub fn allow_unknown(mut self) -> Self {
                self.0.operation_mut().definition.allow_unknown();
                self
            }
        }
    };
}

pub(super) use definition_setters;
