//! Starting and steering a sandbox.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::authority::{self, Grants};
use crate::clock::{Clock, Time};
use crate::fault::{Fault, FaultHandle, Faults};
use crate::limit::Limiter;
use crate::observe::{Listener, Log, Observer, RequestRecord};
use crate::server;
use crate::state::order::Orders;
use crate::state::token::Signer;
use crate::state::{Service, Settings, lock};
use crate::world::Catalogue;

const HOST: &str = "127.0.0.1";
const HOUR: Duration = Duration::from_secs(3600);

/// A running sandbox. Dropping it stops it.
#[derive(Debug)]
pub struct Sandbox {
    pub(crate) service: Arc<Service>,
    // Never read: its tasks end when it is dropped.
    _listeners: JoinSet<()>,
}

impl Sandbox {
    /// Starts a sandbox with the default settings.
    ///
    /// # Errors
    ///
    /// If no port can be opened on 127.0.0.1.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind: the ports are given back.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Settings for a sandbox.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The base URL of the service, such as `http://127.0.0.1:40123`, to be used in place of `https://api.planet.com`.
    pub fn url(&self) -> &str {
        &self.service.url
    }

    /// The base URL of the storage that downloads are redirected to: another origin than [`url`](Self::url).
    pub fn storage_url(&self) -> &str {
        &self.service.storage_url
    }

    /// The one API key that the service accepts.
    pub fn api_key(&self) -> &str {
        &self.service.settings.api_key
    }

    /// The access token that the service accepts as a bearer token beside those that its authority gives.
    pub fn access_token(&self) -> &str {
        &self.service.settings.access_token
    }

    /// Moves the sandbox's clock forward: orders proceed, links expire, rate limits recover.
    pub fn advance(&self, by: Duration) {
        self.service.time.advance(by);
    }

    /// Whether the rate limits are enforced from now on, if the sandbox was started with [limits](Builder::limits): a test
    /// may prepare a lot in no time before it is held to them.
    pub fn set_limits(&self, on: bool) {
        lock(&self.service.limiter).switch(on);
    }

    /// Adds a fault rule, made in code or [read from JSON](Fault::from_json). Where several match a request, the oldest that strikes decides.
    pub fn fault(&self, fault: Fault) -> FaultHandle {
        self.service.faults.add(fault)
    }

    /// Removes all fault rules.
    pub fn clear_faults(&self) {
        self.service.faults.clear();
    }

    /// The requests received so far (at most the last 100,000), in the order of arrival.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.service.log.records()
    }

    /// Forgets the requests received so far. Later ones are [numbered](RequestRecord::number) on.
    pub fn forget_requests(&self) {
        self.service.log.forget();
    }

    /// The ids of all orders, oldest first.
    pub fn order_ids(&self) -> Vec<String> {
        self.service.order_ids()
    }

    /// Lets the next order that is created fail in the end, with these `error_hints`.
    pub fn fail_next_order<S: Into<String>>(&self, hints: impl IntoIterator<Item = S>) {
        let hints = hints.into_iter().map(Into::into).collect();
        lock(&self.service.orders).fail_next(hints);
    }
}

/// Settings of a sandbox.
#[derive(Debug)]
#[must_use = "nothing happens before `start`"]
pub struct Builder {
    seed: u64,
    scenes: u64,
    padding: usize,
    clock: Clock,
    port: u16,
    storage_port: u16,
    pub(crate) authority_port: u16,
    pub(crate) settings: Settings,
    observer: Option<Observer>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: 1,
            scenes: 5_400,
            padding: 0,
            clock: Clock::Real,
            port: 0,
            storage_port: 0,
            authority_port: 0,
            settings: Settings {
                api_key: "sandbox-api-key".to_owned(),
                access_token: "sandbox-access-token".to_owned(),
                limits: true,
                requests_a_second: None,
                retry_after: true,
                page_cap: 250,
                next_on_last_page: false,
                order_time: Duration::from_secs(4),
                active_orders: 10_000,
                list_lag: Duration::ZERO,
                activation_time: Duration::from_secs(1),
                order_link_lifetime: 24 * HOUR,
                asset_link_lifetime: HOUR,
                authority: authority::Settings::default(),
            },
            observer: None,
        }
    }
}

impl Builder {
    /// What the catalogue is generated from; default 1. Ids of orders and searches are always new.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// About how many PSScene items there are; default 5,400. 50,000 take a second or two to make.
    pub fn scenes(mut self, count: u64) -> Self {
        self.scenes = count;
        self
    }

    /// Adds so many bytes to the end of each image, where readers of TIFF do not look; default 0. The images are small, so
    /// this makes downloads that take their time.
    pub fn padding(mut self, bytes: usize) -> Self {
        self.padding = bytes;
        self
    }

