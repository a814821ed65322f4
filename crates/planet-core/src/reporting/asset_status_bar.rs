//! The bar of the wait for an asset.

use std::sync::Arc;
use std::time::Instant;

use super::bar::Bar;
use super::screen::Screen;
use super::states::States;
use crate::{Progress, ProgressEvent, ProgressStep};

/// Shows the status of an asset: `00:31 - PSScene 20200909_182525_1014 ortho_visual - status: activating`, with the time
/// since the bar was made.
///
/// The line stays as it was last when the bar is [finished](Self::finish), or its last clone is dropped. Where there is no
/// terminal, each change is a line.
///
/// ```
/// use planet_core::reporting::AssetStatusBar;
///
/// // For a wait: `planet.data().wait(&asset).progress(bar.clone()).await?`
/// let bar = AssetStatusBar::new("PSScene", "20200909_182525_1014", "ortho_visual");
/// // By hand:
/// bar.update("activating");
/// bar.println("this stands above the bar");
/// bar.finish();
///
/// let bar = AssetStatusBar::new("PSScene", "20200909_182525_1014", "ortho_visual").quiet();
/// # drop(bar);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a bar shows what it is told"]
pub struct AssetStatusBar(Arc<Bar<States>>);

impl AssetStatusBar {
    /// A bar on standard error. The asset of a wait does not know its item; therefore it is named here.
    pub fn new(item_type: impl AsRef<str>, item_id: impl AsRef<str>, asset_type: impl AsRef<str>) -> Self {
        Self::on(Some(Screen::stderr()), item_type.as_ref(), item_id.as_ref(), asset_type.as_ref())
    }

    pub(super) fn on(screen: Option<Screen>, item_type: &str, item_id: &str, asset_type: &str) -> Self {
        let is_live = screen.as_ref().is_some_and(Screen::is_live);
        let name = format!("{item_type} {item_id} {asset_type}");
        Self(Arc::new(Bar::new(States::of_asset(name, is_live, Instant::now()), screen)))
    }

    /// Shows nothing at all. Called first, before the bar is told anything.
    #[doc(alias = "disable")]
    pub fn quiet(self) -> Self {
        Self::on(None, "", "", "")
    }

    /// Shows that the asset has this status.
    #[doc(alias = "update_state")]
    pub fn update(&self, status: &str) {
        self.0.tell(|states, now| states.update("", status, now));
    }

    /// Leaves a line standing above all bars. Printing past them would garble them.
    pub fn println(&self, line: &str) {
        self.0.say(line);
    }

    /// Leaves the line as it is. Told more afterwards, the bar shows a new one.
    pub fn finish(&self) {
        self.0.finish();
    }
}

impl Progress for AssetStatusBar {
    fn event(&self, event: &ProgressEvent) {
        if let ProgressStep::State { state } = &event.step {
            self.update(state);
        }
    }
}
