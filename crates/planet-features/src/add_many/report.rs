//! What became of features that were to be added.

use std::ops::Range;

use planet_core::{Error, ErrorKind, Fault, FaultKind, Outcome, Result};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What became of one feature that was to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AddOutcome {
    /// It was added. This is its reference.
    Added(String),
    /// It was not added: the service refused it or another one of its chunk, or it was not sent.
    NotAdded,
    /// It may have been added: the answer was lost, or could not be read. Look for it in the collection before you add it
    /// again.
    Unknown,
}

/// What became of each feature of an [`AddMany`](crate::AddMany), in the order given.
///
/// It can be cloned, or serialised, for a later run to go on with ([`AddMany::resume`](crate::AddMany::resume)); the
/// errors are left out of what is serialised.
#[must_use = "some features may not have been added"]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddReport {
    results: Vec<AddOutcome>,
    /// Of which features it tells, if that is known: references must not go to others.
    #[serde(default)]
    features: Option<u64>,
    #[serde(skip)]
    errors: Vec<(Range<usize>, Error)>,
}

impl AddReport {
    /// A report on these features, with what an earlier one knows of them.
    pub(super) fn going_on(before: Option<Self>, texts: &[Box<RawValue>]) -> Result<Self> {
        let refused = |message: String| Err(Error::invalid(vec![Fault::new(FaultKind::Conflict, "resume", message)]));
        let (count, features) = (texts.len(), Some(fingerprint(texts)));
        let results = match before {
            None => vec![AddOutcome::NotAdded; count],
            Some(before) if before.results.len() != count => {
                return refused(format!("the report is about {} features, not {count}", before.results.len()));
            }
            Some(before) if before.features.is_some() && before.features != features => {
                return refused("the report is about other features, or about these in another order".to_owned());
            }
            Some(before) => before.results,
        };
        Ok(Self { results, features, errors: Vec::new() })
    }

    /// Notes that a chunk is about to be sent.
    pub(super) fn open(&mut self, range: Range<usize>) {
        self.results.get_mut(range).unwrap_or_default().fill(AddOutcome::Unknown);
    }

    /// Notes what became of a chunk.
    pub(super) fn note(&mut self, range: Range<usize>, result: Result<Vec<String>>) {
        let places = self.results.get_mut(range.clone()).unwrap_or_default();
        match result {
            Ok(references) => {
                for (place, reference) in places.iter_mut().zip(references) {
                    *place = AddOutcome::Added(reference);
                }
            }
            Err(error) => {
                let outcome = match error.outcome() {
                    Outcome::NotSent | Outcome::Rejected => AddOutcome::NotAdded,
                    _ => AddOutcome::Unknown,
                };
                places.fill(outcome);
                self.errors.push((range, error));
            }
        }
    }

    /// What became of each feature, in the order given.
    #[must_use]
    pub fn results(&self) -> &[AddOutcome] {
        &self.results
    }

    /// Was every feature added?
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.results.iter().all(|result| matches!(result, AddOutcome::Added(_)))
    }

    /// The errors of chunks, each with the numbers of its features, from 0 on.
    pub fn errors(&self) -> impl Iterator<Item = (Range<usize>, &Error)> {
        self.errors.iter().map(|(range, error)| (range.clone(), error))
    }

    /// Notes what was found out about a feature by its number, from 0 on: after a look into the collection, that one whose
    /// outcome was unknown was added after all, or was not. What was not is sent when the report is resumed.
    ///
    /// ```
    /// use planet_features::{AddOutcome, AddReport};
    ///
    /// let mut report: AddReport = serde_json::from_str(r#"{"results": ["unknown"]}"#)?;
    /// report.settle(0, AddOutcome::NotAdded)?;
    /// assert_eq!(report.results(), [AddOutcome::NotAdded]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` if there is no feature of this number.
    pub fn settle(&mut self, index: usize, outcome: AddOutcome) -> Result<()> {
        let features = self.results.len();
        let Some(place) = self.results.get_mut(index) else {
            let fault = Fault::new(FaultKind::OutOfRange, "index", format!("there are {features} features"));
            return Err(Error::invalid(vec![fault.with_value(index)]));
        };
        *place = outcome;
        Ok(())
    }

    /// The reference of each feature, in the order given, if every one was added.
    ///
    /// ```
    /// use planet_features::AddReport;
    ///
    /// let report: AddReport = serde_json::from_str(r#"{"results": [{"added": "pl:features/my/f/a"}]}"#)?;
    /// assert!(report.is_complete());
    /// assert_eq!(report.errors().count(), 0);
    /// assert_eq!(report.into_references()?, ["pl:features/my/f/a"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `OperationFailed` if any was not added. It says how many, and its source is the error of the first chunk that failed.
    /// Its outcome is `Unknown` if that of any feature is.
    pub fn into_references(self) -> Result<Vec<String>> {
        let count = |outcome: &AddOutcome| self.results.iter().filter(|result| *result == outcome).count();
        let (missing, unknown) = (count(&AddOutcome::NotAdded), count(&AddOutcome::Unknown));
        if missing + unknown == 0 {
            let reference = |result| if let AddOutcome::Added(reference) = result { Some(reference) } else { None };
            return Ok(self.results.into_iter().filter_map(reference).collect());
        }
        let message =
            format!("of {} features {missing} were not added, and {unknown} may have been", self.results.len());
        let outcome = if unknown > 0 { Outcome::Unknown } else { Outcome::Rejected };
        let error = Error::new(ErrorKind::OperationFailed, message).with_outcome(outcome);
        Err(match self.errors.into_iter().next() {
            Some((_, cause)) => error.with_facts_of(&cause).with_source(cause),
            None => error,
        })
    }
}

/// Tells features from others: FNV-1a, which stays the same between programs and versions.
fn fingerprint(texts: &[Box<RawValue>]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.get().bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