    /// How time moves; default [`Clock::Real`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The port of the service; default 0, any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The port of the storage; default 0, any free one.
    pub fn storage_port(mut self, port: u16) -> Self {
        self.storage_port = port;
        self
    }

    /// The API key that is accepted.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.api_key = key.into();
        self
    }

    /// The access token that is accepted, as a bearer token.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.settings.access_token = token.into();
        self
    }

    /// Whether the documented rate limits are enforced; default true.
    ///
    /// A limit of `n` a second admits `n` requests within any `1 - 1/n` seconds (half a second for a limit of 1). The
    /// window is an interval shorter than a second, so that a client that spaces its requests evenly at the limit is not
    /// refused because some of them travel faster. A client that sends as fast as it is let gets through a little more
    /// than the documented rate: 11 a second in place of 10, and 4.5 in place of 3. Whether a client keeps to a rate, the
    /// times of its [requests](Sandbox::requests) tell.
    pub fn limits(mut self, on: bool) -> Self {
        self.settings.limits = on;
        self
    }

    /// Admits so many requests a second to the API, whatever they ask for, in place of the documented limits, by the
    /// same [window](Self::limits). The storage has no limit.
    pub fn requests_a_second(mut self, most: u32) -> Self {
        self.settings.requests_a_second = Some(most);
        self
    }

    /// Whether a request that is refused for its rate is told when to come again, in `Retry-After`; default true.
    pub fn retry_after(mut self, on: bool) -> Self {
        self.settings.retry_after = on;
        self
    }

    /// The largest page of items, and the default one; default 250.
    pub fn page_cap(mut self, items: usize) -> Self {
        self.settings.page_cap = items.max(1);
        self
    }

    /// Whether the last page of items has a link to an empty one; default false. That of searches always has one, as
    /// was recorded.
    pub fn next_on_last_page(mut self, on: bool) -> Self {
        self.settings.next_on_last_page = on;
        self
    }

    /// The time from an order's creation to its end; default 4 s. A quarter of it the order is queued.
    pub fn order_time(mut self, time: Duration) -> Self {
        self.settings.order_time = time;
        self
    }

    /// How many orders may be queued or running at once; default 10,000, as documented. One more is answered with 409.
    pub fn active_orders(mut self, most: usize) -> Self {
        self.settings.active_orders = most;
        self
    }

    /// The time until a new order appears in lists; default 0. It can be asked for by its id at once. That the service has
    /// such a lag is not documented: the option is for testing what a client makes of one.
    pub fn list_lag(mut self, time: Duration) -> Self {
        self.settings.list_lag = time;
        self
    }

    /// The time an asset takes to become active; default 1 s.
    pub fn activation_time(mut self, time: Duration) -> Self {
        self.settings.activation_time = time;
        self
    }

    /// How long download links live; default 24 h for orders, 1 h for assets.
    pub fn link_lifetime(mut self, time: Duration) -> Self {
        self.settings.order_link_lifetime = time;
        self.settings.asset_link_lifetime = time;
        self
    }

    /// Calls `observer` with every request once its answer is decided.
    pub fn on_answer(mut self, observer: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer(Box::new(observer)));
        self
    }

    /// Opens the listeners and starts to serve, on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If a port is taken, or no port can be opened on 127.0.0.1.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind: the ports are given back.
    pub async fn start(self) -> io::Result<Sandbox> {
        let api = TcpListener::bind((HOST, self.port)).await?;
        let storage = TcpListener::bind((HOST, self.storage_port)).await?;
        let authority = TcpListener::bind((HOST, self.authority_port)).await?;
        let url = format!("http://{}", api.local_addr()?);
        let grants = Grants::new(&self.settings.authority);
        let service = Arc::new(Service {
            settings: self.settings,
            storage_url: format!("http://{}", storage.local_addr()?),
            authority_url: format!("http://{}", authority.local_addr()?),
            time: Time::new(self.clock),
            catalogue: Catalogue::of(self.seed, self.scenes).with_padding(self.padding),
            signer: Signer::new(&mut fastrand::Rng::new()),
            faults: Faults::default(),
            log: Log::default(),
            observer: self.observer,
            limiter: Mutex::new(Limiter::default()),
            searches: Mutex::default(),
            activations: Mutex::default(),
            orders: Mutex::new(Orders::default()),
            collections: Mutex::default(),
            grants: Mutex::new(grants),
            url,
        });
        let mut listeners = JoinSet::new();
        listeners.spawn(server::listen(api, Listener::Api, Arc::clone(&service)));
        listeners.spawn(server::listen(authority, Listener::Authority, Arc::clone(&service)));
        listeners.spawn(server::listen(storage, Listener::Storage, Arc::clone(&service)));
        Ok(Sandbox { service, _listeners: listeners })
    }
}
