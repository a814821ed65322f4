//! Ready-made listeners for the progress of waits and transfers. (Feature `reporting`.)
//!
//! Each is a [`Progress`](crate::Progress), for the `.progress(..)` of a wait or a download; two go together as a pair.
//!
//! | | tells of | to |
//! | --- | --- | --- |
//! | [`StateBar`] | waits for orders | a person |
//! | [`AssetStatusBar`] | the wait for an asset | a person |
//! | [`FileBars`] | downloads | a person |
//! | [`Tracing`] | all | `tracing` |
//! | [`channel()`] | all | another part of the program |
//! | [`JsonLines`] | all | a file, a pipe, another program |
//!
//! The bars write to standard error: on a terminal they are redrawn ten times a second, one below the other if there are
//! several; elsewhere, and where `TERM` is `dumb`, they write plain lines instead. Colours follow `NO_COLOR`.
//!
//! No transfer waits for any of them. Bars and JSON lines are written by threads of their own: a terminal that is stopped,
//! or a pipe that nobody reads, holds up what is shown, and nothing else.

mod asset_status_bar;
mod bar;
mod channel;
mod file_bars;
mod file_board;
mod files;
mod json_lines;
mod painter;
mod pair;
mod screen;
mod speed;
mod state_bar;
mod states;
#[cfg(test)]
mod tests;
mod text;
mod tracing;

pub use asset_status_bar::AssetStatusBar;
pub use channel::{ChannelProgress, ProgressEvents, channel};
pub use file_bars::FileBars;
pub use json_lines::JsonLines;
pub use state_bar::StateBar;
pub use tracing::Tracing;
