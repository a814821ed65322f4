//! A disk that is full, and one that is read-only: a small file system in memory, with tests of planet-core on it.

use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::{env, fs};

use super::{Place, tools};
use crate::Result;
use crate::sh;

/// What the tests of a full disk expect: see crates/planet-core/tests/it/disk.rs.
const SIZE: &str = "size=4m";

/// How a user may mount: as who they are, or as root without a password, as on the runners of GitHub.
type Root = (&'static str, &'static [&'static str]);
const ROOTS: [Root; 2] = [("env", &[]), ("sudo", &["--non-interactive"])];

/// Mounts it, runs the tests, and unmounts it. Where mounting is not allowed that is said, and nothing else is done.
pub(super) fn run(_: &Place) -> Result {
    // Not in the target directory: what a killed run leaves mounted could not be removed there.
    let place = env::temp_dir().join(format!("planet-interop-disk-{}", process::id()));
    fs::create_dir_all(&place)?;
    let mount = ["mount", "-t", "tmpfs", "-o", SIZE, "planet-interop"];
    let Some(root) = ROOTS.into_iter().find(|root| sh::works(&mut on(&place, *root, &mount))) else {
        println!("SKIPPED: full and read-only disks: this user may not mount a file system");
        return Ok(fs::remove_dir(&place)?);
    };
    let disk = Mounted(place, root);
    let variable = || [("PLANET_TEST_DISK", disk.0.display().to_string())];
    let full = tools::core_tests("disk::full", &variable())?;
    sh::run(&mut on(&disk.0, root, &["mount", "-o", "remount,ro"]))?;
    let locked = tools::core_tests("disk::read_only", &variable())?;
    println!("disks: {} tests", full + locked);
    Ok(())
}

/// A command of root's about a directory.
fn on(place: &Path, (program, flags): Root, args: &[&str]) -> Command {
    let mut command = sh::command(program, flags);
    command.args(args).arg(place);
    command
}

/// A file system that is unmounted in the end, and its directory.
struct Mounted(PathBuf, Root);

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = sh::run(&mut on(&self.0, self.1, &["umount"]));
        if let Err(error) = unmounted.and_then(|()| Ok(fs::remove_dir(&self.0)?)) {
            eprintln!("{error}");
        }
    }
}
