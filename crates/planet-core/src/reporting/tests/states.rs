use std::time::{Duration, Instant};

use super::Terminal;
use crate::reporting::screen::Board;
use crate::reporting::states::States;
use crate::reporting::text::clock;

#[test]
fn an_order_is_shown_with_the_time_and_its_state() {
    let mut terminal = Terminal::new(24, 80);
    let bar = terminal.add(States::of_orders(true, terminal.now));
    bar.lock().unwrap().update("", "creating", terminal.now);
    assert_eq!(terminal.screen(), "00:00 - order - state: creating");

    bar.lock().unwrap().update("18389c7e-1831-4de7-8187-d30ffe88b4b7", "queued", terminal.now);
    assert_eq!(terminal.screen(), "00:00 - order 18389c7e-1831-4de7-8187-d30ffe88b4b7 - state: queued");

    terminal.at(126.5);
    bar.lock().unwrap().update("18389c7e-1831-4de7-8187-d30ffe88b4b7", "running", terminal.now);
    assert_eq!(terminal.screen(), "02:06 - order 18389c7e-1831-4de7-8187-d30ffe88b4b7 - state: running");
    terminal.at(127.5);
    assert_eq!(
        terminal.screen(),
        "02:07 - order 18389c7e-1831-4de7-8187-d30ffe88b4b7 - state: running",
        "time goes on"
    );

    terminal.close(&bar);
    assert_eq!(terminal.screen(), "02:07 - order 18389c7e-1831-4de7-8187-d30ffe88b4b7 - state: running", "it stays");
}

#[test]
fn of_several_orders_the_number_in_each_state_is_shown() {
    let mut terminal = Terminal::new(24, 80);
    let bar = terminal.add(States::of_orders(true, terminal.now));
    for (id, state) in [("a", "queued"), ("b", "running"), ("c", "running"), ("a", "success")] {
        bar.lock().unwrap().update(id, state, terminal.now);
    }
    assert_eq!(terminal.screen(), "00:00 - 3 orders - running: 2, success: 1");
}

#[test]
fn an_asset_is_shown_by_the_names_that_the_bar_was_given() {
    let mut terminal = Terminal::new(24, 80);
    let bar =
        terminal.add(States::of_asset("PSScene 20200909_182525_1014 ortho_visual".to_owned(), true, terminal.now));
    terminal.at(31.0);
    bar.lock().unwrap().update("", "activating", terminal.now);
    assert_eq!(terminal.screen(), "00:31 - PSScene 20200909_182525_1014 ortho_visual - status: activating");
}

#[test]
fn of_many_assets_the_number_with_each_status_is_shown() {
    let mut terminal = Terminal::new(24, 80);
    let bar = terminal.add(States::of_assets(true, terminal.now));
    bar.lock().unwrap().update("ortho_visual (https://api.planet.com/a)", "activating", terminal.now);
    assert_eq!(terminal.screen(), "00:00 - 1 assets - activating: 1");
    bar.lock().unwrap().update("ortho_visual (https://api.planet.com/b)", "active", terminal.now);
    assert_eq!(terminal.screen(), "00:00 - 2 assets - activating: 1, active: 1");
}

#[test]
fn without_a_terminal_orders_are_told_one_by_one_and_assets_by_their_number() {
    let now = Instant::now();
    let (mut orders, mut assets) = (States::of_orders(false, now), States::of_assets(false, now));
    for bar in [&mut orders, &mut assets] {
        for (id, state) in [("a", "running"), ("b", "running"), ("b", "running"), ("b", "success")] {
            bar.update(id, state, now);
        }
    }
    let expected =
        ["00:00 - order a - state: running", "00:00 - order b - state: running", "00:00 - order b - state: success"];
    assert_eq!(orders.said(now), expected);
    let expected =
        ["00:00 - 1 assets - running: 1", "00:00 - 2 assets - running: 2", "00:00 - 2 assets - running: 1, success: 1"];
    assert_eq!(assets.said(now), expected);
}

#[test]
fn a_narrow_terminal_gets_the_beginning_of_the_line() {
    let mut terminal = Terminal::new(24, 20);
    let bar = terminal.add(States::of_orders(true, terminal.now));
    bar.lock().unwrap().update("18389c7e-1831-4de7-8187-d30ffe88b4b7", "queued", terminal.now);
    assert_eq!(terminal.screen(), "00:00 - order 18...");
}

#[test]
fn the_first_hour_is_told_without_hours() {
    let seconds = |seconds| clock(Duration::from_secs(seconds));
    assert_eq!([seconds(0), seconds(59), seconds(3599), seconds(3600)], ["00:00", "00:59", "59:59", "1:00:00"]);
    assert_eq!(seconds(100 * 3600 + 61), "100:01:01");
}
