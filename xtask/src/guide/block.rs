//! A fenced block of a page, and what its marks say.

use crate::Result;

/// A fenced block: ` ```language,mark,.. `.
#[derive(Debug, PartialEq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// The line of the fence, counted from 1.
    pub(super) line: usize,
}

/// What a reader does with a block.
#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    /// Puts it into the page's program.
    Rust,
    /// Keeps it as the frame of the programs.
    Frame,
    /// Saves it as this file of the project.
    File(String),
    /// Types it into a terminal.
    Shell,
    /// Would type it, with an account or a network.
    Account,
    /// Compares it with what the commands or the program before it printed.
    Output,
    /// Looks at it.
    Shown,
}

impl Kind {
    fn parse(info: &str) -> Result<Self> {
        let (language, marks) = info.split_once(',').unwrap_or((info, ""));
        if let Some(file) = marks.strip_prefix("file=") {
            return Ok(Self::File(file.to_owned()));
        }
        match (language, marks) {
            ("rust", "") => Ok(Self::Rust),
            ("rust", "frame") => Ok(Self::Frame),
            ("sh", "") => Ok(Self::Shell),
            ("sh", "account") => Ok(Self::Account),
            ("text", "output") => Ok(Self::Output),
            ("text" | "json" | "toml" | "markdown", "") => Ok(Self::Shown),
            _ => Err(format!("nobody knows what a reader does with a block of `{info}`").into()),
        }
    }
}

/// The fenced blocks of a page.
pub(super) fn of(page: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in page.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        match (fence, open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(info), None) => {
                let kind = Kind::parse(info.trim()).map_err(|error| format!("line {}: {error}", number + 1))?;
                open = Some(Block { kind, text: String::new(), line: number + 1 });
            }
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) if line.trim_start().starts_with("~~~") => {
                return Err(format!("line {}: blocks are fenced by backticks here", number + 1).into());
            }
            (None, None) => {}
        }
    }
    match open {
        Some(block) => Err(format!("line {}: the block does not end", block.line).into()),
        None => Ok(blocks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_say_what_a_reader_does() {
        let page = "```rust\nlet a = 1;\n```\n\n```sh,account\nlogin\n```\n```json,file=faults.json\n[]\n```\n";
        let kinds: Vec<Kind> = of(page).unwrap().into_iter().map(|block| block.kind).collect();
        assert_eq!(kinds, [Kind::Rust, Kind::Account, Kind::File("faults.json".to_owned())]);
        assert_eq!(of(page).unwrap()[0].text, "let a = 1;\n");
        assert_eq!(of(page).unwrap()[2].line, 8);
    }

    #[test]
    fn a_block_that_nobody_could_follow_is_refused() {
        for info in ["rust,no_run", "rust,ignore", "console", "", "sh,sudo"] {
            let error = of(&format!("text\n```{info}\n```\n")).unwrap_err().to_string();
            assert!(error.starts_with("line 2: nobody knows"), "{error}");
        }
    }

    #[test]
    fn a_fence_of_tildes_is_refused() {
        let error = of("text\n~~~sh\nls\n~~~\n").unwrap_err().to_string();
        assert!(error.starts_with("line 2: blocks are fenced by backticks"), "{error}");
    }

    #[test]
    fn a_block_without_an_end_is_refused() {
        assert!(of("```sh\nls\n").unwrap_err().to_string().contains("does not end"));
    }
}
