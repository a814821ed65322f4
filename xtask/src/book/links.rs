//! Follows links: from file to file, from page to page of the built book, and to headings. Hosts are only looked up in a list.

use std::collections::BTreeSet;

use super::build;
use crate::{Result, sh, tools};

/// The hosts that our pages may name. An unknown one is a slip of the pen, or belongs here.
const HOSTS: &[&str] = &[
    "127.0.0.1",
    "api.planet.com",
    "crates.io",
    "developers.planet.com",
    "doc.rust-lang.org",
    "docs.planet.com",
    "docs.rs",
    "github.com",
    "keepachangelog.com",
    "localhost",
    "login.planet.com",
    "semver.org",
    "www.planet.com",
];

/// Checks all links of all Markdown files and of the book.
pub(crate) fn run() -> Result {
    let book = build()?;
    let lychee = tools::program("lychee")?;
    let offline = || sh::command(&lychee, &["--offline", "--no-progress"]);
    let markdown = sh::read(&mut sh::command("git", &["ls-files", "-co", "--exclude-standard", "*.md"]))?;
    sh::run(offline().arg("--include-fragments").args(markdown.lines()))?;

    // The book on one page has the same links again.
    let mut pages = offline();
    pages.args(["--include-fragments", "--exclude-path", "/print.html", "--root-dir"]).arg(&book);
    pages.args(["--remap", &repository_is_here(), &book.join("**/*.html").to_string_lossy()]);
    sh::run(&mut pages)?;

    let urls = sh::read(offline().arg("--dump").args(markdown.lines()))?;
    let unknown = unknown(&urls);
    if unknown.is_empty() {
        return Ok(());
    }
    Err(format!("hosts that xtask/src/book/links.rs does not list: {}", unknown.join(", ")).into())
}

/// Lychee looks for the repository's files in this folder.
fn repository_is_here() -> String {
    format!("{}/(?:blob|tree|edit)/main/(.*) file://{}/$1", env!("CARGO_PKG_REPOSITORY"), sh::root().display())
}

/// The hosts of these addresses, one in a line, that are not listed.
fn unknown(urls: &str) -> Vec<&str> {
    let hosts: BTreeSet<_> = urls.lines().filter_map(host).collect();
    hosts.into_iter().filter(|host| !HOSTS.contains(host)).collect()
}

fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    rest.split(['/', '#', '?', ' ']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_not_listed_is_found_once() {
        let urls = "https://docs.rs/planet\nhttps://githb.com/a\nhttp://githb.com\nhttps://githb.com#b\nmailto:a@example.org\n";
        assert_eq!(unknown(urls), ["githb.com"]);
    }
}
