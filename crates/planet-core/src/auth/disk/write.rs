//! Writing: the file is as it was, or as it should be, at every moment.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::read::{bad, inspect, look};
use crate::transfer::{directory_of, sync_directory};
use crate::{Error, ErrorKind, Result};

/// Puts a text in the place of a file. Folders that are missing are made. A link stays one: what it leads to is replaced.
pub(in crate::auth) fn write(path: &Path, text: &str) -> Result<()> {
    let place = place_of(path)?;
    let folder = directory_of(&place);
    make_folder(folder).and_then(|()| replace(&place, folder, text)).map_err(|cause| failed("write", path, cause))
}

/// Removes a file, and the link that leads to it. None is as well.
pub(in crate::auth) fn remove(path: &Path) -> Result<()> {
    let place = place_of(path)?;
    let link = (place != path).then_some(path);
    for path in [Some(&*place), link].into_iter().flatten() {
        match fs::remove_file(path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(failed("remove", path, cause)),
            _ => {}
        }
    }
    Ok(())
}

/// Where a link leads in the end. What is there must be a file of ours: that of another user is not replaced.
fn place_of(path: &Path) -> Result<PathBuf> {
    let Some(metadata) = look(path)? else { return Ok(path.to_owned()) };
    if !metadata.is_file() {
        return Err(bad(path, "is no plain file, so it was left as it is"));
    }
    inspect(path, &metadata)?;
    fs::canonicalize(path).map_err(|cause| failed("write", path, cause))
}

/// Makes a folder that nobody else may enter, and the missing ones above it. One that is there stays as it is.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The file was made with mode 0600; an odd umask may have left less than that.
#[cfg(unix)]
fn give_owner_access(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o600 == 0o600 {
        return Ok(());
    }
    file.set_permissions(PermissionsExt::from_mode(0o600))
}

/// The temporary file is the owner's alone from the moment it is there, and removed again if anything fails.
fn replace(path: &Path, folder: &Path, text: &str) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".planet-").suffix(".tmp");
    let mut file = builder.tempfile_in(folder)?;
    #[cfg(unix)]
    give_owner_access(file.as_file())?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|refused| refused.error)?;
    sync_directory(folder);
    Ok(())
}

