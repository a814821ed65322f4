//! Credentials and logins against what was recorded of the Python SDK.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::builders::other;
use crate::program::{Run, run, vectors};

#[test]
fn every_recorded_case_passes() {
    let run = run(["auth".as_ref(), vectors("auth").as_path()]);
    assert!(run.failures().is_empty(), "{:#?}", run.failures());
    let number = looks().len() + homes().len() + flows().len();
    assert_eq!(run.last(), format!("{number} passed, 0 failed, 0 skipped"));
    assert_eq!(run.code, 0);
}

#[test]
fn files_folders_and_single_homes_can_be_named_in_any_order_and_nothing_in_a_home_is_a_case() {
    let of = |name: &str| vectors("auth").join(name);
    for (paths, number) in [
        (vec![of("wire.json"), of("precedence.json")], flows().len() + looks().len()),
        (vec![of("homes/m2m-sdk"), of("wire.json"), of("homes/api-key-v2/expected.json")], flows().len() + 2),
        (vec![of("homes")], homes().len()),
    ] {
        let run = run(std::iter::once(PathBuf::from("auth")).chain(paths));
        assert_eq!(run.last(), format!("{number} passed, 0 failed, 0 skipped"), "{run:?}");
    }
    assert_eq!(run(["auth".as_ref(), of("homes/m2m-sdk/home/.planet").as_path()]).code, 2);
}

/// What a case is told by must be its shape: not by a name, a secret or a place of the recorded ones.
#[test]
fn cases_with_other_names_and_other_secrets_pass_as_well() {
    let others = [
        ("My-Robot", "Field-Machine"),
        ("my-robot", "field-machine"),
        ("office", "kontor-7"),
        ("Office", "Kontor-7"),
        ("robot", "fields.west"),
        ("no-such", "not_there"),
        ("outside", "elsewhere"),
        ("browser", "chrome-1"),
        ("FakeDeviceClientId", "0therDeviceClient"),
        ("fakedeviceclientid", "0therdeviceclient"),
        ("fake-env-client", "a1b2-c3d4-env"),
        ("Fake-ENV-Client", "A1b2-C3D4-Env"),
        ("fake-file-client", "a1b2-c3d4-file"),
        ("fake-m2m-client", "a1b2-c3d4-m2m"),
        ("Fake-M2M-Client", "A1b2-C3D4-M2m"),
        ("FakeCodeClientId", "CodeClient0"),
        ("fake-env-secret", "Pa$$ w0rd/+=&%e"),
        ("fake-file-secret", "Pa$$ w0rd/+=&%f"),
        ("fake-m2m-secret", "Pa$$ w0rd/+=&%m"),
        ("fake-access-token", "zzzz.other-access"),
        ("fake-refresh-token", "zzzz.other-refresh"),
        ("PLAKfake", "PLAK77aa"),
        ("MY_KEY", "OTHER_KEY"),
    ];
    let texts = |case: &Value| {
        let mut text = case.to_string();
        for (from, to) in others {
            text = text.replace(from, to);
        }
        let mut case: Value = serde_json::from_str(&text).unwrap();
        case["name"] = json!("renamed");
        case
    };
    // The authority of the cases has one token to give; a header with id and secret has them encoded.
    let mut renamed: Vec<Value> = Vec::new();
    for case in looks() {
        if !case.to_string().contains("Basic ") {
            renamed.push(texts(&case));
        }
    }
    assert!(renamed.len() > 90);
    let run = run_looks(&renamed);
    assert!(run.failures().is_empty(), "{:#?}", run.failures());
}

#[test]
fn an_expectation_that_was_changed_in_one_place_fails() {
    let mut changed = Vec::new();
    for case in looks() {
        changed.extend(changed_looks(&case));
    }
    assert!(changed.len() > 1000, "{}", changed.len());
    let run = run_looks(&changed);
    assert!(run.last().starts_with("0 passed, "), "{:#?}", unnoticed(&changed, &run));
}

