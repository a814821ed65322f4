use super::*;
use crate::ErrorKind;

#[test]
fn names_that_leave_the_directory_or_fit_no_system_are_refused() {
    for bad in [
        "",
        "/etc/passwd",
        "../../x",
        "a/../b",
        "a//b",
        "./a",
        "a/.",
        "C:\\x",
        "C:/x",
        "a\\b",
        "a\0b",
        "a\nb",
        "con",
        "PSScene/NUL.tif",
        "a.",
        "b /c",
        "a?b",
        "\\\\host\\share",
    ] {
        assert_eq!(relative_path(bad).unwrap_err().kind(), ErrorKind::Integrity, "{bad:?}");
    }
    assert!(relative_path(&"x".repeat(256)).is_err());
}

#[test]
fn ordinary_names_become_paths() {
    for good in
        ["manifest.json", "PSScene/20200909_182525_1014_3B_AnalyticMS_clip.tif", "a/b/c d.TXT", "..a", "console.tif"]
    {
        assert_eq!(relative_path(good).unwrap(), std::path::PathBuf::from_iter(good.split('/')));
    }
}

#[tokio::test]
async fn digests_are_those_of_the_reference_implementations() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("abc");
    std::fs::write(&path, "abc").unwrap();
    assert_eq!(hash_file(&path, Checksum::Md5).await.unwrap(), (3, "900150983cd24fb0d6963f7d28e17f72".into()));
    let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash_file(&path, Checksum::Sha256).await.unwrap(), (3, sha.into()));
}

#[tokio::test]
async fn a_target_that_is_dropped_leaves_the_old_file_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sub/file");
    write_whole(&path, b"old").await.unwrap();
    let mut target = Target::create(&path).await.unwrap();
    target.write(b"half").await.unwrap();
    drop(target);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(dir.path().join("sub")).unwrap().count(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_written_file_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    let (ours, plain) = (dir.path().join("ours"), dir.path().join("plain"));
    write_whole(&ours, b"x").await.unwrap();
    std::fs::write(&plain, b"x").unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&plain));
}
