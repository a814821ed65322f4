use std::time::Duration;

use serde_json::{Value, json};

use super::super::Fault;

type Method = fn(Fault) -> Fault;

/// Each method of [`Fault`], called once, and the members of JSON that say the same.
fn twins() -> Vec<(&'static str, Value, Method)> {
    vec![
        ("nth", json!({ "nth": 3 }), |fault| fault.nth(3)),
        ("times", json!({ "times": 2 }), |fault| fault.times(2)),
        ("probability", json!({ "probability": 0.25, "seed": 7 }), |fault| fault.probability(0.25, 7)),
        ("delay", json!({ "delay_seconds": 0.15 }), |fault| fault.delay(Duration::from_millis(150))),
        ("slow", json!({ "slow": 5_000 }), |fault| fault.slow(5_000)),
        ("no_length", json!({ "no_length": true }), Fault::no_length),
    ]
}

/// Of these, a request suffers the last one in code; in JSON only one can be given.
fn actions() -> Vec<(&'static str, Value, Method)> {
    vec![
        ("status", json!({ "status": 503 }), |fault| fault.status(503)),
        ("header", json!({ "status": 429, "headers": { "retry-after": "7", "x-a": ["1", "2"] } }), |fault| {
            fault.status(429).header("Retry-After", "7").header("X-A", "1").header("X-A", "2")
        }),
        ("body", json!({ "status": 200, "body": "busy" }), |fault| fault.body("busy").status(200)),
        ("body", json!({ "status": 200, "body_base64": "/wA=" }), |fault| fault.status(200).body(&b"\xff\0"[..])),
        ("reset", json!({ "reset": true }), Fault::reset),
        ("reset_after_headers", json!({ "reset_after_headers": true }), Fault::reset_after_headers),
        ("cut_at", json!({ "cut_at": 1_000 }), |fault| fault.cut_at(1_000)),
        ("stall_at", json!({ "stall_at": 10 }), |fault| fault.stall_at(10)),
        ("corrupt_byte", json!({ "corrupt_byte": 99 }), |fault| fault.corrupt_byte(99)),
        ("wrong_length", json!({ "wrong_length": 12 }), |fault| fault.wrong_length(12)),
        ("content_range", json!({ "content_range": "bytes 7-9/10" }), |fault| fault.content_range("bytes 7-9/10")),
        ("redirect_to_itself", json!({ "redirect_to_itself": true }), Fault::redirect_to_itself),
        ("after_acting", json!({ "after_acting": true, "status": 502 }), |fault| fault.after_acting().status(502)),
        ("after_acting", json!({ "after_acting": true, "reset": true }), |fault| fault.after_acting().reset()),
        ("after_acting", json!({ "after_acting": true, "redirect_to_itself": true }), |fault| {
            fault.after_acting().redirect_to_itself()
        }),
    ]
}

/// Of these too.
fn pretences() -> Vec<(&'static str, Value, Method)> {
    vec![
        ("change_etag", json!({ "change_etag": true }), Fault::change_etag),
        ("weak_etag", json!({ "weak_etag": true }), Fault::weak_etag),
        ("no_etag", json!({ "no_etag": true }), Fault::no_etag),
        ("no_ranges", json!({ "no_ranges": true }), Fault::no_ranges),
        ("no_file_name", json!({ "no_file_name": true }), Fault::no_file_name),
        ("later_range", json!({ "later_range": 5 }), |fault| fault.later_range(5)),
        ("unasked_range", json!({ "unasked_range": 20 }), |fault| fault.unasked_range(20)),
        ("expired_link", json!({ "expired_link": true }), Fault::expired_link),
    ]
}

fn written(method: &str, path: &str) -> Value {
    json!({ "method": method, "path": path })
}

fn extend(rule: &mut Value, members: &Value) {
    rule.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
}

/// Holds a rule in code against one in JSON: the same in all that is kept of them, and written back as it was read.
#[track_caller]
fn assert_twins(fault: &Fault, rule: &Value) {
    let read = Fault::from_json(&rule.to_string()).unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(format!("{:?}", read[0]), format!("{fault:?}"), "{rule}");
    assert_eq!(fault.to_json(), read[0].to_json());
    assert_eq!(Fault::from_json(&fault.to_json().to_string()).unwrap()[0].to_json(), fault.to_json());
}

#[test]
fn every_method_has_its_twin_in_json() {
    let all = [twins(), actions(), pretences()].concat();
    let readme = include_str!("../../../README.md");
    for (_, members, method) in &all {
        for member in members.as_object().unwrap().keys() {
            assert!(readme.contains(&format!("`{member}`")), "{member} is not in the README");
        }
        let mut rule = written("get", "*.tif");
        extend(&mut rule, members);
        assert_twins(&method(Fault::on("get", "*.tif")), &rule);
    }
    let source = include_str!("../rule.rs");
    let methods = source.split("impl Fault {").nth(1).unwrap().split("\n}\n").next().unwrap().split("pub fn ").skip(1);
    for method in methods.filter_map(|text| text.split('(').next()) {
        assert!(method == "on" || all.iter().any(|(name, ..)| *name == method), "{method} has no twin");
    }
}