#[test]
fn an_expectation_of_a_home_that_was_changed_in_one_place_fails() {
    let folder = tempfile::tempdir().unwrap();
    let mut changed = Vec::new();
    for (name, case) in homes() {
        for case in changed_looks(&case) {
            let place = folder.path().join(format!("{}", changed.len()));
            copy(&vectors("auth").join("homes").join(&name).join("home"), &place.join("home"));
            fs::write(place.join("expected.json"), case.to_string()).unwrap();
            changed.push(case);
        }
    }
    let run = run(["auth".as_ref(), folder.path()]);
    assert!(run.last().starts_with("0 passed, "), "{:#?}", unnoticed(&changed, &run));
}

#[test]
fn a_flow_that_was_changed_in_one_place_fails() {
    let mut changed = Vec::new();
    for flow in flows() {
        changed.extend(changed_flows(&flow));
    }
    assert!(changed.len() > 300, "{}", changed.len());
    let run = run_document(&json!({"about": "", "flows": changed}));
    assert!(run.last().starts_with("0 passed, "), "{:#?}", unnoticed(&changed, &run));
}

#[test]
fn what_the_program_does_not_know_is_a_failure() {
    let case = looks().into_iter().find(|case| case["name"] == "nothing").unwrap();
    for (member, value, why) in [
        ("nonsense", json!(1), "unknown field `nonsense`"),
        ("call", json!({"fn": "from_nowhere", "args": {}}), "unknown constructor from_nowhere"),
        ("call", json!({"fn": "from_key", "args": {"kye": "x"}}), "from_key has no parameter kye"),
        ("authority", json!("nonsense"), "cannot be read"),
        ("policy", json!("deviate"), "no rule of ours covers it"),
        ("files", json!({"/etc/passwd": ""}), "not in the home folder"),
        ("files", json!({"~/../x": ""}), "not in a home folder of the runner's"),
        ("expect", json!({}), "cannot be read"),
    ] {
        let mut case = case.clone();
        case[member] = value;
        // Everything but what is odd fits.
        if member == "policy" {
            case["env"] = json!({"PL_API_KEY": "PLAKfake0000000000000000000000000001"});
            case["expect"] = looks().into_iter().find(|case| case["name"] == "env-api-key").unwrap()["expect"].clone();
        }
        let run = run_looks(&[case]);
        assert!(run.failures()[0].contains(why), "{run:?}");
    }
    let mut elsewhere = case;
    elsewhere["platform"] = json!("plan9");
    assert_eq!(run_looks(&[elsewhere]).last(), "0 passed, 0 failed, 1 skipped");
}

fn looks() -> Vec<Value> {
    read(&vectors("auth").join("precedence.json")).as_array().unwrap().clone()
}

fn flows() -> Vec<Value> {
    read(&vectors("auth").join("wire.json"))["flows"].as_array().unwrap().clone()
}

fn homes() -> Vec<(String, Value)> {
    let homes = fs::read_dir(vectors("auth").join("homes")).unwrap().map(|entry| entry.unwrap());
    let home =
        |entry: fs::DirEntry| (entry.file_name().into_string().unwrap(), read(&entry.path().join("expected.json")));
    homes.map(home).collect()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn run_looks(cases: &[Value]) -> Run {
    run_document(&json!(cases))
}

fn run_document(document: &Value) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    fs::write(&file, document.to_string()).unwrap();
    run([Path::new("auth"), &file])
}

fn unnoticed(cases: &[Value], run: &Run) -> Vec<String> {
    let failed = |name: &str| run.failures().iter().any(|line| line.starts_with(&format!("{name}: ")));
    let names = cases.iter().filter_map(|case| case["name"].as_str());
    names.filter(|name| !failed(name)).map(str::to_owned).collect()
}

/// Changes of one case, each under a name that says what was changed.
struct Changes<'a> {
    case: &'a Value,
    changed: Vec<Value>,
}

impl Changes<'_> {
    fn of(&mut self, what: &str, edit: impl FnOnce(&mut Value)) {
        let mut case = self.case.clone();
        edit(&mut case);
        if case != *self.case {
            case["name"] = json!(format!("{} {what}", case["name"].as_str().unwrap()));
            self.changed.push(case);
        }
    }
}

