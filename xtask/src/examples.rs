//! Runs every example as a newcomer would, and checks what it did.

use std::fs;
use std::path::Path;

use crate::workspace::Workspace;
use crate::{Result, codegen, quickstart, sh};

/// What an example must print, each text in a line of its own and in this order. Those that leave files are checked by
/// what is in them.
const PRINTS: &[(&str, &[&str])] = &[
    ("activate_assets", &["20 files of 20 items", "refused for speed: 0"]),
    (
        "app_sessions",
        &[
            "program, in memory: no login, then no login",
            "user on any device, in memory: a login, then a login",
            "user with a browser, in memory: a login, then a login",
            "program, on disk: no login, then no login",
            "user on any device, on disk: a login, then no login",
            "user with a browser, on disk: a login, then no login",
            "program, in a database: no login, then no login",
            "user on any device, in a database: a login, then no login",
            "user with a browser, in a database: a login, then no login",
            "key, in memory: no login",
            "key, in a database: no login",
            "key, in the file of older versions: no login",
        ],
    ),
    ("blocking", &["scenes.geojson has all 300 scenes: true", "0 orders"]),
    (
        "cli_sessions",
        &[
            "a login is required: true",
            "the default is the profile my-cli-managed-profile",
            "logged in, with 0 searches",
            "logged in, with 0 searches",
            "a login under the official client id: Some(Unsupported)",
        ],
    ),
    ("custom_credentials", &["the service answered [401, 200], in 1 attempt"]),
    ("custom_layer", &["request attempt 1: GET /data/v1/item-types", "request attempt 2: GET", "3 calls, 2 attempts"]),
    ("custom_operation", &["asset types, told at attempt 2"]),
    ("custom_retry", &["attempt 8: closed for maintenance", "answered 200 at attempt 9"]),
    (
        "custom_transport",
        &[
            r#"3 requests, 0 answers left, the last to Some("/compute/ops/orders/v2/00000000-0000-4000-8000-000000000002")"#,
            "orders.get: the script has no answer to request 4",
            "order 3 ready: false",
        ],
    ),
    (
        "downloads",
        &[
            "8 files of the order",
            "2 rasters below rasters/fields",
            "stopped",
            "bytes that were not fetched again: true",
            "7 right, 1 fetched again",
            "8 files, ",
            "the same everywhere: true",
        ],
    ),
    (
        "large_job",
        &[
            "harvest: 3 orders, 1100 items",
            "stopped",
            "new: true",
            "3 orders of 1100 items, 1100 of them different; 3 delivered",
            "all files of 2 orders are right: true",
        ],
    ),
    (
        "feature_areas",
        &[
            "2 fields added to pl:features/my/my-fields-",
            "1 scene found over north",
            "the order clipped to the field is in the state success",
        ],
    ),
    ("login", &["/activate on any device and enter ", "... logged in", "1 scene, found as sandbox-device-client"]),
    (
        "login browser",
        &["/authorize?client", "The browser shows: The login was answered.", "1 scene, found as sandbox-code-client"],
    ),
    ("many_orders", &["iowa_order: ", "oregon_order: ", "2 orders in folders of their own"]),
    ("progress", &["24 files, and as many lines that say done: true"]),
    ("raw_request", &["received all of the file: true", "the storage saw our key: false"]),
    (
        "reorder",
        &[
            "oregon failed: Internal error: try again later",
            "oregon, again: success, ",
            "mixed: partial",
            "missing: PSScene ",
            "mixed, the rest: success, missing: 0",
        ],
    ),
    (
        "resume_after_kill",
        &[
            "nothing has the file's name: true",
            " there from an earlier run",
            "the second run ended well: true",
            "it asked for the rest alone: true",
            "and left nothing behind: true",
            "files, all right",
        ],
    ),
    (
        "saved_search",
        &["clear scenes is there again: true", "cloudy ones among them: 0", "published later: true", "deleted: true"],
    ),
    ("search_to_geojson", &["all have an outline: true"]),
    (
        "thousand_orders",
        &[
            "stopped with 500 orders",
            "1000 fields, 1000 orders",
            "1000 delivered; asked fewer than 200 times: true",
            "files downloaded",
        ],
    ),
    ("trace_context", &["1 trace with 2 spans"]),
];

/// What an example is run with besides nothing.
const ARGUMENTS: &[(&str, &str)] = &[("login", "browser")];

/// Runs all examples, each in an empty folder.
pub(crate) fn run() -> Result {
    let workspace = Workspace::load()?;
    let package = workspace.ours().find(|package| package.name == "planet-examples");
    let names = package.map(|package| package.examples.as_slice()).unwrap_or_default();
    if names.is_empty() {
        return Err("planet-examples has no examples".into());
    }
    let target = Path::new(&workspace.target_directory);
    // The programs of the guide are run by `cargo xtask guide`.
    for name in names.iter().filter(|name| !name.starts_with("guide_")) {
        run_one(target, name, None)?;
        for (_, argument) in ARGUMENTS.iter().filter(|(example, _)| example == name) {
            run_one(target, name, Some(argument))?;
        }
    }
    Ok(())
}

