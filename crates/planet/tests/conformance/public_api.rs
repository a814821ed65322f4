//! What can be named, and what it can be used for.

use planet::bytes::Bytes;
use planet::data::{Item, Search};
use planet::features::{AddItems, AddReport, Collection, CreateCollection, ListItems};
use planet::http::{Request, Response as Answer};
use planet::orders::{CancelOrder, CreateOrder, DownloadOrder, GetOrder, ListOrders, Order, WaitOrder};
use planet::orders::{IncompleteDownload, IncompleteJob, IncompleteJobDownload, JobPart, OrderJob, UnknownOrder};
use planet::{
    Auth, AuthHeaders, BrowserLogin, ByteStream, Call, Clock, CredentialsFuture, CredentialsProvider, DeviceLogin,
    Endpoint, Error, Filter, Operation, Pager, Pages, Planet, Product, RawRequest, Response, Secret, Session, Tool,
};

/// The names that the book uses and that signatures contain. That it compiles is the test.
macro_rules! the_shared_set_is_in {
    ($name:ident, $($root:ident)::+) => {
        mod $name {
            #[allow(unused_imports, reason = "only that they can be named is of interest")]
            use $($root)::+::{
                ApiError, Attempt, Auth, AuthHeaders, BoxError, ByteStream, Call, Checkpoint, Clock, CredentialsFuture,
                CredentialsProvider, Decision, Document, Endpoint, Error, ErrorKind, Fault, FaultKind, Geometry,
                Hint, HttpVersion, List, Operation, Origin, Outcome, Pace, Page, Pager, Pages, Progress, ProgressEvent, ProgressStep,
                Proxy, RawRequest, Response, Result, Retry, RetryBudget, RetryPolicy, RetryState, Route, Secret, Session,
                SessionBuilder, SessionStats, Timeouts, Timestamp, Tls, UrlBuilder,
                bytes::Bytes, futures_core::Stream, geojson::GeoJson, http::HeaderValue, serde_json::Value,
                middleware::{Layer, NextService, RequestBody, ResponseBody, Service},
                operation::json, paging::{NextLink, Paged}, redact::text, transfer::{Checksum, FileReport},
            };

            #[test]
            fn and_its_policies_fit_the_builders_of_every_crate() {
                struct Never;
                impl RetryPolicy for Never {
                    fn decide(&self, _: &RetryState, _: &Attempt<'_>) -> Decision {
                        Decision::Final
                    }
                }
                let session: planet::Session =
                    Session::builder().auth(Auth::anonymous()).pace(Pace::off()).retry(Never).build().unwrap();
                let planet = planet::Planet::new(session);
                drop(planet.orders().wait("1").retry(Never));
                drop(planet.orders().download("1").retry(Never));
                drop(planet.features().list_items("1").retry(Retry::off()));
            }
        }
    };
}

the_shared_set_is_in!(the_umbrella, planet);
the_shared_set_is_in!(the_data_crate, planet::data);
the_shared_set_is_in!(the_orders_crate, planet::orders);
the_shared_set_is_in!(the_features_crate, planet::features);

/// What the methods of areas, filters and catalogues take and give.
#[allow(unused_imports, reason = "only that they can be named is of interest")]
mod what_the_builders_name {
    use planet::builders::{catalog::FieldKind, geometry::Repair};
    use planet::data::{Catalogue, catalog::FieldKind as KindOfData, geometry::Repair as RepairOfData};
    use planet::features::geometry::Repair as RepairOfFeatures;
    use planet::orders::{catalog::FieldKind as KindOfOrders, geometry::Repair as RepairOfOrders};
}

fn shared<T: Send + Sync + Unpin + 'static>() {}
fn sent<T: Send + Unpin + 'static>() {}
fn kept<T: Clone + Send + Sync + Unpin + 'static>() {}
fn spawned<T: IntoFuture<IntoFuture: Send + Unpin + 'static> + Send + Unpin + 'static>() {}
fn a_task(future: impl Future + Send + 'static) {
    drop(future);
}

