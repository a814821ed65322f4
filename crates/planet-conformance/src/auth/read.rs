//! Where the cases are: a list of looks for credentials, a file of flows, or a folder with a recorded home.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::case::Case;

/// Beside the folder `home`, which it is about.
const EXPECTED: &str = "expected.json";

/// The member that holds the files of a recorded home once it is read.
pub(super) const HOME: &str = "home";

/// All cases of the files, and of the files and recorded homes in the folders, in the order of their names.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for path in paths {
        if path.is_dir() {
            read_folder(path, &mut cases)?;
        } else {
            let found = read_file(path)?;
            cases.extend(found.ok_or_else(|| format!("{} has no cases", path.display()))?);
        }
    }
    if cases.is_empty() {
        return Err("there are no cases".to_owned());
    }
    Ok(cases)
}

/// What lies in a recorded home is no case, whatever its name.
fn read_folder(folder: &Path, cases: &mut Vec<Case>) -> Result<(), String> {
    let expected = folder.join(EXPECTED);
    if expected.is_file() {
        cases.extend(read_file(&expected)?.unwrap_or_default());
        return Ok(());
    }
    let unreadable = |error| format!("{} cannot be read: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(unreadable)?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_folder(&path, cases)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            // Other data may lie beside the cases.
            cases.extend(read_file(&path)?.unwrap_or_default());
        }
    }
    Ok(())
}

/// The cases of a file, or nothing if it holds something else.
fn read_file(path: &Path) -> Result<Option<Vec<Case>>, String> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let document: Value = serde_json::from_str(&text).map_err(|error| format!("{name} is not JSON: {error}"))?;
    let place = |index: usize| format!("{name} [{index}]");
    let case = |(index, document): (usize, Value)| Case::new(place(index), document);
    match document {
        Value::Array(cases) => Ok(Some(cases.into_iter().enumerate().map(case).collect())),
        Value::Object(mut file) if file.get("flows").is_some_and(Value::is_array) => {
            let Some(Value::Array(flows)) = file.remove("flows") else { return Ok(None) };
            Ok(Some(flows.into_iter().enumerate().map(case).collect()))
        }
        Value::Object(mut expected) if expected.contains_key("expect") => {
            let home = path.with_file_name("home");
            if home.is_dir() {
                expected.insert(HOME.to_owned(), home.to_string_lossy().into());
            }
            Ok(Some(vec![case((0, Value::Object(expected)))]))
        }
        _ => Ok(None),
    }
}
