//! Names from the service are never trusted as paths.

use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind, Result};

/// Names that Windows keeps for devices, whatever their extension. Source: Microsoft, "Naming Files, Paths, and Namespaces";
/// the names with 0, which not every version keeps, stood in earlier ones of it.
const DEVICES: [&str; 32] = [
    "con", "prn", "aux", "nul", "com0", "lpt0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "conin$", "conout$", "com¹", "com²",
    "com³", "lpt¹", "lpt²", "lpt³",
];

/// How the names of our own hidden files begin.
const OURS: &str = ".planet-";

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
/// backslashes, control characters, device names, parts over 255 bytes), or would be taken for one of the hidden files that
/// stand beside a download (`.planet-...`).
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
        _ if stem.is_empty() && part.to_ascii_lowercase().starts_with(OURS) => {
            Some("it names a hidden file of a download")
        }
        _ if DEVICES.contains(&stem.as_str()) => Some("it names a device"),
        _ => None,
    }
}

/// A path as messages show it.
#[must_use]
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any text of the characters that decide, and of any others.
    fn texts() -> impl Strategy<Value = String> {
        let special =
            prop::sample::select(vec!["/", "\\", ":", ".", "..", " ", "\0", "\t", "con", "NUL", "*", "ä", "x", "~"]);
        prop_oneof![any::<String>(), prop::collection::vec(special, 0..8).prop_map(|parts| parts.concat())]
    }

    proptest! {
        #[test]
        fn a_name_that_is_taken_is_a_file_below_the_directory_of_just_those_parts(name in texts()) {
            if let Ok(path) = relative_path(&name) {
                let parts: Vec<_> = path.components().collect();
                prop_assert!(parts.iter().all(|part| matches!(part, std::path::Component::Normal(_))));
                let joined: Vec<_> = parts.iter().map(|part| part.as_os_str().to_str().unwrap()).collect();
                prop_assert_eq!(joined.join("/"), name);
            }
        }

        /// The rules for names of Windows, said a second time.
        #[test]
        fn a_name_that_is_taken_can_be_had_on_windows(name in texts()) {
            if relative_path(&name).is_ok() {
                for part in name.split('/') {
                    prop_assert!(!part.chars().any(|c| c < ' ' || "<>:\"/\\|?*".contains(c)), "{part:?}");
                    prop_assert_eq!(part.trim_end_matches([' ', '.']), part);
                    prop_assert!(part.encode_utf16().count() <= 255);
                }
            }
        }

        #[test]
        fn a_name_that_holds_what_windows_forbids_is_refused(
            before in "[a-z]{0,3}", bad in "[<>:\"|?*\\\\\x00-\x1f]", after in "[a-z]{0,3}",
        ) {
            relative_path(&format!("{before}{bad}{after}")).unwrap_err();
        }

        #[test]
        fn a_device_is_refused_in_any_case_with_any_extension_in_any_directory(
            device in prop::sample::select(DEVICES.to_vec()),
            upper in any::<u32>(),
            rest in prop_oneof![Just(String::new()), " {0,2}[.][a-z.]{0,6}[a-z]"],
            directory in prop_oneof![Just(""), Just("a/"), Just("a/b/")],
        ) {
            let cased = device.chars().enumerate().map(|(at, c)| if upper >> at & 1 == 1 { c.to_ascii_uppercase() } else { c });
            let name: String = cased.collect();
            relative_path(&format!("{directory}{name}{rest}")).unwrap_err();
            relative_path(&format!("{directory}{name}s{rest}")).unwrap();
        }
    }

    #[test]
    fn the_hidden_files_of_downloads_cannot_be_named() {
        for bad in [".planet-0123456789abcdef.part", "a/.planet-x.state", ".Planet-x", ".PLANET-"] {
            assert!(objection(bad.trim_start_matches("a/")).is_some());
            relative_path(bad).unwrap_err();
        }
        for good in ["planet-x.part", ".planet", "a.planet-x", ".plan"] {
            relative_path(good).unwrap();
        }
    }
}
