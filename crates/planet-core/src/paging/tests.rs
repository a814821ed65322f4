//! Lists over a scripted service.

use std::collections::BTreeSet;
use std::marker::PhantomPinned;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_core::FusedStream;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use proptest::prelude::*;
use tower::service_fn;

use super::{Checkpoint, List, Page, Paged, Pager, Pages};
use crate::stack;
use crate::{
    Auth, BoxError, Endpoint, ErrorKind, Operation, Pace, ResponseBody, Result, Retry, Route, Session, operation,
};

#[derive(Clone, Default)]
struct Numbers {
    page_size: Option<u32>,
}

impl Operation for Numbers {
    type Output = Page<u32>;
    const NAME: &'static str = "test.numbers";
    const ROUTE: Route = Route::new("test", 1e9);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let url = endpoint.url("/list/0");
        operation::get(match self.page_size {
            Some(size) => url.query("size", size).build()?,
            None => url.build()?,
        })
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<u32>> {
        let (items, next) = operation::json(response)?;
        Ok(Page::new(items, next))
    }
}

impl Paged for Numbers {
    type Item = u32;

    fn trim_page_size(&mut self, items: u32) {
        self.page_size = Some(self.page_size.unwrap_or(250).min(items));
    }
}

type PageOf = (Vec<u32>, Option<String>);

/// A service that answers `/list/<n>` with the nth page.
struct Service {
    pages: Vec<PageOf>,
    /// Each fails the first time it is asked for.
    failing: Mutex<BTreeSet<usize>>,
    /// Each is never answered, the first time it is asked for.
    silent: Mutex<BTreeSet<usize>>,
    /// How often an answer must be looked for until it is there.
    polls: AtomicUsize,
    given_up: AtomicUsize,
    asked: Mutex<Vec<(String, HeaderMap)>>,
}

impl Service {
    fn new(pages: Vec<PageOf>) -> Arc<Self> {
        let asked = Mutex::default();
        let (failing, silent) = (Mutex::default(), Mutex::default());
        Arc::new(Self { pages, failing, silent, polls: AtomicUsize::new(1), given_up: AtomicUsize::new(0), asked })
    }

    fn list(self: &Arc<Self>) -> List<Numbers> {
        self.session(50).list(Numbers::default())
    }

    fn session(self: &Arc<Self>, permits: usize) -> Session {
        let service = Arc::clone(self);
        let leaf = service_fn(move |request: stack::Request| Arc::clone(&service).answer(request));
        let builder = Session::builder().auth(Auth::from_key("k")).pace(Pace::off()).retry(Retry::off());
        builder.max_calls(permits).build_on(leaf).unwrap()
    }

