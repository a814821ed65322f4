use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{json, python, rules, tables};
use crate::workspace::Workspace;

/// A crate whose root holds all of these, numbered from 1 and called `name` where a name does not matter.
fn wanting(items: &[Value]) -> Vec<String> {
    let ids: Vec<usize> = (1..=items.len()).collect();
    wanting_of(&krate(json!(ids), items))
}

fn wanting_of(json: &Value) -> Vec<String> {
    let items = json::items(json).unwrap();
    let wanting = rules::wanting(&items, &BTreeSet::from(["Shown".to_owned()]));
    wanting.into_iter().map(|line| line.replace("src/lib.rs:7 ", "")).collect()
}

fn krate(public: Value, items: &[Value]) -> Value {
    let root = json!({"name": "krate", "docs": "A crate.", "inner": {"module": {"items": public}}});
    let index: serde_json::Map<String, Value> =
        [&root].into_iter().chain(items).enumerate().map(|(id, item)| (id.to_string(), item.clone())).collect();
    json!({"format_version": 57, "root": 0, "index": index})
}

fn item(name: &str, docs: &str, inner: Value) -> Value {
    let span = json!({"filename": "src/lib.rs", "begin": [7, 1]});
    json!({"name": name, "docs": docs, "span": span, "attrs": [], "inner": inner})
}

fn function(docs: &str, is_async: bool, output: Value) -> Value {
    item("go", docs, json!({"function": {"header": {"is_async": is_async}, "sig": {"output": output}}}))
}

fn result() -> Value {
    json!({"resolved_path": {"path": "crate::Result"}})
}

/// A type, and an implementation with one item for it: the numbers 1 to 3.
fn with_trait(docs: &str, name: &str, output: &str, of: Value) -> [Value; 3] {
    [
        item("Shown", docs, json!({"struct": {"kind": "unit", "impls": [2]}})),
        item("", "", json!({"impl": {"trait": {"path": name}, "blanket_impl": null, "items": [3]}})),
        item(output, "", json!({"assoc_type": {"type": of}})),
    ]
}

#[test]
fn whatever_is_public_has_documentation() {
    for inner in [
        json!({"constant": {}}),
        json!({"macro": "macro_rules! name {}"}),
        json!({"type_alias": {}}),
        json!({"struct_field": {}}),
        json!({"module": {"items": []}}),
        json!({"trait": {"items": []}}),
        json!({"function": {"header": {"is_async": false}, "sig": {"output": null}}}),
    ] {
        assert_eq!(wanting(&[item("name", " ", inner)]), ["krate::name: no documentation"]);
    }
}

#[test]
fn what_a_type_or_a_trait_holds_has_documentation_too() {
    let bare = |name| item(name, "", json!({"function": {"header": {"is_async": false}, "sig": {}}}));
    let field = |name| item(name, "", json!({"struct_field": {}}));
    for (holder, held, name) in [
        (json!({"struct": {"kind": {"plain": {"fields": [2]}}, "impls": []}}), field("size"), "size"),
        (
            json!({"enum": {"variants": [2], "impls": []}}),
            item("Red", "", json!({"variant": {"kind": "plain"}})),
            "Red",
        ),
        (json!({"variant": {"kind": {"struct": {"fields": [2]}}}}), field("why"), "why"),
        (json!({"trait": {"items": [2]}}), bare("look"), "look"),
        (json!({"struct": {"impls": [3]}}), bare("new"), "new"),
    ] {
        let implementation = item("", "", json!({"impl": {"trait": null, "items": [2]}}));
        let json = krate(json!([1]), &[item("Shown", "It is.", holder), held, implementation]);
        assert_eq!(wanting_of(&json), [format!("krate::Shown::{name}: no documentation")]);
    }
}

#[test]
fn the_methods_of_an_implemented_trait_and_the_fields_of_a_tuple_need_none() {
    let [mut holder, implementation, method] = with_trait("It is.", "Display", "fmt", json!(null));
    assert_eq!(wanting_of(&krate(json!([1]), &[holder.clone(), implementation, method])), Vec::<String>::new());
    holder["inner"] = json!({"struct": {"kind": {"tuple": [2, null]}, "impls": []}});
    let field = item("0", "", json!({"struct_field": {}}));
    assert_eq!(wanting_of(&krate(json!([1]), &[holder, field])), Vec::<String>::new());
}

