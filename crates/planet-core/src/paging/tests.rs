//! The pager over a scripted service.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use http::{Request, Response};
use proptest::prelude::*;
use tower::service_fn;

use super::{Page, Paged, Pager};
use crate::stack;
use crate::{
    Auth, BoxError, Endpoint, ErrorKind, Operation, Pace, ResponseBody, Result, Retry, Route, Session, operation,
};

struct Numbers;

impl Operation for Numbers {
    type Output = Page<u32>;
    const NAME: &'static str = "test.numbers";
    const ROUTE: Route = Route::new("test", 1e9);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        operation::get(endpoint.url("/list/0").build()?)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<Page<u32>> {
        let (items, next) = operation::json(&response)?;
        Ok(Page::new(items, next))
    }
}

impl Paged for Numbers {
    type Item = u32;
}

type PageOf = (Vec<u32>, Option<String>);

/// A session whose service answers `/list/<n>` with the nth page, and a counter of the pages asked for.
fn service(pages: Vec<PageOf>) -> (Session, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let (counter, pages) = (Arc::clone(&asked), Arc::new(Mutex::new(pages)));
    let leaf = service_fn(move |request: stack::Request| {
        counter.fetch_add(1, Ordering::SeqCst);
        let number: usize = request.uri().path().rsplit('/').next().unwrap().parse().unwrap();
        let body = serde_json::to_vec(&pages.lock().unwrap()[number]).unwrap();
        async move { Ok::<_, BoxError>(Response::new(ResponseBody::from(Bytes::from(body)))) }
    });
    let builder = Session::builder().auth(Auth::from_key("k")).pace(Pace::off()).retry(Retry::off());
    (builder.build_on(leaf).unwrap(), asked)
}

/// Pages of the given sizes, numbered through, each with a link to the next.
fn numbered(sizes: &[usize], next_on_last: bool) -> Vec<PageOf> {
    let mut first = 0;
    let last = sizes.len() - 1;
    let page = |(number, size): (usize, &usize)| {
        let items = (first..first + *size as u32).collect();
        first += *size as u32;
        (items, (number < last || next_on_last).then(|| format!("/list/{}", number + 1)))
    };
    let mut pages: Vec<PageOf> = sizes.iter().enumerate().map(page).collect();
    if next_on_last {
        pages.push((vec![], None));
    }
    pages
}

fn all(pages: Vec<PageOf>, limit: u64) -> Result<Vec<u32>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Pager::new(service(pages).0.call(Numbers)).limit(limit).try_collect())
}

proptest! {
    #[test]
    fn every_item_comes_once_and_in_order(sizes in prop::collection::vec(1_usize..5, 1..8), limit in 0_u64..20, next_on_last: bool) {
        let total: usize = sizes.iter().sum();
        let expected = if limit == 0 { total } else { total.min(limit as usize) };
        let items = all(numbered(&sizes, next_on_last), limit).unwrap();
        prop_assert_eq!(items, (0..expected as u32).collect::<Vec<_>>());
    }
}

#[test]
fn one_empty_page_is_passed_over_and_two_end_the_list() {
    assert_eq!(all(numbered(&[2, 0, 3], false), 0).unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(all(numbered(&[2, 0, 0, 3], false), 0).unwrap(), [0, 1]);
}

#[tokio::test]
async fn a_page_is_fetched_only_when_an_item_of_it_is_asked_for() {
    let (session, asked) = service(numbered(&[2, 2, 2], false));
    let mut items = Pager::new(session.call(Numbers)).limit(3);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    for expected in [1, 1, 2] {
        items.next().await.unwrap().unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), expected);
    }
    assert!(items.next().await.is_none());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_circle_is_an_error_after_the_items_of_its_last_page_and_ends_the_stream() {
    let (session, _) = service(vec![(vec![1], Some("/list/1".into())), (vec![2], Some("/list/0".into()))]);
    let mut items = Pager::new(session.call(Numbers));
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap(), 2);
    assert_eq!(items.next().await.unwrap().unwrap_err().kind(), ErrorKind::Paging);
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn a_next_link_to_another_host_is_an_error_and_is_not_fetched() {
    let (session, asked) = service(vec![(vec![1], Some("https://evil.example/list/1".into())), (vec![], None)]);
    let mut items = Pager::new(session.call(Numbers));
    items.next().await.unwrap().unwrap();
    let error = items.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Paging);
    assert!(error.to_string().contains("evil.example"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
