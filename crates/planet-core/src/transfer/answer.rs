//! What an answer says of the bytes that it brings.

use http::{HeaderMap, HeaderValue, Response, Version, header};

use crate::ResponseBody;

/// The entity tag of an answer, if it is strong: the same tag stands for the same bytes then (RFC 9110, 8.8.3).
pub(super) fn strong_etag(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(header::ETAG).filter(|tag| is_strong(tag.as_bytes())).cloned()
}

pub(super) fn is_strong(tag: &[u8]) -> bool {
    tag.len() >= 2 && tag.starts_with(b"\"") && tag.ends_with(b"\"")
}

pub(super) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Which bytes an answer of status 206 brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentRange {
    pub(super) first: u64,
    pub(super) last: u64,
    /// The length of the whole file, if it is told.
    pub(super) total: Option<u64>,
}

/// `Content-Range: bytes <first>-<last>/<total or *>`; nothing if it is not that (RFC 9110, 14.4).
pub(super) fn content_range(headers: &HeaderMap) -> Option<ContentRange> {
    let text = headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
    let (unit, range) = text.trim().split_once(' ')?;
    let (range, total) = range.trim().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    let total = match total {
        "*" => None,
        total => Some(number(total)?),
    };
    let holds = first <= last && total.is_none_or(|total| last < total);
    (unit.eq_ignore_ascii_case("bytes") && holds).then_some(ContentRange { first, last, total })
}

/// Digits only: `parse` alone takes a sign.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Does a body without a length end in a way of its own, so that one that breaks off is noticed? Chunks do, and streams of
/// HTTP/2; a body that ends when the connection does, does not. Nor does one in another transfer coding than chunks (RFC
/// 9112, 6.3); what was packed before it was cut into chunks is not the file.
pub(super) fn ends_visibly(response: &Response<ResponseBody>) -> bool {
    let mut codings = response.headers().get_all(header::TRANSFER_ENCODING).into_iter();
    let in_chunks = codings.next().is_some_and(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"));
    (in_chunks && codings.next().is_none()) || response.version() >= Version::HTTP_2
}

/// How the bytes of an answer are packed, if they are. (Some tools store `aws-chunked` with what is not.)
pub(super) fn packing(headers: &HeaderMap) -> Option<&str> {
    let mut codings = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("unknown").split(',').map(str::trim));
    codings.find(|coding| !["", "identity", "aws-chunked"].iter().any(|plain| coding.eq_ignore_ascii_case(plain)))
}

/// Is it a page for a browser? Some links answer so, with status 200, when they have expired.
pub(super) fn is_web_page(headers: &HeaderMap) -> bool {
    let essence = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    essence.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/html")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_content_range_is_read_as_the_standard_writes_it_and_nothing_else() {
        let read = |text: &str| content_range(&one(header::CONTENT_RANGE, text));
        let range = |first, last, total| Some(ContentRange { first, last, total });
        assert_eq!(read("bytes 2-4/5"), range(2, 4, Some(5)));
        assert_eq!(read("Bytes 0-0/*"), range(0, 0, None));
        for bad in
            ["bytes */5", "bytes 4-2/5", "bytes 2-5/5", "bytes +2-4/5", "items 2-4/5", "bytes=2-4/5", "2-4/5", ""]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_a_strong_tag_stands_for_the_same_bytes() {
        assert_eq!(strong_etag(&one(header::ETAG, "\"a\"")), Some(HeaderValue::from_static("\"a\"")));
        for weak in ["W/\"a\"", "a", "\"", ""] {
            assert_eq!(strong_etag(&one(header::ETAG, weak)), None, "{weak}");
        }
    }

    #[test]
    fn a_web_page_is_told_by_its_type_without_parameters() {
        assert!(is_web_page(&one(header::CONTENT_TYPE, "Text/HTML; charset=utf-8")));
        assert!(!is_web_page(&one(header::CONTENT_TYPE, "image/tiff")));
    }
}
