//! How much of an area an item shows.

use std::collections::BTreeMap;

use planet_core::{Document, Error, ErrorKind, Result};

const SUFFIX: &str = "_percent";

planet_core::model! {
    /// How much of an area an item shows clearly, or how much of it a band of the usable data mask covers. The service names
    /// the figure by the band that was asked for.
    ///
    /// ```
    /// use planet_data::Coverage;
    ///
    /// let clear: Coverage = serde_json::from_str(r#"{"clear_percent": 95, "status": "complete"}"#)?;
    /// assert_eq!(clear.percent()?, Some(95.0));
    /// assert_eq!(clear.status()?.as_deref(), Some("complete"));
    ///
    /// let snow: Coverage = serde_json::from_str(r#"{"snow_percent": 0.5, "status": "complete"}"#)?;
    /// assert_eq!(snow.percent()?, Some(0.5));
    /// assert_eq!(snow.percent_of("snow")?, Some(0.5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    document Coverage {}
}

impl Coverage {
    /// The share of the area that was asked for, from 0 to 100, whatever its band. None if there is no figure.
    ///
    /// # Errors
    /// `Decode` if it is no number, or if there are several figures: [`percent_of`](Self::percent_of) tells them apart.
    pub fn percent(&self) -> Result<Option<f64>> {
        let members: BTreeMap<String, Document> = self.document.read()?;
        let mut bands = members.keys().filter_map(|name| name.strip_suffix(SUFFIX));
        match (bands.next(), bands.next()) {
            (Some(band), None) => self.percent_of(band),
            (Some(one), Some(other)) => {
                let message = format!("the coverage has several figures, such as those of {one} and {other}");
                Err(Error::new(ErrorKind::Decode, message).with_help("Ask for one of them with percent_of(band)"))
            }
            (None, _) => Ok(None),
        }
    }

    /// The share of the area that one band covers, from 0 to 100; `clear` is what can be seen.
    ///
    /// # Errors
    /// `Decode` if it is no number.
    pub fn percent_of(&self, band: &str) -> Result<Option<f64>> {
        self.document.get(&format!("{band}{SUFFIX}"))
    }

    /// How far the service is, such as `complete`.
    ///
    /// # Errors
    /// `Decode` if it is no text.
    pub fn status(&self) -> Result<Option<String>> {
        self.document.get("status")
    }
}
