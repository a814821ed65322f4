//! Recorded cases and the files that hold them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// One recorded case. What its members mean depends on the suite.
#[derive(Debug)]
pub(crate) struct Case {
    /// Where it stands, for a case without an id or a name.
    place: String,
    pub(crate) document: Value,
    /// The document as it stands in the file: with its members in their order.
    pub(crate) text: String,
}

impl Case {
    /// A case whose members may stand in any order.
    pub(crate) fn new(place: String, document: Value) -> Self {
        Self { place, text: document.to_string(), document }
    }

    /// Its id or its name, or where it stands.
    pub(crate) fn name(&self) -> String {
        let named = ["id", "name"].iter().find_map(|member| self.document.get(member)?.as_str());
        named.unwrap_or(&self.place).to_owned()
    }
}

/// All cases of the files, and of the JSON files in the folders, in the order of their names.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut files = Vec::new();
            list(path, &mut files)?;
            files.sort();
            for file in files {
                // Other data may lie beside the cases, such as a specification.
                cases.extend(read_file(&file)?.unwrap_or_default());
            }
        } else {
            let found = read_file(path)?;
            cases.extend(found.ok_or_else(|| format!("{} has no list of cases", path.display()))?);
        }
    }
    if cases.is_empty() {
        return Err("there are no cases".to_owned());
    }
    Ok(cases)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable = |error| format!("{} cannot be read: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}

/// The cases of a file, or nothing if it holds something else.
fn read_file(path: &Path) -> Result<Option<Vec<Case>>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let name = path.display();
    let broken = |error| format!("{name} is not JSON: {error}");
    let document: Value = serde_json::from_str(&text).map_err(broken)?;
    if !document.get("cases").is_some_and(Value::is_array) {
        return Ok(None);
    }
    let cases = serde_json::from_str::<File<'_>>(&text).map_err(broken)?.cases;
    let read = |(index, case): (usize, &RawValue)| {
        let document = serde_json::from_str(case.get()).map_err(broken)?;
        Ok(Case { place: format!("{name} cases[{index}]"), document, text: case.get().to_owned() })
    };
    cases.into_iter().enumerate().map(read).collect::<Result<_, _>>().map(Some)
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    cases: Vec<&'a RawValue>,
}
