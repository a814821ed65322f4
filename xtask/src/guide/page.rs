//! A page, as the steps that a reader takes.

use super::block::{self, Block, Kind};
use crate::Result;

/// A page of the guide, with its regions included.
#[derive(Debug)]
pub(super) struct Page {
    /// Its path below docs/, without `.md`.
    pub(super) name: String,
    pub(super) blocks: Vec<Block>,
}

impl Page {
    pub(super) fn parse(name: &str, text: &str) -> Result<Self> {
        let blocks = block::of(text)?;
        comparable(&blocks)?;
        Ok(Self { name: name.to_owned(), blocks })
    }

    /// The blocks that need an account: the first line of each.
    pub(super) fn needs_account(&self) -> impl Iterator<Item = &str> {
        let blocks = self.blocks.iter().filter(|block| block.kind == Kind::Account);
        blocks.filter_map(|block| block.text.lines().next())
    }

    /// The page's program, if it has one: its snippets in the frame, or the one block that is a program by itself.
    pub(super) fn program(&self, frame: Option<&str>) -> Result<Option<String>> {
        let snippets: Vec<&Block> = self.blocks.iter().filter(|block| block.kind == Kind::Rust).collect();
        let whole = snippets.iter().find(|block| block.text.contains("fn main("));
        match (whole, snippets.len()) {
            (_, 0) => Ok(None),
            (Some(block), 1) => Ok(Some(block.text.clone())),
            (Some(block), _) => {
                Err(format!("line {}: a block with `fn main(` is the page's only one", block.line).into())
            }
            (None, _) => {
                let frame = frame.ok_or("no page before this one has a block of `rust,frame`")?;
                let place = frame.lines().find(|line| line.trim().starts_with("// The snippets of a page go here"));
                let place = place.ok_or("the frame has no line `// The snippets of a page go here ..`")?;
                let code: Vec<&str> = snippets.iter().map(|block| block.text.as_str()).collect();
                Ok(Some(frame.replace(place, &code.join("\n"))))
            }
        }
    }
}

/// Each output has something before it that is run, or the page's program: else nothing would be compared with it.
fn comparable(blocks: &[Block]) -> Result {
    let mut printed = blocks.iter().any(|block| block.kind == Kind::Rust);
    for block in blocks {
        match block.kind {
            Kind::Rust | Kind::Shell => printed = true,
            Kind::Account => printed = false,
            Kind::Output if !printed => {
                return Err(format!("line {}: nothing that is run prints this", block.line).into());
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &str = "fn main() {\n    // The snippets of a page go here.\n}\n";

    fn page(text: &str) -> Page {
        Page::parse("page", text).unwrap()
    }

    #[test]
    fn snippets_stand_in_the_frame_in_their_order() {
        let page = page("```rust\nlet a = 1;\n```\ntext\n```rust\nuse_it(a);\n```\n");
        let program = page.program(Some(FRAME)).unwrap().unwrap();
        assert_eq!(program, "fn main() {\nlet a = 1;\n\nuse_it(a);\n\n}\n");
        assert!(page.program(None).is_err());
    }

    #[test]
    fn a_block_with_a_main_is_the_program_and_stands_alone() {
        let alone = page("```rust\nfn main() {}\n```\n");
        assert_eq!(alone.program(Some(FRAME)).unwrap().unwrap(), "fn main() {}\n");
        let two = page("```rust\nfn main() {}\n```\n```rust\nlet a = 1;\n```\n");
        assert!(two.program(Some(FRAME)).is_err());
    }

    #[test]
    fn an_output_that_nothing_is_compared_with_is_refused() {
        let output = "```text,output\ndone\n```\n";
        let (file, shell) = ("```rust,file=src/main.rs\nfn main() {}\n```\n", "```sh\nls\n```\n");
        let (account, rust) = ("```sh,account\nlogin\n```\n", "```rust\nlet a = 1;\n```\n");
        for before in [String::new(), file.to_owned(), format!("{shell}{account}"), format!("{rust}{account}")] {
            let error = Page::parse("page", &format!("{before}{output}")).unwrap_err().to_string();
            assert!(error.ends_with(": nothing that is run prints this"), "{before}{error}");
        }
        for text in [format!("{shell}{output}"), format!("{rust}{output}"), format!("{output}{rust}")] {
            page(&text);
        }
    }

    #[test]
    fn a_page_without_snippets_has_no_program() {
        let page = page("```sh\nls\n```\n```sh,account\nplanet auth login\n```\n");
        assert_eq!(page.program(None).unwrap(), None);
        assert_eq!(page.needs_account().collect::<Vec<_>>(), ["planet auth login"]);
    }
}