#[test]
fn any_combination_means_the_same_in_json_as_in_code() {
    let mut random = fastrand::Rng::with_seed(8);
    for _ in 0..2_000 {
        let (method, path) = (random.choice(["GET", "post", "*"]).unwrap(), random.choice(["/data", "*"]).unwrap());
        let (mut fault, mut rule) = (Fault::on(method, path), written(method, path));
        let (count, acts, pretends) = (random.usize(..=6), random.bool(), random.bool());
        let mut chosen = random.choose_multiple(twins(), count);
        chosen.extend(random.choice(actions()).filter(|_| acts));
        chosen.extend(random.choice(pretences()).filter(|_| pretends));
        random.shuffle(&mut chosen);
        for (_, members, method) in chosen {
            fault = method(fault);
            extend(&mut rule, &members);
        }
        assert_twins(&fault, &rule);
    }
}

#[test]
fn a_rule_that_means_nothing_is_refused_with_what_is_wrong() {
    let known = "expected one of `method`, `path`, `nth`, ";
    let cases = [
        (r#"{"method": "GET", "path": "/a", "sttaus": 5}"#, "unknown field `sttaus`"),
        (r#"{"method": "GET", "path": "/a", "sttaus": 5}"#, known),
        (r#"{"method": "GET", "path": "/a", "cut_at": "5"}"#, "cut_at: invalid type: string \"5\", expected usize"),
        (r#"{"method": "GET", "path": "/a", "reset": 1}"#, "reset: invalid type"),
        (r#"{"method": "GET", "path": "/a", "headers": {"a": 7}, "status": 200}"#, "value of a header is text"),
        (r#"{"method": "GET", "path": "/a", "headers": {"a b": "7"}, "status": 200}"#, "header `a b`"),
        (r#"{"method": "GET", "path": "/a", "headers": {"a": "7"}}"#, "need a `status`"),
        (r#"{"method": "GET", "path": "/a", "body": "x", "reset": true}"#, "need a `status`"),
        (r#"{"method": "GET", "path": "/a", "body": "x", "body_base64": "eA==", "status": 200}"#, "only one of `body`"),
        (r#"{"method": "GET", "path": "/a", "body_base64": "?", "status": 200}"#, "`body_base64`: "),
        (r#"{"method": "GET", "path": "/a", "status": 99}"#, "from 100 to 999, not 99"),
        (r#"{"method": "GET", "path": "/a", "status": 500, "reset": true}"#, "only one of `status` and `reset`"),
        (r#"{"method": "GET", "path": "/a", "no_etag": true, "no_ranges": true}"#, "only one of `no_etag`"),
        (r#"{"method": "GET", "path": "/a", "after_acting": true}"#, "`after_acting` goes with `status`, `reset` or"),
        (r#"{"method": "GET", "path": "/a", "after_acting": true, "cut_at": 5}"#, "`after_acting` goes with"),
        (r#"{"method": "GET", "path": "/a", "seed": 1}"#, "`probability` and `seed` go together"),
        (r#"{"method": "GET", "path": "/a", "probability": 1.5, "seed": 1}"#, "from 0 to 1"),
        (r#"{"method": "GET", "path": "/a", "delay_seconds": -1}"#, "`delay_seconds`"),
        (r#"{"method": "GET", "path": "/a", "nth": 0}"#, "count from 1"),
        (r#"{"method": "GET", "path": "/a", "content_range": "\n"}"#, "`content_range`"),
        (r#"{"method": "GET", "path": "data"}"#, "other than `data`"),
        (r#"{"method": "G T", "path": "/a"}"#, "not `G T`"),
        (r#"{"method": "", "path": "/a"}"#, "not ``"),
        (r#"{"method": "GET", "method": "GET", "path": "/a"}"#, "duplicate field `method`"),
        (r#"{"path": "/a"}"#, "missing field `method`"),
        (r#"{"method": "GET", "path": "/a"} x"#, "trailing characters"),
        (r#""GET""#, "expected a fault rule, which is a JSON object"),
        ("", "EOF"),
        (r#"[{"method": "GET", "path": "/a"}, {"method": "GET", "path": "/a", "nth": "1"}]"#, "[1].nth: "),
        (r#"[{"method": "GET", "path": "/a"}, {"method": "GET", "path": "/a", "nth": 0}]"#, "[1]: `nth`"),
    ];
    for (text, part) in cases {
        let error = Fault::from_json(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}\n{error}\nhas no {part}");
    }
}

#[test]
fn what_changes_nothing_is_not_written() {
    let rule = Fault::on("GET", "/a").after_acting().header("x-a", "1").body("b").cut_at(5).to_json();
    assert_eq!(rule, json!({ "method": "GET", "path": "/a", "cut_at": 5 }));
}

#[test]
fn false_and_null_are_as_if_left_out() {
    let rule =
        r#"{"method": "GET", "path": "/a", "reset": false, "cut_at": null, "no_etag": false, "weak_etag": true}"#;
    assert_twins(&Fault::on("GET", "/a").weak_etag(), &serde_json::from_str(rule).unwrap());
}
