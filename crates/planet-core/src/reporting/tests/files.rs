//! The bars of downloads, as whole screens.

use std::sync::{Arc, Mutex};

use console::measure_text_width;
use proptest::prelude::*;

use super::{Terminal, event, failed, planned, received, retry, started};
use crate::ProgressStep;
use crate::reporting::file_board::FileBoard;
use crate::reporting::painter::Size;
use crate::reporting::screen::Board;

const LONG: &str = "PSScene/20200909_182525_1014_3B_AnalyticMS_SR_8b_harmonized_clip_reproject.tif";

fn bars(rows: u16, columns: u16) -> (Terminal, Arc<Mutex<FileBoard>>) {
    let mut terminal = Terminal::new(rows, columns);
    let bars = terminal.add(FileBoard::new(true));
    (terminal, bars)
}

fn tell(terminal: &Terminal, bars: &Arc<Mutex<FileBoard>>, name: &str, step: ProgressStep) {
    bars.lock().unwrap().event(&event(name, step), terminal.now);
}

/// Tells of a file of an order.
fn tell_of(terminal: &Terminal, bars: &Arc<Mutex<FileBoard>>, order: &str, name: &str, step: ProgressStep) {
    bars.lock().unwrap().event(&event(name, step).within(order), terminal.now);
}

#[test]
fn the_totals_stand_above_the_files_under_way_and_those_that_are_done_leave() {
    let (mut terminal, bars) = bars(24, 80);
    tell(&terminal, &bars, "order", planned(4, 80_000_000));
    assert_eq!(terminal.screen(), "0 of 4 files [>              ]        0 B of  80.00 MB        0 B/s  --:-- left");
    tell(&terminal, &bars, "manifest.json", ProgressStep::Kept { size: 10_000_000 });
    tell(&terminal, &bars, "a.tif", started(20_000_000));
    tell(&terminal, &bars, LONG, started(40_000_000));
    tell(&terminal, &bars, "b.tif", started(10_000_000));
    terminal.at(2.0);
    tell(&terminal, &bars, "a.tif", received(10_000_000, 20_000_000));
    tell(&terminal, &bars, LONG, received(30_000_000, 40_000_000));
    let shown = "\
1 of 4 files [=========>     ]   50.00 MB of  80.00 MB   20.00 MB/s  00:01 left
  a.tif                                          [==> ]   10.00 MB of  20.00 MB
  PSScene/202009...harmonized_clip_reproject.tif [===>]   30.00 MB of  40.00 MB
  b.tif                                          [>   ]        0 B of  10.00 MB";
    assert_eq!(terminal.screen(), shown);
    tell(&terminal, &bars, "a.tif", ProgressStep::Done { size: 20_000_000 });
    tell(&terminal, &bars, LONG, ProgressStep::Done { size: 40_000_000 });
    terminal.at(4.0);
    tell(&terminal, &bars, "b.tif", ProgressStep::Done { size: 10_000_000 });
    assert_eq!(terminal.screen(), "4 of 4 files [===============]   80.00 MB of  80.00 MB   17.50 MB/s  00:00 left");
    terminal.close(&bars);
    assert_eq!(terminal.screen(), "4 of 4 files, 80.00 MB in 00:04; 1 had been there before");
}

#[test]
fn retries_and_failures_stay_above_the_bars() {
    let (mut terminal, bars) = bars(24, 80);
    tell(&terminal, &bars, "a.tif", started(20_000_000));
    terminal.screen();
    tell(&terminal, &bars, "a.tif", retry("the connection was\n\u{1b}[2Jreset"));
    let shown = "\
a.tif: attempt 1 failed: the connection was  [2Jreset; the next follows in 1.5 s
0 of 1 file [>               ]        0 B of  20.00 MB        0 B/s  --:-- left
  a.tif [>                           ]      waits to try again";
    assert_eq!(terminal.screen(), shown, "and no message commands the terminal");
    tell(&terminal, &bars, "a.tif", failed("no more attempts"));
    tell(&terminal, &bars, "b.tif", started(1_000));
    let shown = "\
a.tif: attempt 1 failed: the connection was  [2Jreset; the next follows in 1.5 s
a.tif: failed: no more attempts
0 of 2 files, 1 failed [>    ]        0 B of  20.00 MB        0 B/s  --:-- left
  b.tif [>                           ]        0 B of   1.00 kB";
    assert_eq!(terminal.screen(), shown);
    tell(&terminal, &bars, "b.tif", ProgressStep::Done { size: 1_000 });
    terminal.close(&bars);
    assert!(terminal.screen().ends_with("\na.tif: failed: no more attempts\n1 of 2 files, 1 failed, 1.00 kB in 00:00"));
}

