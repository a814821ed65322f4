//! Items kept together.

use std::fmt;
use std::slice;
use std::vec;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::write::{FEATURES_END, FEATURES_START};
use crate::{Error, ErrorKind, Model, Result};

/// The items of a list, each as it came. As JSON they are a GeoJSON FeatureCollection if they are features
/// ([`Model::IS_FEATURE`]), else a list; also when there are none.
///
/// [`collect`](super::collect()) makes it of a stream. It prints and serializes as its JSON.
///
/// ```
/// use planet_core::Document;
/// use planet_core::collect::Collected;
///
/// let mut orders = Collected::new();
/// orders.push(serde_json::from_str::<Document>(r#"{"id":"a"}"#)?);
/// assert_eq!(orders.len(), 1);
/// assert!(!orders.is_empty());
/// assert_eq!(orders.items()[0].as_json(), r#"{"id":"a"}"#);
/// assert_eq!(orders.to_json(), r#"[{"id":"a"}]"#);
/// assert_eq!(orders.iter().count(), 1);
/// let items: Vec<Document> = orders.into_items();
/// # drop(items);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Collected<T> {
    items: Vec<T>,
}

impl<T> Collected<T> {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { items: Vec::new() }
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items, in the order they came.
    #[must_use]
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The items alone.
    #[must_use]
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// Goes through the items.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.items.iter()
    }
}

impl<T: Model> Collected<T> {
    /// The JSON as text: what it prints.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.to_string()
    }

    /// The features as a type of the crate `geojson`, to work with their geometries.
    ///
    /// ```
    /// use planet_core::collect::Collected;
    /// use planet_core::geojson::Geometry;
    ///
    /// planet_core::model! {
    ///     /// A scene.
    ///     feature Scene {
    ///         /// The id.
    ///         id
    ///     }
    /// }
    ///
    /// let scene: Scene = serde_json::from_str(
    ///     r#"{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[1,2]},"properties":{}}"#)?;
    /// let scenes: Collected<Scene> = [scene].into_iter().collect();
    /// let features = scenes.to_geojson()?.features;
    /// assert_eq!(features[0].geometry, Some(Geometry::new_point([1.0, 2.0])));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if the items are no features; `Decode` if one is no valid GeoJSON, by its number from 0.
    pub fn to_geojson(&self) -> Result<geojson::FeatureCollection> {
        if !T::IS_FEATURE {
            return Err(Error::new(ErrorKind::InvalidInput, "these items are no features, so they make no GeoJSON")
                .with_help("Use to_json() for a JSON list"));
        }
        let feature = |(number, item): (usize, &T)| {
            serde_json::from_str(item.document().as_json()).map_err(|cause| {
                Error::new(ErrorKind::Decode, format!("the feature with number {number} is no valid GeoJSON"))
                    .with_source(cause)
            })
        };
        let features = self.items.iter().enumerate().map(feature).collect::<Result<_>>()?;
        Ok(geojson::FeatureCollection { bbox: None, features, foreign_members: None })
    }
}

impl<T: Model> fmt::Display for Collected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = if T::IS_FEATURE { (FEATURES_START, FEATURES_END) } else { ("[", "]") };
        f.write_str(start)?;
        for (number, item) in self.items.iter().enumerate() {
            f.write_str(if number > 0 { "," } else { "" })?;
            f.write_str(item.document().as_json())?;
        }
        f.write_str(end)
    }
}

impl<T: Model> Serialize for Collected<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if T::IS_FEATURE {
            let mut collection = serializer.serialize_map(Some(2))?;
            collection.serialize_entry("type", "FeatureCollection")?;
            collection.serialize_entry("features", &self.items)?;
            return collection.end();
        }
        let mut list = serializer.serialize_seq(Some(self.items.len()))?;
        for item in &self.items {
            list.serialize_element(item)?;
        }
        list.end()
    }
}

/// How many there are: documents of the service hold signed links.
impl<T> fmt::Debug for Collected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Collected({} items)", self.items.len())
    }
}

impl<T> Default for Collected<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Extend<T> for Collected<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.items.extend(items);
    }
}

impl<T> FromIterator<T> for Collected<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

impl<T> IntoIterator for Collected<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> vec::IntoIter<T> {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Collected<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> slice::Iter<'a, T> {
        self.items.iter()
    }
}