/// A case that expects something else, each in one place.
fn changed_looks(case: &Value) -> Vec<Value> {
    let mut all = Changes { case, changed: Vec::new() };
    let expect = &case["expect"];
    if expect["error"].is_null() {
        all.of("error", |case| case["expect"]["error"] = json!({"type": "ValueError", "message": "no"}));
        let kind = if expect["kind"] == "none" { "api_key" } else { "none" };
        all.of("kind", |case| case["expect"]["kind"] = json!(kind));
        for name in ["client_type", "profile_name", "client_id", "auth_server", "token_file"] {
            all.of(name, |case| case["expect"][name] = other(&json!(expect[name].as_str().unwrap_or("x"))));
            all.of(&format!("{name} null"), |case| case["expect"][name] = Value::Null);
        }
        all.of("is_initialized", |case| case["expect"]["is_initialized"] = other(&expect["is_initialized"]));
        let header = expect["authorization"].as_str().unwrap_or("Bearer ");
        all.of("authorization", |case| case["expect"]["authorization"] = json!(format!("{header}x")));
        all.of("authorization null", |case| case["expect"]["authorization"] = Value::Null);
        let error =
            if expect["authorization_error"].is_null() { json!({"type": "E", "message": ""}) } else { Value::Null };
        all.of("authorization_error", |case| case["expect"]["authorization_error"] = error);
    } else {
        // As of a case that finds something.
        let found = looks().into_iter().find(|other| other["name"] == "env-api-key").unwrap()["expect"].clone();
        all.of("error null", |case| case["expect"] = found);
    }
    let requests = expect["authority_requests"].as_array().unwrap();
    all.of("request too many", |case| {
        let extra = json!({"method": "POST", "url": "https://login.planet.com/token", "form": {"a": "b"}});
        case["expect"]["authority_requests"].as_array_mut().unwrap().push(extra);
    });
    for (index, request) in requests.iter().enumerate() {
        // One that is not needed need not be made, if it is what Python asks in vain.
        let in_vain = case["name"].as_str().unwrap() == "from_profile-no-storage";
        if !in_vain {
            all.of(&format!("request {index} missing"), |case| {
                drop(case["expect"]["authority_requests"].as_array_mut().unwrap().remove(index));
            });
        }
        for name in ["method", "url"] {
            all.of(&format!("request {index} {name}"), |case| {
                case["expect"]["authority_requests"][index][name] = other(&request[name]);
            });
        }
        all.of(&format!("request {index} authorization"), |case| {
            case["expect"]["authority_requests"][index]["authorization"] = json!("Basic eDp5");
        });
        for (name, value) in request["form"].as_object().into_iter().flatten() {
            let at = format!("request {index} form {name}");
            all.of(&at, |case| case["expect"]["authority_requests"][index]["form"][name] = other(value));
            all.of(&format!("{at} missing"), |case| {
                case["expect"]["authority_requests"][index]["form"].as_object_mut().unwrap().remove(name);
            });
        }
        if request.get("form").is_some() {
            all.of(&format!("request {index} form extra"), |case| {
                case["expect"]["authority_requests"][index]["form"]["resource"] = json!("x");
            });
        }
    }
    for name in
        ["selected_profile_unusable", "fallback_to_builtin_default", "token_load_failed", "token_refresh_failed"]
    {
        all.of(&format!("warning {name}"), |case| {
            let warnings = case["expect"]["warnings"].as_array_mut().unwrap();
            match warnings.iter().position(|warning| warning == name) {
                Some(index) => drop(warnings.remove(index)),
                None => warnings.push(json!(name)),
            }
        });
    }
    all.of("file too many", |case| {
        case["expect"]["files_written"]["~/.planet/other/token.json"] = json!({"mode": "0600", "json": {}});
    });
    for (name, file) in expect["files_written"].as_object().unwrap() {
        all.of(&format!("file {name} missing"), |case| {
            case["expect"]["files_written"].as_object_mut().unwrap().remove(name);
        });
        all.of(&format!("file {name} mode"), |case| case["expect"]["files_written"][name]["mode"] = json!("0644"));
        for (member, value) in file["json"].as_object().unwrap() {
            let at = format!("file {name} {member}");
            all.of(&at, |case| case["expect"]["files_written"][name]["json"][member] = other(value));
            all.of(&format!("{at} missing"), |case| {
                case["expect"]["files_written"][name]["json"].as_object_mut().unwrap().remove(member);
            });
        }
    }
    match case["expect_cli"]["profile_name"].as_str() {
        Some(name) => {
            all.of("cli profile", |case| case["expect_cli"]["profile_name"] = json!(format!("{name}x")));
            all.of("cli error", |case| case["expect_cli"] = json!({"error": "Error: no", "exit_code": 1}));
        }
        None if case.get("expect_cli").is_some() => {
            all.of("cli profile", |case| case["expect_cli"] = json!({"profile_name": "planet-user"}));
        }
        None => {}
    }
    all.changed
}

