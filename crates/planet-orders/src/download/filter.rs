//! Which files of an order are wanted.

use std::collections::BTreeSet;

use planet_core::{Error, ErrorKind, Fault, FaultKind, Result};

use super::plan::Planned;
use crate::ManifestFile;

/// Lists of patterns. A file is wanted if each list that was given has a pattern for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) paths: Option<Vec<String>>,
    pub(crate) asset_types: Option<Vec<String>>,
    pub(crate) media_types: Option<Vec<String>>,
}

impl Filter {
    /// Refuses lists without patterns, which no file is in.
    pub(super) fn check(&self) -> Result<()> {
        let faults: Vec<Fault> = self
            .lists()
            .into_iter()
            .filter(|(_, list)| list.is_some_and(|list| list.iter().all(String::is_empty)))
            .map(|(name, _)| Fault::new(FaultKind::Missing, name, "nothing is in it, so that no file would be fetched"))
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }

    /// Only the manifest tells types.
    pub(super) fn needs_manifest(&self) -> bool {
        self.asset_types.is_some() || self.media_types.is_some()
    }

    /// Is a file wanted? `path`: below the order's directory. `entry`: what the manifest says of it.
    pub(super) fn takes(&self, path: &str, entry: Option<&ManifestFile>) -> bool {
        let asset_type = entry.and_then(ManifestFile::asset_type);
        let media_type = entry.map(|entry| entry.media_type().to_ascii_lowercase());
        let any = |list: &Option<Vec<String>>, text: Option<&str>| {
            let text = text.filter(|text| !text.is_empty());
            list.as_ref().is_none_or(|list| text.is_some_and(|text| list.iter().any(|pattern| matches(pattern, text))))
        };
        any(&self.paths, Some(path))
            && any(&self.asset_types, asset_type)
            && any(&self.media_types, media_type.as_deref())
    }

    /// What to say when no file of an order is wanted.
    pub(super) fn nothing(&self, order: &str, files: &[Planned]) -> Error {
        let given = self.lists().into_iter().filter_map(|(name, list)| Some(format!("{name} {:?}", list?)));
        let given = given.collect::<Vec<_>>().join(" and ");
        let entries = || files.iter().filter_map(|file| file.entry.as_ref());
        let there = [
            ("paths", listed(files.iter().map(|file| file.path.as_str()).collect())),
            ("asset types", listed(entries().filter_map(ManifestFile::asset_type).collect())),
            ("media types", listed(entries().map(ManifestFile::media_type).collect())),
        ];
        let there = there.into_iter().filter(|(_, names)| !names.is_empty());
        let there = there.map(|(what, names)| format!("{what}: {names}")).collect::<Vec<_>>().join("; ");
        Error::new(ErrorKind::NotFound, format!("no file of order {order} is in {given}"))
            .with_help(format!("The order has {there}"))
    }

    fn lists(&self) -> [(&'static str, Option<&Vec<String>>); 3] {
        [
            ("paths", self.paths.as_ref()),
            ("asset_types", self.asset_types.as_ref()),
            ("media_types", self.media_types.as_ref()),
        ]
    }
}

/// How many names a message lists.
const SHOWN: usize = 20;

fn listed(mut names: BTreeSet<&str>) -> String {
    names.remove("");
    let mut text = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

/// Is this the text of a pattern? `*` stands for any text, also for none and over `/`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let mut left = text.strip_prefix(start);
    for piece in middle.split('*') {
        left = left.and_then(|left| left.split_once(piece)).map(|(_, after)| after);
    }
    left.is_some_and(|left| left.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("a.tif", "a.tif"),
            ("*", ""),
            ("*", "PSScene/a.tif"),
            ("*.tif", "PSScene/a.tif"),
            ("PSScene/*_udm2*.tif", "PSScene/a_3B_udm2_clip.tif"),
            ("PSScene/*_udm2*.tif", "PSScene/a_3B_udm2.tif"),
            ("a*a", "aa"),
            ("*b*b*", "abb"),
            ("**", "x"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "a"), ("a", "A"), ("a", "ab"), ("*.tif", "a.tif.aux"), ("a*a", "a"), ("*b*b*", "ab"), ("x*", "ax")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
