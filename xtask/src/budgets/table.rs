//! A row of figures in Markdown.

use std::fmt;

/// What was measured of one commit.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) date: String,
    pub(super) commit: String,
    pub(super) crates: u64,
    pub(super) kib: u64,
    /// Of a clean build, if that was made.
    pub(super) seconds: Option<u64>,
    /// The compiler and the number of cores.
    pub(super) with: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, commit, crates, kib, seconds, with } = self;
        let seconds = seconds.map_or_else(|| "-".to_owned(), |seconds| seconds.to_string());
        write!(f, "| {date} | {commit} | {crates} | {kib} | {seconds} | {with} |")
    }
}

/// The last row of a page that ends with the table.
pub(super) fn last(page: &str) -> Option<Row> {
    let cells: Vec<_> = page.lines().last()?.split('|').map(str::trim).collect();
    let [_, date, commit, crates, kib, seconds, with, _] = cells.as_slice() else { return None };
    Some(Row {
        date: (*date).to_owned(),
        commit: (*commit).to_owned(),
        crates: crates.parse().ok()?,
        kib: kib.parse().ok()?,
        seconds: seconds.parse().ok(),
        with: (*with).to_owned(),
    })
}

/// The figures of today below the last ones.
pub(super) fn compared(last: Option<Row>, today: &Row) -> String {
    let last = last.map_or_else(String::new, |row| format!("{row}\n"));
    format!("| date | commit | crates | KiB | seconds | with |\n{last}{today}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let row = Row {
            date: "2026-11-22".to_owned(),
            commit: "0a1b2c3".to_owned(),
            crates: 130,
            kib: 12_345,
            seconds: Some(75),
            with: "Rust 1.95.0, 2 cores".to_owned(),
        };
        assert_eq!(row.to_string(), "| 2026-11-22 | 0a1b2c3 | 130 | 12345 | 75 | Rust 1.95.0, 2 cores |");
        assert_eq!(last(&format!("# Page\n| --- |\n{row}\n")), Some(row));
        let unbuilt = Row { seconds: None, ..Row::default() };
        assert_eq!(last(&unbuilt.to_string()), Some(unbuilt));
    }

    #[test]
    fn a_table_without_rows_has_no_last_one() {
        assert_eq!(
            last("| date | commit | crates | KiB | seconds | with |\n| --- | --- | --- | --- | --- | --- |\n"),
            None
        );
        assert_eq!(last(""), None);
    }
}
