//! Names from the service are never trusted as paths.

use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind, Result};

/// Names that Windows keeps for devices, whatever their extension.
const DEVICES: [&str; 30] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$", "com¹", "com²", "com³", "lpt¹",
    "lpt²", "lpt³",
];

/// The path that a name from the service stands for: relative, with `/` between its parts, staying inside the directory
/// it is joined to, on every system.
///
/// ```
/// use planet_core::transfer::relative_path;
///
/// assert!(relative_path("PSScene/20200909_182525_1014_3B_udm2.tif").is_ok());
/// assert!(relative_path("../../evil").is_err());
/// ```
///
/// # Errors
/// `Integrity` if the name is empty, absolute, leaves the directory, or cannot be a file name somewhere (drive letters,
/// backslashes, control characters, device names, parts over 255 bytes).
pub fn relative_path(name: &str) -> Result<PathBuf> {
    let mut path = PathBuf::new();
    for part in name.split('/') {
        if let Some(reason) = objection(part) {
            let message = format!("the service sent a file name that is not safe to use: {name:?} ({reason})");
            return Err(Error::new(ErrorKind::Integrity, message)
                .with_help("Nothing was written. Report it to Planet's support"));
        }
        path.push(part);
    }
    Ok(path)
}

/// Why a part of a path cannot be used, if it cannot.
pub(super) fn objection(part: &str) -> Option<&'static str> {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    match part {
        "" => Some("it is absolute or has an empty part"),
        "." | ".." => Some("it leaves the directory"),
        _ if part.len() > 255 => Some("a part is longer than 255 bytes"),
        _ if part.contains(['\\', ':']) => Some("it holds a backslash or a colon"),
        _ if part.contains(char::is_control) => Some("it holds a control character"),
        _ if part.contains(['<', '>', '"', '|', '?', '*']) => Some("it holds a character that Windows forbids"),
        _ if part.ends_with(['.', ' ']) => Some("a part ends with a dot or a space"),
        _ if DEVICES.contains(&stem.as_str()) => Some("it names a device"),
        _ => None,
    }
}

/// A path as messages show it.
#[must_use]
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}
