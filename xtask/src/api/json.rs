//! Rustdoc's JSON, read as loosely as it goes: its format is not stable, and few of its members matter here.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Result;

/// The format that this was written for.
const FORMAT: u64 = 57;

/// Something public that has a place in the documentation.
#[derive(Debug)]
pub(super) struct Item {
    /// `planet_data::DataClient::search`
    pub(super) path: String,
    /// File and line.
    pub(super) place: String,
    pub(super) docs: String,
    pub(super) aliases: Vec<String>,
    pub(super) kind: Kind,
}

#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    Type(Promises),
    Function(Promises),
    /// Modules, fields, variants, constants, macros.
    Other,
}

/// What a reader has to be told about: of a function what it returns, of a type what it gives when it is awaited or read.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Promises {
    pub(super) may_fail: bool,
    pub(super) is_async: bool,
}

impl Item {
    pub(super) fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or_default()
    }
}

/// All public items of a crate, its root first.
pub(super) fn items(json: &Value) -> Result<Vec<Item>> {
    let mut walk = Walk { json, seen: BTreeSet::new(), items: Vec::new() };
    let found = walk.item(&json["root"], "", None);
    found.map_err(|what| {
        let format = &json["format_version"];
        format!("rustdoc's JSON has format {format}, and xtask reads {FORMAT}: {what}. Adapt xtask/src/api/json.rs")
    })?;
    Ok(walk.items)
}

/// What the JSON lacks.
type Lack<T = ()> = std::result::Result<T, String>;

struct Walk<'a> {
    json: &'a Value,
    seen: BTreeSet<String>,
    items: Vec<Item>,
}

impl<'a> Walk<'a> {
    /// Notes an item and what it holds. `parent` ends in `::`.
    fn item(&mut self, id: &Value, parent: &str, name: Option<&str>) -> Lack {
        let Some(item) = self.find(id) else {
            return if parent.is_empty() { Err("no `root` in `index`".into()) } else { Ok(()) };
        };
        let (kind, inner) = inner(item)?;
        if kind == "use" {
            return self.import(inner, parent);
        }
        if !self.seen.insert(id.to_string()) {
            return Ok(());
        }
        let name = name.or(item["name"].as_str()).ok_or("an item without `name`")?;
        let path = format!("{parent}{name}");
        let kind_of = match kind {
            "struct" | "enum" | "union" => Kind::Type(self.gives(inner)?),
            "trait" | "type_alias" => Kind::Type(Promises::default()),
            "function" => Kind::Function(self.returns(inner)?),
            "module" | "struct_field" | "variant" | "constant" | "static" | "macro" | "proc_macro" | "assoc_const"
            | "assoc_type" | "trait_alias" => Kind::Other,
            other => return Err(format!("`{other}` is no kind of item that is known")),
        };
        // The fields of a tuple are told by what holds them.
        if !(kind == "struct_field" && name.starts_with(|c: char| c.is_ascii_digit())) {
            let docs = item["docs"].as_str().unwrap_or_default().to_owned();
            let aliases = list(&item["attrs"]).flat_map(aliases).collect();
            self.items.push(Item { path: path.clone(), place: place(item), docs, aliases, kind: kind_of });
        }
        self.held(kind, inner, &format!("{path}::"))
    }

    /// What a module, type or trait holds.
    fn held(&mut self, kind: &str, inner: &'a Value, path: &str) -> Lack {
        let members = match kind {
            "module" | "trait" => vec![&inner["items"]],
            "struct" => vec![at(inner, "/kind/plain/fields"), at(inner, "/kind/tuple")],
            "union" => vec![&inner["fields"]],
            "enum" => vec![&inner["variants"]],
            "variant" => vec![at(inner, "/kind/struct/fields"), at(inner, "/kind/tuple")],
            _ => Vec::new(),
        };
        if ["module", "trait"].contains(&kind) && !inner["items"].is_array() {
            return Err(format!("a {kind} without `items`"));
        }
        for id in members.into_iter().flat_map(list) {
            self.item(id, path, None)?;
        }
        for implementation in self.implementations(inner) {
            let own = implementation["trait"].is_null();
            for id in list(&implementation["items"]).filter(|_| own) {
                self.item(id, path, None)?;
            }
        }
        Ok(())
    }

