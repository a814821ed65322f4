//! How times, sizes and names are written.

use std::time::Duration;

use console::{measure_text_width, style};

/// `02:06`, or `1:02:06` after the first hour.
pub(super) fn clock(time: Duration) -> String {
    let (hours, minutes, seconds) = (time.as_secs() / 3600, time.as_secs() / 60 % 60, time.as_secs() % 60);
    match hours {
        0 => format!("{minutes:02}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// `1 file`, `8 files`.
pub(super) fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

/// The text on one line, without what a terminal might obey: names and messages come from elsewhere.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// As much of both ends as fits into so many columns: names differ at their ends.
pub(super) fn shorten(text: &str, columns: usize) -> String {
    const GAP: &str = "...";
    if measure_text_width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(GAP.len()) else { return GAP.chars().take(columns).collect() };
    let start = fitting(text.chars(), room / 3);
    let end = fitting(text.chars().rev(), room - room / 3);
    start + GAP + &end.chars().rev().collect::<String>()
}

fn fitting(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut left = columns;
    let fits = |char: &char| match left.checked_sub(measure_text_width(char.encode_utf8(&mut [0; 4]))) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    chars.take_while(fits).collect()
}

/// The text, filled up to so many columns.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(measure_text_width(text))))
}

/// `[====>     ]`, so many columns wide.
pub(super) fn gauge(done: u64, total: u64, columns: usize) -> String {
    let room = columns.saturating_sub(2);
    let share = if total == 0 { 1.0 } else { (done as f64 / total as f64).min(1.0) };
    let full = (share * room as f64) as usize;
    let head = if full < room { ">" } else { "" };
    let bar = format!("{}{head}", "=".repeat(full));
    format!("[{}{}]", style(bar).for_stderr().cyan(), " ".repeat(room - full - head.len()))
}
