//! The file name in a `Content-Disposition` header (RFC 6266, RFC 8187).

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// The name as the sender meant it, whatever it is: it is not fit to be used as a path yet. An empty one is none.
pub(super) fn file_name(header: &[u8]) -> Option<String> {
    let text = text_of(header);
    let (mut plain, mut extended) = (None, None);
    for (name, value) in Parameters(&text) {
        // The first of several counts.
        if name.eq_ignore_ascii_case("filename*") {
            extended = extended.or_else(|| decoded(&value));
        } else if name.eq_ignore_ascii_case("filename") {
            plain = plain.or(Some(value.into_owned()));
        }
    }
    extended.or(plain).filter(|name| !name.is_empty())
}

/// Headers are ASCII. What some servers write beyond that is UTF-8, or the ISO 8859-1 of old.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => latin1(bytes).into(),
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The value of `filename*`: a character set, a language, and the percent-encoded name, with a `'` after each of the first
/// two. Nothing if it is not in a set that every recipient must know.
fn decoded(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    let bytes: Cow<'_, [u8]> = percent_decode(encoded.as_bytes()).into();
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(bytes.into_owned()).ok(),
        "iso-8859-1" => Some(latin1(&bytes)),
        _ => None,
    }
}

/// The parameters after the first semicolon, with their values unquoted. Lenient where servers are: a value without quotes
/// goes on to the next semicolon, and a quoted one may lack its end.
struct Parameters<'a>(&'a str);

impl<'a> Iterator for Parameters<'a> {
    type Item = (&'a str, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (_, rest) = self.0.split_once(';')?;
            let end = rest.find(['=', ';']).unwrap_or(rest.len());
            let (name, value) = rest.split_at(end);
            // A parameter without a value is passed over.
            let Some(value) = value.strip_prefix('=') else {
                self.0 = value;
                continue;
            };
            let value = value.trim_start();
            let (value, rest) = match value.strip_prefix('"') {
                Some(quoted) => unquote(quoted),
                None => {
                    let (value, rest) = value.split_at(value.find(';').unwrap_or(value.len()));
                    (value.trim_end().into(), rest)
                }
            };
            self.0 = rest;
            return Some((name.trim(), value));
        }
    }
}

/// The text up to the closing quote, with escapes undone, and what comes after it.
fn unquote(quoted: &str) -> (Cow<'_, str>, &str) {
    let mut text = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (text.into(), quoted.get(at + 1..).unwrap_or_default()),
            '\\' => text.extend(letters.next().map(|(_, escaped)| escaped)),
            _ => text.push(letter),
        }
    }
    (text.into(), "")
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_read_as_the_standard_and_as_servers_write_them() {
        for (header, name) in [
            ("attachment; filename=\"a_b.tif\"", Some("a_b.tif")),
            ("attachment; filename=a_b.tif", Some("a_b.tif")),
            ("attachment; filename=a b.tif ; size=12", Some("a b.tif")),
            ("attachment;filename=\"a;b=c.tif\";size=12", Some("a;b=c.tif")),
            ("attachment; FileName = \"a.tif\"", Some("a.tif")),
            ("inline; x; filename=a", Some("a")),
            ("attachment; filename=\"a\\\"b\\\\c\"", Some("a\"b\\c")),
            ("attachment; filename=\"a.tif", Some("a.tif")),
            ("attachment; xfilename=\"a.tif\"", None),
            ("attachment; filename=\"filename=x\"; filename=y", Some("filename=x")),
            ("attachment; filename*=UTF-8''na%C3%AFve.tif", Some("naïve.tif")),
            ("attachment; filename*=utf-8'en'%e2%82%ac; filename=eur", Some("€")),
            ("attachment; filename=\"naive\"; filename*=ISO-8859-1''na%EFve", Some("naïve")),
            ("attachment; filename=\"a\"; filename*=UTF-8''%ff", Some("a")),
            ("attachment; filename=\"a\"; filename*=KOI8-R''%C1", Some("a")),
            ("attachment; filename=\"a\"; filename*=b", Some("a")),
            ("attachment; filename=\"\"", None),
            ("attachment", None),
            ("", None),
        ] {
            assert_eq!(file_name(header.as_bytes()).as_deref(), name, "{header}");
        }
        assert_eq!(file_name(b"attachment; filename=na\xefve").as_deref(), Some("naïve"));
        assert_eq!(file_name("attachment; filename=naïve".as_bytes()).as_deref(), Some("naïve"));
    }

    proptest! {
        #[test]
        fn a_name_that_was_written_by_the_book_comes_back(name in ".{1,40}", other in "[a-z]{1,8}") {
            let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
            let quoted = format!("attachment; size=1; filename=\"{escaped}\"; filename*=b");
            prop_assert_eq!(file_name(quoted.as_bytes()), Some(name.clone()));
            let encoded = utf8_percent_encode(&name, NON_ALPHANUMERIC);
            let extended = format!("attachment; filename={other}; filename*=UTF-8''{encoded}");
            prop_assert_eq!(file_name(extended.as_bytes()), Some(name));
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _read = file_name(&[b"a; filename=".as_slice(), &bytes].concat());
        }
    }
}
