//! Bars with their thread, as programs have them.

use std::time::{Duration, Instant};

use indicatif::InMemoryTerm;

use super::{Shared, Stuck, event, failed, received, started};
use crate::reporting::painter::Painter;
use crate::reporting::screen::Screen;
use crate::reporting::{AssetStatusBar, FileBars, StateBar};
use crate::{Progress, ProgressStep};

fn terminal() -> (InMemoryTerm, Screen) {
    let term = InMemoryTerm::new(24, 80);
    let screen = Screen::new(Painter::live(Box::new(term.clone())));
    (term, screen)
}

fn plain() -> (Shared, Screen) {
    let written = Shared::default();
    (written.clone(), Screen::new(Painter::Plain(Box::new(written))))
}

/// Waits until it is so.
fn soon(is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !is_so() {
        assert!(Instant::now() < end, "it never is");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

#[test]
fn a_wait_and_then_a_download_leave_one_line_each() {
    let (term, screen) = terminal();
    let bar = StateBar::on(Some(screen.clone())).state("creating");
    soon(|| term.contents() == "00:00 - order - state: creating");
    bar.update("1838", "created");
    bar.clone().event(&event("1838", ProgressStep::State { state: "success".into() }));
    drop(bar);
    assert_eq!(term.contents(), "00:00 - order 1838 - state: success", "when it is dropped, all is drawn");

    let bars = FileBars::on(Some(screen));
    bars.event(&event("a.tif", started(1_000)));
    soon(|| term.contents().lines().count() == 3);
    bars.println("by the way");
    soon(|| term.contents().lines().count() == 4);
    bars.event(&event("a.tif", ProgressStep::Done { size: 1_000 }));
    bars.finish();
    let left = "00:00 - order 1838 - state: success\nby the way\n1 of 1 file, 1.00 kB in 00:00";
    assert_eq!(term.contents(), left);

    bars.event(&event("b.tif", ProgressStep::Done { size: 2_000 }));
    drop(bars);
    let left = [left, "1 of 1 file, 2.00 kB in 00:00"].join("\n");
    assert_eq!(term.contents(), left, "after the end they begin anew");
}

#[test]
fn bars_that_hear_nothing_show_nothing() {
    let (term, screen) = terminal();
    drop(FileBars::on(Some(screen.clone())));
    drop(StateBar::on(Some(screen.clone())));
    drop(AssetStatusBar::on(Some(screen), None));
    assert_eq!(term.moves_since_last_check(), "");
}

#[test]
fn a_bar_hears_of_its_own_steps_only() {
    let (term, screen) = terminal();
    let (state, files) = (StateBar::on(Some(screen.clone())), FileBars::on(Some(screen)));
    state.event(&event("a.tif", received(1, 3)));
    files.event(&event("1838", ProgressStep::State { state: "running".into() }));
    drop((state, files));
    assert_eq!(term.contents(), "");
}

#[test]
fn without_a_terminal_each_change_is_a_line() {
    let (written, screen) = plain();
    let bar = AssetStatusBar::on(Some(screen.clone()), Some("PSScene 1014 ortho_visual".to_owned()));
    for status in ["inactive", "activating", "activating", "active"] {
        bar.update(status);
    }
    bar.println("by the way");
    bar.finish();
    let lines = ["inactive", "activating", "active"]
        .map(|status| format!("00:00 - PSScene 1014 ortho_visual - status: {status}\n"));
    let text = written.text();
    let mut sorted: Vec<&str> = text.lines().filter(|line| *line != "by the way").collect();
    sorted.dedup();
    assert_eq!(sorted, lines.each_ref().map(|line| line.trim_end()));

    let bars = FileBars::on(Some(screen));
    bars.event(&event("a.tif", failed("gone")));
    drop(bars);
    assert!(written.text().ends_with("\na.tif: failed: gone\n0 of 1 file, 1 failed, 0 B in 00:00\n"));
}

#[test]
fn a_quiet_bar_says_nothing() {
    let bars = FileBars::new().quiet(true);
    bars.event(&event("a.tif", failed("gone")));
    bars.println("by the way");
    bars.finish();
    assert!(format!("{bars:?}").contains("quiet: true"));
}

#[test]
fn a_terminal_that_is_stopped_holds_up_no_event_and_the_end_not_for_long() {
    let bars = FileBars::on(Some(Screen::new(Painter::Plain(Box::new(Stuck(Duration::from_secs(3)))))));
    let began = Instant::now();
    for _ in 0..1000 {
        bars.event(&event("a.tif", failed("gone")));
    }
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    drop(bars);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn many_downloads_at_once_share_the_bars() {
    let (term, screen) = terminal();
    let bars = FileBars::on(Some(screen));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let bars = bars.clone();
            scope.spawn(move || {
                for file in 0..50 {
                    let name = format!("{thread}/{file}.tif");
                    bars.event(&event(&name, started(1_000)));
                    bars.event(&event(&name, received(500, 1_000)));
                    bars.event(&event(&name, ProgressStep::Done { size: 1_000 }));
                }
            });
        }
    });
    drop(bars);
    assert_eq!(term.contents(), "400 of 400 files, 400.00 kB in 00:00");
}
