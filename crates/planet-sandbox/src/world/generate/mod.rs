//! The catalogue: items invented from a seed, and the items that Planet's guides name.

mod guide;
mod planetscope;
mod rapideye;
mod sky;
mod skysat;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::area::{AREAS, Area};
use super::item::Draft;
use super::{Item, media_type};
use crate::state::lock;

/// 2019-12-01T00:00:00Z, the first day of the invented items.
const FIRST_DAY: Timestamp = Timestamp::constant(1_575_158_400, 0);
/// To 2021-11-30.
const DAYS: u64 = 731;

/// All items the emulator knows. It does not change after it is made.
#[derive(Debug)]
pub(crate) struct Catalogue {
    made: Arc<Made>,
    /// So many bytes come after each image.
    padding: usize,
}

/// What a seed makes.
#[derive(Debug, Default)]
struct Made {
    /// Those published last come first, as searches list them unless told otherwise: so most need not sort.
    items: Vec<Item>,
    /// Position by id; ids are unique over all item types here.
    by_id: HashMap<String, usize>,
}

/// The seed and the scenes of the catalogue that was made last, and the catalogue. A test program starts a sandbox for each
/// test, most of them alike.
static LAST: Mutex<Option<(u64, u64, Arc<Made>)>> = Mutex::new(None);

impl Catalogue {
    /// The same seed makes the same catalogue, of about so many scenes.
    pub(crate) fn of(seed: u64, scenes: u64) -> Self {
        // Locked while it is made: another sandbox that starts meanwhile needs it, too.
        let mut last = lock(&LAST);
        let made = match &*last {
            Some((of, count, made)) if (*of, *count) == (seed, scenes) => Arc::clone(made),
            _ => {
                let made = Arc::new(Made::generate(seed, scenes));
                *last = Some((seed, scenes, Arc::clone(&made)));
                made
            }
        };
        Self { made, padding: 0 }
    }

    pub(crate) fn with_padding(self, bytes: usize) -> Self {
        Self { padding: bytes, ..self }
    }

    /// The bytes of a file as they are delivered.
    pub(crate) fn padded(&self, name: &str, mut bytes: Vec<u8>) -> Vec<u8> {
        if self.padding > 0 && media_type(name) == "image/tiff" {
            // Of all values, so that bytes in a wrong place are noticed.
            let mut rng = Rng::with_seed(bytes.len() as u64);
            bytes.resize_with(bytes.len() + self.padding, || rng.u8(..));
        }
        bytes
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.made.items
    }

    pub(crate) fn get(&self, item_type: &str, id: &str) -> Option<&Item> {
        self.items().get(self.find(item_type, id)?)
    }

    /// The position of an item in [`Self::items`].
    pub(crate) fn find(&self, item_type: &str, id: &str) -> Option<usize> {
        let position = *self.made.by_id.get(id)?;
        self.items().get(position).filter(|item| item.item_type == item_type).map(|_| position)
    }
}

impl Made {
    fn generate(seed: u64, scenes: u64) -> Self {
        let mut made = Self::default();
        let mut rng = Rng::with_seed(seed);
        for draft in guide::drafts(&mut rng) {
            made.add(draft);
        }
        for area in AREAS {
            let mut rng = rng.fork();
            for draft in planetscope::drafts(area, scenes / AREAS.len() as u64, &mut rng) {
                made.add(draft);
            }
            for draft in skysat::drafts(area, &mut rng) {
                made.add(draft);
            }
            for draft in rapideye::drafts(area, &mut rng) {
                made.add(draft);
            }
        }
        made.sort();
        made
    }

    fn sort(&mut self) {
        self.items.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
        self.by_id = self.items.iter().enumerate().map(|(at, item)| (item.id.clone(), at)).collect();
    }

    fn add(&mut self, draft: Draft) {
        let position = self.items.len();
        if let std::collections::hash_map::Entry::Vacant(free) = self.by_id.entry(draft.id.clone()) {
            free.insert(position);
            self.items.push(Item::new(draft));
        }
    }
}

/// A pass over the area at about half past ten, local sun time.
fn pass(area: &Area, day: u64, rng: &mut Rng) -> Timestamp {
    let local = 10.5 + (rng.f64() - 0.5) * 1.6;
    let utc_hour = (local - area.lon / 15.0).rem_euclid(24.0);
    later(FIRST_DAY, day as f64 * 86_400.0 + utc_hour * 3600.0 + rng.f64())
}

/// So many seconds later, to the microsecond.
fn later(time: Timestamp, seconds: f64) -> Timestamp {
    time + SignedDuration::from_micros((seconds * 1e6) as i64)
}

/// When an item of that time appeared in the catalogue and when it last changed, in whole seconds.
fn publication(acquired: Timestamp, rng: &mut Rng) -> (Timestamp, Timestamp) {
    let whole = SignedDuration::from_secs(1);
    let round = |time: Timestamp| time.round(jiff::Unit::Second).unwrap_or(time) + whole;
    let published = round(later(acquired, rng.f64() * 86_400.0 + 7_200.0));
    let untouched = rng.bool();
    let updated = if untouched { published } else { round(later(published, rng.f64() * 500_000.0)) };
    (published, updated)
}

/// The service writes integral numbers without a point.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 { Value::from(value as i64) } else { Value::from(value) }
}

/// A number rounded to so many decimals.
fn rounded(value: f64, decimals: i32) -> Value {
    let factor = 10_f64.powi(decimals);
    number((value * factor).round() / factor)
}

fn pick<T: Copy>(choices: &[T], rng: &mut Rng) -> Option<T> {
    choices.get(rng.usize(..choices.len().max(1))).copied()
}
