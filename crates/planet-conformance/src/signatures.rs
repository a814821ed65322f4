//! The parameters of Python's functions and methods, from the recorded signatures.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static SIGNATURES: LazyLock<Value> = LazyLock::new(|| {
    // The file is part of the program; a test reads it.
    serde_json::from_str(include_str!("../vectors/signatures.json")).unwrap_or_default()
});

/// An argument that the function does not have would be passed over in silence.
pub(crate) fn check(function: &str, args: &Map<String, Value>) -> Result<(), String> {
    let Some(parameters) = parameters(function) else {
        return Ok(());
    };
    match args.keys().find(|name| parameters.get(name.as_str()).is_none()) {
        Some(name) => Err(format!("{function} has no parameter {name}")),
        None => Ok(()),
    }
}

/// The default of a parameter, if it has one.
pub(crate) fn default(function: &str, parameter: &str) -> Option<&'static Value> {
    parameters(function)?.get(parameter)?.get("default")
}

fn parameters(function: &str) -> Option<&'static Value> {
    ["functions", "methods"].iter().find_map(|part| SIGNATURES.get(part)?.get(function))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_argument_that_is_not_in_the_signature_is_noticed() {
        let args = |document: Value| document.as_object().unwrap().clone();
        assert_eq!(check("data_filter.not_filter", &args(json!({"nested_filter": 1}))), Ok(()));
        assert!(check("data_filter.not_filter", &args(json!({"nested": 1}))).unwrap_err().contains("nested"));
        assert!(check("orders.get_order", &args(json!({"id": 1}))).unwrap_err().contains("id"));
    }
}
