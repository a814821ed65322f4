//! Searches: their documents, and the items each has found, in order.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::later;
use crate::world::{Catalogue, Item};

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) field: SortField,
    pub(crate) descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SortField {
    Published,
    Acquired,
    /// Of a list of searches; items have no such time.
    Created,
}

impl Sort {
    pub(crate) const PUBLISHED_DESC: Self = Self { field: SortField::Published, descending: true };
    pub(crate) const CREATED_DESC: Self = Self { field: SortField::Created, descending: true };

    /// Reads `published desc`, `acquired asc` and so on.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (field, direction) = text.split_once(' ')?;
        let descending = match direction {
            "desc" => true,
            "asc" => false,
            _ => return None,
        };
        Some(Self { field: SortField::parse(field)?, descending })
    }

    /// The place of an item in a list.
    pub(crate) fn place(self, item: &Item) -> (Timestamp, &str) {
        match self.field {
            SortField::Acquired => (item.acquired, &item.id),
            SortField::Published | SortField::Created => (item.published, &item.id),
        }
    }

    /// Compares two places in the list; what has the same time is in the order of the ids.
    pub(crate) fn compare(self, a: (Timestamp, &str), b: (Timestamp, &str)) -> Ordering {
        let by_time = a.0.cmp(&b.0);
        let by_time = if self.descending { by_time.reverse() } else { by_time };
        by_time.then_with(|| a.1.cmp(b.1))
    }
}

impl SortField {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "published" => Some(Self::Published),
            "acquired" => Some(Self::Acquired),
            "created" => Some(Self::Created),
            _ => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Acquired => "acquired",
            Self::Created => "created",
        }
    }
}

/// Places in the catalogue.
pub(crate) type Hits = Arc<[usize]>;

/// What a search looks for, as the request said it.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) item_types: Value,
    pub(crate) filter: Value,
    pub(crate) geometry: Option<Value>,
    pub(crate) asset_types: Option<Value>,
}

/// A quick or saved search.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) saved: bool,
    pub(crate) daily_email: bool,
    pub(crate) query: Query,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) last_executed: Option<Timestamp>,
    /// What it finds, in the catalogue's order, which is [`Sort::PUBLISHED_DESC`]. The catalogue does not change.
    pub(crate) found: Hits,
    sorted: Vec<(Sort, Hits)>,
}

impl Search {
    pub(crate) fn new(id: String, name: String, saved: bool, query: Query, found: Hits, now: Timestamp) -> Self {
        Self {
            id,
            name,
            saved,
            daily_email: false,
            query,
            created: now,
            updated: now,
            last_executed: None,
            found,
            sorted: Vec::new(),
        }
    }

    fn is_kept(&self, now: Timestamp) -> bool {
        self.saved || now < later(self.created, QUICK_LIFETIME)
    }

    /// Looks for something else from now on.
    pub(crate) fn replace(&mut self, query: Query, found: Hits, now: Timestamp) {
        self.query = query;
        self.found = found;
        self.sorted.clear();
        self.updated = now;
    }

    /// What it finds, in this order; counts as a run of the search.
    pub(crate) fn run(&mut self, sort: Sort, catalogue: &Catalogue, now: Timestamp) -> Hits {
        self.last_executed = Some(now);
        self.updated = now;
        if sort == Sort::PUBLISHED_DESC {
            return Arc::clone(&self.found);
        }
        if let Some((_, hits)) = self.sorted.iter().find(|(known, _)| *known == sort) {
            return Arc::clone(hits);
        }
        let place = |at: usize| Some((sort.place(catalogue.items().get(at)?), at));
        let mut placed: Vec<_> = self.found.iter().filter_map(|&at| place(at)).collect();
        placed.sort_by(|a, b| sort.compare(a.0, b.0));
        let hits: Hits = placed.into_iter().map(|(_, at)| at).collect();
        self.sorted.push((sort, Arc::clone(&hits)));
        hits
    }
}

/// How long a search that nobody saved can be asked for.
const QUICK_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

#[derive(Debug, Default)]
pub(crate) struct Searches {
    by_id: HashMap<String, Search>,
}

impl Searches {
    pub(crate) fn insert(&mut self, search: Search) {
        self.by_id.insert(search.id.clone(), search);
    }

    pub(crate) fn get_mut(&mut self, id: &str, now: Timestamp) -> Option<&mut Search> {
        self.by_id.get_mut(id).filter(|search| search.is_kept(now))
    }

    pub(crate) fn remove(&mut self, id: &str, now: Timestamp) -> Option<Search> {
        self.by_id.remove(id).filter(|search| search.is_kept(now))
    }

    pub(crate) fn all(&self, now: Timestamp) -> impl Iterator<Item = &Search> {
        self.by_id.values().filter(move |search| search.is_kept(now))
    }
}
