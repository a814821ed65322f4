//! What a page says that a reader will see, against what was printed.

use crate::Result;

/// Checks that the lines of `shown` were printed, in this order; `...` stands for anything. Returns what was printed after them.
pub(super) fn compare<'a>(shown: &str, printed: &'a str) -> Result<&'a str> {
    let mut rest = printed;
    for wanted in shown.lines().map(str::trim).filter(|line| !line.is_empty()) {
        rest = after(wanted, rest).ok_or_else(|| format!("no line `{wanted}` in\n{rest}"))?;
    }
    Ok(rest)
}

/// What follows the first line that is as wanted.
fn after<'a>(wanted: &str, printed: &'a str) -> Option<&'a str> {
    let mut rest = printed;
    while !rest.is_empty() {
        let (line, next) = rest.split_once('\n').unwrap_or((rest, ""));
        if matches(wanted, line.trim()) {
            return Some(next);
        }
        rest = next;
    }
    None
}

fn matches(wanted: &str, line: &str) -> bool {
    let mut parts = wanted.split("...");
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stand_for_anything_within_a_line() {
        for (wanted, line, same) in [
            ("order 1", "order 1", true),
            ("order 1", "order 12", false),
            ("order ... success", "order 5ad success", true),
            ("order ... success", "order 5ad failed", false),
            ("...", "whatever", true),
            ("a...b...c", "a1b2c", true),
            ("a...b...c", "a1c2b", false),
        ] {
            assert_eq!(matches(wanted, line), same, "{wanted} {line}");
        }
    }

    #[test]
    fn lines_are_found_in_their_order_only() {
        let printed = "one\ntwo\nthree\n";
        assert_eq!(compare("one\nthree\n", printed).unwrap(), "");
        assert_eq!(compare("one\n", printed).unwrap(), "two\nthree\n");
        assert!(compare("three\none\n", printed).unwrap_err().to_string().starts_with("no line `one`"));
    }
}
