//! CHANGELOG.md in the form of Keep a Changelog 1.1.0: read, checked, and turned into a release.

use super::version::{Change, Version};
use crate::Result;

pub(super) const FILE: &str = "CHANGELOG.md";

const UNRELEASED: &str = "## [Unreleased]";
/// What an entry that breaks a program begins with.
const BREAKING: &str = "- **Breaking:**";
const SECTIONS: [&str; 6] = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

/// What will be in the next release.
#[derive(Debug, Default)]
pub(super) struct Unreleased {
    /// The name of the section, and the entry in one line.
    entries: Vec<(String, String)>,
}

impl Unreleased {
    /// Reads the page, which must have the form.
    pub(super) fn read(page: &str) -> Result<Self> {
        check(page)?;
        let mut entries = Vec::new();
        let mut section = "";
        for line in page.lines().skip_while(|line| *line != UNRELEASED).skip(1) {
            if line.starts_with("## ") {
                break;
            }
            if let Some(name) = line.strip_prefix("### ") {
                section = name;
            } else if line.starts_with("- ") {
                entries.push((section.to_owned(), line.to_owned()));
            } else if let (Some(more), Some((_, entry))) = (line.strip_prefix("  "), entries.last_mut()) {
                // What is in the entry's own list is detail.
                if !more.starts_with([' ', '-']) {
                    *entry += " ";
                    *entry += more;
                }
            }
        }
        Ok(Self { entries })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The sections with their entries, as they are shown in a plan.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(section, entry)| (section.as_str(), entry.as_str()))
    }

    /// How many entries say that they break a program.
    pub(super) fn breaking(&self) -> usize {
        self.entries.iter().filter(|(_, entry)| entry.starts_with(BREAKING)).count()
    }

    /// What the entries say of the release. A deprecation is new for the one who gets the warning.
    pub(super) fn change(&self) -> Change {
        if self.breaking() > 0 {
            Change::Breaking
        } else if self.entries().any(|(section, _)| matches!(section, "Added" | "Changed" | "Deprecated" | "Removed")) {
            Change::Addition
        } else {
            Change::Fix
        }
    }
}

/// Whether there is a section for this version.
pub(super) fn has(page: &str, version: Version) -> bool {
    page.lines().any(|line| line.starts_with(&format!("## [{version}] - ")))
}

/// The highest version that has a section.
pub(super) fn last(page: &str) -> Option<Version> {
    let headings = page.lines().filter_map(|line| line.strip_prefix("## "));
    headings.filter_map(|heading| version_of(heading)?.parse().ok()).max()
}

/// The page as it was before the first release.
pub(super) fn unreleased(page: &str) -> String {
    let mut released = false;
    let kept = page.lines().filter(|line| {
        released = (released && !line.starts_with('[')) || (line.starts_with("## ") && *line != UNRELEASED);
        !released
    });
    kept.collect::<Vec<_>>().join("\n") + "\n"
}

/// The page after the release of `version` on `date`: what was unreleased is that version, with the links.
pub(super) fn release(
    page: &str,
    version: Version,
    date: &str,
    previous: Option<Version>,
    repository: &str,
) -> Result<String> {
    if has(page, version) {
        return Err(format!("{FILE} has a section for {version} already").into());
    }
    let tag = version.tag();
    let compared = match previous {
        Some(previous) => format!("{repository}/compare/{}...{tag}", previous.tag()),
        None => format!("{repository}/releases/tag/{tag}"),
    };
    let links = format!("[Unreleased]: {repository}/compare/{tag}...HEAD\n[{version}]: {compared}");
    let lines = page.lines().map(|line| match line {
        UNRELEASED => format!("{UNRELEASED}\n\n## [{version}] - {date}"),
        _ if line.starts_with("[Unreleased]: ") => links.clone(),
        _ => line.to_owned(),
    });
    let page = lines.collect::<Vec<_>>().join("\n") + "\n";
    check(&page)?;
    Ok(page)
}

