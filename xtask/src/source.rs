//! Rules about the text of our sources.

use std::fs;
use std::path::Path;

use crate::Result;

/// A glob import of a module with one of these children hides the real crate.
const RESERVED: &[&str] = &["core", "std", "alloc"];
/// A longer file probably answers two questions. Reported, never a failure.
const LONG: usize = 400;

/// A Rust file of ours.
pub(crate) struct File {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    #[cfg(test)]
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// The text without the tests at its end.
    pub(crate) fn code(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod ").next().unwrap_or(&self.text)
    }
}

/// The sources of all crates, of the examples and of xtask.
pub(crate) fn files(root: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for folder in ["crates", "examples", "xtask"] {
        collect(root, &root.join(folder), &mut files)?;
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) -> Result {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            files.push(File { path: relative.to_string_lossy().replace('\\', "/"), text: fs::read_to_string(&path)? });
        }
    }
    Ok(())
}

/// No public module or re-export is called `core`, `std` or `alloc`.
pub(crate) fn shadowing_names(file: &File) -> Vec<String> {
    let in_library = file.path.starts_with("crates/") && file.path.contains("/src/");
    if !in_library {
        return Vec::new();
    }
    public_names(&file.text)
        .into_iter()
        .filter(|name| RESERVED.contains(name))
        .map(|name| format!("{} makes `{name}` public: it hides the real one", file.path))
        .collect()
}

/// The names that `pub mod`, `pub use` and `pub extern crate` bring in.
fn public_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (start, _) in text.match_indices("pub ") {
        let statement = text.get(start..).unwrap_or_default();
        let end = statement.find([';']).unwrap_or(statement.len());
        let statement = statement.get(..end).unwrap_or_default();
        if let Some(module) = statement.strip_prefix("pub mod ") {
            names.extend(module.split([' ', '{', '\n']).next());
        } else if statement.starts_with("pub use ") || statement.starts_with("pub extern crate ") {
            names.extend(statement.split([',', '{', '}']).filter_map(leaf));
        }
    }
    names
}

/// The name under which one branch of a use tree is known.
fn leaf(branch: &str) -> Option<&str> {
    branch.trim().rsplit(&[' ', ':'][..]).next()
}

/// Files whose lines before their tests are more than [`LONG`].
pub(crate) fn long_files(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| !file.path.contains("/tests/") && !file.path.ends_with("tests.rs"))
        .filter(|file| !file.path.contains("/generated/"))
        .map(|file| (file.code().lines().count(), &file.path))
        .filter(|(lines, _)| *lines > LONG)
        .map(|(lines, path)| format!("{path} has {lines} lines without its tests"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(text: &str) -> File {
        File::new("crates/planet/src/lib.rs", text)
    }

    #[test]
    fn a_public_name_that_hides_a_real_crate_is_refused() {
        for text in [
            "pub mod core;",
            "pub mod alloc {\n}",
            "pub use planet_core as core;",
            "pub use planet_core::{\n    session,\n    inner as std,\n};",
            "pub use crate::inner::core;",
            "pub extern crate alloc;",
        ] {
            assert_eq!(shadowing_names(&library(text)).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_private_or_different_name_is_allowed() {
        for text in [
            "mod core;",
            "pub(crate) mod core;",
            "pub use core::fmt::{self, Debug};",
            "pub use std::io::Error as CoreError;",
            "pub mod core_types;",
        ] {
            assert!(shadowing_names(&library(text)).is_empty(), "{text}");
        }
    }

    #[test]
    fn only_the_sources_of_libraries_are_asked_for_names() {
        let file = File::new("crates/planet/tests/it/main.rs", "pub mod core;");
        assert!(shadowing_names(&file).is_empty());
    }

    #[test]
    fn lines_of_tests_do_not_make_a_file_long() {
        let code = "fn a() {}\n".repeat(LONG);
        let tests = "#[cfg(test)]\nmod tests {\n}\n".to_owned();
        assert!(long_files(&[library(&format!("{code}{tests}"))]).is_empty());
        let found = long_files(&[library(&format!("{code}fn b() {{}}\n{tests}"))]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("401 lines"), "{found:?}");
    }
}
