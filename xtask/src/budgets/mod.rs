//! What `planet` weighs, beside what it weighed: the figures of docs/budgets.md.

mod measure;
mod table;

use std::fs;
use std::path::PathBuf;

use self::table::Row;
use crate::{Result, sh};

const PAGE: &str = "docs/budgets.md";

/// Crates in the default tree of `planet`, ours not counted.
const CRATES: u64 = 130;

/// KiB of the stripped quickstart: a tenth more than it had when the limit was set.
const KIB: u64 = 10_500;

/// Measures what has a limit, shows it beside the last figures, and fails if there is too much of something.
pub(crate) fn run() -> Result {
    let row = measure::limited()?;
    show(&row)?;
    within(&row)
}

/// Measures everything, and adds the figures to the page.
pub(crate) fn record() -> Result {
    let row = Row { seconds: Some(measure::seconds()?), ..measure::limited()? };
    show(&row)?;
    let text = fs::read_to_string(page())?;
    fs::write(page(), format!("{text}{row}\n"))?;
    within(&row)
}

fn page() -> PathBuf {
    sh::root().join(PAGE)
}

fn show(row: &Row) -> Result {
    print!("{}", table::compared(table::last(&fs::read_to_string(page())?), row));
    Ok(())
}

fn within(row: &Row) -> Result {
    for (what, figure, limit) in [("crates", row.crates, CRATES), ("KiB of the quickstart", row.kib, KIB)] {
        if figure > limit {
            return Err(format!("{figure} {what}, and {limit} are the limit ({PAGE})").into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(crates: u64, kib: u64) -> Row {
        Row { crates, kib, ..Row::default() }
    }

    #[test]
    fn one_too_many_fails_and_the_limit_itself_passes() {
        assert!(within(&row(CRATES, KIB)).is_ok());
        let error = within(&row(CRATES + 1, KIB)).unwrap_err().to_string();
        assert!(error.starts_with("131 crates, and 130 are the limit"), "{error}");
        assert!(within(&row(CRATES, KIB + 1)).is_err());
    }

    #[test]
    fn the_page_names_the_limits_and_ends_with_its_table() {
        let page = fs::read_to_string(page()).unwrap();
        assert!(page.contains(&format!("| {CRATES} |")), "{page}");
        assert!(page.contains(&format!("| {KIB} |")), "{page}");
        assert!(page.ends_with("|\n"), "a new row goes to the end");
    }
}
