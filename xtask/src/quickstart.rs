//! Whether the quickstart told the truth: its last line against the manifests and the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;

/// Checks the standard output of a run in `folder`; returns its last line.
pub(crate) fn check(stdout: &str, folder: &Path) -> Result<String> {
    let line = stdout.lines().last().unwrap_or_default();
    let Some((files, bytes, directory)) = parse(line) else {
        let want = "verified N files (B bytes) in DIR";
        return Err(format!("the last line is `{line}`, not `{want}`").into());
    };
    let directory = folder.join(directory);
    let listed = listed(&directory)?;
    let total: u64 = listed.values().sum();
    if listed.is_empty() || (files, bytes) != (listed.len(), total) {
        let count = listed.len();
        return Err(format!("`{line}`, but the manifests say {count} files ({total} bytes)").into());
    }
    compare(&listed, &on_disk(folder)?)?;
    Ok(line.to_owned())
}

fn parse(line: &str) -> Option<(usize, u64, &str)> {
    let (files, rest) = line.strip_prefix("verified ")?.split_once(" files (")?;
    let (bytes, directory) = rest.split_once(" bytes) in ")?;
    Some((files.parse().ok()?, bytes.parse().ok()?, directory))
}

/// The files that the manifests of all orders under `directory` list, with their sizes.
fn listed(directory: &Path) -> Result<BTreeMap<PathBuf, u64>> {
    let mut listed = BTreeMap::new();
    for entry in fs::read_dir(directory)? {
        let order = entry?.path();
        let manifest: Value = serde_json::from_slice(&fs::read(order.join("manifest.json"))?)?;
        let files = manifest.get("files").and_then(Value::as_array);
        for file in files.ok_or("a manifest without files")? {
            let path = file["path"].as_str().ok_or("a file of the manifest without a path")?;
            let size = file["size"].as_u64().ok_or("a file of the manifest without a size")?;
            listed.insert(order.join(path), size);
        }
    }
    Ok(listed)
}

/// All files under `folder`, with their sizes.
fn on_disk(folder: &Path) -> Result<BTreeMap<PathBuf, u64>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.append(&mut on_disk(&entry.path())?);
        } else {
            found.insert(entry.path(), entry.metadata()?.len());
        }
    }
    Ok(found)
}

/// Every listed file is there in full, and beside manifests nothing else is: no half file is left.
fn compare(listed: &BTreeMap<PathBuf, u64>, found: &BTreeMap<PathBuf, u64>) -> Result {
    for (path, size) in listed {
        match found.get(path) {
            Some(len) if len == size => {}
            Some(len) => {
                let path = path.display();
                return Err(format!("{path} has {len} bytes, the manifest says {size}").into());
            }
            None => return Err(format!("{} is missing", path.display()).into()),
        }
    }
    for path in found.keys() {
        if !listed.contains_key(path) && !path.ends_with("manifest.json") {
            return Err(format!("{} is in no manifest", path.display()).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with one order of two files; removed at the end of the test.
    struct Run(PathBuf);

    impl Run {
        fn new(name: &str) -> Self {
            let folder = format!("planet-xtask-{name}-{}", std::process::id());
            let run = Self(std::env::temp_dir().join(folder));
            fs::create_dir_all(run.0.join("out/order/PSScene")).unwrap();
            run.write("out/order/PSScene/a.tif", "12345");
            run.write("out/order/PSScene/a.json", "123");
            let manifest = r#"{"files":[{"path":"PSScene/a.tif","size":5},{"path":"PSScene/a.json","size":3}]}"#;
            run.write("out/order/manifest.json", manifest);
            run
        }

        fn write(&self, path: &str, text: &str) {
            fs::write(self.0.join(path), text).unwrap();
        }

        fn check(&self, line: &str) -> std::result::Result<String, String> {
            check(&format!("a table\n{line}\n"), &self.0).map_err(|error| error.to_string())
        }
    }

    impl Drop for Run {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    const TRUE: &str = "verified 2 files (8 bytes) in out";

    #[test]
    fn a_true_last_line_passes() {
        assert_eq!(Run::new("true").check(TRUE).unwrap(), TRUE);
    }

    #[test]
    fn another_last_line_is_refused() {
        let error = Run::new("other").check("done").unwrap_err();
        assert!(error.contains("`done`"), "{error}");
    }

    #[test]
    fn a_wrong_number_of_files_or_bytes_is_refused() {
        let run = Run::new("count");
        for line in ["verified 3 files (8 bytes) in out", "verified 2 files (9 bytes) in out"] {
            let error = run.check(line).unwrap_err();
            assert!(error.contains("2 files (8 bytes)"), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_short_or_missing_is_refused() {
        let run = Run::new("short");
        run.write("out/order/PSScene/a.tif", "1234");
        assert!(run.check(TRUE).unwrap_err().contains("has 4 bytes"));
        fs::remove_file(run.0.join("out/order/PSScene/a.tif")).unwrap();
        assert!(run.check(TRUE).unwrap_err().contains("is missing"));
    }

    #[test]
    fn a_file_left_over_is_refused() {
        for path in ["out/order/PSScene/.a.tif.part", "left.txt"] {
            let run = Run::new("left");
            run.write(path, "1");
            assert!(run.check(TRUE).unwrap_err().contains("is in no manifest"), "{path}");
        }
    }
}
