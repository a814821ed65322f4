//! Compressed JSON. Files are asked for as they are stored (the caller sets `Accept-Encoding: identity`).

#[cfg(feature = "gzip")]
pub(super) fn layer() -> tower_http::decompression::DecompressionLayer {
    tower_http::decompression::DecompressionLayer::new()
}

#[cfg(not(feature = "gzip"))]
pub(super) fn layer() -> tower_layer::Identity {
    tower_layer::Identity::new()
}
