//! The bar of a wait for orders.

use std::sync::Arc;
use std::time::Instant;

use super::bar::Bar;
use super::screen::Screen;
use super::states::States;
use crate::{Progress, ProgressEvent, ProgressStep};

/// Shows the state of an order: `02:06 - order 18389c7e-1831-4de7-8187-d30ffe88b4b7 - state: running`, with the time since
/// the bar was made. Of several orders it shows how many are in each state: `02:06 - 3 orders - running: 2, success: 1`.
///
/// The line stays as it was last when the bar is [finished](Self::finish), or its last clone is dropped. Where there is no
/// terminal, each change is a line.
///
/// ```
/// use planet_core::reporting::StateBar;
/// use planet_core::{Progress, ProgressEvent, ProgressStep};
///
/// // By hand:
/// let bar = StateBar::new().state("creating");
/// let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7"; // of the order that was created in between
/// bar.update(id, "created");
/// bar.println("this stands above the bar");
///
/// // A wait does this: `planet.orders().wait(id).progress(bar.clone()).await?`
/// bar.event(&ProgressEvent::new(id, ProgressStep::State { state: "running".into() }));
/// bar.finish();
///
/// // As a switch of a program may want it.
/// let bar = StateBar::new().quiet(true);
/// # drop(bar);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a bar shows what it is told"]
pub struct StateBar(Arc<Bar<States>>);

impl StateBar {
    /// A bar on standard error.
    #[doc(alias = "open_bar")]
    pub fn new() -> Self {
        Self::on(Some(Screen::stderr()))
    }

    pub(super) fn on(screen: Option<Screen>) -> Self {
        let is_live = screen.as_ref().is_some_and(Screen::is_live);
        Self(Arc::new(Bar::new(States::of_orders(is_live, Instant::now()), screen)))
    }

    /// Shows this before anything else is known, such as `creating`.
    pub fn state(self, state: &str) -> Self {
        self.update("", state);
        self
    }

    /// With `true` it shows nothing at all. To be called first, before anything is told.
    #[doc(alias = "disable")]
    pub fn quiet(self, quiet: bool) -> Self {
        if quiet { Self::on(None) } else { self }
    }

    /// Shows that an order is in a state.
    #[doc(alias = "update_state")]
    pub fn update(&self, order_id: &str, state: &str) {
        self.0.tell(|states, now| states.update(order_id, state, now));
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

impl Default for StateBar {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress for StateBar {
    fn event(&self, event: &ProgressEvent) {
        if let ProgressStep::State { state } = &event.step {
            self.update(&event.name, state);
        }
    }
}
