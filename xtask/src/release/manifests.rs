//! The places where our version stands: the workspace's manifest and the lock file.

use super::version::Version;
use crate::Result;

pub(super) const MANIFEST: &str = "Cargo.toml";
pub(super) const LOCK: &str = "Cargo.lock";

/// The manifest with another version of the workspace, and of each of our crates that it pins.
pub(super) fn manifest(text: &str, old: Version, new: Version) -> Result<String> {
    let (mut versions, mut pins) = (0, 0);
    let mut section = "";
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let own = section == "[workspace.package]" && line == format!("version = \"{old}\"");
        let pin = section == "[workspace.dependencies]" && line.contains("{ path = \"crates/");
        versions += usize::from(own);
        pins += usize::from(pin);
        lines.push(match (own, pin) {
            (true, _) => format!("version = \"{new}\""),
            (_, true) => pinned(line, old, new)?,
            _ => line.to_owned(),
        });
    }
    if versions != 1 || pins == 0 {
        return Err(format!("{MANIFEST} has {versions} lines `version = \"{old}\"` and {pins} crates by path").into());
    }
    Ok(lines.join("\n") + "\n")
}

fn pinned(line: &str, old: Version, new: Version) -> Result<String> {
    let from = format!("version = \"={old}\"");
    if !line.contains(&from) {
        return Err(format!("{MANIFEST}: not pinned to ={old}: {line}").into());
    }
    Ok(line.replace(&from, &format!("version = \"={new}\"")))
}

/// The lock file with another version of these packages.
pub(super) fn lock(text: &str, names: &[&str], old: Version, new: Version) -> Result<String> {
    let mut text = text.to_owned();
    for name in names {
        // What comes from a registry has a line `source` next; ours has none.
        let from = format!("name = \"{name}\"\nversion = \"{old}\"\n");
        if !text.contains(&from) {
            return Err(format!("{LOCK} has no {name} {old}; `cargo update --workspace` brings it up to date").into());
        }
        text = text.replace(&from, &format!("name = \"{name}\"\nversion = \"{new}\"\n"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "[workspace]\nresolver = \"3\"\n\n[workspace.package]\nversion = \"0.1.0\"\n\n\
        [workspace.dependencies]\na = { path = \"crates/a\", version = \"=0.1.0\", default-features = false }\n\
        other = { version = \"0.1.0\" }\n";

    fn versions() -> (Version, Version) {
        ("0.1.0".parse().unwrap(), "0.2.0".parse().unwrap())
    }

    #[test]
    fn the_workspace_and_the_pins_get_the_version_and_foreign_crates_keep_theirs() {
        let (old, new) = versions();
        let text = manifest(TOML, old, new).unwrap();
        assert!(text.contains("[workspace.package]\nversion = \"0.2.0\""), "{text}");
        assert!(text.contains("a = { path = \"crates/a\", version = \"=0.2.0\", default"), "{text}");
        assert!(text.contains("other = { version = \"0.1.0\" }"), "{text}");
    }

    #[test]
    fn a_crate_that_is_not_pinned_is_refused() {
        let (old, new) = versions();
        let error = manifest(&TOML.replace("\"=0.1.0\"", "\"0.1.0\""), old, new).unwrap_err();
        assert!(error.to_string().contains("not pinned to =0.1.0: a = "), "{error}");
    }

    #[test]
    fn a_manifest_without_the_version_is_refused() {
        let (old, new) = versions();
        assert!(manifest(&TOML.replacen("\"0.1.0\"", "\"0.1.1\"", 1), old, new).is_err());
    }

    #[test]
    fn our_own_manifest_and_lock_file_can_be_prepared() {
        let repository = super::super::repository::Repository::here().unwrap();
        let (old, new) = (repository.version().unwrap(), versions().1);
        let workspace = repository.workspace().unwrap();
        let names: Vec<_> = workspace.ours().map(|package| package.name.as_str()).collect();
        let text = manifest(&repository.read(MANIFEST).unwrap(), old, new).unwrap();
        let published = workspace.ours().filter(|package| package.published);
        assert_eq!(text.matches("\"=0.2.0\"").count(), published.count());
        let text = lock(&repository.read(LOCK).unwrap(), &names, old, new).unwrap();
        assert!(!text.contains(&format!("name = \"planet-core\"\nversion = \"{old}\"")));
    }

    #[test]
    fn a_lock_file_that_is_behind_is_refused() {
        let (old, new) = versions();
        let text = "[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"b\"\nversion = \"0.1.0\"\n";
        assert_eq!(lock(text, &["a"], old, new).unwrap(), text.replacen("0.1.0", "0.2.0", 1));
        let error = lock(text, &["c"], old, new).unwrap_err();
        assert!(error.to_string().contains("no c 0.1.0"), "{error}");
    }
}
