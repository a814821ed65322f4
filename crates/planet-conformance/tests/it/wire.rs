//! The clients against what was recorded of the Python SDK's.

use serde_json::{Map, Value, json};

use crate::builders::other;
use crate::program::{recorded, run, run_cases, run_wrong_cases, vectors};

/// The cases but for those that wait for a time limit.
fn passing_cases() -> Vec<Value> {
    let mut cases = recorded("wire");
    cases.retain(|case| case.get("read_timeout").is_none());
    let run = run_cases("wire", &cases);
    let failed: Vec<&str> = run.failures().iter().map(|line| line.split(": ").next().unwrap()).collect();
    // Of one that is refused before anything is sent, nothing is compared.
    let skipped = [
        "session.client/unknown",
        "checksum-unknown",
        "geo-interface",
        "create_collection/title-empty",
        "base-url-two-slashes",
        "sort-empty",
        "orders.wait/state-empty",
    ];
    cases.retain(|case| {
        let id = case["id"].as_str().unwrap();
        !failed.contains(&id) && !skipped.iter().any(|part| id.contains(part))
    });
    assert!(cases.len() > 100, "{}", cases.len());
    cases
}

#[test]
fn every_recorded_case_passes() {
    let run = run(["wire".as_ref(), vectors("wire").as_path()]);
    assert!(run.failures().is_empty(), "{:#?}", run.failures());
    let skipped = "skipped 1: our types rule it out: a client that does not exist: clients are methods of `Planet`";
    assert!(run.stdout.contains(skipped), "{}", run.stdout);
    assert_eq!(run.last(), format!("{} passed, 0 failed, 20 skipped", recorded("wire").len() - 20));
    assert_eq!(run.code, 0);
}

#[test]
fn a_case_that_was_changed_in_one_place_fails() {
    let mut changed = Vec::new();
    for case in passing_cases() {
        if case.get("quirk_id").is_none() && case.get("python_only").is_none() && case["client"] != "session" {
            changed.extend(changes(&case));
        }
    }
    // Every third meets each place in each client, and all of them take a minute.
    let changed: Vec<Value> = changed.into_iter().step_by(3).collect();
    assert!(changed.len() > 600, "{}", changed.len());
    let run = run_wrong_cases("wire", &changed);
    for what in ["method", "origin", "path", "query", "authorization", "body", "said", "files", "states", "answers"] {
        assert!(run.failures().iter().any(|line| line.contains(what)), "no case failed for its {what}");
    }
}

#[test]
fn a_quirk_is_held_to_what_was_decided_and_to_what_its_case_wants() {
    let mut wrong = Vec::new();
    for case in passing_cases().into_iter().filter(|case| case.get("quirk_id").is_some()) {
        wrong.extend(other_wants(&case));
    }
    assert!(wrong.len() > 20, "{}", wrong.len());
    run_wrong_cases("wire", &wrong);
}

#[test]
fn secrets_in_the_log_and_wanted_members_of_the_body_are_looked_for() {
    let mut case = find("data.search/429-then-ok");
    case["quirk_id"] = json!("log-urls");
    let with = |member: &str, value: Value| {
        let mut case = case.clone();
        case[member] = value;
        case["id"] = json!(member);
        case
    };
    // The log has the path of the URL, and never what is in no request.
    let told = json!({"quick-search": ["DEBUG"]});
    let mut silent = with("log_contains", told.clone());
    silent["want"] = json!({"log_contains": {}});
    let mut found = with("log_contains", told.clone());
    found["want"] = json!({"log_contains": {"not there": ["INFO"]}});
    let members = with("want", json!({"json": {"item_types": ["Other"]}}));
    let run = run_cases("wire", &[silent, found, members]);
    assert_eq!(run.last(), "0 passed, 3 failed, 0 skipped", "{run:?}");

    let mut absent = with("log_contains", json!({"tok-1": ["INFO"]}));
    absent["want"] = json!({"log_contains": {}});
    let members = with("want", json!({"json": {"item_types": ["PSScene"]}}));
    let run = run_cases("wire", &[absent, members]);
    assert_eq!(run.last(), "2 passed, 0 failed, 0 skipped", "{run:?}");
}

#[test]
fn what_the_program_does_not_know_is_a_failure() {
    let case = find("orders.get_order/429-then-ok-1");
    for (member, value, why) in [
        ("method", json!("nonsense"), "unknown method orders.nonsense"),
        ("client", json!("nonsense"), "unknown method nonsense.get_order"),
        ("args", json!({"nonsense": 1}), "no parameter nonsense"),
        ("quirk_id", json!("nonsense"), "unknown quirk nonsense"),
        ("error", json!({"class": "PlanetError", "message": ""}), "either `result` or `error`"),
        ("server", json!([{"fault": "explode"}]), "cannot be read"),
        ("server", json!([{"status": 200, "nonsense": 1}]), "cannot be read"),
        ("server", json!([{"status": 200, "text": "a", "base64": "YQ=="}]), "several bodies"),
        ("want", json!({"nonsense": 1}), "cannot be read"),
    ] {
        let mut case = case.clone();
        case[member] = value;
        let run = run_cases("wire", &[case]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.failures()[0].contains(why), "{run:?}");
    }
}