#[test]
fn a_long_message_takes_the_rows_that_it_needs_and_nothing_of_the_bars_is_left_in_them() {
    let (mut terminal, bars) = bars(24, 40);
    for name in ["a.tif", "b.tif"] {
        tell(&terminal, &bars, name, started(20_000_000));
    }
    terminal.screen();
    tell(&terminal, &bars, "a.tif", failed("the answer broke before its end, as it did before"));
    let shown = "\
a.tif: failed: the answer broke before i
ts end, as it did before
0 of 2 files, 1 failed        0 B of  4
  b.tif [>    ]        0 B of  20.00 MB";
    assert_eq!(terminal.screen(), shown);
}

#[test]
fn as_many_files_as_fit_have_a_line() {
    let (mut terminal, bars) = bars(6, 80);
    for name in ["a", "b", "c", "d", "e", "f"] {
        tell(&terminal, &bars, name, started(1_000));
    }
    let screen = terminal.screen();
    let lines: Vec<&str> = screen.lines().map(|line| line.get(..4).unwrap_or(line)).collect();
    assert_eq!(lines, ["0 of", "  a ", "  b ", "  c ", "  an"], "the last row is the cursor's");
    assert!(screen.ends_with("  and 3 more"), "{screen}");
}

#[test]
fn what_an_earlier_run_had_fetched_is_no_speed() {
    let (mut terminal, bars) = bars(24, 80);
    tell(&terminal, &bars, "a.tif", started(100_000_000));
    tell(&terminal, &bars, "a.tif", ProgressStep::Resumed { from: 90_000_000 });
    terminal.at(1.0);
    tell(&terminal, &bars, "a.tif", received(92_000_000, 100_000_000));
    let screen = terminal.screen();
    assert!(screen.contains(" 92.00 MB of 100.00 MB    2.00 MB/s  00:04 left"), "{screen}");
}

#[test]
fn what_is_fetched_again_is_counted_down_and_then_up() {
    let (mut terminal, bars) = bars(24, 80);
    tell(&terminal, &bars, "a.tif", started(10_000_000));
    terminal.at(1.0);
    tell(&terminal, &bars, "a.tif", received(8_000_000, 10_000_000));
    tell(&terminal, &bars, "a.tif", received(0, 10_000_000));
    assert!(terminal.screen().contains("       0 B of  10.00 MB    8.00 MB/s  00:01 left"));
    terminal.at(2.0);
    tell(&terminal, &bars, "a.tif", received(4_000_000, 10_000_000));
    assert!(terminal.screen().contains("  4.00 MB of  10.00 MB    6.00 MB/s  00:01 left"));
}

#[test]
fn speed_is_that_of_the_last_ten_seconds_and_a_transfer_that_stands_still_has_no_end_in_sight() {
    let (mut terminal, bars) = bars(24, 80);
    tell(&terminal, &bars, "a.tif", started(1_000_000_000));
    for second in 1..=20_u32 {
        terminal.at(f64::from(second));
        let of_it = if second <= 10 { u64::from(second) } else { 2 * u64::from(second) - 10 };
        tell(&terminal, &bars, "a.tif", received(1_000_000 * of_it, 1_000_000_000));
    }
    assert!(terminal.screen().contains("2.10 MB/s"), "{}", terminal.screen());
    terminal.at(40.0);
    assert!(terminal.screen().contains("0 B/s  --:-- left"));
}

#[test]
fn without_sizes_there_are_no_gauges() {
    let (mut terminal, bars) = bars(24, 80);
    tell(&terminal, &bars, "a.tif", ProgressStep::Started { total: None });
    tell(&terminal, &bars, "a.tif", ProgressStep::Received { received: 5_000_000, total: None });
    let shown = "\
0 of 1 file                 5.00 MB   10.00 MB/s  --:-- left
  a.tif                                                5.00 MB";
    assert_eq!(terminal.screen(), shown);
}

#[test]
fn files_of_several_orders_are_added_up_and_named_with_their_order() {
    let (mut terminal, bars) = bars(24, 80);
    let orders = ["18389c7e-1831-4de7-8187-d30ffe88b4b7", "2944c0de-1831-4de7-8187-d30ffe88b4b7"];
    for order in orders {
        tell_of(&terminal, &bars, order, order, planned(2, 10_000_000));
        tell_of(&terminal, &bars, order, "a.tif", started(9_000_000));
    }
    tell_of(&terminal, &bars, orders[0], "a.tif", ProgressStep::Done { size: 9_000_000 });
    let shown = "\
1 of 4 files [======>        ]    9.00 MB of  20.00 MB   18.00 MB/s  00:00 left
  2944c0de/a.tif [>                           ]        0 B of   9.00 MB";
    assert_eq!(terminal.screen(), shown);
    // The first one is run again: it counts once.
    tell_of(&terminal, &bars, orders[0], orders[0], planned(2, 10_000_000));
    assert!(terminal.screen().starts_with("0 of 4 files"));
}

