//! The examples: in documentation, in the pages whose code is compiled, and in `examples/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::functions::{Function, Given, is_word, word};
use crate::Result;
use crate::source::File;

/// Marks of code blocks that are not run, or not Rust.
const NOT_RUN: &[&str] = &["text", "json", "toml", "console", "sh", "python", "ignore", "no_run", "compile_fail"];

/// An example, with the file that holds it.
#[derive(Debug)]
pub(super) struct Example {
    file: String,
    code: String,
}

/// All examples.
pub(super) fn of(root: &Path, files: &[File]) -> Result<Vec<Example>> {
    let mut examples: Vec<Example> = files.iter().flat_map(in_source).collect();
    for file in files {
        for page in pages(file) {
            let path = root.join(&file.path).with_file_name(page);
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            examples.extend(blocks(&file.path, &text.lines().collect::<Vec<_>>()));
        }
    }
    Ok(examples)
}

/// The examples that a file of ours holds: the whole of a program, and the blocks in a library's documentation.
pub(super) fn in_source(file: &File) -> Vec<Example> {
    if file.path.starts_with("examples/") {
        return vec![Example { file: file.path.clone(), code: file.text.clone() }];
    }
    if !file.path.contains("/src/") {
        return Vec::new();
    }
    let comments = file.text.lines().filter_map(|line| {
        let text = line.trim_start();
        text.strip_prefix("///").or_else(|| text.strip_prefix("//!"))
    });
    blocks(&file.path, &comments.collect::<Vec<_>>())
}

/// The pages whose code is compiled with a source.
fn pages(file: &File) -> impl Iterator<Item = &str> {
    let pages = file.text.split("#[doc = include_str!(\"").skip(1);
    pages.filter_map(|rest| rest.split('"').next()).filter(|page| page.ends_with(".md"))
}

/// The code blocks of a documentation that are run.
pub(super) fn blocks(file: &str, lines: &[&str]) -> Vec<Example> {
    let mut blocks = Vec::new();
    let mut code: Option<String> = None;
    let mut skipped = false;
    for line in lines {
        let text = line.strip_prefix(' ').unwrap_or(line);
        match (text.trim_start().strip_prefix("```"), &mut code) {
            (Some(_), Some(done)) => {
                if !skipped {
                    blocks.push(Example { file: file.to_owned(), code: std::mem::take(done) });
                }
                code = None;
            }
            (Some(marks), None) => {
                skipped = marks.split(',').any(|mark| NOT_RUN.contains(&mark.trim()));
                code = Some(String::new());
            }
            (None, Some(code)) => {
                code.push_str(text.strip_prefix("# ").unwrap_or(text));
                code.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

impl Example {
    /// The types that it has a value of: those that it names, and what the functions that it calls give.
    pub(super) fn types<'a>(&'a self, functions: &'a [Function], given: &'a [Given]) -> BTreeSet<&'a str> {
        let mut types: BTreeSet<&str> = words(&self.code).collect();
        let called: BTreeSet<&str> = functions.iter().map(|function| function.ident.as_str()).collect();
        let called: BTreeSet<&str> = called.into_iter().filter(|ident| self.calls(ident)).collect();
        for function in functions.iter().filter(|function| called.contains(function.ident.as_str())) {
            types.extend(words(&function.returns));
        }
        loop {
            let reached = given.iter().filter(|given| types.contains(given.from.as_str()));
            let more: BTreeSet<&str> = reached.flat_map(|given| words(&given.what)).collect();
            if more.is_subset(&types) {
                return types;
            }
            types.extend(more);
        }
    }

    /// Does it show how to use a function? `types` are those that it has a value of.
    pub(super) fn shows(&self, function: &Function, types: &BTreeSet<&str>) -> bool {
        let Some(owner) = &function.owner else {
            return self.calls_freely(&function.ident);
        };
        if self.names(&format!("{owner}::{}", function.ident)) {
            return true;
        }
        let has_one = owner.ends_with('!') || self.file == function.file || types.contains(owner.as_str());
        has_one && self.calls(&function.ident)
    }

    /// Is there a call of a method of this name?
    fn calls(&self, ident: &str) -> bool {
        let method = format!(".{ident}");
        let mut found = self.code.match_indices(&method);
        found.any(|(at, _)| self.code.get(at + method.len()..).is_some_and(is_call))
            || self.names(&format!("::{ident}"))
    }

    fn calls_freely(&self, ident: &str) -> bool {
        let mut found = self.code.match_indices(ident);
        found.any(|(at, _)| {
            let before = self.code.get(..at).unwrap_or_default();
            let after = self.code.get(at + ident.len()..).unwrap_or_default();
            let is_name = !before.ends_with(|c: char| is_word(c) || c == '.') && !before.ends_with("fn ");
            is_name && is_call(after)
        })
    }

    /// Does a path stand there, as a whole word?
    fn names(&self, path: &str) -> bool {
        let mut found = self.code.match_indices(path);
        found.any(|(at, _)| {
            let before = self.code.get(..at).unwrap_or_default();
            let after = self.code.get(at + path.len()..).unwrap_or_default();
            let begins = path.starts_with(':') || !before.ends_with(is_word);
            begins && word(after).is_empty()
        })
    }
}

fn is_call(after: &str) -> bool {
    after.starts_with('(') || after.starts_with("::<")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}
