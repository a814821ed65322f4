//! Follows the guide as a reader does: from the first page to the last, in a project of its own.
//!
//! What a page may hold, and how it is followed, stands in docs/style.md.

mod block;
mod include;
mod output;
mod page;
mod preprocess;
mod reader;

use std::fs;
use std::path::Path;
use std::time::Instant;

pub(crate) use preprocess::run as preprocess;

use self::page::Page;
use self::reader::Reader;
use crate::{Result, sh};

/// The page that makes the reader's project and has the frame of the other pages' programs. It is always followed.
const FIRST: &str = "quickstart";

/// Follows all pages, or the first one and those named.
pub(crate) fn run(wanted: &[String]) -> Result {
    let docs = sh::root().join("docs");
    let names = in_order(&fs::read_to_string(docs.join("SUMMARY.md"))?);
    for name in wanted {
        if !names.contains(name) {
            return Err(format!("no such page: {name}; SUMMARY.md has {}", names.join(", ")).into());
        }
    }
    let pages: Vec<Page> = names
        .iter()
        .filter(|name| wanted.is_empty() || *name == FIRST || wanted.contains(name))
        .map(|name| read(&docs, name))
        .collect::<Result<_>>()?;
    let mut reader = Reader::new()?;
    let mut skipped = Vec::new();
    for page in &pages {
        let start = Instant::now();
        let done = reader.follow(page).map_err(|error| format!("docs/{}.md: {error}", page.name))?;
        skipped.extend(page.needs_account().map(|text| format!("  docs/{}.md: {text}", page.name)));
        if done > 0 {
            println!("docs/{}.md: {done} blocks in {:.1} s", page.name, start.elapsed().as_secs_f64());
        }
    }
    println!("not run, as it needs an account or the network:\n{}", skipped.join("\n"));
    reader.leave()
}

fn read(docs: &Path, name: &str) -> Result<Page> {
    let path = docs.join(format!("{name}.md"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let folder = path.parent().unwrap_or(docs);
    let text = include::resolve(&text, folder).map_err(|error| format!("docs/{name}.md: {error}"))?;
    Page::parse(name, &text).map_err(|error| format!("docs/{name}.md: {error}").into())
}

/// The pages of a summary, without `.md`, in the order of reading.
fn in_order(summary: &str) -> Vec<String> {
    let links = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.filter_map(|link| link.strip_suffix(".md")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_in_the_order_of_the_summary() {
        let summary = "# Summary\n\n[Introduction](introduction.md)\n\n- [Quickstart](quickstart.md)\n  - [One](adr/0001-one.md)\n";
        assert_eq!(in_order(summary), ["introduction", "quickstart", "adr/0001-one"]);
    }

    #[test]
    fn a_page_that_is_not_in_the_summary_is_refused() {
        let error = run(&["lunch".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("no such page: lunch"), "{error}");
    }
}
