//! A real proxy: tinyproxy, in front of a test of planet-core that downloads a file through it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::sh;

const PROGRAM: &str = "tinyproxy";
const TEST: &str = "proxy::a_file_comes_through_a_real_proxy";

/// Starts the proxy, runs the test, and looks in the proxy's log for both ways through it.
pub(super) fn run(folder: &Path) -> Result {
    if !sh::works(&mut sh::command(PROGRAM, &["-v"])) {
        super::install(PROGRAM)?;
    }
    let log = folder.join("tinyproxy.log");
    let proxy = Tinyproxy::start(folder, &log)?;
    let args = ["test", "-q", "-p", "planet-core", "--test", "it", "--", "--ignored", "--exact", TEST];
    let url = format!("http://Aladdin:sesame@127.0.0.1:{}", proxy.port);
    let ran = sh::read(sh::cargo(&args).env("PLANET_TEST_PROXY", url))?;
    if !ran.contains("1 passed") {
        return Err(format!("no test {TEST}:\n{ran}").into());
    }
    let seen = fs::read_to_string(&log)?;
    for request in ["CONNECT 127.0.0.1:", "GET http://127.0.0.1:"] {
        if !seen.contains(request) {
            return Err(format!("no `{request}` in {}", log.display()).into());
        }
    }
    println!("a file came through {PROGRAM}, in a tunnel and forwarded");
    Ok(())
}

/// A running proxy; dropping it stops it.
struct Tinyproxy {
    child: Child,
    port: u16,
}

impl Tinyproxy {
    fn start(folder: &Path, log: &Path) -> Result<Self> {
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
        let mut command = Command::new(PROGRAM);
        command.arg("-d").arg("-c").arg(&settings).stdout(Stdio::null()).stderr(Stdio::null());
        let mut proxy = Self { child: command.spawn()?, port };
        proxy.wait_until_ready()?;
        Ok(proxy)
    }

    fn wait_until_ready(&mut self) -> Result {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("{PROGRAM} ended: {status}").into());
            }
            if start.elapsed() > Duration::from_secs(10) {
                return Err(format!("{PROGRAM} does not listen at port {}", self.port).into());
            }
            std::thread::yield_now();
        }
        Ok(())
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let stopped = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = stopped {
            eprintln!("cannot stop {PROGRAM}: {error}");
        }
    }
}

/// A port that nobody listens at: tinyproxy does not take port 0.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