/// Whether the page has the form; the error tells the line.
pub(super) fn check(page: &str) -> Result {
    let mut versions: Vec<&str> = Vec::new();
    let mut sections: Vec<&str> = Vec::new();
    for (number, line) in (1..).zip(page.lines()) {
        let wrong = |what: &str| format!("{FILE}:{number}: {what}: {line}");
        if let Some(heading) = line.strip_prefix("## ") {
            let name = version_of(heading).ok_or_else(|| wrong("neither `[Unreleased]` nor `[X.Y.Z] - YYYY-MM-DD`"))?;
            versions.push(name);
            sections.clear();
        } else if let Some(section) = line.strip_prefix("### ") {
            if !SECTIONS.contains(&section) {
                return Err(wrong(&format!("the sections are {}", SECTIONS.join(", "))).into());
            }
            if sections.contains(&section) {
                return Err(wrong("twice in one version").into());
            }
            sections.push(section);
        } else if line.starts_with("- ") && !versions.is_empty() && sections.is_empty() {
            return Err(wrong("an entry outside of a section like `### Added`").into());
        } else if matches!(line.trim_start().split_once(' '), Some(("*" | "+", _))) && !versions.is_empty() {
            return Err(wrong("an entry begins with `- `").into());
        } else if line.to_lowercase().contains("**breaking") && !line.starts_with(BREAKING) && !versions.is_empty() {
            return Err(wrong(&format!("what breaks a program begins with `{BREAKING}`")).into());
        }
    }
    if versions.first() != Some(&"Unreleased") || versions.iter().filter(|name| **name == "Unreleased").count() > 1 {
        return Err(format!("{FILE} must begin with `{UNRELEASED}`, and have it once").into());
    }
    let numbers: Vec<Version> = versions.iter().filter_map(|name| name.parse().ok()).collect();
    if !numbers.is_sorted_by(|newer, older| newer > older) {
        return Err(format!("the versions in {FILE} must stand there once each, the newest first").into());
    }
    for name in versions {
        if !page.lines().any(|line| line.starts_with(&format!("[{name}]: "))) {
            return Err(format!("{FILE} has no link for [{name}] at its end").into());
        }
    }
    Ok(())
}