#[test]
fn an_error_is_one_pointer_wide_and_so_is_the_result_of_nothing() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<planet::Result<()>>(), size_of::<usize>());
}

/// What only makes a thing is of no use if the thing is dropped, and the compiler says so: without `#[must_use]`, an
/// expectation is not met.
#[test]
#[deny(unfulfilled_lint_expectations, reason = "that is the test")]
fn a_thing_that_is_made_and_dropped_is_told_of() {
    macro_rules! told {
        ($($made:expr),* $(,)?) => {
            $({
                #[expect(unused_must_use, reason = "that is the test")]
                fn drops() {
                    $made;
                }
                drops();
            })*
        };
    }
    told! {
        Auth::from_key("k"),
        Auth::from_provider(Vault),
        Clock::new(|| std::time::UNIX_EPOCH),
        Secret::new("s"),
        Filter::and([]),
        Filter::or([]),
        Product::new("PSScene", "visual", ["a"]),
        Product::quads("mosaic", ["1-1"]),
        Product::mosaic_area("mosaic", [0.0, 0.0, 1.0, 1.0]),
        Tool::clip([0.0, 0.0, 1.0, 1.0]),
        Tool::coregister("a"),
        Tool::file_format("cog"),
        Tool::harmonize("Sentinel-2"),
    }
    #[expect(unused_must_use, reason = "that is the test")]
    fn device(make: fn() -> DeviceLogin) {
        make();
    }
    #[expect(unused_must_use, reason = "that is the test")]
    fn browser(make: fn() -> BrowserLogin) {
        make();
    }
    let _ = (device, browser);
}

struct Vault;

impl CredentialsProvider for Vault {
    fn headers(&self) -> CredentialsFuture<'_> {
        Box::pin(async { AuthHeaders::authorization("api-key k", 0) })
    }

    fn describe(&self) -> String {
        "a vault".to_owned()
    }
}

#[test]
fn what_users_hold_goes_to_other_threads() {
    shared::<Planet>();
    shared::<Session>();
    shared::<Error>();
    shared::<Endpoint>();
    shared::<Response<Order>>();
    shared::<planet::Checkpoint>();
    shared::<Search>();
    shared::<ListOrders>();
    shared::<ListItems>();
    sent::<Pager<Item>>();
    sent::<Pages<Order>>();
    sent::<ByteStream>();
}

#[test]
fn what_tells_how_a_job_went_is_kept_as_a_clone() {
    kept::<AddReport>();
    kept::<OrderJob>();
    kept::<JobPart>();
    kept::<IncompleteJob>();
    kept::<IncompleteJobDownload>();
    kept::<IncompleteDownload>();
    kept::<UnknownOrder>();
}

#[test]
fn every_future_can_be_spawned() {
    fn of_any_call<O: Operation + Clone>(call: Call<O>) {
        a_task(call.clone().into_future());
        a_task(call.send());
    }
    // It is generic: that it compiles for any operation is enough.
    let _ = of_any_call::<AnyOperation>;
    spawned::<CreateOrder>();
    spawned::<WaitOrder>();
    spawned::<DownloadOrder>();
    spawned::<GetOrder>();
    spawned::<CancelOrder>();
    spawned::<AddItems>();
    spawned::<CreateCollection>();
    spawned::<RawRequest>();
}

/// An endpoint that the SDK lacks, written with the umbrella alone.
#[derive(Clone)]
struct AnyOperation;

impl Operation for AnyOperation {
    type Output = Collection;
    const NAME: &'static str = "features.any";
    const ROUTE: planet::Route = planet::Route::new("features", 5.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> planet::Result<Request<Bytes>> {
        planet::operation::get(endpoint.url("/features/v1").segment("any").build()?)
    }

    fn decode(&self, response: &Answer<Bytes>) -> planet::Result<Collection> {
        planet::operation::json(response)
    }
}
