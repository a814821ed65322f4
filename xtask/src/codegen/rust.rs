//! Names, texts and layout as Rust wants them.

use std::io::Write;
use std::process::Stdio;

use crate::{Result, sh};

/// Parts of names that are one word although an upper-case letter stands in them.
const ONE_WORD: [(&str, &str); 2] = [("SkySat", "Skysat"), ("OrthoTile", "Orthotile")];

/// The constant for a name of the service's: `SKYSAT_COLLECT` for `SkySatCollect`.
pub(super) fn constant(name: &str) -> String {
    let mut constant = String::new();
    let mut after_lower = false;
    for letter in ONE_WORD.iter().fold(name.to_owned(), |name, (from, to)| name.replace(from, to)).chars() {
        if after_lower && letter.is_ascii_uppercase() {
            constant.push('_');
        }
        after_lower = letter.is_ascii_lowercase();
        constant.push(letter.to_ascii_uppercase());
    }
    constant
}

/// A paragraph of a doc comment; the text stays on one line, whatever came.
pub(super) fn doc(text: &str) -> String {
    format!("/// {}\n", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A borrowed `Cow`; text that is not there is empty.
pub(super) fn borrowed(text: Option<&str>) -> String {
    format!("Cow::Borrowed({:?})", text.unwrap_or_default())
}

/// `item` for each of the values, with a comma after it.
pub(super) fn each<T>(values: impl IntoIterator<Item = T>, item: impl Fn(T) -> String) -> String {
    values.into_iter().map(|value| item(value) + ",").collect()
}

/// Lays a source out as `cargo fmt` does. A source that is no Rust is refused.
pub(super) fn format(source: &str) -> Result<String> {
    let mut rustfmt = sh::command("rustfmt", &["--edition", "2024", "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start rustfmt: {error}"))?;
    // Dropped before the wait, so that rustfmt sees the end. It reads all before it writes.
    rustfmt.stdin.take().ok_or("rustfmt takes no input")?.write_all(source.as_bytes())?;
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("rustfmt failed: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
