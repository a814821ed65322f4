//! The token of an OAuth session, as it stands in `token.json`.

mod document;

pub(super) use document::SecretDocument;
