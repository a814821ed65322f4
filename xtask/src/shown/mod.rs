//! Every public function and method is shown in an example that is compiled and run.
//!
//! The sources are read as text, as rustfmt leaves them: who makes what is known from the words of the signatures. That
//! takes a method for shown if one of the same name is called in an example that has a value of its type, which is as
//! much as a reader sees.

mod examples;
mod functions;

use std::collections::BTreeSet;

use crate::source::{self, File};
use crate::{Result, sh};
use examples::Example;
use functions::{Function, Given};

/// The sources whose public functions must be shown.
const ROOMS: &[&str] = &[
    "crates/planet/src/",
    "crates/planet-data/src/",
    "crates/planet-orders/src/",
    "crates/planet-features/src/",
    "crates/planet-core/src/auth/",
    "crates/planet-core/src/builder.rs",
    "crates/planet-core/src/collect/",
    "crates/planet-core/src/model.rs",
    "crates/planet-core/src/paging/",
    "crates/planet-core/src/transfer/",
    "crates/planet-core/src/wait/",
];

/// Checks all of [`ROOMS`].
pub(crate) fn run() -> Result {
    let root = sh::root();
    let files = source::files(&root)?;
    let (functions, given) = functions::of(&must_be_shown(&files));
    let examples = examples::of(&root, &files)?;
    let missing = missing(&functions, &given, &examples);
    if missing.is_empty() {
        println!("{} public functions are shown in {} examples", functions.len(), examples.len());
        return Ok(());
    }
    Err(format!("no example that is run shows these {}:\n  {}", missing.len(), missing.join("\n  ")).into())
}

/// The types that an example has a value of, and all else that examples name.
pub(crate) fn types() -> Result<BTreeSet<String>> {
    let root = sh::root();
    let files = source::files(&root)?;
    let libraries: Vec<&File> = files.iter().filter(|file| file.path.contains("/src/")).collect();
    let (functions, given) = functions::of(&libraries);
    let examples = examples::of(&root, &files)?;
    Ok(examples.iter().flat_map(|example| example.types(&functions, &given)).map(str::to_owned).collect())
}

/// Whether this documentation has an example that is run.
pub(crate) fn in_documentation(docs: &str) -> bool {
    !examples::blocks("", &docs.lines().collect::<Vec<_>>()).is_empty()
}

fn must_be_shown(files: &[File]) -> Vec<&File> {
    let in_a_room = |file: &&File| ROOMS.iter().any(|room| file.path.starts_with(room));
    files.iter().filter(in_a_room).filter(|file| !file.path.ends_with("tests.rs")).collect()
}

fn missing(functions: &[Function], given: &[Given], examples: &[Example]) -> Vec<String> {
    let reached: Vec<BTreeSet<&str>> = examples.iter().map(|example| example.types(functions, given)).collect();
    let shown = |function: &Function| {
        let mut examples = examples.iter().zip(&reached);
        examples.any(|(example, types)| example.shows(function, types))
    };
    let missing = functions.iter().filter(|function| !shown(function));
    missing.map(|function| format!("{}:{} {}", function.file, function.line, function.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing_in(sources: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> = sources.iter().map(|(path, text)| File::new(path, text)).collect();
        let (functions, given) = functions::of(&must_be_shown(&files));
        let examples: Vec<Example> = files.iter().flat_map(examples::in_source).collect();
        let missing = missing(&functions, &given, &examples);
        missing.into_iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
    }

    const ITEM: (&str, &str) = (
        "crates/planet-data/src/item.rs",
        "impl Item {\n    /// The id.\n    pub fn id(&self) -> &str {\n    }\n\n    pub(crate) fn hidden(&self) {\n    }\n}\n",
    );
    const CLIENT: (&str, &str) = (
        "crates/planet-data/src/client.rs",
        "impl DataClient {\n    pub fn get_item(\n        &self,\n    ) -> GetItem {\n    }\n}\n\nplanet_core::call_builder! {\n    /// Gets.\n    GetItem(Get) -> Item\n}\n",
    );

    fn example(code: &str) -> (&'static str, String) {
        ("crates/planet/src/lib.rs", format!("//! ```\n//! {code}\n//! ```\n"))
    }

    #[test]
    fn a_method_that_no_example_calls_is_missing() {
        assert_eq!(missing_in(&[ITEM]), ["Item::id"]);
        let (path, other) = example("let name = order.id();");
        assert_eq!(missing_in(&[ITEM, (path, &other)]), ["Item::id"], "this may be the id of anything");
    }

    #[test]
    fn a_method_is_shown_by_an_example_that_has_a_value_of_its_type() {
        for code in ["fn f(item: Item) { item.id(); }", "list.map(Item::id)"] {
            let (path, text) = example(code);
            assert_eq!(missing_in(&[ITEM, (path, &text)]), Vec::<String>::new(), "{code}");
        }
        let (path, text) = example("let id = data.get_item(1).await?.id();");
        assert_eq!(missing_in(&[ITEM, CLIENT, (path, &text)]), ["DataClient::get_item"], "of which client?");
        let (path, text) = example("let data: DataClient; let id = data.get_item(1).await?.id();");
        assert_eq!(missing_in(&[ITEM, CLIENT, (path, &text)]), Vec::<String>::new());
    }

    #[test]
    fn an_example_in_the_same_file_needs_no_more_than_the_call() {
        let text = format!("/// ```\n/// this.id();\n/// ```\n{}", ITEM.1);
        assert_eq!(missing_in(&[(ITEM.0, &text)]), Vec::<String>::new());
    }

    #[test]
    fn an_example_that_is_not_run_shows_nothing() {
        for fence in ["ignore", "text", "no_run", "json", "compile_fail"] {
            let text = format!("/// ```{fence}\n/// this.id();\n/// ```\n{}", ITEM.1);
            assert_eq!(missing_in(&[(ITEM.0, &text)]), ["Item::id"], "{fence}");
        }
    }

    #[test]
    fn what_macros_make_is_asked_for_too() {
        let settings = "settings! {\n    /// How.\n    auth(auth: Auth);\n}\n";
        assert_eq!(missing_in(&[("crates/planet/src/builder.rs", settings)]), ["settings!::auth"]);
        let model = "planet_core::model! {\n    /// A search.\n    document Search {\n        /// The id.\n        id,\n    }\n}\n";
        assert_eq!(missing_in(&[("crates/planet-data/src/search.rs", model)]), ["Search::id"]);
        let setters = "macro_rules! call_builder {\n    () => {\n        impl $builder {\n            pub fn deadline(self) -> Self {\n            }\n        }\n    };\n}\n";
        let (path, text) = example("call.deadline(1);");
        let builder = ("crates/planet-core/src/builder.rs", setters);
        assert_eq!(missing_in(&[builder]), ["call_builder!::deadline"]);
        assert_eq!(missing_in(&[builder, (path, &text)]), Vec::<String>::new());
    }

    #[test]
    fn free_functions_are_called_by_their_name_and_tests_are_not_looked_at() {
        let free = "pub async fn validate(path: &str) -> Result<()> {\n}\n\n#[cfg(test)]\nmod tests {\n    pub fn helper() {}\n}\n";
        let file = ("crates/planet-orders/src/validate.rs", free);
        assert_eq!(missing_in(&[file]), ["validate"]);
        let (path, text) = example("thing.validate(1); revalidate(2);");
        assert_eq!(missing_in(&[file, (path, &text)]), ["validate"]);
        let (path, text) = example("planet::orders::validate(1).await?;");
        assert_eq!(missing_in(&[file, (path, &text)]), Vec::<String>::new());
    }
}
