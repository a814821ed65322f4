//! Reading. A file that others could have written, or that is not what it should be, is an error that names it.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::super::problem::{AuthError, AuthFailure};
use super::super::token::SecretDocument;
use super::super::warning::{AuthWarningKind, Warnings};
use crate::{Error, Result};

/// The most that is read, in bytes. Files of credentials have a few thousand.
const MOST: u64 = 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The JSON object in a file. `None`: there is no such file.
pub(in crate::auth) fn read_object(path: &Path) -> Result<Option<SecretDocument>> {
    let Some(text) = read(path)? else { return Ok(None) };
    match SecretDocument::parse(&text) {
        Some(document) => Ok(Some(document)),
        None => Err(bad(path, &what_is_wrong(&text)).with_help("It was left as it is: mend it, or move it away")),
    }
}

/// What is in a file, without a byte order mark. `None`: there is no such file.
pub(in crate::auth) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let unreadable = |cause: io::Error| bad(path, &format!("cannot be read: {cause}")).with_source(cause);
    // Opening a pipe would wait for somebody to write into it.
    let Some(metadata) = look(path)? else { return Ok(None) };
    inspect(path, &metadata)?;
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    inspect(path, &metadata)?;
    // A buffer that grows would leave parts of the secret behind.
    let room = usize::try_from(metadata.len()).unwrap_or_default().saturating_add(1);
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    file.take(MOST + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MOST {
        return Err(too_large(path, text.len() as u64));
    }
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(Some(text))
}

/// The clear file beside an encrypted one is old: it is neither read nor written.
pub(in crate::auth) fn refuse_encrypted(path: &Path) -> Result<()> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let message = format!("the file {} is encrypted with sops, which this SDK does not read", path.display());
    Err(AuthError::new(AuthFailure::Unsupported, message)
        .about(path.display())
        .into_error()
        .with_help("Decrypt it with sops and keep only the clear file, or use another profile"))
}

/// What a path leads to. `None`: nothing is there. A link that leads nowhere is an error: somebody meant a file to be there.
pub(super) fn look(path: &Path) -> Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(bad(path, &format!("cannot be read: {cause}")).with_source(cause))
        }
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(bad(path, "is a link that leads nowhere")
            .with_help("Remove the link, or put back the file that it leads to")),
        Err(_) => Ok(None),
    }
}

/// Is it a file of ours, and small enough to be one of credentials?
pub(super) fn inspect(path: &Path, metadata: &Metadata) -> Result<()> {
    if metadata.is_dir() {
        return Err(bad(path, "is a folder, where a file should be").with_help("Move it away"));
    }
    if !metadata.is_file() {
        return Err(bad(path, "is no plain file"));
    }
    if let Some(owner) = stranger(metadata) {
        return Err(bad(path, &format!("belongs to another user (id {owner}), who could have put anything in it"))
            .with_help(format!("If it is yours: sudo chown \"$(id -u)\" '{}'", path.display())));
    }
    if metadata.len() > MOST {
        return Err(too_large(path, metadata.len()));
    }
    Ok(())
}

/// Whose it is, if that is neither the user nor root.
#[cfg(unix)]
fn stranger(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let owner = metadata.uid();
    is_stranger(owner, rustix::process::geteuid().as_raw()).then_some(owner)
}

#[cfg(unix)]
fn is_stranger(owner: u32, user: u32) -> bool {
    owner != user && owner != 0
}

#[cfg(not(unix))]
fn stranger(_: &Metadata) -> Option<u32> {
    None
}

/// Has nobody but its owner access to a file?
#[cfg(unix)]
pub(in crate::auth) fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
pub(in crate::auth) fn is_private(_: &Path) -> bool {
    true
}

/// Warns of a file that others may read or write, or of a folder in which others may put files of their own.
#[cfg(unix)]
pub(in crate::auth) fn warn_of_others(path: &Path, warnings: &mut Warnings) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = fs::metadata(path) else { return };
    let mode = metadata.permissions().mode() & 0o7777;
    let shown = path.display();
    let message = if metadata.is_dir() {
        // In a folder such as /tmp (the sticky bit) nobody can replace the files of another.
        if mode & 0o022 == 0 || mode & 0o1000 != 0 {
            return;
        }
        format!("others may put files into the folder {shown} (mode {mode:04o}): run chmod go-w '{shown}'")
    } else {
        if mode & 0o077 == 0 {
            return;
        }
        format!("others than its owner have access to the file {shown} (mode {mode:04o}): run chmod 600 '{shown}'")
    };
    warnings.add(AuthWarningKind::OpenToOthers, shown, message);
}

#[cfg(not(unix))]
pub(in crate::auth) fn warn_of_others(_: &Path, _: &mut Warnings) {}

