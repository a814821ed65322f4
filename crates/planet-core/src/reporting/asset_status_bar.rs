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
/// let bar = AssetStatusBar::new("PSScene", "20200909_182525_1014", "ortho_visual").quiet(true);
/// # drop(bar);
///
/// // For `planet.data().wait_many(&assets)`, or many waits at once: `00:31 - 20 assets - activating: 8, active: 12`
/// let bar = AssetStatusBar::many();
/// # drop(bar);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a bar shows what it is told"]
pub struct AssetStatusBar {
    bar: Arc<Bar<States>>,
    are_many: bool,
}

impl AssetStatusBar {
    /// A bar on standard error. The asset of a wait does not know its item; therefore it is named here.
    #[doc(alias = "open_bar")]
    pub fn new(item_type: impl AsRef<str>, item_id: impl AsRef<str>, asset_type: impl AsRef<str>) -> Self {
        let name = format!("{} {} {}", item_type.as_ref(), item_id.as_ref(), asset_type.as_ref());
        Self::on(Some(Screen::stderr()), Some(name))
    }

    /// A bar that shows how many assets have each status.
    pub fn many() -> Self {
        Self::on(Some(Screen::stderr()), None)
    }

    /// Of one asset with this name, or of many.
    pub(super) fn on(screen: Option<Screen>, name: Option<String>) -> Self {
        let (is_live, are_many) = (screen.as_ref().is_some_and(Screen::is_live), name.is_none());
        let states = match name {
            Some(name) => States::of_asset(name, is_live, Instant::now()),
            None => States::of_assets(is_live, Instant::now()),
        };
        Self { bar: Arc::new(Bar::new(states, screen)), are_many }
    }

    /// With `true` it shows nothing at all. To be called first, before anything is told.
    #[doc(alias = "disable")]
    pub fn quiet(self, quiet: bool) -> Self {
        if quiet { Self::on(None, None) } else { self }
    }

    /// Shows that the asset has this status; if there are many, one without a name.
    #[doc(alias = "update_state")]
    pub fn update(&self, status: &str) {
        self.bar.tell(|states, now| states.update("", status, now));
    }

    /// Leaves a line standing above all bars. Printing past them would garble them.
    pub fn println(&self, line: &str) {
        self.bar.say(line);
    }

    /// Leaves the line as it is. Told more afterwards, the bar shows a new one.
    pub fn finish(&self) {
        self.bar.finish();
    }
}

impl Progress for AssetStatusBar {
    fn event(&self, event: &ProgressEvent) {
        if let ProgressStep::State { state } = &event.step {
            let id = if self.are_many { event.name.as_ref() } else { "" };
            self.bar.tell(|states, now| states.update(id, state, now));
        }
    }
}
