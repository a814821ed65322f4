//! Collections and their features.

use geo::{GeodesicArea as _, MultiPolygon};
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Letters of a hashid; no vowels and nothing that looks alike.
const LETTERS: &[u8] = b"23456789BCDFGHJKLMNPQRSTVWXYZbcdfghjkmnpqrstvwxyz";
const HASH_LENGTH: usize = 7;
const VERSION: &str = "1";

#[derive(Clone, Debug)]
pub(crate) struct Feature {
    /// What the user calls it, if anything.
    pub(crate) user_id: Option<String>,
    pub(crate) hash: String,
    pub(crate) geometry: Value,
    pub(crate) shape: MultiPolygon<f64>,
    /// Square metres.
    pub(crate) area: f64,
    pub(crate) properties: Map<String, Value>,
}

impl Feature {
    pub(crate) fn new(
        user_id: Option<String>,
        geometry: Value,
        shape: MultiPolygon<f64>,
        properties: Map<String, Value>,
    ) -> Self {
        let area = shape.geodesic_area_unsigned();
        Self { user_id, hash: new_hash(), geometry, shape, area, properties }
    }

    /// The `id` of the feature itself.
    pub(crate) fn id(&self) -> &str {
        self.user_id.as_deref().unwrap_or(&self.hash)
    }

    /// The last part of its reference.
    pub(crate) fn reference_id(&self) -> String {
        match &self.user_id {
            Some(id) => format!("{id}-{}", self.hash),
            None => self.hash.clone(),
        }
    }

    pub(crate) fn answers_to(&self, name: &str) -> bool {
        name == self.id() || name == self.hash || name == self.reference_id()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Collection {
    pub(crate) title: String,
    pub(crate) hash: String,
    pub(crate) description: Option<String>,
    pub(crate) title_property: Option<String>,
    pub(crate) description_property: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    /// Oldest first.
    pub(crate) features: Vec<Feature>,
}

impl Collection {
    pub(crate) fn new(title: String, now: Timestamp) -> Self {
        Self {
            title,
            hash: new_hash(),
            description: None,
            title_property: None,
            description_property: None,
            created: now,
            updated: now,
            features: Vec::new(),
        }
    }

    pub(crate) fn id(&self) -> String {
        format!("{}-{}", slug(&self.title), self.hash)
    }

    pub(crate) fn answers_to(&self, name: &str) -> bool {
        name == self.hash || name == self.id()
    }

    pub(crate) fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.answers_to(name))
    }
}

/// Oldest first.
#[derive(Debug, Default)]
pub(crate) struct Collections {
    pub(crate) all: Vec<Collection>,
}

impl Collections {
    pub(crate) fn get(&self, name: &str) -> Option<&Collection> {
        self.all.iter().find(|collection| collection.answers_to(name))
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Collection> {
        self.all.iter_mut().find(|collection| collection.answers_to(name))
    }

    /// The area behind `pl:features/my/<collection>[/<feature>][#version]`. Nothing is ever edited: all are version 1.
    pub(crate) fn resolve(&self, reference: &str) -> Option<MultiPolygon<f64>> {
        let path = reference.strip_prefix("pl:features/my/")?;
        let (path, version) = path.split_once('#').unwrap_or((path, VERSION));
        if version != VERSION {
            return None;
        }
        match path.split_once('/') {
            Some((collection, feature)) => Some(self.get(collection)?.feature(feature)?.shape.clone()),
            None => {
                let shapes = self.get(path)?.features.iter().map(|feature| feature.shape.clone());
                Some(MultiPolygon::new(shapes.flatten().collect()))
            }
        }
    }
}

fn slug(title: &str) -> String {
    let keep = |c: char| c.is_alphanumeric() || c == '_';
    let words = title.split(|c| !keep(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

fn new_hash() -> String {
    let letters = (0..HASH_LENGTH).filter_map(|_| fastrand::choice(LETTERS));
    letters.map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_is_known_by_its_id_and_by_its_bare_hash() {
        let collection = Collection::new("My title!".to_owned(), Timestamp::UNIX_EPOCH);
        assert!(collection.id().starts_with("my-title-"), "{}", collection.id());
        assert!(collection.answers_to(&collection.hash));
        assert!(collection.answers_to(&collection.id()));
        assert!(!collection.answers_to("my-title"));
    }
}