/// `Unreleased` of `[Unreleased]`, `0.1.0` of `[0.1.0] - 2026-11-22`.
fn version_of(heading: &str) -> Option<&str> {
    let (name, rest) = heading.strip_prefix('[')?.split_once(']')?;
    if name == "Unreleased" {
        return rest.is_empty().then_some(name);
    }
    name.parse::<Version>().ok()?;
    let date = rest.strip_prefix(" - ")?;
    let date = date.strip_suffix(" [YANKED]").unwrap_or(date);
    let digits = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (date.len() == 10 && digits).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPOSITORY: &str = "https://example.com/p";
    const PAGE: &str = "# Changelog\n\nHow **Breaking:** is used.\n\n## [Unreleased]\n\n### Added\n\n- A new thing,\n  \
        in two lines.\n\n### Fixed\n\n- An old one.\n\n## [0.1.0] - 2026-01-31\n\n### Added\n\n- All.\n\n\
        [Unreleased]: https://example.com/p/compare/v0.1.0...HEAD\n[0.1.0]: https://example.com/p/releases/tag/v0.1.0\n";

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn our_own_changelog_has_the_form() {
        let page = std::fs::read_to_string(crate::sh::root().join(FILE)).unwrap();
        check(&page).unwrap();
    }

    #[test]
    fn only_what_is_not_released_counts() {
        let unreleased = Unreleased::read(PAGE).unwrap();
        let entries: Vec<_> = unreleased.entries().collect();
        assert_eq!(entries, [("Added", "- A new thing, in two lines."), ("Fixed", "- An old one.")]);
    }

    #[test]
    fn headings_without_an_entry_are_nothing_to_release() {
        let page = PAGE.replace("- A new thing,\n  in two lines.\n", "").replace("- An old one.\n", "");
        assert!(Unreleased::read(&page).unwrap().is_empty());
    }

    #[test]
    fn the_sections_tell_how_much_a_release_changes() {
        let change = |page: &str| Unreleased::read(page).unwrap().change();
        assert_eq!(change(PAGE), Change::Addition);
        assert_eq!(change(&PAGE.replace("- A new thing,\n  in two lines.\n", "")), Change::Fix);
        assert_eq!(change(&PAGE.replace("- An old", "- **Breaking:** an old")), Change::Breaking);
    }

    #[test]
    fn a_release_takes_what_was_unreleased_and_leaves_an_empty_section_with_links() {
        let page = release(PAGE, version("0.1.1"), "2026-02-01", Some(version("0.1.0")), REPOSITORY).unwrap();
        assert!(page.contains("## [Unreleased]\n\n## [0.1.1] - 2026-02-01\n\n### Added\n\n- A new thing,"), "{page}");
        assert!(page.contains(
            "[Unreleased]: https://example.com/p/compare/v0.1.1...HEAD\n\
             [0.1.1]: https://example.com/p/compare/v0.1.0...v0.1.1\n[0.1.0]: "
        ));
        assert!(Unreleased::read(&page).unwrap().is_empty());
        assert!(has(&page, version("0.1.1")));
    }

    #[test]
    fn a_first_release_links_to_its_tag() {
        let first = PAGE.split("## [0.1.0]").next().unwrap().to_owned() + "[Unreleased]: https://example.com/p\n";
        let page = release(&first, version("0.1.0"), "2026-02-01", None, REPOSITORY).unwrap();
        assert!(page.ends_with("[0.1.0]: https://example.com/p/releases/tag/v0.1.0\n"), "{page}");
    }

    #[test]
    fn the_last_version_is_the_highest_that_has_a_section() {
        assert_eq!(last(PAGE), Some(version("0.1.0")));
        let page = release(PAGE, version("0.2.0"), "2026-02-01", Some(version("0.1.0")), REPOSITORY).unwrap();
        assert_eq!(last(&page), Some(version("0.2.0")));
        assert_eq!(last("# Changelog\n\n## [Unreleased]\n"), None);
    }

    #[test]
    fn a_page_without_its_releases_keeps_what_is_unreleased_and_the_links() {
        let page = unreleased(PAGE);
        assert_eq!(page, PAGE.replace("## [0.1.0] - 2026-01-31\n\n### Added\n\n- All.\n\n", ""));
        assert_eq!(last(&page), None);
        check(&page).unwrap();
    }

    #[test]
    fn a_version_is_released_once() {
        let error = release(PAGE, version("0.1.0"), "2026-02-01", None, REPOSITORY).unwrap_err();
        assert!(error.to_string().contains("has a section for 0.1.0 already"), "{error}");
    }

    #[test]
    fn a_version_can_be_marked_as_yanked() {
        check(&PAGE.replace("2026-01-31", "2026-01-31 [YANKED]")).unwrap();
        assert!(check(&PAGE.replace("2026-01-31", "2026-01-31 YANKED")).is_err());
    }

    #[test]
    fn a_page_of_another_form_is_refused_with_the_line() {
        for (from, to, complaint) in [
            ("## [Unreleased]\n", "## Unreleased\n", "CHANGELOG.md:5: neither"),
            ("## [Unreleased]\n", "", "must begin with"),
            ("### Fixed", "### Repaired", "CHANGELOG.md:12: the sections are"),
            ("### Fixed", "### Added", "CHANGELOG.md:12: twice"),
            ("2026-01-31", "31 January", "neither"),
            ("- An old", "- **Breaking** An old", "CHANGELOG.md:14: what breaks"),
            ("- An old", "- **BREAKING:** An old", "CHANGELOG.md:14: what breaks"),
            ("- An old", "* An old", "CHANGELOG.md:14: an entry begins with"),
            ("## [0.1.0]", "## [Unreleased]\n\n## [0.1.0]", "have it once"),
            ("[0.1.0]: https", "0.1.0: https", "no link for [0.1.0]"),
            ("## [0.1.0] - 2026-01-31", "## [0.1.0] - 2026-01-31\n\n## [0.2.0] - 2026-01-31", "the newest first"),
        ] {
            let error = Unreleased::read(&PAGE.replacen(from, to, 1)).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(complaint), "{from} → {to}: {error}");
        }
    }
}
