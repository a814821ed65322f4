//! A disk that is full, and one that is read-only: a small file system in memory, with tests of planet-core on it.

use std::path::PathBuf;
use std::{env, fs, process};

use super::{Place, tools};
use crate::Result;
use crate::sh;

/// What the tests of a full disk expect: see crates/planet-core/tests/it/disk.rs.
const SIZE: &str = "size=4m";

/// Mounts it, runs the tests, and unmounts it. Where mounting is not allowed that is said, and nothing else is done.
pub(super) fn run(_: &Place) -> Result {
    // Not in the target directory: what a killed run leaves mounted could not be removed there.
    let place = env::temp_dir().join(format!("planet-interop-disk-{}", process::id()));
    fs::create_dir_all(&place)?;
    let mut mount = sh::command("mount", &["-t", "tmpfs", "-o", SIZE, "planet-interop"]);
    if !sh::works(mount.arg(&place)) {
        println!("SKIPPED: full and read-only disks: this user may not mount a file system");
        return Ok(fs::remove_dir(&place)?);
    }
    let disk = Mounted(place);
    let variable = || [("PLANET_TEST_DISK", disk.0.display().to_string())];
    let full = tools::core_tests("disk::full", &variable())?;
    sh::run(sh::command("mount", &["-o", "remount,ro"]).arg(&disk.0))?;
    let locked = tools::core_tests("disk::read_only", &variable())?;
    println!("disks: {} tests", full + locked);
    Ok(())
}

/// A file system that is unmounted in the end, and its directory.
struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = sh::run(sh::command("umount", &[]).arg(&self.0));
        if let Err(error) = unmounted.and_then(|()| Ok(fs::remove_dir(&self.0)?)) {
            eprintln!("{error}");
        }
    }
}
