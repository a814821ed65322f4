//! Ours beside what others wrote: the sandbox in the eyes of Planet's own Python SDK, of GDAL, and of a brute-force search; the
//! client behind a real proxy; its downloads from nginx, into an S3 store, and onto disks that are full or read-only; its
//! logins at an authority that others wrote, and its sessions beside the official library.

mod disk;
mod nginx;
mod oidc;
mod proxy;
mod python;
mod s3;
mod scripts;
mod server;
mod tools;

use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::workspace::Workspace;

type Part = fn(&Place) -> Result;

const PARTS: &[(&str, Part)] = &[
    ("scripts", scripts::run),
    ("proxy", proxy::run),
    ("nginx", nginx::run),
    ("s3", s3::run),
    ("oidc", oidc::run),
    ("python", python::run),
    ("disk", disk::run),
];

/// Where the parts work.
struct Place {
    /// What is built or installed, and stays for the next run.
    target: PathBuf,
    /// What one run writes: settings, logs, files.
    folder: PathBuf,
}

/// Runs the named parts, or all; fails if one fails.
pub(crate) fn run(wanted: &[String]) -> Result {
    let names: Vec<_> = PARTS.iter().map(|(name, _)| *name).collect();
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(format!("no such part: {unknown}; there are {}", names.join(", ")).into());
    }
    let target = PathBuf::from(Workspace::load()?.target_directory);
    let place = Place { folder: target.join("interop"), target };
    if place.folder.exists() {
        fs::remove_dir_all(&place.folder)?;
    }
    fs::create_dir_all(&place.folder)?;

    let mut failed = Vec::new();
    for (name, part) in PARTS {
        if !wanted.is_empty() && !wanted.iter().any(|wanted| wanted == name) {
            continue;
        }
        match part(&place) {
            Ok(()) => println!("{name}: passed"),
            Err(error) => {
                eprintln!("{name}: {error}");
                failed.push(*name);
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", ")).into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_part_is_refused_before_any_runs() {
        let error = run(&["disk".to_owned(), "lunch".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("no such part: lunch; there are scripts, proxy"), "{error}");
    }
}
