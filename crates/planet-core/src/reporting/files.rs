//! What is known of the files that are fetched.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::speed::Speed;
use super::text::one_line;
use crate::{ProgressEvent, ProgressStep};

/// All files, of all orders.
#[derive(Default)]
pub(super) struct Files {
    orders: BTreeMap<Option<Arc<str>>, Order>,
    under_way: BTreeMap<(Option<Arc<str>>, Arc<str>), File>,
    speed: Speed,
    began: Option<Instant>,
    /// The place of the next file among all.
    next: usize,
}

/// A file that is being fetched.
#[derive(Clone, Copy, Default)]
pub(super) struct File {
    place: usize,
    pub(super) received: u64,
    pub(super) total: Option<u64>,
    /// An attempt broke, and no byte has come since.
    pub(super) is_broken: bool,
}

/// The files of an order that are under way no longer. Those that belong to none are counted together.
#[derive(Clone, Copy, Default)]
struct Order {
    planned: usize,
    /// The size of all that is planned, if it is known.
    bytes: Option<u64>,
    done: usize,
    kept: usize,
    failed: usize,
    /// The bytes of those that are done or kept.
    here: u64,
    /// The bytes that were to come of those that failed.
    lost: u64,
}

/// The files of all orders together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) files: usize,
    pub(super) done: usize,
    pub(super) kept: usize,
    pub(super) failed: usize,
    /// The bytes that are there by now.
    pub(super) bytes: u64,
    /// All there will be in the end, if that is known.
    pub(super) total: Option<u64>,
    /// Those of the total that will not come.
    pub(super) lost: u64,
    pub(super) speed: u64,
    /// The time that all files take at this speed, if that can be told.
    pub(super) left: Option<Duration>,
    pub(super) elapsed: Duration,
}

impl Files {
    pub(super) fn event(&mut self, event: &ProgressEvent, now: Instant) {
        match event.step {
            ProgressStep::State { .. } | ProgressStep::Verified => return,
            ProgressStep::Planned { files, bytes } => {
                let order = Order { planned: files, bytes, ..Order::default() };
                self.orders.insert(event.order.clone(), order);
            }
            ProgressStep::Started { total } => {
                self.speed.begin(now);
                let file = self.file(event);
                *file = File { total: total.or(file.total), place: file.place, ..File::default() };
            }
            ProgressStep::Resumed { from } => {
                let file = self.file(event);
                (file.received, file.is_broken) = (from, false);
            }
            ProgressStep::Received { received, total } => self.received(event, received, total, now),
            ProgressStep::Retry { .. } => self.file(event).is_broken = true,
            ProgressStep::Done { size } => {
                self.received(event, size, Some(size), now);
                let (_, order) = self.end(event);
                order.done += 1;
                order.here = order.here.saturating_add(size);
            }
            ProgressStep::Kept { size } => {
                let (_, order) = self.end(event);
                order.kept += 1;
                order.here = order.here.saturating_add(size);
            }
            ProgressStep::Failed { .. } => {
                let (file, order) = self.end(event);
                order.failed += 1;
                order.lost = order.lost.saturating_add(file.total.unwrap_or_default());
            }
        }
        self.began.get_or_insert(now);
    }

    fn received(&mut self, event: &ProgressEvent, received: u64, total: Option<u64>, now: Instant) {
        let file = self.file(event);
        // Fewer than before: what proved wrong is fetched again.
        let new = received.saturating_sub(file.received);
        *file = File { received, total: total.or(file.total), is_broken: false, ..*file };
        self.speed.add(new, now);
    }

    /// The file that an event is about. It is under way from now on.
    fn file(&mut self, event: &ProgressEvent) -> &mut File {
        self.under_way.entry((event.order.clone(), Arc::clone(&event.name))).or_insert_with(|| {
            self.next += 1;
            File { place: self.next, ..File::default() }
        })
    }

    /// The file is under way no longer: what was known of it, and where it is counted from now on.
    fn end(&mut self, event: &ProgressEvent) -> (File, &mut Order) {
        let file = self.under_way.remove(&(event.order.clone(), Arc::clone(&event.name)));
        (file.unwrap_or_default(), self.orders.entry(event.order.clone()).or_default())
    }

    /// The files under way, the one that began first at the top, with the names to show.
    pub(super) fn under_way(&self) -> Vec<(String, File)> {
        let mut files: Vec<_> = self.under_way.iter().collect();
        files.sort_by_key(|(_, file)| file.place);
        let shown = |(order, name): &(Option<Arc<str>>, Arc<str>)| one_line(&self.shown(order.as_deref(), name, 8));
        files.into_iter().map(|(id, file)| (shown(id), *file)).collect()
    }

    /// A file's name, with so much of its order's id as is needed if there are several.
    pub(super) fn shown(&self, order: Option<&str>, name: &str, id: usize) -> String {
        match order.filter(|_| self.orders.len() > 1) {
            Some(order) => format!("{}/{name}", order.chars().take(id).collect::<String>()),
            None => name.to_owned(),
        }
    }

    pub(super) fn sum(&mut self, now: Instant) -> Sum {
        let mut sum = Sum { total: Some(0), ..Sum::default() };
        let mut orders: BTreeMap<&Option<Arc<str>>, Vec<&File>> = self.orders.keys().map(|id| (id, vec![])).collect();
        for ((order, _), file) in &self.under_way {
            orders.entry(order).or_default().push(file);
        }
        for (id, under_way) in orders {
            self.orders.get(id).copied().unwrap_or_default().add_to(&mut sum, &under_way);
        }
        sum.speed = self.speed.get(now);
        let left = sum.total.map(|total| total.saturating_sub(sum.bytes).saturating_sub(sum.lost));
        sum.left = left.filter(|_| sum.speed > 0).map(|left| Duration::from_secs(left / sum.speed));
        sum.elapsed = self.began.map(|began| now.saturating_duration_since(began)).unwrap_or_default();
        sum
    }
}

impl Order {
    fn add_to(self, sum: &mut Sum, under_way: &[&File]) {
        let seen = self.done + self.kept + self.failed + under_way.len();
        let known =
            under_way.iter().map(|file| file.total).try_fold(0_u64, |sum, total| Some(sum.saturating_add(total?)));
        let received = under_way.iter().map(|file| file.received).fold(0, u64::saturating_add);
        let total = match self.bytes {
            Some(bytes) => Some(bytes),
            None if self.planned > seen => None,
            None => known.map(|known| known.saturating_add(self.here).saturating_add(self.lost)),
        };
        sum.files = sum.files.saturating_add(self.planned.max(seen));
        sum.done += self.done;
        sum.kept += self.kept;
        sum.failed += self.failed;
        sum.bytes = sum.bytes.saturating_add(self.here).saturating_add(received);
        sum.total = sum.total.zip(total).map(|(sum, total)| sum.saturating_add(total));
        sum.lost = sum.lost.saturating_add(self.lost);
    }
}
