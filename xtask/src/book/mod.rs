//! The guide as a book: built by mdBook, and its links followed.

mod links;
mod outside;

use std::path::{Path, PathBuf};
use std::process::Stdio;

pub(crate) use links::run as links;
pub(crate) use outside::linked;

use crate::workspace::Workspace;
use crate::{Result, sh, tools};

/// Builds the book; a warning fails.
pub(crate) fn run() -> Result {
    let folder = build()?;
    println!("the book is in {}", folder.display());
    Ok(())
}

fn build() -> Result<PathBuf> {
    let folder = Path::new(&Workspace::load()?.target_directory).join("book");
    let mut mdbook = sh::command(tools::program("mdbook")?, &["build", "docs", "--dest-dir"]);
    let output = mdbook.arg(&folder).stdin(Stdio::null()).output()?;
    let log = String::from_utf8_lossy(&output.stderr);
    let found = complaints(&log);
    if output.status.success() && found.is_empty() {
        return Ok(folder);
    }
    Err(format!("mdbook complains:\n{}", if found.is_empty() { log.into_owned() } else { found.join("\n") }).into())
}

/// The lines of mdBook's log that are more than information.
fn complaints(log: &str) -> Vec<&str> {
    log.lines().filter(|line| line.contains("WARN") || line.contains("ERROR")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_of_mdbook_is_a_complaint() {
        let log = " INFO Book building has started\n WARN unknown field\nERROR no such chapter\n";
        assert_eq!(complaints(log), [" WARN unknown field", "ERROR no such chapter"]);
    }
}
