use proptest::prelude::*;

use super::{Terminal, event, failed, planned, received, retry, started};
use crate::reporting::file_board::FileBoard;
use crate::reporting::files::{Files, Sum};
use crate::{ProgressEvent, ProgressStep};

const LONG: &str = "PSScene/20200909_182525_1014_3B_AnalyticMS_SR_8b_harmonized_clip_reproject.tif";

#[test]
fn the_totals_stand_above_the_files_under_way_and_those_that_are_done_leave() {
    let mut terminal = Terminal::new(24, 80);
    let bars = terminal.add(FileBoard::new(true));
    let tell = |terminal: &Terminal, name: &str, step| bars.lock().unwrap().event(&event(name, step), terminal.now);
    tell(&terminal, "order", planned(4, 80_000_000));
    assert_eq!(
        terminal.screen(),
        "0 of 4 files [>          ]       0 B of  80.00 MB        0 B/s  --:-- left",
    );
    tell(&terminal, "manifest.json", ProgressStep::Kept { size: 10_000_000 });
    tell(&terminal, "a.tif", started(20_000_000));
    tell(&terminal, "b.tif", started(40_000_000));
    tell(&terminal, LONG, started(10_000_000));
    terminal.at(2.0);
    tell(&terminal, "a.tif", received(10_000_000, 20_000_000));
    tell(&terminal, "b.tif", received(30_000_000, 40_000_000));
    let shown = "\
1 of 4 files [======>    ]  50.00 MB of  80.00 MB   20.00 MB/s  00:01 left
  a.tif                                         [====>    ]  10.00 MB of  20.00 MB
";
    assert_eq!(terminal.screen(), shown);
}