#[test]
fn an_argument_that_ours_does_not_take_is_a_failure() {
    let waits = recorded("wire");
    let mut case = waits.iter().find(|case| case["id"] == "orders.wait/attempts-reached").unwrap().clone();
    case["args"]["callback"] = json!("a function");
    let run = run_cases("wire", &[case]);
    assert!(run.failures()[0].contains("not built yet: the argument callback of orders.wait"), "{run:?}");
}

fn find(id: &str) -> Value {
    recorded("wire").into_iter().find(|case| case["id"] == id).unwrap()
}

/// Cases with another outcome than the recorded one, each in one place.
fn changes(case: &Value) -> Vec<Value> {
    let mut changes = Vec::new();
    let mut change = |edit: &dyn Fn(&mut Value)| {
        let mut case = case.clone();
        edit(&mut case);
        case["id"] = json!(format!("{} change {}", case["id"].as_str().unwrap(), changes.len()));
        changes.push(case);
    };
    match case.get("error") {
        None => {
            change(&|case| case["result"] = other(&case["result"]));
            change(&|case| {
                case.as_object_mut().unwrap().remove("result");
                case["error"] = json!({"class": "MissingResource", "bases": ["APIError"], "message": "x"});
            });
        }
        Some(error) => {
            let class = if error["class"] == "Conflict" { "MissingResource" } else { "Conflict" };
            change(&|case| case["error"]["class"] = json!(class));
            change(&|case| {
                case.as_object_mut().unwrap().remove("error");
                case["result"] = json!({"a": "b"});
            });
            change(&|case| case["items_before_error"] = json!([{}]));
            if error["bases"].as_array().is_some_and(|bases| bases.contains(&json!("APIError")))
                || error["class"] == "APIError"
            {
                change(&|case| case["error"]["message"] = other(&case["error"]["message"]));
            }
        }
    }
    if case.get("files_before").is_some() || case.get("files_after").is_some() {
        change(&|case| case["files_after"] = json!({"other.tif": "other"}));
    }
    if case.get("callback_states").is_some() {
        change(&|case| case["callback_states"].as_array_mut().unwrap().push(json!("other")));
    }
    if let Some(last) = case["requests"].as_array().unwrap().last() {
        let mut request = |edit: &dyn Fn(&mut Map<String, Value>)| {
            change(&|case| edit(case["requests"].as_array_mut().unwrap().last_mut().unwrap().as_object_mut().unwrap()));
        };
        for member in ["method", "origin", "path"] {
            request(&|request| request[member] = other(&request[member]));
        }
        request(&|request| request["query"].as_array_mut().unwrap().push(json!(["other", "1"])));
        request(&|request| request["headers"]["authorization"] = json!("api-key other"));
        if last["headers"].get("authorization").is_some() {
            request(&|request| drop(request["headers"].as_object_mut().unwrap().remove("authorization")));
        } else {
            request(&|request| request["headers"]["authorization"] = json!("api-key test-key"));
        }
        if last.get("json").is_some() {
            request(&|request| request["headers"]["content-type"] = json!("text/plain"));
            request(&|request| request["json"] = other(&request["json"]));
            request(&|request| drop(request.remove("json")));
        } else {
            request(&|request| drop(request.insert("json".into(), json!({}))));
        }
        change(&|case| drop(case["requests"].as_array_mut().unwrap().pop()));
        change(&|case| {
            let requests = case["requests"].as_array_mut().unwrap();
            requests.push(json!({"method": "GET", "origin": "{base}", "path": "/x", "query": [], "headers": {}}));
        });
        change(&|case| case["answers_left"] = json!(7));
    }
    changes
}

/// Cases of a quirk that want something else, or something that was not decided.
fn other_wants(case: &Value) -> Vec<Value> {
    let with = |want: Value| {
        let mut case = case.clone();
        case["id"] = json!(format!("{} {want}", case["id"].as_str().unwrap()));
        case["want"] = want;
        case
    };
    let Some(want) = case.get("want").filter(|_| case.get("python_only").is_none()) else { return Vec::new() };
    let mut wrong = vec![with(json!({"requests": 99})), with(json!({"items": 99})), with(json!({"result": {"no": 1}}))];
    wrong.extend(want.get("error").map(|error| with(json!({"error": other(error)}))));
    wrong.extend(want.get("sleep_at_least").map(|_| with(json!({"sleep_at_least": 10_000}))));
    wrong.push(with(json!({"files_after": {"other.tif": ""}})));
    wrong
}
