//! The folder of a case: `{dir}`, three levels below `{root}`, so that what escapes it stays where it does no harm.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

const BELOW_ROOT: &str = "one/two/three";

/// The folder of one case. It is removed with the value.
#[derive(Debug)]
pub(super) struct Folder {
    root: TempDir,
}

/// The process has one current directory: cases with files take turns in it.
static CURRENT: Mutex<()> = Mutex::new(());

impl Folder {
    pub(super) fn new() -> io::Result<Self> {
        let root = tempfile::tempdir()?;
        fs::create_dir_all(root.path().join(BELOW_ROOT))?;
        Ok(Self { root })
    }

    pub(super) fn dir(&self) -> PathBuf {
        self.root.path().join(BELOW_ROOT)
    }

    /// The placeholders of its paths and what they stand for.
    pub(super) fn paths(&self) -> [(&'static str, String); 2] {
        [("{dir}", self.dir().display().to_string()), ("{root}", self.root.path().display().to_string())]
    }

    /// Makes it the current directory until the guard is dropped.
    pub(super) fn enter(&self) -> io::Result<MutexGuard<'static, ()>> {
        let turn = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
        std::env::set_current_dir(self.dir())?;
        Ok(turn)
    }

    pub(super) fn fill(&self, files: &BTreeMap<String, String>) -> io::Result<()> {
        for (name, content) in files {
            let path = self.dir().join(name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, content)?;
        }
        Ok(())
    }

    /// All files below `{root}` by their names relative to `{dir}`, but for our own partial ones.
    pub(super) fn files(&self) -> io::Result<BTreeMap<String, String>> {
        let mut files = BTreeMap::new();
        self.collect(self.root.path(), &mut files)?;
        Ok(files)
    }

    fn collect(&self, folder: &Path, files: &mut BTreeMap<String, String>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.collect(&path, files)?;
            } else if !is_partial(&path) {
                files.insert(self.relative(&path), String::from_utf8_lossy(&fs::read(&path)?).into_owned());
            }
        }
        Ok(())
    }

    fn relative(&self, path: &Path) -> String {
        let mut above = self.dir();
        let mut name = String::new();
        loop {
            if let Ok(below) = path.strip_prefix(&above) {
                return name + &below.display().to_string();
            }
            name.push_str("../");
            above.pop();
        }
    }
}

fn is_partial(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(".planet-") && name.ends_with(".part")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_inner_folder_also_those_that_escaped_and_partial_ones_do_not_count() {
        let folder = Folder::new().unwrap();
        let files: BTreeMap<String, String> =
            [("a/b.tif", "1"), ("../c", "2"), ("../../d", "3")].map(|(name, text)| (name.into(), text.into())).into();
        folder.fill(&files).unwrap();
        fs::write(folder.dir().join(".planet-x1.part"), "half").unwrap();
        assert_eq!(folder.files().unwrap(), files);
    }
}