/// What it wrote is kept if something fails, until the next run.
fn run_one(target: &Path, example: &str, argument: Option<&str>) -> Result {
    let name = argument.map_or_else(|| example.to_owned(), |argument| format!("{example} {argument}"));
    let folder = target.join("example");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let args = ["run", "-q", "-p", "planet-examples", "--example", example, "--manifest-path"];
    println!("$ cargo run --example {name}");
    let mut command = sh::cargo(&args);
    command.arg(sh::root().join("Cargo.toml")).arg("--").args(argument).current_dir(&folder);
    // A relative one is another folder there.
    command.env("CARGO_TARGET_DIR", target);
    let stdout = sh::read(&mut command)?;
    let checked = check(&name, &stdout, &folder);
    println!("{}", checked.map_err(|error| format!("{name} in {}: {error}", folder.display()))?);
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Checks one run; returns the line that tells its result.
fn check(name: &str, stdout: &str, folder: &Path) -> Result<String> {
    match name {
        "quickstart" => quickstart::check(stdout, folder),
        "refresh_catalogue" => codegen::reads(&folder.join("bundles.json")),
        _ => printed(name, stdout),
    }
}

fn printed(name: &str, stdout: &str) -> Result<String> {
    let Some((_, texts)) = PRINTS.iter().find(|(example, _)| *example == name) else {
        return Err("nobody says what it must print (PRINTS in xtask/src/examples.rs)".into());
    };
    let mut lines = stdout.lines();
    let mut last = "";
    for text in *texts {
        last = lines.find(|line| has(line, text)).ok_or_else(|| format!("no line `{text}` in\n{stdout}"))?;
    }
    Ok(last.to_owned())
}

/// Whether a line has this text, and not as a part of a longer number or word: `0 orders` is not in `10 orders`.
fn has(line: &str, text: &str) -> bool {
    let goes_on = |left: &str, right: &str| {
        let ends = [left.chars().next_back(), right.chars().next()];
        ends.iter().all(|end| end.is_some_and(char::is_alphanumeric))
    };
    line.match_indices(text).any(|(at, _)| {
        let (before, after) = (line.get(..at).unwrap_or_default(), line.get(at + text.len()..).unwrap_or_default());
        !goes_on(before, text) && !goes_on(text, after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_raw(stdout: &str) -> std::result::Result<String, String> {
        check("raw_request", stdout, Path::new("")).map_err(|error| error.to_string())
    }

    #[test]
    fn an_example_that_prints_what_it_must_passes() {
        let stdout = "hello\nreceived all of the file: true\nthe storage saw our key: false\n";
        assert_eq!(check_raw(stdout).unwrap(), "the storage saw our key: false");
    }

    #[test]
    fn an_example_that_prints_something_else_or_in_another_order_is_refused() {
        for stdout in [
            "",
            "received all of the file: true\nthe storage saw our key: true\n",
            "the storage saw our key: false\nreceived all of the file: true\n",
        ] {
            assert!(check_raw(stdout).unwrap_err().starts_with("no line `"), "{stdout}");
        }
    }

    #[test]
    fn a_longer_number_is_another_one() {
        for (line, text, found) in [
            ("0 orders", "0 orders", true),
            ("10 orders", "0 orders", false),
            ("refused: 05", "refused: 0", false),
            ("10 orders, then 0 orders", "0 orders", true),
            ("https://x/authorize?client_id=a", "/authorize?client", true),
            ("8 files, 12 bytes", "8 files, ", true),
        ] {
            assert_eq!(has(line, text), found, "{text} in {line}");
        }
    }

    /// The whole jobs; the snippets of the guide are run by `xtask guide`.
    fn jobs() -> Vec<&'static str> {
        let names = include_str!("../../examples/Cargo.toml").lines().filter_map(|line| line.strip_prefix("name = \""));
        let names = names.filter_map(|line| line.strip_suffix('"')).skip(1);
        names.filter(|name| !name.starts_with("guide_")).collect()
    }

    #[test]
    fn every_example_has_a_line_in_the_index_and_the_index_has_no_other() {
        let index = include_str!("../../examples/README.md");
        let mut listed: Vec<&str> =
            index.lines().filter_map(|line| line.strip_prefix("| [")?.split(']').next()).collect();
        let mut jobs = jobs();
        listed.sort_unstable();
        jobs.sort_unstable();
        assert!(jobs.len() > 20);
        assert_eq!(listed, jobs);
    }

    #[test]
    fn every_example_says_at_its_top_how_to_run_it() {
        for job in jobs() {
            let path = sh::root().join("examples").join(format!("{job}.rs"));
            let source = fs::read_to_string(&path).unwrap();
            let top: String = source.lines().take_while(|line| line.starts_with("//!")).collect();
            assert!(top.contains(&format!("cargo run --example {job}")), "{}", path.display());
        }
    }

    #[test]
    fn an_example_that_nobody_checks_is_refused() {
        let error = check("lunch", "", Path::new("")).unwrap_err();
        assert!(error.to_string().starts_with("nobody says"), "{error}");
    }
}
