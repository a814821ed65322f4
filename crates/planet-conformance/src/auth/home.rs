//! The home folder of a case: filled, run in, and compared with what it was.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// A home folder. It is removed with the value, unless the case brought its own.
#[derive(Debug)]
pub(super) struct Home {
    path: PathBuf,
    _ours: Option<TempDir>,
}

/// The files and folders of a home by their names from `~`: mode and content, folders without one.
pub(super) type Snapshot = BTreeMap<String, (u32, Option<Vec<u8>>)>;

/// A file that is new or was changed.
#[derive(Debug, PartialEq)]
pub(super) struct Written {
    pub(super) mode: u32,
    pub(super) json: Option<Value>,
}

impl Home {
    pub(super) fn new() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self { path: folder.path().to_owned(), _ours: Some(folder) })
    }

    /// A home that the case itself names. It stays what it is.
    pub(super) fn named(path: &str) -> Self {
        Self { path: PathBuf::from(path), _ours: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// `~/x` as a path.
    pub(super) fn resolve(&self, name: &str) -> Result<PathBuf, String> {
        let rest = name.strip_prefix("~/").ok_or_else(|| format!("{name} is not in the home folder"))?;
        let rest = Path::new(rest.trim_end_matches('/'));
        if self._ours.is_none() || !rest.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(format!("{name} is not in a home folder of the runner's"));
        }
        Ok(self.path.join(rest))
    }

    /// A path as `~/x`, if it is below.
    pub(super) fn shown(&self, path: &Path) -> String {
        match path.strip_prefix(&self.path) {
            Ok(below) => format!("~/{}", below.display()),
            Err(_) => path.display().to_string(),
        }
    }

    /// Writes a file with mode 0600.
    pub(super) fn put(&self, name: &str, content: &[u8]) -> Result<(), String> {
        let path = self.resolve(name)?;
        let write = || {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(&path, content)?;
            fs::set_permissions(&path, Permissions::from_mode(0o600))
        };
        write().map_err(super::stuck)
    }

    /// Sets the modes that a case names.
    pub(super) fn set_modes(&self, modes: &BTreeMap<String, String>) -> Result<(), String> {
        for (name, mode) in modes {
            let mode = u32::from_str_radix(mode, 8).map_err(super::stuck)?;
            fs::set_permissions(self.resolve(name)?, Permissions::from_mode(mode)).map_err(super::stuck)?;
        }
        Ok(())
    }

    pub(super) fn snapshot(&self) -> Result<Snapshot, String> {
        if self._ours.is_none() {
            return Ok(Snapshot::new());
        }
        snapshot(&self.path).map_err(super::stuck)
    }
}

/// The files of a recorded home.
pub(super) fn texts(home: &Path) -> Result<BTreeMap<String, String>, String> {
    let files = snapshot(home).map_err(super::stuck)?;
    let text = |(name, (_, content)): (String, (u32, Option<Vec<u8>>))| {
        Some(String::from_utf8(content?).map(|text| (name, text)).map_err(super::stuck))
    };
    files.into_iter().filter_map(text).collect()
}

fn snapshot(home: &Path) -> io::Result<Snapshot> {
    let mut found = Snapshot::new();
    collect(home, "~", &mut found)?;
    Ok(found)
}

fn collect(folder: &Path, name: &str, found: &mut Snapshot) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = format!("{name}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        let mode = fs::metadata(&path)?.permissions().mode() & 0o777;
        if path.is_dir() {
            collect(&path, &name, found)?;
            found.insert(name, (mode, None));
        } else {
            found.insert(name, (mode, Some(fs::read(&path)?)));
        }
    }
    Ok(())
}

/// The files that are new or were changed. What is gone, and what is open to others, is an error.
///
/// Locks of ours are no files that anybody reads.
pub(super) fn changes(before: &Snapshot, after: &Snapshot) -> Result<BTreeMap<String, Written>, String> {
    if let Some(gone) = before.keys().find(|name| !after.contains_key(*name)) {
        return Err(format!("{gone} is gone"));
    }
    let mut written = BTreeMap::new();
    for (name, now) in after.iter().filter(|(name, now)| before.get(*name) != Some(now)) {
        match now {
            (mode, None) if *mode != 0o700 && !before.contains_key(name) => {
                return Err(format!("the new folder {name} has the mode {mode:04o}"));
            }
            (_, None) => {}
            (0o600, Some(content)) if name.ends_with("/.lock") && content.is_empty() => {}
            (mode, Some(content)) => {
                written.insert(name.clone(), Written { mode: *mode, json: serde_json::from_slice(content).ok() });
            }
        }
    }
    Ok(written)
}
