//! What the benchmarks share: the server in a process of its own, and the verdicts.

pub mod server;
pub mod small;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

/// The server's process; it ends with its standard input.
pub struct Server {
    child: Child,
    pub url: String,
}

impl Server {
    /// Starts this program again, as the server.
    pub fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(server::ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(!url.is_empty(), "the server did not start");
        Self { child, url: url.trim_end().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// A figure with the most that it may be.
pub struct Row {
    pub what: &'static str,
    /// The figures behind it.
    pub from: String,
    pub measured: f64,
    pub at_most: f64,
}

/// Prints the figures. Fails if one is more than it may be.
pub fn report(rows: &[Row]) -> ExitCode {
    println!("\n{:<44} {:>9} {:>9}", "", "measured", "at most");
    let mut missed = 0;
    for Row { what, from, measured, at_most } in rows {
        let verdict = if measured <= at_most { "ok" } else { "MISSED" };
        missed += u8::from(measured > at_most);
        println!("{what:<44} {measured:>9.2} {at_most:>9.2}  {verdict:<6}  {from}");
    }
    ExitCode::from(missed.min(1))
}

/// A runtime of one thread: all the work of a client is done on it.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
