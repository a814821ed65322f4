//! Where files go, so that no two are in each other's way.

use std::collections::HashMap;

/// Paths that are taken, as on a disk where case does not count: by which file, and whether as a directory.
#[derive(Debug, Default)]
pub(crate) struct Places(HashMap<String, (String, bool)>);

impl Places {
    /// Takes a path, with `/` between its parts, for a file. If another is in the way, by being there, or by needing a
    /// directory there, that one is the error.
    pub(crate) fn take(&mut self, path: &str, file: &str) -> Result<(), String> {
        let path = folded(path);
        let folders = || path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        let in_the_way =
            self.0.get(&path).or_else(|| folders().find_map(|at| self.0.get(at).filter(|(_, is_folder)| !is_folder)));
        if let Some((other, _)) = in_the_way {
            return Err(other.clone());
        }
        for folder in folders() {
            self.0.entry(folder.to_owned()).or_insert_with(|| (file.to_owned(), true));
        }
        self.0.insert(path.clone(), (file.to_owned(), false));
        Ok(())
    }
}

/// The same for all names that some disk takes for one.
fn folded(path: &str) -> String {
    path.to_uppercase().to_lowercase()
}