#[test]
fn what_is_public_by_a_use_is_looked_at_once_under_its_public_name() {
    let import =
        |of: u64, name: &str, glob: bool| item("", "", json!({"use": {"id": of, "name": name, "is_glob": glob}}));
    let hidden = item("hidden", "", json!({"module": {"items": [2]}}));
    let inside = item("inside", "", json!({"constant": {}}));
    let one = krate(json!([3]), &[hidden.clone(), inside.clone(), import(2, "outside", false)]);
    assert_eq!(wanting_of(&one), ["krate::outside: no documentation"]);
    let all = krate(json!([3, 4]), &[hidden, inside, import(1, "hidden", true), import(2, "again", false)]);
    assert_eq!(wanting_of(&all), ["krate::inside: no documentation"]);
    assert_eq!(wanting(&[import(99, "of_another_crate", false)]), Vec::<String>::new());
}

#[test]
fn a_function_that_can_fail_tells_how() {
    assert_eq!(wanting(&[function("Goes.", false, result())]), ["krate::go: no `# Errors`, though it can fail"]);
    assert_eq!(wanting(&[function("Goes.\n\n# Errors\nIf not.", false, result())]), Vec::<String>::new());
    assert_eq!(wanting(&[function("Goes.", false, json!({"primitive": "bool"}))]), Vec::<String>::new());
}

#[test]
fn a_function_that_is_awaited_tells_what_dropping_it_does() {
    let future = |output: Value| {
        let constraints = json!([{"name": "Output", "binding": {"equality": {"type": output}}}]);
        let path = json!({"path": "Future", "args": {"angle_bracketed": {"constraints": constraints}}});
        json!({"impl_trait": [{"trait_bound": {"trait": path}}]})
    };
    let number = json!({"primitive": "u8"});
    let lacks = "krate::go: no `# Cancel safety`, though it is awaited or read";
    assert_eq!(wanting(&[function("Goes.", true, number.clone())]), [lacks]);
    assert_eq!(wanting(&[function("Goes.", false, future(number))]), [lacks]);
    assert_eq!(wanting(&[function("Goes.", false, future(result()))]).len(), 2);
    assert_eq!(wanting(&[function("Goes.\n\n# Cancel safety\nNone.", true, Value::Null)]), Vec::<String>::new());
}

#[test]
fn a_function_that_names_an_alias_gives_what_that_stands_for() {
    let within = |name: &str, kind: Value| {
        let args = json!({"angle_bracketed": {"args": [{"type": kind}]}});
        json!({"resolved_path": {"path": name, "args": args}})
    };
    let constraints = json!([{"name": "Output", "binding": {"equality": {"type": result()}}}]);
    let future = json!({"path": "Future", "args": {"angle_bracketed": {"constraints": constraints}}});
    let boxed = within("std::pin::Pin", within("Box", json!({"dyn_trait": {"traits": [{"trait": future}]}})));
    assert_eq!(wanting(&[function("Goes.", false, boxed.clone())]).len(), 2);

    let go = function("Goes.", false, json!({"resolved_path": {"path": "GoFuture", "id": 2}}));
    let alias = |of: Value| item("GoFuture", "It is.", json!({"type_alias": {"type": of}}));
    assert_eq!(wanting_of(&krate(json!([1]), &[go.clone(), alias(boxed)])).len(), 2);
    assert_eq!(wanting_of(&krate(json!([1]), &[go, alias(json!({"primitive": "u8"}))])), Vec::<String>::new());
}

#[test]
fn a_call_builder_and_a_stream_tell_both_at_their_type() {
    let public = json!([1]);
    for (name, output) in [("IntoFuture", "Output"), ("Future", "Output"), ("futures_core::Stream", "Item")] {
        let found = wanting_of(&krate(public.clone(), &with_trait("It is.", name, output, result())));
        assert_eq!(found.len(), 2, "{name}: {found:?}");
        let docs = "It is.\n\n# Errors\nMany.\n\n# Cancel safety\nNone.";
        assert!(wanting_of(&krate(public.clone(), &with_trait(docs, name, output, result()))).is_empty(), "{name}");
    }
    let iterator = wanting_of(&krate(public, &with_trait("It is.", "Iterator", "Item", result())));
    assert_eq!(iterator, ["krate::Shown: no `# Errors`, though it can fail"]);
}

#[test]
fn a_type_whose_methods_would_not_be_looked_at_is_an_error() {
    let json = krate(json!([1]), &[item("Shown", "It is.", json!({"struct": {"kind": "unit", "impl_ids": [2]}}))]);
    let error = json::items(&json).err().unwrap().to_string();
    assert!(error.contains("a type without `impls`"), "{error}");
}