/// A flow that expects something else, each in one place. What the runner sets up from it is no expectation.
fn changed_flows(flow: &Value) -> Vec<Value> {
    let mut all = Changes { case: flow, changed: Vec::new() };
    let result = if flow["outcome"]["result"] == "ok" { "error" } else { "ok" };
    all.of("result", |flow| flow["outcome"]["result"] = json!(result));
    if flow["outcome"]["result"] == "error" {
        let code = other(&json!(flow["outcome"]["error_code"].as_str().unwrap_or("x")));
        all.of("error_code", |flow| flow["outcome"]["error_code"] = code);
    }
    if flow["outcome"]["error_code"].is_string() {
        all.of("error_code null", |flow| flow["outcome"]["error_code"] = Value::Null);
    }
    let exchanges = flow["exchanges"].as_array().unwrap();
    for (index, exchange) in exchanges.iter().enumerate() {
        let mut request = |what: &str, edit: &dyn Fn(&mut Value)| {
            all.of(&format!("request {index} {what}"), |flow| edit(&mut flow["exchanges"][index]["request"]));
        };
        let recorded = &exchange["request"];
        let by_browser = recorded.get("by").is_some();
        // A callback is what the runner does, and no expectation.
        if by_browser && recorded["url"].as_str().unwrap().contains("{port}") {
            continue;
        }
        if !by_browser {
            request("method", &|request| request["method"] = json!("PUT"));
            request("header too many", &|request| request["headers"]["Authorization"] = json!("Basic eDo="));
            for (name, value) in
                recorded["headers"].as_object().unwrap().iter().filter(|(name, _)| *name != "Authorization")
            {
                request(name, &|request| request["headers"][name] = other(value));
                request(&format!("{name} missing"), &|request| {
                    request["headers"].as_object_mut().unwrap().remove(name);
                });
            }
            if recorded.get("form").is_none() && recorded.get("json").is_none() {
                request("body", &|request| request["form"] = json!({"a": "b"}));
            }
        }
        for part in ["form", "query", "json"] {
            let Some(fields) = recorded.get(part).and_then(Value::as_object) else { continue };
            request(&format!("{part} extra"), &|request| request[part]["resource"] = json!("x"));
            for name in fields.keys() {
                // Without it there is another client, and with it the flow has another aim.
                let sets_up = [
                    "client_id",
                    "scope",
                    "audience",
                    "refresh_token",
                    "token",
                    "token_type_hint",
                    "email",
                    "password",
                ];
                if !sets_up.contains(&name.as_str()) {
                    request(&format!("{part} {name} missing"), &|request| {
                        request[part].as_object_mut().unwrap().remove(name);
                    });
                }
                let is_fixed = ["grant_type", "device_code", "code", "response_type", "code_challenge_method"];
                if is_fixed.contains(&name.as_str()) {
                    request(&format!("{part} {name}"), &|request| request[part][name] = other(&fields[name]));
                }
            }
        }
        // Another poll more or less, or endpoints that the profile names, make another flow that is as good.
        let may_be_missing = ["device_code", "refresh_token"].iter().any(|name| recorded["form"].get(*name).is_some())
            || (index == 0 && flow["name"].as_str().unwrap().starts_with("m2m"));
        if !may_be_missing && index + 1 < exchanges.len() {
            all.of(&format!("exchange {index} missing"), |flow| {
                drop(flow["exchanges"].as_array_mut().unwrap().remove(index));
            });
        }
    }
    let may_be_repeated = ["device-code-server-error", "refresh", "refresh-without-new-token"];
    if may_be_repeated.contains(&flow["name"].as_str().unwrap()) {
        return all.changed;
    }
    all.of("exchange too many", |flow| {
        let again = flow["exchanges"].as_array().unwrap().last().unwrap().clone();
        flow["exchanges"].as_array_mut().unwrap().push(again);
    });
    all.changed
}
