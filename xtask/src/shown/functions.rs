//! The public functions of a source, read as rustfmt leaves it.

use crate::source::File;

/// A public function or method.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) file: String,
    pub(super) line: usize,
    /// The type that has it, or the macro that makes it, with its `!`.
    pub(super) owner: Option<String>,
    pub(super) ident: String,
    /// What stands behind the arrow.
    pub(super) returns: String,
}

impl Function {
    pub(super) fn name(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{owner}::{}", self.ident),
            None => self.ident.clone(),
        }
    }
}

/// A type that gives another when it is awaited or read.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) from: String,
    pub(super) what: String,
}

/// The public functions of these files, and what their builders give.
pub(super) fn of(files: &[&File]) -> (Vec<Function>, Vec<Given>) {
    let (mut functions, mut given) = (Vec::new(), Vec::new());
    for file in files {
        let mut reader = Reader { file, owner: None, within: Within::Code };
        let lines: Vec<&str> = file.code().lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let rest = lines.get(at..).unwrap_or_default();
            let hidden = at > 0 && lines.get(at - 1).is_some_and(|before| before.contains("doc(hidden)"));
            if let Some(function) = reader.function(line, rest).filter(|_| !hidden) {
                functions.push(Function { line: at + 1, ..function });
            }
            given.extend(reader.given(line));
        }
    }
    (functions, given)
}

/// What encloses the line at hand.
#[derive(Debug, PartialEq)]
enum Within {
    Code,
    /// The definition of a macro of this name.
    Definition(String),
    /// A call of a macro of this name.
    Call(String),
}

struct Reader<'a> {
    file: &'a File,
    owner: Option<String>,
    within: Within,
}

impl Reader<'_> {
    /// The function that this line begins. `rest` begins with the line.
    fn function(&mut self, line: &str, rest: &[&str]) -> Option<Function> {
        self.enter(line);
        let text = line.trim_start();
        if let Within::Call(name) = &self.within {
            return self.made_by(name, text);
        }
        let (_, signature) = ["pub fn ", "pub async fn ", "pub const fn "]
            .iter()
            .find_map(|start| text.strip_prefix(start).map(|signature| (start, signature)))?;
        let ident = word(signature);
        if ident.is_empty() {
            return None; // a macro's `$name`: its calls are looked at
        }
        let whole: Vec<&str> = rest.iter().map(|line| line.trim()).take(12).collect();
        let whole = whole.join(" ");
        let head = whole.split(" {").next().unwrap_or_default();
        let returns = head.split_once("-> ").map_or("", |(_, returns)| returns);
        let owner = match &self.within {
            Within::Definition(name) => Some(format!("{name}!")),
            _ => self.owner.clone().filter(|_| line.starts_with(' ')),
        };
        Some(self.made(owner, ident, &returns.replace("Self", self.owner.as_deref().unwrap_or_default())))
    }

    fn made(&self, owner: Option<String>, ident: &str, returns: &str) -> Function {
        let file = self.file.path.clone();
        Function { file, line: 0, owner, ident: ident.to_owned(), returns: returns.to_owned() }
    }

    /// Notes where the line is.
    fn enter(&mut self, line: &str) {
        if line.starts_with('}') {
            (self.owner, self.within) = (None, Within::Code);
        } else if let Some(name) = line.strip_prefix("macro_rules! ") {
            self.within = Within::Definition(word(name).to_owned());
        } else if let Some((name, _)) = line.split_once("! {").filter(|_| !line.starts_with([' ', '/'])) {
            self.within = Within::Call(name.rsplit(':').next().unwrap_or_default().to_owned());
        } else if line.starts_with("impl") {
            let head = line.split(" where").next().unwrap_or(line).trim_end_matches(" {");
            let of = head.rsplit_once(" for ").map_or_else(|| without_parameters(head), |(_, of)| of);
            self.owner = Some(word(of.rsplit("::").next().unwrap_or_default()).to_owned());
        }
    }

    /// The accessor or setter that a line within a macro's call makes.
    fn made_by(&self, name: &str, text: &str) -> Option<Function> {
        match name {
            "model" => {
                let field = text.trim_end_matches(',');
                let is_field = !field.is_empty() && field == word(field);
                is_field.then(|| self.made(self.owner.clone(), field, ""))
            }
            "settings" => {
                let (ident, _) = text.strip_suffix(");")?.split_once('(')?;
                Some(self.made(Some("settings!".to_owned()), ident, ""))
            }
            _ => None,
        }
    }

    /// What a builder of this line gives; and the name of a model, which is the owner of its fields.
    fn given(&mut self, line: &str) -> Option<Given> {
        let text = line.trim();
        match &self.within {
            Within::Call(name) if name == "model" => {
                let model = text.strip_prefix("feature ").or_else(|| text.strip_prefix("document "));
                self.owner = model.map(|model| word(model).to_owned()).or(self.owner.take());
                None
            }
            Within::Call(name) if name.ends_with("_builder") => {
                let (builder, what) = text.split_once(") -> ")?;
                Some(Given { from: word(builder).to_owned(), what: what.to_owned() })
            }
            Within::Code => {
                let what = text.strip_prefix("type Output = ").or_else(|| text.strip_prefix("type Item = "))?;
                Some(Given { from: self.owner.clone()?, what: what.to_owned() })
            }
            _ => None,
        }
    }
}

/// `impl<T: Model> Collected<T>` without its first angle brackets.
fn without_parameters(head: &str) -> &str {
    let rest = head.strip_prefix("impl").unwrap_or(head);
    let mut depth = 0;
    for (at, character) in rest.char_indices() {
        match character {
            '<' => depth += 1,
            '>' => depth -= 1,
            ' ' if depth == 0 => return rest.get(at + 1..).unwrap_or_default(),
            _ => {}
        }
    }
    rest
}

/// The word at the beginning of a text.
pub(super) fn word(text: &str) -> &str {
    let end = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
