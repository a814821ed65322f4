//! Command line, output and exit code.

use std::fs;

use serde_json::json;

use crate::program::{run, run_cases};

fn case() -> serde_json::Value {
    json!({
        "id": "good", "function": "data_filter.empty_filter", "args": {}, "expect": {"type": "AndFilter", "config": []},
    })
}

#[test]
fn a_wrong_call_says_how_it_is_called_and_exits_with_2() {
    let nothing = tempfile::tempdir().unwrap();
    let nothing = nothing.path().to_str().unwrap();
    for arguments in
        [vec![], vec!["builders"], vec!["nonsense", nothing], vec!["builders", "/no/such"], vec!["builders", nothing]]
    {
        let run = run(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains("Usage: planet-conformance SUITE PATH..."), "{arguments:?}");
    }
    assert_eq!(run(["--help"]).code, 0);
}

#[test]
fn files_and_folders_of_cases_are_run_and_other_data_in_folders_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    let cases = json!({"cases": [case()]}).to_string();
    fs::write(folder.path().join("one.json"), &cases).unwrap();
    fs::write(below.join("two.json"), &cases).unwrap();
    fs::write(folder.path().join("data.json"), "[]").unwrap();
    fs::write(folder.path().join("notes.txt"), "{").unwrap();

    let whole = run(["builders".as_ref(), folder.path()]);
    assert_eq!((whole.code, whole.stdout.as_str()), (0, "2 passed, 0 failed, 0 skipped\n"));
    let files = [folder.path().join("one.json"), below.join("two.json"), below];
    let named = run(std::iter::once("builders".into()).chain(files));
    assert_eq!(named.last(), "3 passed, 0 failed, 0 skipped");
    assert_eq!(run(["builders".as_ref(), folder.path().join("data.json").as_path()]).code, 2);
}

#[test]
fn what_the_program_does_not_know_is_a_failure() {
    for (member, value, why) in [
        ("function", json!("data_filter.nonsense"), "unknown function data_filter.nonsense"),
        ("quirk_id", json!("nonsense"), "unknown quirk nonsense"),
        ("args", json!({"nonsense": 1}), "no parameter nonsense"),
        ("args", json!({"x": {"$nonsense": 1}}), "no parameter x"),
        ("want", json!({"error": true}), "only a quirk can have a `want`"),
        ("expect_error", json!({"class": "PlanetError", "message": ""}), "either `expect` or `expect_error`"),
        ("id", json!(5), ""),
    ] {
        let mut case = case();
        case[member] = value;
        let run = run_cases("builders", &[case]);
        if why.is_empty() {
            assert_eq!(run.code, 0, "{run:?}");
        } else {
            assert_eq!(run.code, 1, "{run:?}");
            assert!(run.failures()[0].contains(why), "{run:?}");
        }
    }
    let run = run_cases("builders", &[json!("no case")]);
    assert!(run.failures()[0].contains("cases.json cases[0]: a case is a JSON object"), "{run:?}");
}

#[test]
fn a_placeholder_that_is_unknown_fails_and_one_for_a_foreign_object_is_skipped() {
    let with = |placeholder: &str| {
        json!({
            "id": "x", "function": "data_filter.not_filter", "args": {"nested_filter": {placeholder: {}}}, "expect": {},
        })
    };
    let run = run_cases("builders", &[with("$nonsense"), with("$geo_interface")]);
    assert!(run.failures()[0].contains("unknown placeholder $nonsense"), "{run:?}");
    assert!(run.stdout.contains("skipped 1: $geo_interface"), "{run:?}");
    assert_eq!(run.last(), "0 passed, 1 failed, 1 skipped");
}
