//! What may be printed of a URL or of a text that came from elsewhere.

use std::borrow::Cow;

const HIDDEN: &str = "***";

/// Names whose value is a secret, wherever they stand before a `:` or `=`.
const SECRET_NAMES: [&str; 15] = [
    "access_key",
    "api_key",
    "api-key",
    "apikey",
    "authorization",
    "client_secret",
    "credentials",
    "password",
    "sas_token",
    "secret",
    "secret_access_key",
    "sig",
    "signature",
    "token",
    "x-api-key",
];

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
            match ends_in_a_password(authority) && text.contains('@') {
                true => format!("{scheme}://{HIDDEN}"),
                false => format!("{scheme}://{host}{path}"),
            }
        }
        None => rest.to_owned(),
    };
    if query {
        out.push('?');
        out.push_str(HIDDEN);
    }
    out
}

/// A slash, `?` or `#` that was not encoded in a password makes its beginning look like a port.
fn ends_in_a_password(authority: &str) -> bool {
    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
    !authority.contains('@') && !port.ends_with(']') && port.bytes().any(|letter| !letter.is_ascii_digit())
}

/// A text from elsewhere (a server's message, a library's error), on one line, with everything that looks like a
/// credential hidden: queries of URLs, JSON web tokens, API keys, and what follows a secret's name or `Bearer`.
///
/// ```
/// let message = planet_core::redact::text("bad header: api-key PLAK0123456789");
/// assert_eq!(message, "bad header: api-key ***");
/// ```
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    let mut follows = Follows::Nothing;
    for piece in text.split_inclusive(is_boundary) {
        let word = piece.trim_end_matches(is_boundary);
        if !word.is_empty() {
            let is_scheme = follows == Follows::Secret && is_auth_scheme(word);
            let hide = follows == Follows::Secret && word.len() >= 4 && !is_scheme && !is_name_of_secret(word);
            out.push_str(&if hide { Cow::Borrowed(HIDDEN) } else { word_or_hidden(word) });
            follows = match word {
                _ if is_scheme || is_name_of_secret(word) => Follows::Secret,
                // In JSON a lone colon stands between the name and the value.
                ":" | "=" if follows != Follows::Nothing => Follows::Secret,
                _ if is_secret_name(word) => Follows::SecretAfterColon,
                _ => Follows::Nothing,
            };
        }
        let tail = piece.get(word.len()..).unwrap_or_default();
        out.extend(tail.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// What the next word is.
#[derive(Clone, Copy, PartialEq)]
enum Follows {
    Nothing,
    Secret,
    /// A secret if a colon comes first: prose speaks of tokens and passwords, too.
    SecretAfterColon,
}

fn is_auth_scheme(word: &str) -> bool {
    ["basic", "bearer", "digest", "negotiate"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// A secret's name, also with something before it: `aws_secret_access_key`.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|secret| {
        name.strip_suffix(secret).is_some_and(|before| before.is_empty() || before.ends_with(['_', '-', '.']))
    })
}

fn is_boundary(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | '{' | '}')
}

/// `Bearer`, or a secret's name that stands alone or ends in `:` or `=`: the next word is the secret.
fn is_name_of_secret(word: &str) -> bool {
    let name = word.trim_end_matches([':', '=']);
    let is_secret = is_secret_name(name);
    let last = name.rsplit([':', '=']).next().unwrap_or(name);
    let is_scheme = ["api-key", "bearer"].iter().any(|scheme| last.eq_ignore_ascii_case(scheme));
    is_scheme || (is_secret && (name.len() < word.len() || is_quoted_name(name)))
}

/// In JSON the colon comes after the closing quote, so the name stands alone. Words of prose (`token`, `secret`) do not count,
/// nor do variables of the environment, of which messages speak (`PL_API_KEY is not set`).
fn is_quoted_name(name: &str) -> bool {
    name.contains(['_', '-']) && name.contains(|letter: char| letter.is_ascii_lowercase())
}

fn word_or_hidden(word: &str) -> Cow<'_, str> {
    let has_query = word.find('?').is_some_and(|at| at + 1 < word.len());
    if word.contains("://") || has_query {
        let shown = url(word);
        return Cow::Owned(without_key(&shown).into_owned());
    }
    for (at, _) in word.match_indices([':', '=']) {
        let (name, value) = word.split_at(at);
        let name = name.rsplit(['&', '/', '.']).next().unwrap_or(name);
        if value.len() > 1 && SECRET_NAMES.iter().any(|secret| name.to_ascii_lowercase().ends_with(secret)) {
            let kept = word.get(..=at).unwrap_or_default();
            return Cow::Owned(format!("{kept}{HIDDEN}"));
        }
    }
    without_key(word)
}

