//! What may be printed of a URL or of a text that came from elsewhere.

use std::borrow::Cow;

const HIDDEN: &str = "***";

/// A URL without what may be secret: user information, query and fragment.
///
/// ```
/// let link = "https://api.planet.com/data/v1/download?token=eyJh.b.c";
/// assert_eq!(planet_core::redact::url(link), "https://api.planet.com/data/v1/download?***");
/// ```
#[must_use]
pub fn url(text: &str) -> String {
    let (rest, query) = match text.find(['?', '#']) {
        Some(at) => (text.split_at(at).0, true),
        None => (text, false),
    };
    let mut out = match rest.split_once("://") {
        Some((scheme, after)) => {
            let (authority, path) = match after.find('/') {
                Some(at) => after.split_at(at),
                None => (after, ""),
            };
            let host = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}://{host}{path}")
        }
        None => rest.to_owned(),
    };
    if query {
        out.push('?');
        out.push_str(HIDDEN);
    }
    out
}

/// A text from elsewhere (a server's message, a library's error) with everything that looks like a credential hidden:
/// queries of URLs, JSON web tokens, API keys, and what follows `api-key`, `Bearer` or `Basic`.
///
/// ```
/// let message = planet_core::redact::text("bad header: api-key PLAK0123456789");
/// assert_eq!(message, "bad header: api-key ***");
/// ```
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    let mut after_scheme = false;
    let mut changed = false;
    for piece in text.split_inclusive(is_boundary) {
        let word = piece.trim_end_matches(is_boundary);
        let tail = piece.strip_prefix(word).unwrap_or_default();
        let shown = if word.is_empty() {
            Cow::Borrowed(word)
        } else {
            let shown = word_or_hidden(word, after_scheme);
            after_scheme = is_scheme(word);
            shown
        };
        changed |= shown != word;
        out.push_str(&shown);
        out.push_str(tail);
    }
    if changed { Cow::Owned(out) } else { Cow::Borrowed(text) }
}

fn is_boundary(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | ',' | ';' | '{' | '}')
}

fn is_scheme(word: &str) -> bool {
    let word = word.trim_end_matches(':');
    ["api-key", "bearer", "basic"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

fn word_or_hidden(word: &str, after_scheme: bool) -> Cow<'_, str> {
    if after_scheme && word.len() >= 4 {
        return Cow::Borrowed(HIDDEN);
    }
    if word.contains("://") {
        return Cow::Owned(url(word));
    }
    if let Some(at) = word.find("token=").or_else(|| word.find("api_key=")) {
        let (kept, secret) = word.split_at(at);
        let name = secret.split('=').next().unwrap_or_default();
        return Cow::Owned(format!("{kept}{name}={HIDDEN}"));
    }
    if looks_like_key(word) { Cow::Borrowed(HIDDEN) } else { Cow::Borrowed(word) }
}

/// Planet's API keys start with `PLAK`; JSON web tokens are three base64 parts of which the first starts with `eyJ`.
fn looks_like_key(word: &str) -> bool {
    (word.starts_with("PLAK") && word.len() > 8) || (word.starts_with("eyJ") && word.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_query_fragment_and_user() {
        assert_eq!(url("https://me:pw@host:1/a/b?x=1"), "https://host:1/a/b?***");
        assert_eq!(url("http://h#token"), "http://h?***");
        assert_eq!(url("/a/b"), "/a/b");
    }

    #[test]
    fn credentials_in_text_are_hidden() {
        for (input, output) in [
            ("Authorization: Bearer abcdefgh", "Authorization: Bearer ***"),
            ("see https://h/p?token=1 now", "see https://h/p?*** now"),
            ("{\"key\":\"PLAK0123456789\"}", "{\"key\":\"***\"}"),
            ("token eyJhbGciOi.eyJzdWI.sig ends", "token *** ends"),
            ("GET /d/?token=abc", "GET /d/?token=***"),
        ] {
            assert_eq!(text(input), output);
        }
    }

    #[test]
    fn harmless_text_is_left_alone() {
        let message = "Item ID 20200909_182525_1014 / Item Type PSScene doesn't exist";
        assert!(matches!(text(message), Cow::Borrowed(_)));
    }
}
