//! Servers that others wrote, as plain processes.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; dropping it stops it.
pub(super) struct Server {
    program: String,
    child: Child,
    pub(super) port: u16,
}

impl Server {
    /// Starts a command that listens at the port, and waits until it does. What it prints is nobody's.
    pub(super) fn start(command: &mut Command, port: u16) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.map_err(|error| format!("cannot start {program}: {error}"))?;
        let mut server = Self { program, child, port };
        server.wait_until_ready()?;
        Ok(server)
    }

    #[expect(clippy::disallowed_methods, reason = "no runtime is blocked: xtask has none")]
    fn wait_until_ready(&mut self) -> Result {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("{} ended: {status}", self.program).into());
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("{} does not listen at port {}", self.program, self.port).into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = stopped {
            eprintln!("cannot stop {}: {error}", self.program);
        }
    }
}

/// A port that nobody listens at, for servers that do not take port 0.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
