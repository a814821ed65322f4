//! JSON objects that the service sent, kept as they came.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Error, ErrorKind, Result};

/// A JSON document as it came, down to the byte. What is not modelled is not lost: read it with [`get`](Self::get).
///
/// ```
/// use planet_core::Document;
///
/// let item: Document = serde_json::from_str(r#"{"id":"a","properties":{"cloud_cover":0.1}}"#)?;
/// let cover: Option<f64> = item.get("properties.cloud_cover")?;
/// assert_eq!(cover, Some(0.1));
/// assert_eq!(item.as_json(), r#"{"id":"a","properties":{"cloud_cover":0.1}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Document(Box<RawValue>);

impl Document {
    /// The text as it came.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// Reads the whole document as a type of the caller's.
    ///
    /// # Errors
    /// `Decode` if it is not of that type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(self.0.get()).map_err(|cause| {
            Error::new(ErrorKind::Decode, "the document is not of the expected form").with_source(cause)
        })
    }

    /// Reads the value at a path of member names, parted by dots. `None` if there is none, or it is null.
    ///
    /// # Errors
    /// `Decode` if the value is not of the type asked for. The error names the path.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        let wrong = |cause: serde_json::Error| {
            Error::new(ErrorKind::Decode, format!("the value at {path} is not of the expected type")).with_source(cause)
        };
        let mut found: &str = self.0.get();
        for name in path.split('.') {
            match member(found, name) {
                Some(value) => found = value,
                None => return Ok(None),
            }
        }
        serde_json::from_str(found).map_err(wrong)
    }
}

/// The text of one member of an object, without reading the others.
fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    struct Find<'n>(&'n str);

    impl<'de> serde::de::Visitor<'de> for Find<'_> {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                if key == self.0 {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    let mut reader = serde_json::Deserializer::from_str(object);
    serde::de::Deserializer::deserialize_map(&mut reader, Find(name)).ok().flatten().map(RawValue::get)
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}

impl fmt::Debug for Document {
    /// The size only: documents of the service hold signed links.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.as_json().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        serde_json::from_str(r#"{"a":{"b\n":[1,2],"c":null},"n":1.50}"#).unwrap()
    }

    #[test]
    fn values_are_found_by_path_also_under_escaped_names() {
        assert_eq!(document().get::<Vec<u8>>("a.b\n").unwrap(), Some(vec![1, 2]));
        assert_eq!(document().get::<f64>("n").unwrap(), Some(1.5));
        assert_eq!(document().get::<f64>("a.c").unwrap(), None);
        assert_eq!(document().get::<f64>("a.missing.deeper").unwrap(), None);
    }

    #[test]
    fn a_value_of_another_type_is_an_error_that_names_the_path() {
        let error = document().get::<String>("n").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("at n"));
    }

    #[test]
    fn what_came_in_goes_out_to_the_byte() {
        assert_eq!(serde_json::to_string(&document()).unwrap(), document().as_json());
        assert!(document().as_json().contains("1.50"));
    }
}
