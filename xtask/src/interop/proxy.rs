//! A real proxy: tinyproxy, in front of a test of planet-core that downloads a file through it.

use std::fs;
use std::path::Path;

use super::server::{Server, free_port};
use super::{Place, tools};
use crate::{Result, install, sh};

const PROGRAM: &str = "tinyproxy";
/// The program alone. The package of its name would start to serve.
const PACKAGE: &str = "tinyproxy-bin";
const TEST: &str = "proxy::a_file_comes_through_a_real_proxy";

/// Starts the proxy, runs the test, and looks in the proxy's log for both ways through it.
pub(super) fn run(place: &Place) -> Result {
    let folder = &place.folder;
    if !sh::works(&mut sh::command(PROGRAM, &["-v"])) {
        install::debian(PACKAGE)?;
    }
    let log = folder.join("tinyproxy.log");
    let proxy = start(folder, &log)?;
    let url = format!("http://Aladdin:sesame@127.0.0.1:{}", proxy.port);
    tools::core_tests(TEST, &[("PLANET_TEST_PROXY", url)])?;
    let seen = fs::read_to_string(&log)?;
    for request in ["CONNECT 127.0.0.1:", "GET http://127.0.0.1:"] {
        if !seen.contains(request) {
            return Err(format!("no `{request}` in {}", log.display()).into());
        }
    }
    println!("a file came through {PROGRAM}, in a tunnel and forwarded");
    Ok(())
}

fn start(folder: &Path, log: &Path) -> Result<Server> {
    let port = free_port()?;
    let settings = folder.join("tinyproxy.conf");
    let lines = [
        format!("Port {port}"),
        "Listen 127.0.0.1".to_owned(),
        format!("LogFile \"{}\"", log.display()),
        "LogLevel Connect".to_owned(),
        "BasicAuth Aladdin sesame".to_owned(),
    ];
    fs::write(&settings, lines.join("\n") + "\n")?;
    println!("$ {PROGRAM} -d -c {}", settings.display());
    Server::start(sh::command(PROGRAM, &["-d", "-c"]).arg(settings), port)
}
