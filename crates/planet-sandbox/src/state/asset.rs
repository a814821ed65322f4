//! Which assets have been activated, and when.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;

use super::delivery::File;
use crate::clock::later;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Inactive,
    Activating,
    Active,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Activating => "activating",
            Self::Active => "active",
        }
    }
}

/// One asset of one item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AssetKey {
    pub(crate) item_type: String,
    pub(crate) item_id: String,
    pub(crate) asset_type: String,
}

#[derive(Debug, Default)]
pub(crate) struct Activations {
    started: HashMap<AssetKey, Timestamp>,
    files: HashMap<AssetKey, Arc<OnceLock<Option<File>>>>,
}

impl Activations {
    pub(crate) fn status(&self, key: &AssetKey, now: Timestamp, takes: Duration) -> Status {
        match self.started.get(key) {
            None => Status::Inactive,
            Some(started) if now < later(*started, takes) => Status::Activating,
            Some(_) => Status::Active,
        }
    }

    pub(crate) fn activate(&mut self, key: AssetKey, now: Timestamp) {
        self.started.entry(key).or_insert(now);
    }

    /// The place of the asset's file, which is made once.
    pub(crate) fn file(&mut self, key: &AssetKey) -> Arc<OnceLock<Option<File>>> {
        Arc::clone(self.files.entry(key.clone()).or_default())
    }
}