fn without_key(word: &str) -> Cow<'_, str> {
    match key_in(word) {
        Some(at) => Cow::Owned(format!("{}{HIDDEN}", word.get(..at).unwrap_or_default())),
        None => Cow::Borrowed(word),
    }
}

/// Planet's API keys start with `PLAK`; JSON web tokens are three base64 parts of which the first starts with `eyJ`.
fn key_in(word: &str) -> Option<usize> {
    let key = word.find("PLAK").filter(|at| word.len() - at > 8);
    key.or_else(|| word.find("eyJ").filter(|at| word.get(*at..).is_some_and(|token| token.contains('.'))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn urls_lose_query_fragment_and_user() {
        assert_eq!(url("https://me:pw@host:1/a/b?x=1"), "https://host:1/a/b?***");
        assert_eq!(url("http://h#token"), "http://h?***");
        assert_eq!(url("/a/b"), "/a/b");
        assert_eq!(url("http://[::1]/@a"), "http://[::1]/@a");
        assert_eq!(url("http://[::1]:80/@a"), "http://[::1]:80/@a");
        assert_eq!(url("http://host:port"), "http://host:port");
        for whole in ["https://me:pass/word@host/a", "https://me:pass?word@host/a", "https://me:pass#word@host"] {
            let shown = url(whole);
            assert!(shown.starts_with("https://***") && !shown.contains("pass"), "{shown}");
        }
    }

    #[test]
    fn credentials_in_text_are_hidden() {
        for (input, output) in [
            ("Authorization: Bearer abcdefgh", "Authorization: Bearer ***"),
            ("Authorization:Bearer abcdef", "Authorization:*** ***"),
            ("see https://h/p?token=1 now", "see https://h/p?*** now"),
            ("{\"key\":\"PLAK0123456789\"}", "{\"key\":\"***\"}"),
            ("key=PLAK0123456789", "key=***"),
            ("token eyJhbGciOi.eyJzdWI.sig ends", "token *** ends"),
            ("token:eyJhbGciOi.eyJzdWI.sig", "token:***"),
            ("GET /d/?token=abc", "GET /d/?***"),
            ("https://h/p?a=1;sig=abc%2F", "https://h/p?***;sig=***"),
            ("/bucket/f?X-Goog-Signature=abc", "/bucket/f?***"),
            ("x-api-key: abcdef", "x-api-key: ***"),
            ("{\"api_key\": \"abcdef\"}", "{\"api_key\": \"***\"}"),
            ("aws_secret=abcdef&x=1", "aws_secret=***"),
            ("two\nlines", "two lines"),
            ("Proxy-Authorization: Basic QWxhZGRpbg==", "Proxy-Authorization: Basic ***"),
            ("{\"aws_secret_access_key\": \"wJalrXUtnFEMI/K7\"}", "{\"aws_secret_access_key\": \"***\"}"),
            ("aws_secret_access_key=wJalrXUtnFEMI", "aws_secret_access_key=***"),
            ("{\"PL_API_KEY\": \"sesame\"}", "{\"PL_API_KEY\": \"***\"}"),
            ("PL_AUTH_CLIENT_SECRET=sesame PL_API_KEY: sesame", "PL_AUTH_CLIENT_SECRET=*** PL_API_KEY: ***"),
            ("{\"password\":\"sesame\",\"token\" : \"sesame\"}", "{\"password\":\"***\",\"token\" : \"***\"}"),
        ] {
            assert_eq!(text(input), output);
        }
    }

    #[test]
    fn harmless_text_is_left_alone() {
        for message in [
            "Item ID 20200909_182525_1014 / Item Type PSScene doesn't exist",
            "Basic analytic assets need a token that is still good",
            "http 400: field Products",
            "the environment variable PL_API_KEY counts for nothing",
            "PL_AUTH_CLIENT_SECRET, without which PL_AUTH_CLIENT_ID counts for nothing",
        ] {
            assert!(matches!(text(message), Cow::Borrowed(_)), "{message}");
        }
    }

    proptest! {
        #[test]
        fn no_key_and_no_token_is_ever_printed(before in "[ -~]{0,12}", key in "PLAK[0-9a-f]{16}", jwt in "eyJ[a-z]{8}\\.[a-z]{8}\\.[a-z]{8}", after in "[ -~]{0,12}") {
            for secret in [&key, &jwt] {
                let printed = text(&format!("{before}{secret}{after}")).into_owned();
                prop_assert!(!printed.contains(secret.as_str()), "{}", printed);
            }
        }
    }
}
