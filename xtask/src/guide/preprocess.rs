//! The book's preprocessor (`docs/book.toml`): includes regions as `cargo xtask guide` does, and makes links whole.

use std::io::{self, Write as _};
use std::path::Path;

use serde_json::Value;

use super::include;
use crate::{Result, book, sh};

/// Reads the book from standard input and writes it to standard output, as mdBook asks of a preprocessor.
pub(crate) fn run() -> Result {
    let input: Value = serde_json::from_reader(io::stdin().lock())?;
    let mut book = input.get(1).cloned().ok_or("standard input is not what mdBook sends")?;
    include_in(&mut book, &sh::root().join("docs"))?;
    Ok(io::stdout().write_all(&serde_json::to_vec(&book)?)?)
}

/// Walks through all chapters, wherever this version of mdBook keeps them.
fn include_in(value: &mut Value, docs: &Path) -> Result {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| include_in(item, docs)),
        Value::Object(object) => {
            let path = object.get("path").and_then(Value::as_str).map(str::to_owned);
            if let (Some(path), Some(Value::String(content))) = (path, object.get_mut("content")) {
                let page = docs.join(&path);
                *content = include::resolve(content, page.parent().unwrap_or(docs))?;
                *content = book::linked(&path, content);
            }
            object.values_mut().try_for_each(|item| include_in(item, docs))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn chapters_and_their_parts_get_their_regions() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("adr")).unwrap();
        std::fs::write(folder.path().join("a.rs"), "// ANCHOR: x\n    one();\n// ANCHOR_END: x\n").unwrap();
        let part = json!({"Chapter": {"path": "adr/1.md", "content": "{{#include ../a.rs:x}}", "sub_items": []}});
        let chapter = json!({"Chapter": {"path": "page.md", "content": "{{#include a.rs:x}}", "sub_items": [part]}});
        let mut book = json!({"items": [chapter, {"PartTitle": "Guide"}]});
        include_in(&mut book, folder.path()).unwrap();
        assert_eq!(book["items"][0]["Chapter"]["content"], "one();\n");
        assert_eq!(book["items"][0]["Chapter"]["sub_items"][0]["Chapter"]["content"], "one();\n");
    }
}
