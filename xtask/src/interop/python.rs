//! Sessions that are shared with the official library: the tests of planet-conformance that have it on the other side.

use super::{Place, oidc, tools};
use crate::Result;

/// The last version that knew keys only, and wrote them as `store_legacy` does.
const KEYS_ONLY: &str = "planet==2.0.3";

/// Starts the authorities and runs the tests.
pub(super) fn run(place: &Place) -> Result {
    let python = tools::python(place)?;
    let older = tools::venv(place, "interop-venv-keys", &[KEYS_ONLY])?;
    let server = oidc::start(place, &python)?;
    let variables = [
        ("PLANET_TEST_OIDC", oidc::url(&server)),
        ("PLANET_TEST_PYTHON", python.display().to_string()),
        ("PLANET_TEST_PYTHON_KEYS", older.display().to_string()),
    ];
    let ran = tools::conformance_tests("interop::python::", &variables)?;
    println!("python: {ran} tests");
    Ok(())
}
