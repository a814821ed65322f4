//! The storage behind the download links: signed URLs, ranges, entity tags.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_MATCH, IF_RANGE, RANGE,
};
use http::{Method, StatusCode};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::fault::Pretend;
use crate::request::Request;
use crate::respond::{Response, response};
use crate::state::asset::AssetKey;
use crate::state::delivery::File;
use crate::state::token::Refusal;
use crate::state::{Service, lock};
use crate::world::{asset_file_name, media_type, render_asset};

const ORDERS_BUCKET: &str = "compute-orders-live";
const ASSETS_BUCKET: &str = "planet-assets-live";

/// What a path segment may not contain as it is.
const SEGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'/').add(b'?').add(b'#').add(b'%');

/// Where a file of an order lies in storage, signed.
pub(crate) fn order_file_url(service: &Service, order_id: &str, path: &str, expires: Timestamp) -> String {
    let parts = [ORDERS_BUCKET, order_id].into_iter().chain(path.split('/'));
    signed_url(service, parts, expires)
}

/// Where an asset lies in storage, signed.
pub(crate) fn asset_url(service: &Service, asset: &AssetKey, name: &str, expires: Timestamp) -> String {
    let AssetKey { item_type, item_id, asset_type } = asset;
    let parts = [ASSETS_BUCKET, item_type, item_id, asset_type, name];
    signed_url(service, parts.into_iter(), expires)
}

fn signed_url(service: &Service, parts: impl Iterator<Item: AsRef<str>>, expires: Timestamp) -> String {
    let mut path = String::new();
    for part in parts {
        path.push('/');
        path.extend(utf8_percent_encode(part.as_ref(), SEGMENT));
    }
    let expires = expires.as_millisecond();
    let signature = service.signer.sign_path(&path, expires);
    format!("{}{path}?Expires={expires}&X-Goog-Signature={signature}", service.storage_url)
}

/// The storage's answer to a request.
pub(crate) fn answer(service: &Service, request: &Request) -> Response {
    if request.method != Method::GET && request.method != Method::HEAD {
        return error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "Use GET or HEAD.");
    }
    if request.headers.contains_key(AUTHORIZATION) {
        return error(
            StatusCode::BAD_REQUEST,
            "InvalidArgument",
            "A signed URL must not come with an Authorization header.",
        );
    }
    match check_signature(service, request) {
        Err(Refusal::Forged) => {
            error(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", "The signature does not match the request.")
        }
        Err(Refusal::Expired) => error(StatusCode::FORBIDDEN, "ExpiredToken", "The signed URL has expired."),
        Ok(()) => match find(service, request) {
            Some(file) => send(request, &file),
            None => error(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist."),
        },
    }
}

fn check_signature(service: &Service, request: &Request) -> Result<(), Refusal> {
    let expires = request.query_value("Expires").and_then(|text| text.parse().ok());
    let expires: i64 = expires.ok_or(Refusal::Forged)?;
    let signature = service.signer.sign_path(&request.path, expires);
    if request.query_value("X-Goog-Signature") != Some(signature.as_str()) {
        return Err(Refusal::Forged);
    }
    if request.pretend == Pretend::ExpiredLink || expires <= service.time.now().as_millisecond() {
        return Err(Refusal::Expired);
    }
    Ok(())
}

fn find(service: &Service, request: &Request) -> Option<File> {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        [ORDERS_BUCKET, order_id, path @ ..] => {
            let delivery = {
                let (orders, now) = (lock(&service.orders), service.time.now());
                Arc::clone(orders.get(order_id, now)?.delivered(now)?)
            };
            delivery.file(&path.join("/"), &service.catalogue)
        }
        [ASSETS_BUCKET, item_type, item_id, asset_type, _] => {
            let key = AssetKey {
                item_type: (*item_type).to_owned(),
                item_id: (*item_id).to_owned(),
                asset_type: (*asset_type).to_owned(),
            };
            asset_file(service, &key)
        }
        _ => None,
    }
}

/// The file of an asset, made once.
pub(crate) fn asset_file(service: &Service, key: &AssetKey) -> Option<File> {
    let item = service.catalogue.get(&key.item_type, &key.item_id)?;
    let file = lock(&service.activations).file(key);
    let make = || {
        let name = asset_file_name(&key.item_id, &key.asset_type, "");
        let bytes = service.catalogue.padded(&name, render_asset(item, &key.asset_type, None)?);
        Some(File::new(name, bytes.into()))
    };
    file.get_or_init(make).clone()
}

