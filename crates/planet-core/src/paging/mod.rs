//! Lists that come in pages.
//!
//! [`Session::list`](crate::Session::list) makes a [`List`], which is set up as the caller wants it and then read as a
//! stream of items ([`Pager`]) or of pages ([`Pages`]). Both tell a [`Checkpoint`] from which a later run goes on.
//!
//! A list that the SDK lacks is an operation whose answer is a page:
//!
//! ```
//! use std::time::Duration;
//!
//! use bytes::Bytes;
//! use futures_util::TryStreamExt;
//! use http::{Request, Response};
//! use planet_core::paging::{Links, Page, Paged};
//! use planet_core::{Document, Endpoint, Operation, Result, Route, operation};
//!
//! /// The orders whose name holds a word (Orders API, `GET /orders/v2`).
//! #[derive(Clone)]
//! struct Named(String);
//!
//! #[derive(serde::Deserialize)]
//! struct Orders {
//!     orders: Vec<Document>,
//!     #[serde(rename = "_links")]
//!     links: Option<Links>,
//! }
//!
//! impl Operation for Named {
//!     type Output = Page<Document>;
//!     const NAME: &'static str = "orders.named";
//!     const ROUTE: Route = Route::new("orders.list", 5.0);
//!     const IDEMPOTENT: bool = true;
//!
//!     fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
//!         operation::get(endpoint.url("/compute/ops/orders/v2").query("name__contains", &self.0).build()?)
//!     }
//!
//!     fn decode(&self, response: &Response<Bytes>) -> Result<Page<Document>> {
//!         let page: Orders = operation::json(response)?;
//!         Ok(Page::linked(page.orders, page.links).with_total(None)) // a service may tell the total
//!     }
//! }
//!
//! impl Paged for Named {
//!     type Item = Document;
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! # let answers = tower::service_fn(|request: planet_core::middleware::Request| async move {
//! #     let page = match request.uri().query() {
//! #         Some("name__contains=field") => r#"{"orders":[{"id":"a"},{"id":"b"}],"_links":{"next":"/compute/ops/orders/v2?page=2"}}"#,
//! #         _ => r#"{"orders":[{"id":"c"}]}"#,
//! #     };
//! #     Ok::<_, std::io::Error>(http::Response::new(http_body_util::Full::new(Bytes::from(page))))
//! # });
//! # let session = planet_core::Session::builder().auth(planet_core::Auth::from_key("KEY")).transport(answers).build()?;
//! let mut list = session.list(Named("order".to_owned()));
//! list.operation_mut().0 = "field".to_owned();
//! let list = list
//!     .limit(1000)
//!     .max_pages(20)
//!     .prefetch(1)
//!     .deadline(Duration::from_secs(60))
//!     .attempt_timeout(Duration::from_secs(10));
//!
//! // Item by item, then the rest by pages; the checkpoint always says where to go on.
//! let mut items = list.clone().items();
//! let first = items.try_next().await?;
//! assert!(first.is_some());
//! let mut pages = items.pages();
//! while let Some(page) = pages.try_next().await? {
//!     println!("{} orders", page.items.len());
//! }
//! assert!(pages.checkpoint().is_end());
//!
//! // Or page by page from the beginning.
//! let sizes: Vec<usize> = list.pages().map_ok(|page| page.items.len()).try_collect().await?;
//! assert_eq!(sizes, [2, 1]);
//! # Ok(())
//! # }
//! ```

mod checkpoint;
mod links;
mod list;
#[cfg(test)]
mod model_tests;
mod page;
mod pager;
mod pages;
#[cfg(test)]
mod tests;
mod walk;

pub use checkpoint::Checkpoint;
pub use links::{Links, NextLink, RelLinks, UnderscoreLinks};
pub use list::List;
pub use page::{Page, Paged};
pub use pager::Pager;
pub use pages::Pages;
