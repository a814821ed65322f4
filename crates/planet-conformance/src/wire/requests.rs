//! Whether the requests that arrived are those of the recording.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::recorded::Request;
use super::server::Arrived;
use crate::compare;

const APP_HEADER: &str = "x-planet-app";

/// Ours goes by its own name.
const APP: &str = "rust-sdk";

/// The same requests in the same order.
pub(super) fn same(ours: &[Arrived], theirs: &[Request]) -> Result<(), String> {
    let numbered = ours.iter().zip(theirs).zip(1..);
    for ((ours, theirs), number) in numbered {
        difference(ours, theirs).map_err(|why| format!("request {number}: {why}"))?;
    }
    if ours.len() == theirs.len() {
        return Ok(());
    }
    let listed: Vec<String> = ours.iter().map(|request| format!("{} {}", request.method, request.path)).collect();
    Err(format!("{} requests, but {} are recorded: {}", ours.len(), theirs.len(), listed.join(", ")))
}

/// The same request, but for headers in which ours may differ and for how the URL is encoded.
pub(super) fn difference(ours: &Arrived, theirs: &Request) -> Result<(), String> {
    but_for_body(ours, theirs)?;
    match (body(ours)?, &theirs.json) {
        (None, None) => Ok(()),
        (Some(ours), Some(theirs)) => {
            compare::difference(&ours, theirs).map_or(Ok(()), |why| Err(format!("body: {why}")))
        }
        (ours, theirs) => Err(format!("body: {ours:?} is not {theirs:?}")),
    }
}

/// As [`difference`], whatever the body is.
pub(super) fn but_for_body(ours: &Arrived, theirs: &Request) -> Result<(), String> {
    but_for_body_and_credential(ours, theirs)?;
    // Python fetches the specification of bundles without its session, and so without the key.
    if theirs.headers.contains_key(APP_HEADER) { header(ours, theirs, "authorization") } else { Ok(()) }
}

pub(super) fn but_for_body_and_credential(ours: &Arrived, theirs: &Request) -> Result<(), String> {
    equal("method", &ours.method, &theirs.method)?;
    equal("origin", &ours.origin, &theirs.origin)?;
    equal("path", &segments(&ours.path), &segments(&theirs.path))?;
    equal("query", &sorted(&ours.query), &sorted(&theirs.query))?;
    if theirs.json.is_some() {
        header(ours, theirs, "content-type")?;
    }
    if theirs.headers.contains_key(APP_HEADER) {
        equal(APP_HEADER, &ours.headers.get(APP_HEADER).map(String::as_str), &Some(APP))?;
    }
    Ok(())
}

/// The body, if there is one.
pub(super) fn body(request: &Arrived) -> Result<Option<Value>, String> {
    if request.body.is_empty() {
        return Ok(None);
    }
    serde_json::from_slice(&request.body).map(Some).map_err(|error| format!("a body that is no JSON: {error}"))
}

/// Holds for every case: no credential goes to an origin that is not ours.
pub(super) fn no_credential_to(foreign: &str, ours: &[Arrived]) -> Result<(), String> {
    let leaks = |request: &&Arrived| request.origin == foreign && request.headers.contains_key("authorization");
    match ours.iter().find(leaks) {
        Some(request) => Err(format!("the key was sent to another origin: {} {}", request.method, request.path)),
        None => Ok(()),
    }
}

fn header(ours: &Arrived, theirs: &Request, name: &str) -> Result<(), String> {
    equal(name, &ours.headers.get(name), &theirs.headers.get(name))
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, ours: &T, theirs: &T) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{what}: {ours:?} is not {theirs:?}")) }
}

/// The decoded segments of a path: an encoded slash does not part any.
fn segments(path: &str) -> Vec<String> {
    path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

fn sorted(query: &[(String, String)]) -> Vec<(String, String)> {
    let mut query = query.to_vec();
    query.sort();
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(origin: &str, headers: &[(&str, &str)]) -> Arrived {
        Arrived {
            method: "GET".to_owned(),
            origin: origin.to_owned(),
            path: "/".to_owned(),
            query: Vec::new(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: Vec::new(),
        }
    }

    #[test]
    fn a_key_at_a_foreign_origin_is_noticed_whatever_the_case_says() {
        let (ours, foreign) = ("http://127.0.0.1:1", "http://127.0.0.1:2");
        let key = [("authorization", "api-key test-key")];
        assert!(no_credential_to(foreign, &[get(ours, &key), get(foreign, &[])]).is_ok());
        assert!(no_credential_to(foreign, &[get(ours, &key), get(foreign, &key)]).is_err());
    }

    #[test]
    fn paths_are_the_same_however_they_are_encoded_but_an_encoded_slash_parts_nothing() {
        assert_eq!(segments("/a/urn%3Ab%20c"), segments("/a/urn:b%20c"));
        assert_ne!(segments("/a%2Fb"), segments("/a/b"));
    }
}
