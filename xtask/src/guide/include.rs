//! Regions of programs in pages: `{{#include PATH:ANCHOR}}` on a line of its own.

use std::fs;
use std::path::Path;

use crate::Result;

/// The page with the regions in the place of the lines that name them. `folder` is where the page is.
///
/// mdBook includes by itself, but leaves regions indented as deep as they stand in their program.
pub(super) fn resolve(page: &str, folder: &Path) -> Result<String> {
    let mut text = String::new();
    for (number, line) in page.lines().enumerate() {
        match named(line) {
            Some((path, anchor)) => {
                let code =
                    region(&folder.join(path), anchor).map_err(|error| format!("line {}: {error}", number + 1))?;
                text.push_str(&code);
            }
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    Ok(text)
}

fn named(line: &str) -> Option<(&str, &str)> {
    line.trim().strip_prefix("{{#include ")?.strip_suffix("}}")?.split_once(':')
}

fn region(path: &Path, anchor: &str) -> Result<String> {
    let source = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (start, end) = (format!("ANCHOR: {anchor}"), format!("ANCHOR_END: {anchor}"));
    let mut lines = source.lines().skip_while(|line| !line.trim_end().ends_with(&start)).skip(1).peekable();
    if lines.peek().is_none() {
        return Err(format!("{} has no region {anchor}", path.display()).into());
    }
    let mut inside = Vec::new();
    for line in lines {
        if line.trim_end().ends_with(&end) {
            return Ok(dedented(&inside));
        }
        if !line.trim_start().starts_with("// ANCHOR") {
            inside.push(line);
        }
    }
    Err(format!("the region {anchor} of {} does not end", path.display()).into())
}

fn dedented(lines: &[&str]) -> String {
    let indent = |line: &&&str| line.len() - line.trim_start().len();
    let depth = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(&line)).min().unwrap_or(0);
    lines.iter().map(|line| format!("{}\n", line.get(depth..).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "\
fn main() {
    // ANCHOR: all
    let a = 1;
    // ANCHOR: inner
    if a > 0 {
        done();
    }
    // ANCHOR_END: inner

    end();
    // ANCHOR_END: all
    // ANCHOR: open
    more();
}
";

    fn resolved(page: &str) -> Result<String> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("program.rs"), PROGRAM)?;
        resolve(page, folder.path())
    }

    #[test]
    fn a_region_comes_without_its_indentation_and_without_the_marks_of_others() {
        let inner = "if a > 0 {\n    done();\n}\n";
        assert_eq!(resolved("{{#include program.rs:inner}}\n").unwrap(), inner);
        let all = format!("before\nlet a = 1;\n{inner}\nend();\nafter\n");
        assert_eq!(resolved("before\n{{#include program.rs:all}}\nafter\n").unwrap(), all);
    }

    #[test]
    fn a_region_or_program_that_is_not_there_is_named() {
        for (page, text) in [
            ("\n{{#include program.rs:none}}", "has no region none"),
            ("\n{{#include program.rs:open}}", "the region open"),
            ("\n{{#include other.rs:all}}", "other.rs"),
        ] {
            let error = resolved(page).unwrap_err().to_string();
            assert!(error.starts_with("line 2: ") && error.contains(text), "{error}");
        }
    }
}
