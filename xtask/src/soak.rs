//! What `cargo test` tries by chance, with many more seeds.

use crate::Result;
use crate::sh;

/// How many seeds are run if none are asked for.
const SEEDS: u32 = 10_000;

/// One of them kills real processes.
const A_KILL_IN: u32 = 100;

/// A run of a test with its number of seeds in a variable. A failure names the seed, and tells how to run it alone.
struct Soak {
    package: &'static str,
    binary: &'static str,
    test: &'static str,
    variable: &'static str,
    times: u32,
}

/// With so many seeds of downloads; the others in proportion to what they take.
fn soaks(seeds: u32) -> [Soak; 6] {
    let kills = (seeds / A_KILL_IN).max(1);
    let soak =
        |package, binary, test, variable, times: u32| Soak { package, binary, test, variable, times: times.max(1) };
    [
        soak("planet-core", "it", "downloads::", "PLANET_SEEDS", seeds.saturating_sub(kills)),
        soak("planet", "conformance", "killed::", "PLANET_KILLS", kills),
        soak("planet-core", "it", "shared_session::", "PLANET_REFRESHES", 200.min(seeds)),
        soak("planet", "conformance", "load::", "PLANET_ORDERS", 100.min(seeds)),
        soak("planet", "conformance", "sweep::", "PLANET_SEEDS", seeds / 2),
        soak("planet-orders", "it", "plan::law::", "PLANET_SEEDS", seeds / 10),
    ]
}

/// Runs them all. The lines of each tell what was met; those of the one that failed come last.
pub(crate) fn run(seeds: Option<&String>) -> Result {
    let seeds = match seeds {
        Some(seeds) => seeds.parse().map_err(|_| format!("`{seeds}` is no number of seeds"))?,
        None => SEEDS,
    };
    for Soak { package, binary, test, variable, times } in soaks(seeds) {
        println!("{variable}={times}");
        let run = ["test", "-q", "-p", package, "--test", binary, test, "--", "--nocapture"];
        let mut run = sh::cargo(&run);
        sh::run(run.env(variable, times.to_string()).env_remove("PLANET_SEED").env_remove("PLANET_KILL"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_seeds_is_named() {
        let error = run(Some(&"many".to_owned())).unwrap_err();
        assert!(error.to_string().contains("`many`"), "{error}");
    }

    #[test]
    fn of_few_seeds_everything_is_run_once() {
        for seeds in [0, 1] {
            assert_eq!(soaks(seeds).map(|soak| soak.times), [1; 6]);
        }
    }

    #[test]
    fn of_ten_thousand_seeds_a_hundred_kill() {
        let [downloads, killed, ..] = soaks(SEEDS);
        assert_eq!((downloads.times, killed.times), (9_900, 100));
    }
}
