//! One request's part of the features.

use std::ops::Range;

use bytes::Bytes;
use http::{Method, Request, Response};
use planet_core::{Endpoint, Operation, Result, Route, operation};
use serde::Serialize;
use serde_json::value::RawValue;

use super::AddOutcome;
use crate::add::{NAME, Target, references};
use crate::collection::ROUTE;

/// A FeatureCollection that is being added, as text.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) target: Target,
    features: Vec<Box<RawValue>>,
}

impl Chunk {
    pub(super) fn new(target: Target, features: &[Box<RawValue>]) -> Self {
        Self { target, features: features.to_vec() }
    }
}

impl Operation for Chunk {
    type Output = Vec<String>;
    const NAME: &'static str = NAME;
    const ROUTE: Route = ROUTE;
    const IDEMPOTENT: bool = false;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        #[derive(Serialize)]
        struct FeatureCollection<'a> {
            r#type: &'static str,
            features: &'a [Box<RawValue>],
        }
        let body = FeatureCollection { r#type: "FeatureCollection", features: &self.features };
        operation::with_json(Method::POST, self.target.url(endpoint)?.build()?, &body)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Vec<String>> {
        references(response, self.features.len())
    }
}

/// Which features go together: neighbours that are not added yet, up to so many and so many bytes.
pub(super) fn ranges(
    features: &[Box<RawValue>],
    results: &[AddOutcome],
    most: usize,
    most_bytes: usize,
) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut bytes = 0;
    let pending = features.iter().zip(results).enumerate();
    for (index, (feature, _)) in pending.filter(|(_, (_, result))| **result == AddOutcome::NotAdded) {
        let size = feature.get().len() + 1;
        match ranges.last_mut() {
            Some(last) if last.end == index && last.len() < most && bytes + size <= most_bytes => {
                last.end += 1;
                bytes += size;
            }
            _ => {
                ranges.push(index..index + 1);
                bytes = size;
            }
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn outcome(pending: bool) -> AddOutcome {
        if pending { AddOutcome::NotAdded } else { AddOutcome::Added(String::new()) }
    }

    proptest! {
        #[test]
        fn every_feature_that_is_not_added_is_in_one_chunk_and_no_chunk_is_too_large(
            features in prop::collection::vec((1_usize..40, any::<bool>()), 0..60),
            most in 1_usize..10,
            most_bytes in 0_usize..100,
        ) {
            let texts: Vec<Box<RawValue>> = features.iter()
                .map(|(size, _)| RawValue::from_string("1".repeat(*size)).unwrap()).collect();
            let results: Vec<AddOutcome> = features.iter().map(|(_, pending)| outcome(*pending)).collect();
            let ranges = ranges(&texts, &results, most, most_bytes);
            let sent: Vec<usize> = ranges.iter().cloned().flatten().collect();
            let pending: Vec<usize> = (0..features.len()).filter(|index| features[*index].1).collect();
            prop_assert_eq!(sent, pending);
            for range in ranges {
                let bytes: usize = features[range.clone()].iter().map(|(size, _)| size + 1).sum();
                prop_assert!(range.len() <= most && (bytes <= most_bytes || range.len() == 1));
            }
        }
    }
}