#[test]
fn a_second_bar_stands_below_the_first() {
    let (mut terminal, first) = bars(24, 80);
    let second = terminal.add(FileBoard::new(true));
    for bars in [&first, &second] {
        tell(&terminal, bars, "a.tif", started(1_000));
    }
    assert_eq!(terminal.screen().lines().count(), 4);
    terminal.close(&first);
    let screen = terminal.screen();
    let lines: Vec<&str> = screen.lines().collect();
    assert_eq!((lines[0], lines.len()), ("0 of 1 file, 0 B in 00:00", 3), "{screen}");
}

#[test]
fn without_a_terminal_there_are_plain_lines() {
    let mut terminal = Terminal::new(24, 80);
    let board = terminal.add(FileBoard::new(false));
    let order = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
    let tell = |at, name: &str, step| board.lock().unwrap().event(&event(name, step).within(order), at);
    let now = terminal.now;
    tell(now, order, planned(4, 80_000_000));
    tell(now, "a.tif", started(40_000_000));
    tell(now, "a.tif", ProgressStep::Resumed { from: 10_000_000 });
    tell(now, "b.tif", ProgressStep::Kept { size: 10_000_000 });
    tell(now, "c.tif", retry("reset"));
    tell(now, "c.tif", failed("gone"));
    let said = board.lock().unwrap().said(now);
    let expected = [
        "18389c7e-1831-4de7-8187-d30ffe88b4b7: 4 files, 80.00 MB",
        "a.tif: resumed at 10.00 MB",
        "b.tif: was there already, 10.00 MB",
        "c.tif: attempt 1 failed: reset; the next follows in 1.5 s",
        "c.tif: failed: gone",
    ];
    assert_eq!(said, expected);

    tell(terminal.at(9.0), "a.tif", received(30_000_000, 40_000_000));
    assert!(board.lock().unwrap().said(terminal.now).is_empty());
    let total = "1 of 4 files, 1 failed, 40.00 MB of 80.00 MB, 2.00 MB/s, 00:20 left";
    assert_eq!(board.lock().unwrap().said(terminal.at(10.0)), [total]);
    assert!(board.lock().unwrap().said(terminal.at(19.0)).is_empty(), "again after ten seconds");

    tell(terminal.now, "a.tif", ProgressStep::Done { size: 40_000_000 });
    assert_eq!(board.lock().unwrap().said(terminal.now), ["a.tif: done, 40.00 MB"]);
    board.lock().unwrap().close(terminal.now);
    let summary = "2 of 4 files, 1 failed, 50.00 MB in 00:19; 1 had been there before";
    assert_eq!(board.lock().unwrap().said(terminal.now), [summary]);
}

fn step() -> impl Strategy<Value = ProgressStep> {
    let size = prop_oneof![0_u64..2000, Just(u64::MAX)];
    (0..10, size.clone(), size, any::<bool>()).prop_map(|(step, a, b, known)| match step {
        0 => ProgressStep::Planned { files: a as usize % 9, bytes: known.then_some(b) },
        1 => ProgressStep::Started { total: known.then_some(b) },
        2 => ProgressStep::Resumed { from: a },
        3 | 4 => ProgressStep::Received { received: a, total: known.then_some(b) },
        5 => retry("reset"),
        6 => ProgressStep::Verified,
        7 => ProgressStep::Done { size: a },
        8 => ProgressStep::Kept { size: a },
        _ => failed("gone"),
    })
}

proptest! {
    #[test]
    fn whatever_is_told_no_line_is_wider_and_there_are_no_more_than_fit(
        steps in prop::collection::vec((0..4_usize, 0..3_usize, step()), 0..40),
        (columns, rows) in (0..130_usize, 1..12_usize),
    ) {
        let (terminal, _) = bars(24, 80);
        let mut board = FileBoard::new(true);
        for (seconds, (name, order, step)) in steps.into_iter().enumerate() {
            let name = ["a.tif", LONG, "ナイルデルタ/二〇二〇年九月の画像.tif", ""][name];
            let event = match ["", "18389c7e-1831", "2944c0de-1831"][order] {
                "" => event(name, step),
                order => event(name, step).within(order),
            };
            let now = terminal.now + std::time::Duration::from_secs(seconds as u64);
            board.event(&event, now);
            for line in board.live(Size { columns, rows }, now) {
                prop_assert!(measure_text_width(&line) <= columns, "{line:?} in {columns}");
            }
            let lines = board.live(Size { columns, rows }, now).len();
            prop_assert!(lines <= rows, "{lines} lines in {rows} rows");
        }
    }
}