pub(super) fn failed(verb: &str, path: &Path, cause: io::Error) -> Error {
    Error::new(ErrorKind::File, format!("cannot {verb} {}: {cause}", path.display())).with_source(cause)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::process::{Command, Stdio};
    use std::thread;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_written_file_and_its_new_folders_are_the_owners_alone_and_old_folders_stay_as_they_are() {
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let file = home.path().join(".planet/office/token.json");
        write(&file, "{}").unwrap();
        let modes = [home.path(), &home.path().join(".planet"), file.parent().unwrap(), &file].map(mode);
        assert_eq!(modes, [0o755, 0o700, 0o700, 0o600]);
        assert_eq!(names(file.parent().unwrap()), ["token.json"], "a temporary file was left");
    }

    /// The umask is the process's: the test runs itself again, under another one.
    #[test]
    fn no_umask_makes_a_file_wider_or_narrower_than_0600() {
        const CHILD: &str = "PLANET_TEST_WRITES_UNDER_A_UMASK";
        if let Some(folder) = std::env::var_os(CHILD) {
            return write(&Path::new(&folder).join("token.json"), "{}").unwrap();
        }
        for umask in ["000", "277"] {
            let folder = tempfile::tempdir().unwrap();
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("umask {umask} && exec \"$0\" \"$@\"")]).arg(std::env::current_exe().unwrap());
            let name = format!("{}::no_umask_makes_a_file_wider_or_narrower_than_0600", module_path!());
            let name = name.split_once("::").unwrap().1;
            let output = shell.args(["--exact", name]).env(CHILD, folder.path()).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
            assert_eq!(mode(&folder.path().join("token.json")), 0o600, "umask {umask}");
        }
    }

    #[test]
    fn an_old_file_is_replaced_as_a_whole_and_its_wide_mode_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token.json");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
        // Whoever has the old file open goes on reading the old text.
        let open = fs::File::open(&file).unwrap();
        write(&file, "new").unwrap();
        assert_eq!(io::read_to_string(&open).unwrap(), "old");
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_ne!(open.metadata().unwrap().ino(), fs::metadata(&file).unwrap().ino());
        assert_eq!(mode(&file), 0o600);
    }

    #[test]
    fn a_link_stays_one_and_what_it_leads_to_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("vault")).unwrap();
        let (real, link) = (folder.path().join("vault/real.json"), folder.path().join("link.json"));
        fs::write(&real, "old").unwrap();
        symlink("vault/real.json", &link).unwrap();
        write(&link, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
    }

    #[test]
    fn what_should_not_be_replaced_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (directory, link) = (folder.path().join("token.json"), folder.path().join("link.json"));
        fs::create_dir(&directory).unwrap();
        symlink(folder.path().join("nowhere"), &link).unwrap();
        let below_a_file = folder.path().join("file/token.json");
        fs::write(folder.path().join("file"), "in the way").unwrap();
        let mut left: Vec<_> = [&directory, &link, &below_a_file].into();
        let foreign = folder.path().join("foreign.json");
        if rustix::process::geteuid().is_root() {
            fs::write(&foreign, "theirs").unwrap();
            std::os::unix::fs::chown(&foreign, Some(4711), None).unwrap();
            left.push(&foreign);
        }
        let before = names(folder.path()).len();
        for path in left {
            let error = write(path, "{}").unwrap_err();
            assert!(error.message().contains(&path.display().to_string()), "{error}");
        }
        assert_eq!(names(folder.path()).len(), before, "a temporary file was left");
        assert!(directory.is_dir() && fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "in the way");
    }

    #[test]
    fn a_failed_replacement_leaves_no_temporary_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("token.json");
        fs::create_dir(&directory).unwrap();
        assert!(replace(&directory, folder.path(), "secret").is_err());
        assert_eq!(names(folder.path()), ["token.json"]);
    }

    /// The test runs itself again, and ends that process in the middle of its work.
    #[test]
    fn a_writer_that_is_killed_leaves_one_text_or_the_other() {
        const CHILD: &str = "PLANET_TEST_WRITES_UNTIL_KILLED";
        let texts = ["a".repeat(200_000), "b".repeat(300_000)];
        if let Some(file) = std::env::var_os(CHILD) {
            return (0..5_000).for_each(|turn| write(Path::new(&file), &texts[turn % 2]).unwrap());
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token.json");
        write(&file, &texts[0]).unwrap();
        let name = format!("{}::a_writer_that_is_killed_leaves_one_text_or_the_other", module_path!());
        for turn in 0..5 {
            let old = fs::metadata(&file).unwrap().ino();
            let mut writer = Command::new(std::env::current_exe().unwrap());
            let mut writer = writer
                .args(["--exact", name.split_once("::").unwrap().1])
                .env(CHILD, &file)
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            while fs::metadata(&file).unwrap().ino() == old {
                assert!(writer.try_wait().unwrap().is_none(), "the writer ended by itself");
                thread::yield_now();
            }
            writer.kill().unwrap();
            writer.wait().unwrap();
            assert!(texts.contains(&fs::read_to_string(&file).unwrap()), "turn {turn}");
        }
    }

    #[test]
    fn a_reader_sees_one_text_or_the_other_and_never_half_of_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token.json");
        let texts = ["a".repeat(50_000), "b".repeat(90_000)];
        write(&file, &texts[0]).unwrap();
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for turn in 0..40 {
                    write(&file, &texts[turn % 2]).unwrap();
                }
            });
            while !writer.is_finished() {
                assert!(texts.contains(&fs::read_to_string(&file).unwrap()));
            }
        });
    }
}
