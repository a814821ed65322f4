//! docs/upgrade.md: what a program must change, a section for each version.

use super::version::Version;
use crate::Result;

pub(super) const FILE: &str = "docs/upgrade.md";

const UNRELEASED: &str = "## Unreleased";

/// The page after the release of `version`: the section of what was unreleased, if there is one, is that version's.
pub(super) fn release(page: &str, version: Version) -> Result<String> {
    let ours = format!("## {version}");
    let count = |heading: &str| page.lines().filter(|line| *line == heading).count();
    if count(UNRELEASED) + count(&ours) > 1 {
        return Err(format!("{FILE} has more than one section for {version}; make them one").into());
    }
    let lines = page.lines().map(|line| if line == UNRELEASED { ours.as_str() } else { line });
    Ok(lines.collect::<Vec<_>>().join("\n") + "\n")
}

/// Whether the page of a release says anything for `version`.
pub(super) fn tells(page: &str, version: Version) -> bool {
    let ours = format!("## {version}");
    let section = page.lines().skip_while(|line| *line != ours).skip(1).take_while(|line| !line.starts_with("## "));
    section.into_iter().any(|line| !line.trim().is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Upgrading\n\nIntroduction.\n\n## Unreleased\n\nWrite this.\n\n## 0.1.0\n\nThat.\n";

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_unreleased_is_the_section_of_the_version() {
        let page = release(PAGE, version("0.2.0")).unwrap();
        assert_eq!(page, PAGE.replace("Unreleased", "0.2.0"));
        assert!(tells(&page, version("0.2.0")));
    }

    #[test]
    fn a_page_without_such_a_section_stays_as_it_is() {
        let page = release(PAGE, version("0.2.0")).unwrap();
        assert_eq!(release(&page, version("0.2.1")).unwrap(), page);
        assert!(!tells(&page, version("0.2.1")));
    }

    #[test]
    fn a_heading_alone_tells_nothing() {
        let page = PAGE.replace("Write this.", "### Later");
        assert!(!tells(&release(&page, version("0.2.0")).unwrap(), version("0.2.0")));
    }

    #[test]
    fn two_sections_for_one_version_are_refused() {
        let page = format!("{PAGE}\n## 0.2.0\n\nMore.\n");
        let error = release(&page, version("0.2.0")).unwrap_err();
        assert!(error.to_string().contains("more than one section for 0.2.0"), "{error}");
    }
}
