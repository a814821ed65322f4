//! An S3 store that we did not write: moto, with the tests of planet-conformance that download into it.

use super::server::{Server, free_port};
use super::{Place, tools};
use crate::Result;
use crate::sh;

/// Starts the store and runs the tests.
pub(super) fn run(place: &Place) -> Result {
    let python = tools::python(place)?;
    let port = free_port()?;
    let program = python.with_file_name("moto_server");
    println!("$ moto_server -H 127.0.0.1 -p {port}");
    let mut command = sh::command(program, &["-H", "127.0.0.1", "-p"]);
    let server = Server::start(command.arg(port.to_string()), port)?;
    let url = format!("http://127.0.0.1:{}", server.port);
    let tests = sh::cargo(&["test", "-q", "-p", "planet-conformance", "--features", "s3", "--test", "s3"]);
    let ran = tools::tests(tests, &[("PLANET_TEST_S3", url)])?;
    println!("s3: {ran} tests");
    Ok(())
}
