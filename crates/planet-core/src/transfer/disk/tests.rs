use super::*;

fn kind_and_text(error: &Error) -> (ErrorKind, String) {
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn too_little_room_is_told_with_directory_need_and_what_is_there_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("a/b");
    ensure_room(&directory, 0).await.unwrap();
    ensure_room("", 1).await.unwrap();
    ensure_room("not/there", 1).await.unwrap();
    let (kind, text) = kind_and_text(&ensure_room(&directory, u64::MAX).await.unwrap_err());
    assert_eq!(kind, ErrorKind::File);
    assert!(text.starts_with(&format!("no room in {}: 18.4 EB are needed and ", directory.display())), "{text}");
    assert!(text.contains("choose another directory"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_room_that_is_there_is_enough_and_one_byte_more_is_not() {
    let folder = tempfile::tempdir().unwrap();
    // Other programs write meanwhile: a margin of a tenth.
    let available = fs4::statvfs(folder.path()).unwrap().available_space();
    ensure_room(folder.path(), available / 10 * 9).await.unwrap();
    ensure_room(folder.path(), available / 10 * 11).await.unwrap_err();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_that_does_not_tell_its_room_is_taken_to_have_enough() {
    ensure_room("/proc", u64::MAX).await.unwrap();
}

#[test]
fn numbers_of_bytes_are_shown_with_three_digits() {
    for (bytes, text) in [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.00 kB"),
        (12_345_678, "12.3 MB"),
        (1_073_741_824, "1.07 GB"),
        (999_999, "1000 kB"),
        (u64::MAX, "18.4 EB"),
    ] {
        assert_eq!(size(bytes), text);
    }
}

#[tokio::test]
async fn a_target_is_refused_before_the_first_byte_if_something_else_has_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("directory")).unwrap();
    fs::write(at("file"), "").unwrap();
    for (target, message) in [
        ("directory", "there is a directory of that name"),
        ("file/below", "file is no directory"),
        ("file/deep/below", "file is no directory"),
    ] {
        let (kind, text) = kind_and_text(&check_target(&at(target)).await.unwrap_err());
        assert_eq!(kind, ErrorKind::File);
        assert!(text.contains(message) && text.contains("choose another"), "{target}: {text}");
    }
    for fine in ["file", "new", "directory/new", "not/yet/made"] {
        check_target(&at(fine)).await.unwrap();
    }
    check_target(Path::new("beside")).await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[tokio::test]
async fn a_path_is_too_long_with_the_hidden_file_that_stands_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut directory = folder.path().to_owned();
    while length(&directory) + 101 <= LONGEST_PATH {
        directory.push("d".repeat(100));
    }
    let left = LONGEST_PATH - length(&directory);
    for (name, fits) in [("x".repeat(left), false), ("x".into(), left > LONGEST_HIDDEN.len())] {
        let result = check_length(&directory.join(name));
        assert_eq!(result.is_ok(), fits);
    }
    directory.push("e".repeat(left.saturating_sub(LONGEST_HIDDEN.len())));
    let (kind, text) = kind_and_text(&check_target(&directory.join("x")).await.unwrap_err());
    assert_eq!(kind, ErrorKind::File);
    assert!(text.contains("too long for this system") && text.contains("shorter"), "{text}");
}

#[tokio::test]
async fn a_directory_whose_name_no_disk_takes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for target in [folder.path().join("d".repeat(300)).join("x"), folder.path().join("x".repeat(300))] {
        let error = check_target(&target).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::File);
        assert!(!cfg!(unix) || error.to_string().contains("255 bytes"), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_a_file_may_be_replaced_and_one_to_a_directory_or_a_device_may_not() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "old").unwrap();
    symlink(at("file"), at("to-file")).unwrap();
    symlink(at("nothing"), at("to-nothing")).unwrap();
    symlink(folder.path(), at("to-directory")).unwrap();
    symlink("/dev/null", at("to-device")).unwrap();
    check_target(&at("to-file")).await.unwrap();
    check_target(&at("to-nothing")).await.unwrap();
    check_target(&at("to-directory/new")).await.unwrap();
    for (target, what) in [
        ("to-directory", "a directory"),
        ("to-device", "something that is no file"),
        ("to-nothing/x", "to-nothing is no directory"),
    ] {
        let error = check_target(&at(target)).await.unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_directory_that_may_not_be_written_is_named_with_what_to_do() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let (locked, mode) = (folder.path().join("locked"), fs::Permissions::from_mode);
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, mode(0o555)).unwrap();
    let root = fs::write(locked.join("try"), "").is_ok(); // may do everything
    let result = check_target(&locked.join("sub/file")).await;
    fs::set_permissions(&locked, mode(0o000)).unwrap();
    let closed = check_target(&locked.join("file")).await;
    fs::set_permissions(&locked, mode(0o755)).unwrap();
    if root {
        return;
    }
    for (error, what) in [(result.unwrap_err(), "write in"), (closed.unwrap_err(), "use the path")] {
        let text = error.to_string();
        assert!(text.contains(&format!("cannot {what} {}", locked.display())), "{text}");
        assert!(text.contains("ermission denied") && text.contains("that you may write to"), "{text}");
    }
}

/// Nobody may write there, not even root.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_directory_that_takes_no_files_is_found_before_the_download() {
    let error = check_target(Path::new("/proc/planet/file")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(error.to_string().contains("cannot write in /proc"), "{error}");
}

#[test]
fn every_error_of_the_disk_says_what_to_do_about_it() {
    use io::ErrorKind as Kind;

    for (kind, advised) in [
        (Kind::PermissionDenied, "may write"),
        (Kind::ReadOnlyFilesystem, "another one"),
        (Kind::StorageFull, "goes on from there"),
        (Kind::QuotaExceeded, "goes on from there"),
        (Kind::FileTooLarge, "4 GiB"),
        (Kind::InvalidFilename, "255 bytes"),
        (Kind::NotADirectory, "another directory"),
        (Kind::NotFound, "is there"),
        (Kind::AlreadyExists, "left as it is"),
        (Kind::Other, "Check the disk"),
    ] {
        let error = file_error("write", Path::new("/data/a.tif"), kind.into());
        assert!(error.to_string().starts_with("cannot write /data/a.tif: "), "{error}");
        assert!(error.help().unwrap().contains(advised), "{error}");
    }
    let many = file_error("read", Path::new("a"), io::Error::from_raw_os_error(24));
    assert_eq!(cfg!(unix), many.help().unwrap().contains("ulimit"), "{many}");
}