/// Sends the file, or the range asked for.
fn send(request: &Request, file: &File) -> Response {
    let etag = etag(request.pretend, file);
    let matches = |wanted: &str| wanted == "*" || etag.as_deref() == Some(wanted);
    if request.header(IF_MATCH.as_str()).is_some_and(|wanted| !matches(wanted)) {
        return error(
            StatusCode::PRECONDITION_FAILED,
            "PreconditionFailed",
            "At least one of the preconditions did not hold.",
        );
    }
    let length = file.bytes.len();
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let mut answer = match wanted_range(request, etag.as_deref(), length) {
        Wanted::All => response(StatusCode::OK, media_type(name), file.bytes.clone()),
        Wanted::Part(start, end) => {
            let part = file.bytes.slice(start..end);
            response(StatusCode::PARTIAL_CONTENT, media_type(name), part)
                .with_header(CONTENT_RANGE, &format!("bytes {start}-{}/{length}", end - 1))
        }
        Wanted::Nothing => {
            let text = "The requested range cannot be satisfied.";
            return error(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", text)
                .with_header(CONTENT_RANGE, &format!("bytes */{length}"));
        }
    };
    if request.pretend != Pretend::NoRanges {
        answer = answer.with_header(ACCEPT_RANGES, "bytes");
    }
    if let Some(etag) = etag {
        answer = answer.with_header(ETAG, &etag);
    }
    if request.pretend != Pretend::NoFileName {
        answer = answer.with_header(CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
    }
    if request.method == Method::HEAD {
        let length = answer.body.len().to_string();
        return Response { body: Bytes::new(), ..answer }.with_header(CONTENT_LENGTH, &length);
    }
    answer
}

fn etag(pretend: Pretend, file: &File) -> Option<String> {
    match pretend {
        Pretend::NoEtag => None,
        Pretend::ChangedEtag => Some(format!("\"{}-changed\"", file.md5)),
        Pretend::WeakEtag => Some(format!("W/\"{}\"", file.md5)),
        _ => Some(format!("\"{}\"", file.md5)),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// From the first position up to but not including the second.
    Part(usize, usize),
    /// A range that lies outside the file.
    Nothing,
}

fn wanted_range(request: &Request, etag: Option<&str>, length: usize) -> Wanted {
    let range = match (request.header(RANGE.as_str()), request.pretend) {
        (_, Pretend::NoRanges) => return Wanted::All,
        (None, Pretend::UnaskedRange(first)) => return part(first, length),
        (None, _) => return Wanted::All,
        (Some(range), _) => range,
    };
    // A weak one never matches here (RFC 9110, 13.1.5).
    let is_strong = |etag: &str| !etag.starts_with("W/");
    if request.header(IF_RANGE.as_str()).is_some_and(|wanted| etag.filter(|etag| is_strong(etag)) != Some(wanted)) {
        return Wanted::All;
    }
    match (parse_range(range, length), request.pretend) {
        (Wanted::Part(start, end), Pretend::LaterRange(by)) => part(start.saturating_add(by), end),
        (wanted, _) => wanted,
    }
}

fn part(start: usize, end: usize) -> Wanted {
    if start < end { Wanted::Part(start, end) } else { Wanted::Nothing }
}

/// Reads `bytes=a-b`, `bytes=a-` or `bytes=-n`; anything else is ignored, as HTTP allows.
fn parse_range(range: &str, length: usize) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|r| r.split_once('-')) else {
        return Wanted::All;
    };
    let (first, last) = (first.trim(), last.trim());
    let (start, end) = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(start), Ok(last)) if start <= last => (start, last.saturating_add(1).min(length)),
        (Ok(start), Err(_)) if last.is_empty() => (start, length),
        (Err(_), Ok(count)) if first.is_empty() => (length.saturating_sub(count), length),
        _ => return Wanted::All,
    };
    part(start, end)
}

/// An error as cloud storage words it.
fn error(status: StatusCode, code: &str, text: &str) -> Response {
    let body =
        format!("<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{text}</Message></Error>");
    response(status, "application/xml; charset=UTF-8", body.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_says() {
        let cases = [
            ("bytes=0-9", Wanted::Part(0, 10)),
            ("bytes=90-", Wanted::Part(90, 100)),
            ("bytes=90-1000", Wanted::Part(90, 100)),
            ("bytes=-10", Wanted::Part(90, 100)),
            ("bytes=-1000", Wanted::Part(0, 100)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=9-0", Wanted::All),
            ("bytes=0-1,5-6", Wanted::All),
            ("items=0-1", Wanted::All),
        ];
        for (range, expected) in cases {
            assert_eq!(parse_range(range, 100), expected, "{range}");
        }
    }
}