    /// Something of this crate that is public under another path too, or only here. What comes from another crate is
    /// documented there.
    fn import(&mut self, import: &'a Value, parent: &str) -> Lack {
        let Some(target) = self.find(&import["id"]) else { return Ok(()) };
        if import["is_glob"] != true {
            let name = import["name"].as_str().ok_or("a `use` without `name`")?;
            return self.item(&import["id"], parent, Some(name));
        }
        let (_, target) = inner(target)?;
        for id in ["items", "variants"].into_iter().flat_map(|member| list(&target[member])) {
            self.item(id, parent, None)?;
        }
        Ok(())
    }

    /// What a type gives when it is awaited, or read as a stream or an iterator.
    fn gives(&self, inner: &'a Value) -> Lack<Promises> {
        let mut gives = Promises::default();
        // Without them, no method would be looked at.
        if !inner["impls"].is_array() {
            return Err("a type without `impls`".to_owned());
        }
        for implementation in self.implementations(inner) {
            let name = last(at(implementation, "/trait/path"));
            let output = match name {
                "IntoFuture" | "Future" => "Output",
                "Stream" | "Iterator" => "Item",
                _ => continue,
            };
            if !implementation["blanket_impl"].is_null() {
                continue;
            }
            gives.is_async |= name != "Iterator";
            let mut items = list(&implementation["items"]).filter_map(|id| self.find(id));
            let output = items.find(|item| item["name"] == output).ok_or("a future without `Output`")?;
            gives.may_fail |= is_result(at(output, "/inner/assoc_type/type"));
        }
        Ok(gives)
    }

    /// What a function returns. An alias of this crate is what it stands for.
    fn returns(&self, function: &'a Value) -> Lack<Promises> {
        let is_async = at(function, "/header/is_async").as_bool().ok_or("a function without `is_async`")?;
        let named = at(function, "/sig/output");
        let alias = self.find(at(named, "/resolved_path/id")).map(|alias| at(alias, "/inner/type_alias/type"));
        let output = alias.filter(|of| !of.is_null()).unwrap_or(named);
        let mut bounds = list(&output["impl_trait"]).map(|bound| at(bound, "/trait_bound/trait")).chain(boxed(output));
        let Some(future) = bounds.find(|bound| last(&bound["path"]) == "Future") else {
            return Ok(Promises { may_fail: is_result(named) || is_result(output), is_async });
        };
        let constraints = at(future, "/args/angle_bracketed/constraints");
        let may_fail = list(constraints).any(|constraint| is_result(at(constraint, "/binding/equality/type")));
        Ok(Promises { may_fail, is_async: true })
    }

    fn implementations(&self, inner: &'a Value) -> impl Iterator<Item = &'a Value> + use<'a> {
        let json = self.json;
        list(&inner["impls"])
            .filter_map(move |id| json["index"].get(id.to_string()))
            .map(|item| at(item, "/inner/impl"))
    }

    fn find(&self, id: &Value) -> Option<&'a Value> {
        self.json["index"].get(id.to_string())
    }
}

/// The kind of an item, and what it is made of.
fn inner(item: &Value) -> Lack<(&str, &Value)> {
    let inner = item["inner"].as_object().and_then(|inner| inner.iter().next());
    inner.map(|(kind, inner)| (kind.as_str(), inner)).ok_or_else(|| "an item without `inner`".to_owned())
}

/// The traits of `Pin<Box<dyn ..>>`.
fn boxed(kind: &Value) -> impl Iterator<Item = &Value> {
    let first = "/resolved_path/args/angle_bracketed/args/0/type";
    list(at(at(at(kind, first), first), "/dyn_trait/traits")).map(|of| &of["trait"])
}

fn is_result(kind: &Value) -> bool {
    last(at(kind, "/resolved_path/path")) == "Result"
}

fn last(path: &Value) -> &str {
    path.as_str().unwrap_or_default().rsplit("::").next().unwrap_or_default()
}

/// The names in `#[doc(alias = "..")]`.
fn aliases(attribute: &Value) -> Vec<String> {
    let text = attribute.as_str().or(attribute["other"].as_str()).unwrap_or_default();
    let quoted = text.split('"').skip(1).step_by(2).map(str::to_owned);
    if text.contains("alias") { quoted.collect() } else { Vec::new() }
}

fn place(item: &Value) -> String {
    let (file, line) = (at(item, "/span/filename"), at(item, "/span/begin/0"));
    format!("{}:{line}", file.as_str().unwrap_or_default())
}

/// What lies there, or null.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    value.pointer(path).unwrap_or(&Value::Null)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
