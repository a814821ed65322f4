//! The pager against a model: a list is read in any number of runs, each stopped anywhere, kept as text and resumed, and must
//! come to what the model says.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::{Request, Response, StatusCode};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::service_fn;

use super::tests::{block_on, kept};
use super::{Checkpoint, Links, List, NextLink, Page, Paged, RelLinks, UnderscoreLinks};
use crate::{Auth, BoxError, Endpoint, Operation, Pace, ResponseBody, Result, Retry, Route, Session, operation, stack};

/// The service's three forms of a page.
#[derive(Clone, Copy, Debug)]
enum Dialect {
    Data,
    Orders,
    Features,
}

impl Dialect {
    /// A page as the service writes it, with links that must not be followed.
    fn page(self, items: &[u32], next: Option<&str>) -> Value {
        match self {
            Self::Data => json!({"features": items, "_links": {
                "_first": "/list?page=0", "_prev": "/list?page=0", "_self": "/list?page=0", "next": "/wrong", "_next": next,
            }}),
            Self::Orders => {
                let mut page = json!({"orders": items, "_links": {"_self": "/list?page=0", "_next": "/wrong"}});
                if let Some(next) = next {
                    page["_links"]["next"] = next.into();
                }
                page
            }
            Self::Features => {
                let mut links = vec![json!({"rel": "self", "href": "/list?page=0"})];
                if let Some(next) = next {
                    links.push(json!({"rel": "next", "href": next}));
                    links.push(json!({"rel": "next", "href": "/wrong"}));
                }
                json!({"collections": items, "links": links})
            }
        }
    }

    fn read(self, response: &Response<Bytes>) -> Result<Page<u32>> {
        #[derive(Deserialize)]
        struct Written<L> {
            #[serde(alias = "features", alias = "orders", alias = "collections")]
            items: Vec<u32>,
            #[serde(alias = "_links")]
            links: Option<L>,
        }
        fn read<'de, L: NextLink + Deserialize<'de>>(body: &'de [u8]) -> Page<u32> {
            let Written { items, links } = serde_json::from_slice::<Written<L>>(body).unwrap();
            Page::linked(items, links)
        }
        Ok(match self {
            Self::Data => read::<UnderscoreLinks>(response.body()),
            Self::Orders => read::<Links>(response.body()),
            Self::Features => read::<RelLinks>(response.body()),
        })
    }
}

#[derive(Clone)]
struct Numbers {
    dialect: Dialect,
    size: Option<u32>,
}

impl Operation for Numbers {
    type Output = Page<u32>;
    const NAME: &'static str = "test.numbers";
    const ROUTE: Route = Route::new("test", 1e9);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let url = endpoint.url("/list").query("page", 0);
        operation::get(self.size.iter().fold(url, |url, size| url.query("size", size)).build()?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<u32>> {
        self.dialect.read(response)
    }
}

impl Paged for Numbers {
    type Item = u32;

    fn trim_page_size(&mut self, items: u32) {
        self.size = Some(self.size.unwrap_or(u32::MAX).min(items));
    }
}

/// What comes after the last page with something to say.
#[derive(Clone, Copy, Debug)]
enum Tail {
    NoLink,
    /// A page that is empty, without a link.
    EmptyPage,
    /// A page that is empty and links to another one, and so on.
    EmptyPages,
}

/// How a service cuts its list into pages.
#[derive(Clone, Debug)]
enum Source {
    /// So many items on each page, whatever is asked for, with the form of its link.
    Fixed { pages: Vec<(usize, usize)>, tail: Tail },
    /// As many as are asked for, with links that count items.
    BySize { total: usize, default: usize },
}

/// Ways to write a link to the same page.
const FORMS: [&str; 5] =
    ["/list?page=", "?page=", "./list?page=", "https://api.planet.com/list?page=", "list?x=a|ü b&page="];

impl Source {
    /// The model: what a reader of the whole list gets. An empty page is passed over, a second one in a row ends the list.
    fn items(&self) -> Vec<u32> {
        let total = match self {
            Self::BySize { total, .. } => *total,
            Self::Fixed { pages, .. } => {
                let (mut total, mut after_empty) = (0, false);
                for (size, _) in pages {
                    if *size == 0 && after_empty {
                        break;
                    }
                    after_empty = *size == 0;
                    total += size;
                }
                total
            }
        };
        (0..u32::try_from(total).unwrap()).collect()
    }

