//! The book is read elsewhere than the repository: a link to a file outside of `docs` goes to where the repository is.

/// Where the repository is read.
pub(super) const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// A page with these links made whole. Code is left as it is.
pub(crate) fn linked(path: &str, page: &str) -> String {
    let mut code = false;
    let mut changed = String::with_capacity(page.len());
    for line in page.lines() {
        code ^= line.starts_with("```");
        if code {
            changed.push_str(line);
        } else {
            line_linked(path, line, &mut changed);
        }
        changed.push('\n');
    }
    changed
}

fn line_linked(path: &str, line: &str, changed: &mut String) {
    let mut parts = line.split("](../");
    changed.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (start, rest) = match outside(path, part) {
            Some(rest) => (format!("]({REPOSITORY}/blob/main/"), rest),
            None => ("](../".to_owned(), part),
        };
        changed.push_str(&start);
        changed.push_str(rest);
    }
}

/// What follows `../` on a page, as seen from the root of the repository; nothing if it stays in `docs`.
fn outside<'a>(path: &str, mut rest: &'a str) -> Option<&'a str> {
    for _ in path.matches('/') {
        rest = rest.strip_prefix("../")?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_out_of_the_book_goes_to_the_repository() {
        let page = "[a](../SECURITY.md#keys), [b](waiting.md) and [c](../examples/x.rs)";
        let want = "[a](REPO/SECURITY.md#keys), [b](waiting.md) and [c](REPO/examples/x.rs)\n";
        assert_eq!(linked("waiting.md", page), want.replace("REPO", &format!("{REPOSITORY}/blob/main")));
        assert!(REPOSITORY.starts_with("https://"), "{REPOSITORY}");
    }

    #[test]
    fn a_link_between_folders_of_the_book_stays() {
        let page = "[a](../architecture.md), [b](../../deny.toml)";
        let want = format!("[a](../architecture.md), [b]({REPOSITORY}/blob/main/deny.toml)\n");
        assert_eq!(linked("adr/0001.md", page), want);
    }

    #[test]
    fn code_is_left_as_it_is() {
        let page = "```text\n[a](../SECURITY.md)\n```\n";
        assert_eq!(linked("waiting.md", page), page);
    }
}
