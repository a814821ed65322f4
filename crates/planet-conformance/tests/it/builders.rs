//! The builders against what was recorded of the Python SDK.

use serde_json::{Value, json};

use crate::program::{recorded, run, run_wrong_cases, vectors};

#[test]
fn every_recorded_case_passes() {
    let run = run(["builders".as_ref(), vectors("builders").as_path()]);
    let cases = recorded("builders");
    assert!(run.failures().is_empty(), "{:#?}", run.failures());
    let skips = [
        "skipped 3: $geo_interface: an object of another geometry library of Python",
        "skipped 1: our types rule it out: options of a host without a host: they are methods of `SentinelHub`",
        "skipped 10: python_only",
    ];
    let lines: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("skipped ")).collect();
    assert_eq!(lines, skips);
    assert_eq!(run.last(), format!("{} passed, 0 failed, 14 skipped", cases.len() - 14));
}

#[test]
fn a_case_that_was_changed_fails() {
    let mut changed = Vec::new();
    for case in recorded("builders") {
        let plain = case.get("quirk_id").is_none() && case.get("python_only").is_none();
        if plain {
            changed.extend(changes(&case));
        }
    }
    assert!(changed.len() > 600, "{}", changed.len());
    run_wrong_cases("builders", &changed);
}

#[test]
fn a_quirk_is_held_to_what_was_decided_and_to_what_its_case_wants() {
    let mut wrong = Vec::new();
    let plain = |case: &Value| case.get("quirk_id").is_none() && case.get("python_only").is_none();
    for mut case in recorded("builders").into_iter().filter(plain) {
        if case.get("expect").is_some() {
            // Decided to be refused, but it gives an answer.
            case["quirk_id"] = json!("products-unchecked");
            wrong.push(case.clone());
            case["quirk_id"] = json!("contradictory-range");
            case["want"] = json!({"error": true});
        } else {
            case["quirk_id"] = json!("contradictory-range");
            case["want"] = json!({"expect": {}});
        }
        wrong.push(case);
    }
    for (index, case) in wrong.iter_mut().enumerate() {
        case["id"] = json!(format!("wrong {index}"));
    }
    let run = run_wrong_cases("builders", &wrong);
    assert!(run.failures().len() > 500, "{}", run.last());
}

/// Cases with another outcome than the recorded one.
fn changes(case: &Value) -> Vec<Value> {
    let mut changes = Vec::new();
    let mut change = |edit: &dyn Fn(&mut Value)| {
        let mut case = case.clone();
        edit(&mut case);
        case["id"] = json!(format!("{} change {}", case["id"].as_str().unwrap(), changes.len()));
        changes.push(case);
    };
    if case.get("expect").is_some() {
        change(&|case| case["expect"] = other(&case["expect"]));
        change(&|case| {
            let answer = case.as_object_mut().unwrap().remove("expect");
            case["expect_error"] = json!({"class": "PlanetError", "message": answer.unwrap().to_string()});
        });
    } else {
        change(&|case| case["expect_error"]["class"] = json!("MissingResource"));
        change(&|case| {
            case.as_object_mut().unwrap().remove("expect_error");
            case["expect"] = json!({"a": "b"});
        });
    }
    if case["expect_error"].get("detail").is_some() {
        change(&|case| case["expect_error"]["detail"]["field_name"] = json!("other"));
        change(&|case| case["expect_error"]["detail"]["value"] = json!("other"));
        change(&|case| case["expect_error"]["detail"]["supported"].as_array_mut().unwrap().push(json!("other")));
    }
    changes
}

/// Another answer, changed as deep inside as can be.
pub(crate) fn other(answer: &Value) -> Value {
    match answer {
        Value::Object(members) if members.is_empty() => json!({"other": 1}),
        Value::Object(members) => {
            let mut members = members.clone();
            let last = members.values_mut().last().unwrap();
            *last = other(last);
            Value::Object(members)
        }
        Value::Array(list) if list.is_empty() => json!(["other"]),
        Value::Array(list) => {
            let mut list = list.clone();
            let last = list.last_mut().unwrap();
            *last = other(last);
            Value::Array(list)
        }
        Value::Number(number) => json!(number.as_f64().unwrap() + 1.5),
        Value::Bool(truth) => json!(!truth),
        Value::String(text) => match text.strip_suffix('Z') {
            Some(time) => json!(format!("{time}-03:00")),
            None => json!(format!("{text}x")),
        },
        Value::Null => json!(0),
    }
}