    /// The items of a page, and the link to the next.
    fn page(&self, number: usize, size: Option<usize>) -> (Vec<u32>, Option<String>) {
        match self {
            Self::Fixed { pages, tail } => {
                let before: usize = pages.iter().take(number).map(|page| page.0).sum();
                let (size, form) = pages.get(number).copied().unwrap_or((0, 0));
                let goes_on = match tail {
                    Tail::NoLink => number + 1 < pages.len(),
                    Tail::EmptyPage => number < pages.len(),
                    Tail::EmptyPages => true,
                };
                let items = (before..before + size).map(|item| u32::try_from(item).unwrap()).collect();
                (items, goes_on.then(|| format!("{}{}", FORMS[form], number + 1)))
            }
            // Here the number is that of the first item.
            Self::BySize { total, default } => {
                let size = size.unwrap_or(*default).max(1);
                let end = (number + size).min(*total);
                let items = (number..end).map(|item| u32::try_from(item).unwrap()).collect();
                (items, (end < *total).then(|| format!("?page={end}&size={size}")))
            }
        }
    }
}

struct Service {
    source: Source,
    dialect: Dialect,
    /// Each page fails the first time it is asked for.
    failing: Mutex<BTreeSet<usize>>,
    /// How often an answer must be looked for until it is there.
    polls: usize,
    asked: Mutex<Vec<usize>>,
}

impl Service {
    async fn answer(self: Arc<Self>, request: stack::Request) -> Result<stack::Response, BoxError> {
        assert_eq!(request.uri().path(), "/list", "a link that leads elsewhere was followed");
        let query = request.uri().query().unwrap_or_default();
        let number = |name: &str| {
            let found = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            found.map(|text| text.parse::<usize>().unwrap())
        };
        let page = number("page").unwrap();
        self.asked.lock().unwrap().push(page);
        for _ in 0..self.polls {
            tokio::task::yield_now().await;
        }
        let failing = self.failing.lock().unwrap().remove(&page);
        let status = if failing { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        let (items, next) = self.source.page(page, number("size"));
        let body = self.dialect.page(&items, next.as_deref()).to_string();
        Ok(Response::builder().status(status).body(ResponseBody::from(Bytes::from(body))).unwrap())
    }

    fn list(self: &Arc<Self>) -> List<Numbers> {
        let service = Arc::clone(self);
        let leaf = service_fn(move |request: stack::Request| Arc::clone(&service).answer(request));
        let builder = Session::builder().auth(Auth::from_key("k")).pace(Pace::off()).retry(Retry::off());
        builder.build_on(leaf).unwrap().list(Numbers { dialect: self.dialect, size: None })
    }
}

/// One reading of the list, from where the one before ended.
#[derive(Clone, Debug)]
struct Run {
    limit: usize,
    size: Option<u32>,
    prefetch: usize,
    /// After so many items, or pages, the reader stops.
    stop: usize,
    by: By,
}

#[derive(Clone, Copy, Debug)]
enum By {
    Items,
    Pages,
    /// Items first, and after so many of them the rest as pages.
    ItemsThenPages(usize),
}

/// What a run read, whether it came to the end of its stream without an error, and where it stopped.
struct Ended {
    read: Vec<u32>,
    to_the_end: bool,
    failed: bool,
    place: Checkpoint,
}

/// Reads at most so many results, and asks once more after the last.
async fn take<T>(stream: &mut (impl Stream<Item = Result<T>> + Unpin), most: usize) -> (Vec<T>, bool, bool) {
    let mut taken = Vec::new();
    while taken.len() < most {
        match stream.next().await {
            Some(Ok(one)) => taken.push(one),
            Some(Err(_)) => {
                assert!(stream.next().await.is_none(), "nothing comes after an error");
                return (taken, false, true);
            }
            None => {
                assert!(stream.next().await.is_none(), "nothing comes after the end");
                return (taken, true, false);
            }
        }
    }
    (taken, false, false)
}

async fn read(service: &Arc<Service>, from: &Checkpoint, run: &Run) -> Ended {
    let mut list = service.list().limit(run.limit as u64).prefetch(run.prefetch).resume(kept(from));
    list.operation_mut().size = run.size;
    let in_pages = |pages: Vec<Page<u32>>| pages.into_iter().flat_map(|page| page.items).collect::<Vec<u32>>();
    match run.by {
        By::Items => {
            let mut items = list.items();
            let (read, to_the_end, failed) = take(&mut items, run.stop).await;
            Ended { read, to_the_end, failed, place: items.checkpoint() }
        }
        By::Pages => {
            let mut pages = list.pages();
            let (read, to_the_end, failed) = take(&mut pages, run.stop).await;
            Ended { read: in_pages(read), to_the_end, failed, place: pages.checkpoint() }
        }
        By::ItemsThenPages(first) => {
            let mut items = list.items();
            let (mut read, to_the_end, failed) = take(&mut items, first).await;
            if to_the_end || failed {
                return Ended { read, to_the_end, failed, place: items.checkpoint() };
            }
            let mut pages = items.pages();
            let (rest, to_the_end, failed) = take(&mut pages, run.stop).await;
            read.extend(in_pages(rest));
            Ended { read, to_the_end, failed, place: pages.checkpoint() }
        }
    }
}

fn dialects() -> impl Strategy<Value = Dialect> {
    prop_oneof![Just(Dialect::Data), Just(Dialect::Orders), Just(Dialect::Features)]
}

fn sources() -> impl Strategy<Value = Source> {
    let tails = prop_oneof![Just(Tail::NoLink), Just(Tail::EmptyPage), Just(Tail::EmptyPages)];
    let pages = prop::collection::vec((0_usize..5, 0..FORMS.len()), 1..9);
    prop_oneof![
        2 => (pages, tails).prop_map(|(pages, tail)| Source::Fixed { pages, tail }),
        1 => (0_usize..30, 1_usize..8).prop_map(|(total, default)| Source::BySize { total, default }),
    ]
}

fn runs() -> impl Strategy<Value = Vec<Run>> {
    let by = prop_oneof![3 => Just(By::Items), 2 => Just(By::Pages), 1 => (0_usize..6).prop_map(By::ItemsThenPages)];
    let run = (0_usize..9, prop::option::of(1_u32..7), 0_usize..4, 0_usize..8, by);
    prop::collection::vec(
        run.prop_map(|(limit, size, prefetch, stop, by)| Run { limit, size, prefetch, stop, by }),
        0..10,
    )
}

/// The run that reads all that is left.
const REST: Run = Run { limit: 0, size: None, prefetch: 0, stop: usize::MAX, by: By::Items };

proptest! {
    #[test]
    fn however_a_list_is_cut_and_read_each_item_comes_once_and_in_order(
        source in sources(),
        dialect in dialects(),
        runs in runs(),
        failing in prop::collection::btree_set(0_usize..12, 0..4),
        polls in 0_usize..4,
    ) {
        let expected = source.items();
        let failures = failing.len();
        let service = Arc::new(Service { source, dialect, failing: failing.into(), polls, asked: Mutex::default() });
        let (mut place, mut position) = (Checkpoint::default(), 0);
        let rest = std::iter::repeat_n(REST, failures + 1);
        for run in runs.into_iter().chain(rest) {
            let ended = block_on(read(&service, &place, &run));
            let left = expected.len() - position;
            prop_assert_eq!(&ended.read, &expected[position..position + ended.read.len().min(left)], "{:?}", run);
            if run.limit > 0 {
                prop_assert!(ended.read.len() <= run.limit, "{run:?} gave {:?}", ended.read);
            }
            // What ends without an error and was not stopped is complete.
            if ended.to_the_end {
                let wanted = if run.limit > 0 { run.limit.min(left) } else { left };
                prop_assert_eq!(ended.read.len(), wanted, "{:?}", run);
            } else if !ended.failed && matches!(run.by, By::Items) {
                prop_assert_eq!(ended.read.len(), run.stop);
            }
            position += ended.read.len();
            place = ended.place;
        }
        prop_assert_eq!(position, expected.len());
        prop_assert!(place.is_end());
    }

    #[test]
    fn no_page_is_asked_for_that_nobody_reads_and_none_twice(
        source in sources(),
        dialect in dialects(),
        limit in 0_usize..12,
        stop in 1_usize..12,
    ) {
        let expected = source.items();
        let service = Arc::new(Service {
            source: source.clone(), dialect, failing: Mutex::default(), polls: 0, asked: Mutex::default(),
        });
        let run = Run { limit, stop, ..REST };
        let ended = block_on(read(&service, &Checkpoint::default(), &run));
        let asked = service.asked.lock().unwrap().clone();
        let once: BTreeSet<usize> = asked.iter().copied().collect();
        prop_assert_eq!(once.len(), asked.len(), "asked for twice: {:?}", asked);
        if let (Source::Fixed { pages, .. }, Some(last)) = (&source, ended.read.last())
            && (!ended.to_the_end || limit > 0 && ended.read.len() == limit)
        {
            let mut held = 0;
            let page = pages.iter().position(|page| {
                held += page.0;
                held > *last as usize
            });
            prop_assert_eq!(asked.last().copied(), page, "{:?} of {:?}", ended.read, expected);
        }
    }
}
