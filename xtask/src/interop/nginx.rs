//! A file server that we did not write: nginx, with the downloads of planet-core's tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::server::{Server, free_port};
use super::{Place, tools};
use crate::Result;
use crate::sh;

const SETTINGS: &str = include_str!("nginx.conf");

/// Starts nginx and runs the tests, which read its log.
pub(super) fn run(place: &Place) -> Result {
    let program = program(&place.target)?;
    let folder = place.folder.join("nginx");
    fs::create_dir_all(folder.join("files"))?;
    let port = free_port()?;
    let settings = folder.join("nginx.conf");
    let path = folder.to_str().ok_or("the target directory's name is not Unicode")?;
    fs::write(&settings, SETTINGS.replace("FOLDER", path).replace("PORT", &port.to_string()))?;

    println!("$ nginx -p {path} -c {}", settings.display());
    let mut command = Command::new(&program);
    command.arg("-p").arg(&folder).arg("-c").arg(&settings).arg("-e").arg(folder.join("error.log"));
    let server = Server::start(&mut command, port)?;
    let url = format!("http://127.0.0.1:{}", server.port);
    let ran =
        tools::core_tests("nginx::", &[("PLANET_TEST_NGINX", url), ("PLANET_TEST_NGINX_FOLDER", path.to_owned())])?;
    println!("nginx: {ran} tests; its logs are in {path}");
    Ok(())
}

/// nginx of this machine, else Debian's, unpacked and not installed: an installed one would start to serve.
fn program(target: &Path) -> Result<PathBuf> {
    let unpacked = target.join("interop-nginx");
    let programs = [PathBuf::from("nginx"), unpacked.join("usr/sbin/nginx")];
    let works = |program: &&PathBuf| sh::works(Command::new(program).arg("-v"));
    if let Some(program) = programs.iter().find(works) {
        return Ok(program.clone());
    }
    tools::unpack("nginx", &unpacked)?;
    programs.iter().find(works).cloned().ok_or_else(|| "nginx does not start".into())
}
