//! Orders with files that all hold `abc`.

use std::path::Path;
use std::sync::{Arc, Mutex};

use planet_core::Retry;
use planet_core::testing::{Answer, ScriptedTransport};
use planet_orders::{OrdersClient, ProgressEvent};
use serde_json::{Value, json};

pub(crate) const ID: &str = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
pub(crate) const ABC: &str = "900150983cd24fb0d6963f7d28e17f72";

pub(crate) fn orders(script: &ScriptedTransport) -> OrdersClient {
    OrdersClient::new(&script.session().retry(Retry::off()).build().unwrap())
}

/// An order that offers files of these names.
pub(crate) fn order(names: &[&str]) -> Value {
    let result = |name: &&str| {
        let token: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
        json!({"name": name, "delivery": "success", "location": format!("https://api.planet.com/d/?token={token}")})
    };
    let results: Vec<Value> = names.iter().map(result).collect();
    json!({"id": ID, "state": "success", "_links": {"results": results}})
}

pub(crate) fn own(name: &str) -> String {
    format!("{ID}/{name}")
}

/// A manifest of files that all hold `abc`.
pub(crate) fn manifest(paths: &[&str]) -> Answer {
    let file = |path: &&str| json!({"path": path, "size": 3, "digests": {"md5": ABC.to_uppercase()}});
    Answer::json(&json!({"files": paths.iter().map(file).collect::<Vec<_>>()}))
}

pub(crate) fn names_below(directory: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => names.push(path.strip_prefix(directory).unwrap().to_string_lossy().into_owned()),
            }
        }
    }
    names.sort();
    names
}

/// What a manifest says of a file that is of an item, or of none.
pub(crate) fn entry(path: &str, item: &str, asset_type: &str, media_type: &str) -> Value {
    let mut annotations = json!({"planet/item_type": "PSScene", "planet/bundle_type": "visual"});
    for (name, value) in [("planet/item_id", item), ("planet/asset_type", asset_type)] {
        if !value.is_empty() {
            annotations[name] = json!(value);
        }
    }
    let digests = json!({"md5": ABC});
    json!({"path": path, "size": 3, "media_type": media_type, "digests": digests, "annotations": annotations})
}

/// The order with its manifest, and as many files as are to be asked for.
pub(crate) fn answers(entries: &[Value], fetched: usize) -> Vec<Answer> {
    let paths = entries.iter().map(|entry| own(entry["path"].as_str().unwrap()));
    let names: Vec<String> = paths.chain([own("manifest.json")]).collect();
    let mut order = order(&names.iter().map(String::as_str).collect::<Vec<_>>());
    order["name"] = json!("oregon");
    let mut answers = vec![Answer::json(&order), Answer::json(&json!({"files": entries}))];
    answers.extend((0..fetched).map(|_| Answer::bytes("abc")));
    answers
}

/// Hears of progress, and the lines that it heard.
pub(crate) fn lines() -> (impl Fn(&ProgressEvent) + Send + Sync + 'static, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let listen = move |event: &ProgressEvent| {
        assert_eq!(event.order.as_deref(), Some(ID));
        heard.lock().unwrap().push(event.to_string());
    };
    (listen, lines)
}
