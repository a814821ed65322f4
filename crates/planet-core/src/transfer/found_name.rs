//! The name of a file, found from the answer that brings it.

use std::borrow::Cow;

use http::{HeaderMap, Uri, header};
use percent_encoding::percent_decode_str;

use super::disposition;
use super::name::objection;
use crate::{Error, ErrorKind, Result};

/// Media types of Planet's files and the ends of names that go with them.
const TYPES: [(&str, &str); 10] = [
    ("application/geo+json", "geojson"),
    ("application/json", "json"),
    ("application/xml", "xml"),
    ("application/zip", "zip"),
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/tiff", "tif"),
    ("text/html", "html"),
    ("text/plain", "txt"),
    ("text/xml", "xml"),
];

/// How many letters and digits make a random name.
const RANDOM: usize = 8;

/// The name for what an answer brings: from its headers, else from the URL that gave it, else made from its content type.
///
/// # Errors
/// As [`name_from_headers`].
pub(super) fn found_name(headers: &HeaderMap, url: &Uri) -> Result<String> {
    Ok(name_from_headers(headers)?.or_else(|| name_from_url(url)).unwrap_or_else(|| random_name(headers)))
}

/// The file name that an answer's `Content-Disposition` gives, if it does: `filename*` before `filename`, of each the last
/// part only, whichever slash parts it.
///
/// ```
/// use http::{HeaderMap, HeaderValue, header};
/// use planet_core::transfer::name_from_headers;
///
/// let mut headers = HeaderMap::new();
/// let value = HeaderValue::from_static("attachment; filename=\"naive.tif\"; filename*=UTF-8''na%C3%AFve.tif");
/// headers.insert(header::CONTENT_DISPOSITION, value);
/// assert_eq!(name_from_headers(&headers)?.as_deref(), Some("naïve.tif"));
/// # Ok::<(), planet_core::Error>(())
/// ```
///
/// # Errors
/// `Integrity` if the last part is no safe name: `..`, an empty one, one that is hidden (begins with a dot), or one that some
/// system cannot have, as for [`relative_path`](super::relative_path).
pub fn name_from_headers(headers: &HeaderMap) -> Result<Option<String>> {
    let header = headers.get(header::CONTENT_DISPOSITION);
    let Some(given) = header.and_then(|value| disposition::file_name(value.as_bytes())) else { return Ok(None) };
    let name = last_part(&given);
    match fault_of(name) {
        None => Ok(Some(name.to_owned())),
        Some(reason) => {
            let message = format!("the service named the file {given:?}, which is not safe to use ({reason})");
            Err(Error::new(ErrorKind::Integrity, message)
                .with_help("Nothing was written. Choose a name for the file yourself"))
        }
    }
}

/// The file name that a URL ends in, decoded, if it ends in one that is safe to use.
///
/// ```
/// use planet_core::transfer::name_from_url;
///
/// assert_eq!(name_from_url(&"https://host/path/a%20b.tif?sig=1".parse()?).as_deref(), Some("a b.tif"));
/// assert_eq!(name_from_url(&"https://host/path/".parse()?), None);
/// # Ok::<(), http::uri::InvalidUri>(())
/// ```
#[must_use]
pub fn name_from_url(url: &Uri) -> Option<String> {
    let segment = url.path().rsplit('/').next()?;
    // What follows a semicolon are parameters of the segment.
    let segment = segment.split(';').next()?;
    let decoded: Cow<'_, str> = percent_decode_str(segment).decode_utf8().ok()?;
    let name = last_part(&decoded);
    fault_of(name).is_none().then(|| name.to_owned())
}

/// `planet-` with eight letters or digits, and what the content type ends in.
fn random_name(headers: &HeaderMap) -> String {
    let mut name = "planet-".to_owned();
    name.extend(std::iter::repeat_with(fastrand::alphanumeric).take(RANDOM));
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some((_, end)) = TYPES.iter().find(|(media_type, _)| *media_type == essence) {
        name.push('.');
        name.push_str(end);
    }
    name
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// A name that nobody asked for must not hide, and so not become somebody's settings.
fn fault_of(name: &str) -> Option<&'static str> {
    objection(name).or_else(|| name.starts_with('.').then_some("it is hidden"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::super::relative_path;
    use super::*;

    fn headers(disposition: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(disposition) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        headers
    }

    #[test]
    fn of_a_name_from_a_header_the_last_part_counts_and_it_must_be_safe() {
        let name = |name: &str| name_from_headers(&headers(format!("attachment; filename={name}").as_bytes()));
        for (given, found) in [
            ("a.tif", "a.tif"),
            ("../../evil.tif", "evil.tif"),
            ("/etc/passwd", "passwd"),
            ("..\\..\\evil.tif", "evil.tif"),
            ("\"C:\\\\x\\\\a.tif\"", "a.tif"),
        ] {
            assert_eq!(name(given).unwrap().as_deref(), Some(found), "{given}");
        }
        for bad in ["..", ".", "a/", "\"a\\\"b\"", "NUL.tif", ".bashrc", "a/.profile", "C:", "\" \""] {
            assert_eq!(name(bad).unwrap_err().kind(), ErrorKind::Integrity, "{bad}");
        }
        assert_eq!(name_from_headers(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn of_a_url_the_last_segment_counts_decoded_and_without_parameters() {
        for (url, found) in [
            ("https://planet.com/path/to/example.tif?foo=f6f1&bar=a/b", Some("example.tif")),
            ("https://planet.com/a%20b.tif", Some("a b.tif")),
            ("https://planet.com/x%2Fy.tif", Some("y.tif")),
            ("https://planet.com/a.tif;v=1", Some("a.tif")),
            ("https://planet.com/", None),
            ("https://planet.com", None),
            ("https://planet.com/%2e%2e", None),
            ("https://planet.com/%ff", None),
            ("https://planet.com/a%00b", None),
        ] {
            assert_eq!(name_from_url(&url.parse().unwrap()).as_deref(), found, "{url}");
        }
    }

    #[test]
    fn where_there_is_no_name_one_is_made_from_the_content_type() {
        let url: Uri = "https://planet.com/download/".parse().unwrap();
        for (content_type, end) in [("image/tiff", ".tif"), ("Application/JSON; charset=utf-8", ".json"), ("x/y", "")] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            let name = found_name(&headers, &url).unwrap();
            let middle = name.strip_prefix("planet-").and_then(|rest| rest.strip_suffix(end)).unwrap();
            assert_eq!(middle.len(), 8, "{name}");
            assert_ne!(name, found_name(&headers, &url).unwrap());
        }
    }

    proptest! {
        #[test]
        fn whatever_the_answer_says_a_found_name_is_one_part_of_a_path(
            disposition in proptest::collection::vec(any::<u8>(), 0..40),
            path in "[a-z%./;0-9A-F]{0,30}",
        ) {
            let disposition = [b"attachment; filename=".as_slice(), &disposition].concat();
            let url: Uri = format!("https://host/{path}").parse().unwrap();
            if let Ok(name) = found_name(&headers(&disposition), &url) {
                prop_assert_eq!(relative_path(&name).unwrap().components().count(), 1);
                prop_assert!(!name.contains(['/', '\\']) && !name.starts_with('.'));
            }
        }
    }
}