/// Why a text is no JSON object, without a word of it.
fn what_is_wrong(text: &[u8]) -> String {
    if text.trim_ascii().is_empty() {
        return "is empty".into();
    }
    match serde_json::from_slice::<IgnoredAny>(text) {
        Ok(_) => "is no JSON object".into(),
        Err(cause) if cause.is_eof() => "ends in the middle: it was written by half".into(),
        Err(cause) => format!("is no JSON (line {}, column {})", cause.line(), cause.column()),
    }
}

fn too_large(path: &Path, bytes: u64) -> Error {
    bad(path, &format!("has {bytes} bytes; no file of credentials has more than {MOST}"))
}

pub(super) fn bad(path: &Path, what: &str) -> Error {
    let shown = path.display();
    AuthError::new(AuthFailure::BadFile, format!("the file {shown} {what}")).about(shown).into_error()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn failure(path: &Path) -> String {
        let error = read_object(path).unwrap_err();
        assert_eq!(AuthError::of(&error).map(AuthError::failure), Some(AuthFailure::BadFile), "{error}");
        assert_eq!(AuthError::of(&error).and_then(AuthError::subject), Some(&*path.display().to_string()));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("PLAKsecret"), "{shown}");
        error.message().to_owned()
    }

    #[test]
    fn a_file_that_is_no_json_object_is_named_with_what_is_wrong_and_without_a_word_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.json");
        let cases: [(&[u8], &str); 9] = [
            (b"", "is empty"),
            (b" \n", "is empty"),
            (b"\xef\xbb\xbf", "is empty"),
            (b"{\"key\": \"PLAKsec", "ends in the middle"),
            (b"PLAKsecret", "is no JSON (line 1, column 1)"),
            (b"{\"key\": \"PLAKsecret\"} PLAKsecret", "is no JSON (line 1, column 23)"),
            (b"[\"PLAKsecret\"]", "is no JSON object"),
            (b"\"PLAKsecret\"", "is no JSON object"),
            (b"\xff\xfe{\x00}\x00", "is no JSON (line 1, column 1)"),
        ];
        for (text, expected) in cases {
            fs::write(&path, text).unwrap();
            let message = failure(&path);
            assert!(message.contains("token.json") && message.contains(expected), "{text:?}: {message}");
            assert_eq!(fs::read(&path).unwrap(), text, "it was changed");
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("planet.json");
        fs::write(&path, b"\xef\xbb\xbf{\"key\": \"k\"}").unwrap();
        assert_eq!(read_object(&path).unwrap().unwrap().text("key"), Some("k"));
    }

    #[test]
    fn what_is_no_plain_file_of_a_sensible_size_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        assert!(failure(folder.path()).contains("is a folder"));
        let huge = folder.path().join("huge.json");
        File::create(&huge).unwrap().set_len(100_000_000).unwrap();
        assert!(failure(&huge).contains("has 100000000 bytes"));
        assert!(read_object(&folder.path().join("missing.json")).unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_and_a_pipe_are_errors_and_a_good_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target.json"), folder.path().join("link.json"));
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(failure(&link).contains("is a link that leads nowhere"));
        fs::write(&target, "{}").unwrap();
        assert!(read_object(&link).unwrap().is_some());
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(failure(&pipe).contains("is no plain file"));
    }

    #[cfg(unix)]
    #[test]
    fn only_files_of_the_user_and_of_root_are_trusted() {
        assert!(!is_stranger(1000, 1000) && !is_stranger(0, 1000) && !is_stranger(0, 0));
        assert!(is_stranger(1001, 1000) && is_stranger(1000, 0));
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.json");
        fs::write(&path, "{}").unwrap();
        std::os::unix::fs::chown(&path, Some(4711), None).unwrap();
        assert!(failure(&path).contains("belongs to another user (id 4711)"));
    }

    #[cfg(unix)]
    #[test]
    fn files_and_folders_that_are_open_to_others_give_a_warning_with_the_command_that_mends_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token.json");
        fs::write(&file, "{}").unwrap();
        let warned = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            let mut warnings = Warnings::default();
            warn_of_others(path, &mut warnings);
            warnings.into_vec().iter().map(ToString::to_string).collect::<String>()
        };
        for mode in [0o644, 0o640, 0o620, 0o601] {
            let warning = warned(&file, mode);
            assert!(warning.contains(&format!("chmod 600 '{}'", file.display())), "{mode:o}: {warning}");
        }
        for mode in [0o777, 0o775, 0o702] {
            let warning = warned(folder.path(), mode);
            assert!(warning.contains(&format!("chmod go-w '{}'", folder.path().display())), "{mode:o}: {warning}");
        }
        assert_eq!(warned(folder.path(), 0o1777) + &warned(folder.path(), 0o755) + &warned(&file, 0o600), "");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_what_is_no_object_is_an_error(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("any.json");
            fs::write(&path, &text).unwrap();
            let object = serde_json::from_slice::<serde_json::Map<_, serde_json::Value>>(&text).is_ok();
            prop_assert_eq!(read_object(&path).is_ok(), object);
        }
    }
}