#[test]
fn a_type_is_in_an_example_of_its_own_or_of_others() {
    let of = |name: &str, docs: &str| wanting(&[item(name, docs, json!({"struct": {"kind": "unit", "impls": []}}))]);
    assert_eq!(of("Lost", "It is."), ["krate::Lost: no example has one"]);
    assert_eq!(of("Shown", "It is."), Vec::<String>::new());
    assert_eq!(of("Lost", "It is.\n\n```\nLost;\n```"), Vec::<String>::new());
    assert_eq!(of("Lost", "It is.\n\n```text\na lost one\n```"), ["krate::Lost: no example has one"]);
}

#[test]
fn a_format_that_has_changed_is_told_with_the_file_to_adapt() {
    let strange = [
        json!({"format_version": 99}),
        krate(json!([1]), &[item("name", "It is.", json!({"essence": {}}))]),
        krate(json!([1]), &[item("name", "It is.", json!({"function": {"is_async": true}}))]),
        krate(json!([1]), &[item("name", "It is.", json!({"module": {}}))]),
        krate(json!([1]), &with_trait("It is.", "IntoFuture", "Result", result())),
    ];
    for json in strange {
        let error = json::items(&json).unwrap_err().to_string();
        assert!(error.contains("xtask reads 57") && error.contains("json.rs"), "{error}");
    }
}

#[test]
fn the_names_of_python_are_those_left_in_its_tables() {
    let rows: String = (0..99).map(|n| format!("| `orders.method_{n}` | `it` |\n")).collect();
    let page = |more: &str| format!("text\n\n| Python | Rust | what to know |\n| --- | --- | --- |\n{rows}{more}");
    let names =
        python::names(&page("| `Auth.from_key`, `state=` | `x` |\n| `bar.desc` | none | |\n\n| `id` | `y` |\n"))
            .unwrap();
    assert!(names.contains("method_98") && names.contains("from_key"), "{names:?}");
    assert!(!names.contains("desc"), "there is nothing to be found");
    assert!(!names.contains("state") && !names.contains("id") && !names.contains("it"), "{names:?}");

    let described = page("| `a` | `b` |\n\n## Constants\n\n| Python | Rust |\n| --- | --- |\n| `max_wait_s` | `c` |\n");
    assert!(!python::names(&described).unwrap().contains("max_wait_s"));
    assert!(python::names("| Python | Rust |\n| --- | --- |\n| `a.b` | `c` |\n").is_err());
}

#[test]
fn a_name_of_python_is_found_as_an_alias_or_a_name_in_any_case() {
    let mut create = function("Goes.", false, Value::Null);
    create["attrs"] =
        json!([{"other": "#[doc(alias = \"create_order\")]"}, "#[doc(alias(\"a\", \"b\"))]", "non_exhaustive"]);
    let items = json::items(&krate(json!([1]), &[create])).unwrap();
    let names: BTreeSet<String> = ["create_order", "A", "b", "GO"].map(str::to_owned).into();
    assert_eq!(python::wanting(&names, &items), Vec::<String>::new());
    let missing = python::wanting(&BTreeSet::from(["cancel_order".to_owned()]), &items);
    assert_eq!(missing, ["docs/from-python.md `cancel_order`: no item has this name or alias"]);
}

#[test]
fn the_table_of_features_tells_what_the_manifest_says() {
    let features = json!({"default": ["fs"], "fs": [], "client": [], "jiff": []});
    let workspace = Workspace::from_json(&json!({"packages": [{"name": "krate", "features": features}]}));
    let wanting = |page: &str| tables::wanting(&workspace.packages[0], page);

    let table = |rows: &str| format!("A crate.\n\n| feature | default | brings |\n| --- | --- | --- |\n{rows}\nMore.");
    assert_eq!(wanting(&table("| `fs` | yes | disk |\n| `client`, `jiff` | no | more |\n")), Vec::<String>::new());
    for (rows, told) in [
        ("| `fs` | yes | disk |\n| `client` | no | more |\n", "no row for the feature `jiff`"),
        ("| `fs` | no | disk |\n| `client`, `jiff` | no | more |\n", "wrong about `fs`"),
        ("| `fs`, `client` | yes | disk |\n| `jiff` | no | more |\n", "wrong about `client`"),
        ("| `fs` | yes | disk |\n| `client`, `jiff`, `gone` | no | more |\n", "a feature `gone`, which is not there"),
    ] {
        let found = wanting(&table(rows));
        assert!(found.len() == 1 && found[0].contains(told), "{found:?}");
    }
    assert_eq!(wanting("A crate.").len(), 3);
}