    async fn answer(self: Arc<Self>, request: stack::Request) -> Result<stack::Response, BoxError> {
        self.asked.lock().unwrap().push((request.uri().to_string(), request.headers().clone()));
        let number: usize = request.uri().path().rsplit('/').next().unwrap().parse().unwrap();
        if self.silent.lock().unwrap().remove(&number) {
            let _guard = Dropped(&self.given_up);
            std::future::pending::<()>().await;
        }
        for _ in 1..self.polls.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        let failing = self.failing.lock().unwrap().remove(&number);
        let status = if failing { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        let body = Bytes::from(serde_json::to_vec(&self.pages[number]).unwrap());
        Ok(Response::builder().status(status).body(ResponseBody::from(body)).unwrap())
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

struct Dropped<'a>(&'a AtomicUsize);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// How the pages of a list lie: the number of items and the form of the link of each.
#[derive(Clone, Debug)]
struct Layout {
    pages: Vec<(usize, usize)>,
    next_on_last: bool,
}

const LINK_FORMS: [&str; 4] = ["/list/", "", "./", "https://api.planet.com/list/"];

impl Layout {
    fn of(sizes: &[usize]) -> Self {
        Self { pages: sizes.iter().map(|size| (*size, 0)).collect(), next_on_last: false }
    }

    fn service(&self) -> Arc<Service> {
        let mut first = 0;
        let mut pages = Vec::new();
        for (number, (size, form)) in self.pages.iter().enumerate() {
            let last = number + 1 == self.pages.len();
            let next = (!last || self.next_on_last).then(|| format!("{}{}", LINK_FORMS[*form], number + 1));
            pages.push(((first..first + *size as u32).collect(), next));
            first += *size as u32;
        }
        pages.push((vec![], None));
        Service::new(pages)
    }

    /// The items that a reader gets: two empty pages in a row end the list.
    fn items(&self) -> Vec<u32> {
        let end = self.pages.windows(2).position(|pair| pair[0].0 == 0 && pair[1].0 == 0).unwrap_or(self.pages.len());
        let total: usize = self.pages[..end].iter().map(|page| page.0).sum();
        (0..total as u32).collect()
    }

    /// How many pages hold the first so many items.
    fn pages_for(&self, items: usize) -> usize {
        let mut so_far = 0;
        let full = self.pages.iter().position(|page| {
            so_far += page.0;
            so_far >= items
        });
        full.unwrap() + 1
    }
}

fn layouts() -> impl Strategy<Value = Layout> {
    (prop::collection::vec((0_usize..4, 0..LINK_FORMS.len()), 1..8), any::<bool>())
        .prop_map(|(pages, next_on_last)| Layout { pages, next_on_last })
}

pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(future)
}

fn all(list: List<Numbers>) -> Result<Vec<u32>> {
    block_on(list.items().try_collect())
}

/// As it comes back from where a program kept it.
pub(super) fn kept(checkpoint: &Checkpoint) -> Checkpoint {
    serde_json::from_str(&serde_json::to_string(checkpoint).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn every_item_comes_once_and_in_order(layout in layouts(), prefetch in 0_usize..4) {
        prop_assert_eq!(all(layout.service().list().prefetch(prefetch)).unwrap(), layout.items());
    }

    #[test]
    fn pages_hold_the_same_items(layout in layouts(), prefetch in 0_usize..4, limit in 0_usize..20) {
        let pages: Vec<Page<u32>> =
            block_on(layout.service().list().prefetch(prefetch).limit(limit as u64).pages().try_collect()).unwrap();
        let mut expected = layout.items();
        if limit > 0 {
            expected.truncate(limit);
        }
        prop_assert_eq!(pages.into_iter().flat_map(|page| page.items).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn resuming_anywhere_is_the_same_as_reading_on(layout in layouts(), cut in 0_usize..20, prefetch in 0_usize..3) {
        let expected = layout.items();
        let cut = cut.min(expected.len());
        let service = layout.service();
        let mut items = service.list().prefetch(prefetch).items();
        let read: Vec<u32> = block_on(items.by_ref().take(cut).try_collect()).unwrap();
        let rest = all(service.list().resume(kept(&items.checkpoint()))).unwrap();
        prop_assert_eq!(&read, &expected[..cut]);
        prop_assert_eq!(&rest, &expected[cut..]);
        // The page at hand is no longer there after the switch to pages; its rest is.
        let pages: Vec<Page<u32>> = block_on(items.pages().try_collect()).unwrap();
        prop_assert_eq!(pages.into_iter().flat_map(|page| page.items).collect::<Vec<_>>(), &expected[cut..]);
    }

    #[test]
    fn resuming_between_pages_is_the_same_as_reading_on(layout in layouts(), cut in 0_usize..8) {
        let service = layout.service();
        let mut pages = service.list().pages();
        let before: Vec<Page<u32>> = block_on(pages.by_ref().take(cut).try_collect()).unwrap();
        let rest = all(service.list().resume(kept(&pages.checkpoint()))).unwrap();
        let read: Vec<u32> = before.into_iter().flat_map(|page| page.items).chain(rest).collect();
        prop_assert_eq!(read, layout.items());
    }

    #[test]
    fn resuming_after_failures_gives_each_item_once(layout in layouts(), failing in prop::collection::btree_set(0_usize..8, 0..4), prefetch in 0_usize..3) {
        let service = layout.service();
        *service.failing.lock().unwrap() = failing;
        let (mut read, mut checkpoint) = (Vec::new(), Checkpoint::default());
        for _ in 0..=4 {
            let mut items = service.list().prefetch(prefetch).resume(kept(&checkpoint)).items();
            while let Some(Ok(item)) = block_on(items.next()) {
                read.push(item);
            }
            prop_assert!(block_on(items.next()).is_none(), "an error or the end, and then nothing");
            checkpoint = items.checkpoint();
        }
        prop_assert!(checkpoint.is_end());
        prop_assert_eq!(read, layout.items());
        let asked = service.asked();
        prop_assert_eq!(all(service.list().resume(checkpoint)).unwrap(), [0; 0]);
        prop_assert_eq!(service.asked(), asked, "the end is known without asking");
    }

    #[test]
    fn a_limit_is_exact_and_asks_for_no_page_too_many(layout in layouts(), limit in 1_usize..20, prefetch in 0_usize..3) {
        let service = layout.service();
        let items = all(service.list().limit(limit as u64).prefetch(prefetch)).unwrap();
        let mut expected = layout.items();
        expected.truncate(limit);
        prop_assert_eq!(&items, &expected);
        if items.len() == limit {
            prop_assert_eq!(service.asked(), layout.pages_for(limit));
        }
    }

    #[test]
    fn limits_one_after_the_other_read_the_list(layout in layouts(), limit in 1_usize..6) {
        let service = layout.service();
        let (mut read, mut checkpoint) = (Vec::new(), Checkpoint::default());
        for _ in 0..100 {
            if checkpoint.is_end() {
                break;
            }
            let mut items = service.list().limit(limit as u64).resume(kept(&checkpoint)).items();
            let batch: Vec<u32> = block_on(items.by_ref().try_collect()).unwrap();
            prop_assert!(batch.len() <= limit);
            read.extend(batch);
            checkpoint = items.checkpoint();
        }
        prop_assert_eq!(read, layout.items());
    }
}

#[test]
fn one_empty_page_is_passed_over_and_two_end_the_list() {
    assert_eq!(all(Layout::of(&[2, 0, 3]).service().list()).unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(all(Layout::of(&[2, 0, 0, 3]).service().list()).unwrap(), [0, 1]);
}

#[tokio::test]
async fn a_page_is_fetched_only_when_an_item_of_it_is_asked_for() {
    let service = Layout::of(&[2, 2, 2]).service();
    let mut items = service.list().limit(3).items();
    assert_eq!(service.asked(), 0);
    for expected in [1, 1, 2] {
        items.next().await.unwrap().unwrap();
        assert_eq!(service.asked(), expected);
    }
    assert!(items.next().await.is_none());
    assert!(items.is_terminated());
    assert_eq!(service.asked(), 2);
}

#[tokio::test]
async fn pages_that_are_fetched_ahead_are_asked_for_before_their_items_are() {
    let service = Layout::of(&[2, 2, 2, 2]).service();
    let mut items = service.list().prefetch(1).items();
    items.next().await.unwrap().unwrap();
    assert_eq!(service.asked(), 2);
    items.next().await.unwrap().unwrap();
    assert_eq!(service.asked(), 2, "one page ahead, not more");
    items.next().await.unwrap().unwrap();
    assert_eq!(service.asked(), 3);
}

#[tokio::test]
async fn a_page_comes_while_the_items_before_it_are_asked_for() {
    let service = Layout::of(&[4, 1]).service();
    service.polls.store(4, Ordering::SeqCst);
    let mut items = service.list().prefetch(1).items();
    for _ in 0..4 {
        items.next().await.unwrap().unwrap();
    }
    assert_eq!(items.next().now_or_never().unwrap().unwrap().unwrap(), 4, "it is there already");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_fetched_ahead_holds_no_permit_that_other_calls_wait_for() {
    let service = Layout::of(&[2, 2]).service();
    service.polls.store(4, Ordering::SeqCst);
    let session = service.session(1);
    let mut items = session.list(Numbers::default()).prefetch(1).items();
    items.next().await.unwrap().unwrap();
    assert_eq!(service.asked(), 2, "the second page is on its way");
    let mut others = session.list(Numbers::default()).items();
    let other = tokio::time::timeout(Duration::from_secs(60), others.next()).await;
    assert_eq!(other.expect("it must not wait for what nobody polls").unwrap().unwrap(), 0);
}

#[tokio::test]
async fn a_stream_of_pages_fetches_ahead_as_well() {
    let service = Layout::of(&[1, 1, 1]).service();
    let mut pages = service.list().prefetch(1).pages();
    pages.next().await.unwrap().unwrap();
    assert_eq!(service.asked(), 2);
}

#[tokio::test]
async fn a_page_fetched_ahead_is_given_up_with_the_pager() {
    let service = Layout::of(&[2, 2]).service();
    service.silent.lock().unwrap().insert(1);
    let mut items = service.list().prefetch(1).items();
    items.next().await.unwrap().unwrap();
    assert_eq!((service.asked(), service.given_up.load(Ordering::SeqCst)), (2, 0));
    drop(items);
    assert_eq!(service.given_up.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_error_of_a_page_fetched_ahead_comes_after_the_items_before_it() {
    let service = Layout::of(&[2, 2]).service();
    service.failing.lock().unwrap().insert(1);
    let mut items = service.list().prefetch(1).items();
    assert_eq!(items.next().await.unwrap().unwrap(), 0);
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap_err().status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert!(items.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_item_that_is_no_longer_waited_for_is_not_lost() {
    let service = Layout::of(&[1, 1]).service();
    service.silent.lock().unwrap().insert(1);
    let mut items = service.list().items();
    items.next().await.unwrap().unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(1), items.next()).await.is_err());
    assert_eq!(service.given_up.load(Ordering::SeqCst), 0, "the page is still under way");
    let rest: Vec<u32> = service.list().resume(items.checkpoint()).items().try_collect().await.unwrap();
    assert_eq!(rest, [1]);
}

#[tokio::test]
async fn a_circle_is_an_error_after_the_items_of_its_last_page_and_ends_the_stream() {
    let service = Service::new(vec![(vec![1], Some("/list/1".into())), (vec![2], Some("/list/0".into()))]);
    let mut items = service.list().items();
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap(), 2);
    assert_eq!(items.next().await.unwrap().unwrap_err().kind(), ErrorKind::Paging);
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn a_circle_ends_also_after_resuming() {
    let pages = (0..3).map(|n| (vec![n], Some(format!("/list/{}", (n + 1) % 3))));
    let service = Service::new(pages.collect());
    let mut items = service.list().items();
    items.next().await.unwrap().unwrap();
    items.next().await.unwrap().unwrap();
    let rest: Vec<Result<u32>> = service.list().resume(items.checkpoint()).items().collect().await;
    let numbers: Vec<u32> = rest.iter().flatten().copied().collect();
    assert_eq!(numbers, [2, 0, 1], "one turn at most");
    assert_eq!(rest.last().unwrap().as_ref().unwrap_err().kind(), ErrorKind::Paging);
}

#[tokio::test]
async fn a_page_that_leads_to_itself_is_an_error_again_when_resumed() {
    let service = Service::new(vec![(vec![1, 2], Some("/list/0".into()))]);
    let mut items = service.list().items();
    assert_eq!(items.by_ref().count().await, 3);
    let again: Vec<Result<u32>> = service.list().resume(items.checkpoint()).items().collect().await;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].as_ref().unwrap_err().kind(), ErrorKind::Paging);
}

#[tokio::test]
async fn a_next_link_to_another_host_is_an_error_and_is_not_fetched() {
    for link in ["https://evil.example/list/1?token=TOPSECRET", "//evil.example/list/1", "http://api.planet.com/list/1"]
    {
        let service = Service::new(vec![(vec![1], Some(link.into())), (vec![], None)]);
        let mut items = service.list().items();
        items.next().await.unwrap().unwrap();
        let error = items.next().await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Paging, Some("test.numbers")));
        assert!(error.to_string().contains("list/1") && !error.to_string().contains("TOPSECRET"), "{error}");
        assert_eq!(service.asked(), 1);
        assert!(!serde_json::to_string(&items.checkpoint()).unwrap().contains("evil"), "it stays with the page");
    }
}

#[test]
fn a_checkpoint_that_leads_elsewhere_or_nowhere_is_refused() {
    for link in ["https://evil.example/list/1", "http://api.planet.com/list/1", "/list/1", "no url", ""] {
        let checkpoint = serde_json::from_value(serde_json::json!({"next": link, "skip": 0})).unwrap();
        let service = Layout::of(&[1, 1]).service();
        let error = all(service.list().resume(checkpoint)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Paging, "{link}");
        assert_eq!(service.asked(), 0, "{link}");
    }
}

#[test]
fn a_checkpoint_shows_no_query() {
    let link = "https://api.planet.com/list/1?_page=TOPSECRET";
    let checkpoint: Checkpoint = serde_json::from_value(serde_json::json!({"next": link, "skip": 3})).unwrap();
    assert_eq!(serde_json::to_value(&checkpoint).unwrap(), serde_json::json!({"next": link, "skip": 3}));
    let service = Layout::of(&[1]).service();
    let list = service.list().resume(checkpoint.clone());
    for shown in [format!("{checkpoint:?}"), format!("{list:?}"), format!("{:?}", list.items())] {
        assert!(shown.contains("list/1") && !shown.contains("TOPSECRET"), "{shown}");
    }
}

#[test]
fn more_items_than_a_page_holds_are_passed_over_from_the_next() {
    let checkpoint: Checkpoint = serde_json::from_str(r#"{"next": null, "skip": 5}"#).unwrap();
    assert_eq!(all(Layout::of(&[2, 2, 0, 2, 2]).service().list().resume(checkpoint)).unwrap(), [5, 6, 7]);
}

#[tokio::test]
async fn a_list_of_too_many_pages_is_an_error_that_can_be_resumed() {
    let service = Layout::of(&[1, 1, 1]).service();
    let mut items = service.list().max_pages(2).items();
    assert_eq!((items.next().await.unwrap().unwrap(), items.next().await.unwrap().unwrap()), (0, 1));
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Paging);
    assert!(error.to_string().contains("more than 2 pages"), "{error}");
    let rest: Vec<u32> = service.list().resume(items.checkpoint()).items().try_collect().await.unwrap();
    assert_eq!(rest, [2]);
    assert_eq!(all_of(service.list().max_pages(0)).await, [0, 1, 2]);
}

async fn all_of(list: List<Numbers>) -> Vec<u32> {
    list.items().try_collect().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_options_of_a_list_apply_to_each_page() {
    let service = Layout::of(&[1, 1]).service();
    service.failing.lock().unwrap().extend([0, 1]);
    let list = service.list().retry(Retry::default());
    let header = (HeaderName::from_static("x-mine"), HeaderValue::from_static("1"));
    assert_eq!(all_of(list.header(header.0, header.1)).await, [0, 1]);
    let asked = service.asked.lock().unwrap();
    assert_eq!(asked.len(), 4, "each page failed once");
    assert!(asked.iter().all(|(_, headers)| headers.contains_key("x-mine")));
}

#[tokio::test(start_paused = true)]
async fn the_time_limits_of_a_list_apply_to_each_page() {
    let service = Layout::of(&[1, 1]).service();
    for limit in [List::deadline, List::attempt_timeout] {
        service.silent.lock().unwrap().insert(1);
        let mut items = limit(service.list(), Duration::from_secs(5)).items();
        let started = tokio::time::Instant::now();
        items.next().await.unwrap().unwrap();
        assert_eq!(items.next().await.unwrap().unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(started.elapsed(), Duration::from_secs(5));
    }
}

#[test]
fn pages_are_asked_to_be_no_larger_than_what_is_wanted() {
    let url = |list: List<Numbers>| list.to_request().unwrap().uri().to_string();
    let service = Layout::of(&[1]).service();
    assert_eq!(url(service.list()), "https://api.planet.com/list/0");
    assert_eq!(url(service.list().limit(7)), "https://api.planet.com/list/0?size=7");
    let mut list = service.list().limit(7);
    list.operation_mut().page_size = Some(2);
    assert_eq!(url(list), "https://api.planet.com/list/0?size=2");
    let read_before: Checkpoint = serde_json::from_str(r#"{"next": null, "skip": 5}"#).unwrap();
    assert_eq!(url(service.list().limit(7).resume(read_before)), "https://api.planet.com/list/0?size=12");
}

#[test]
fn streams_can_be_held_anywhere() {
    fn anywhere<S: FusedStream + Send + Unpin + 'static>() {}
    anywhere::<Pager<PhantomPinned>>();
    anywhere::<Pages<PhantomPinned>>();
}
