//! Follows links: from file to file, from page to page of the built book, and to headings. Hosts are only looked up in a list,
//! but for links to the repository itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::build;
use super::outside::REPOSITORY;
use crate::{Result, sh, source, tools};

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
    pages.args(["--remap", &repository_is_here(&sh::root()), &book.join("**/*.html").to_string_lossy()]);
    sh::run(&mut pages)?;

    let urls = sh::read(offline().arg("--dump").args(markdown.lines()))?;
    let unknown = unknown(&urls);
    if !unknown.is_empty() {
        return Err(format!("hosts that xtask/src/book/links.rs does not list: {}", unknown.join(", ")).into());
    }
    into_the_repository(&markdown)
}

/// Pages and sources name files of the repository by where it is read: those are here too.
fn into_the_repository(markdown: &str) -> Result {
    let root = sh::root();
    let mut texts: Vec<String> = source::files(&root)?.into_iter().map(|file| file.text).collect();
    for page in markdown.lines() {
        texts.push(fs::read_to_string(root.join(page))?);
    }
    let gone: BTreeSet<_> = texts.iter().flat_map(|text| gone(&root, text)).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let gone: Vec<_> = gone.into_iter().collect();
    Err(format!("links into the repository, to files that it does not have: {}", gone.join(", ")).into())
}

/// The files that a text names by where the repository is read, and that are not in this folder.
fn gone<'a>(root: &Path, text: &'a str) -> Vec<&'a str> {
    let links = text.split(REPOSITORY).skip(1);
    let paths = links.filter_map(|link| link.strip_prefix("/blob/main/").or_else(|| link.strip_prefix("/tree/main/")));
    let ends = |c: char| c.is_whitespace() || ")>#\"'`".contains(c);
    paths.filter_map(|path| path.split(ends).next()).filter(|path| !root.join(path).exists()).collect()
}

/// Lychee looks for the repository's files in this folder. It takes a pattern and an address, with a space between them.
fn repository_is_here(root: &Path) -> String {
    format!("{REPOSITORY}/(?:blob|tree|edit)/main/(.*) file://{}/$1", root.display().to_string().replace(' ', "%20"))
}

/// The hosts of these addresses, one in a line, that are not listed.
fn unknown(urls: &str) -> Vec<&str> {
    let hosts: BTreeSet<_> = urls.lines().filter_map(host).collect();
    hosts.into_iter().filter(|host| !HOSTS.contains(host)).collect()
}

fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    rest.split(['/', ':', '#', '?', ' ']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_not_listed_is_found_once() {
        let urls = "https://docs.rs/planet\nhttps://githb.com/a\nhttp://githb.com\nhttps://githb.com:80#b\nmailto:a@example.org\n";
        assert_eq!(unknown(urls), ["githb.com"]);
    }

    #[test]
    fn a_link_to_a_file_that_the_repository_does_not_have_is_found() {
        let root = sh::root();
        let text = "[a](REPO/blob/main/docs/none.md#top), [b](REPO/tree/main/docs)\n[c]: REPO/blob/main/README.md\n";
        assert_eq!(gone(&root, &text.replace("REPO", REPOSITORY)), ["docs/none.md"]);
    }

    #[test]
    fn the_address_of_a_folder_has_no_space() {
        let remap = repository_is_here(Path::new("/home/a user/planet"));
        assert!(remap.ends_with(" file:///home/a%20user/planet/$1"), "{remap}");
        assert_eq!(remap.matches(' ').count(), 1);
    }
}
