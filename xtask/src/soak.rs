//! The fault sweep of the clients, with many more seeds than `cargo test` takes.

use crate::Result;
use crate::sh;

/// How many seeds are run if none are asked for.
const SEEDS: u32 = 5_000;

/// Runs the sweep with this many seeds. Its last lines tell what was met; a seed that fails is named, and
/// `PLANET_SEED=n cargo test -p planet --test conformance sweep` runs it alone.
pub(crate) fn run(seeds: Option<&String>) -> Result {
    let seeds = match seeds {
        Some(seeds) => seeds.parse().map_err(|_| format!("`{seeds}` is no number of seeds"))?,
        None => SEEDS,
    };
    let test = ["test", "-q", "-p", "planet", "--test", "conformance", "sweep", "--", "--nocapture"];
    sh::run(sh::cargo(&test).env("PLANET_SEEDS", seeds.to_string()).env_remove("PLANET_SEED"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_seeds_is_named() {
        let error = run(Some(&"many".to_owned())).unwrap_err();
        assert!(error.to_string().contains("`many`"), "{error}");
    }
}
