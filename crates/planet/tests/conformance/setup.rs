//! A sandbox, a session for it, and the order of the user guides.

use std::path::{Path, PathBuf};
use std::time::Duration;

use planet::orders::Order;
use planet::{
    Auth, Bundle, Endpoint, Geometry, ItemType, OrderRequest, Pace, Planet, Product, Result, Retry, Session, Tool,
};
use planet_sandbox::Sandbox;

/// The storage's path of a file: `/compute-orders-live/<order>/<path>`.
pub const STORAGE: &str = "/compute-orders-live/*";

pub struct World {
    pub sandbox: Sandbox,
    pub planet: Planet,
    pub dir: tempfile::TempDir,
}

impl World {
    /// Orders are finished as soon as they are placed; nothing is slowed down.
    pub async fn new() -> Self {
        let sandbox = Sandbox::builder().limits(false).order_time(Duration::ZERO).start().await.unwrap();
        let planet = planet_at(sandbox.url(), sandbox.api_key());
        Self { sandbox, planet, dir: tempfile::tempdir().unwrap() }
    }

    /// Places the guides' order and waits for it.
    pub async fn finished_order(&self) -> Order {
        let order = self.planet.orders().create(guide_order()).await.unwrap();
        self.planet.orders().wait(order.id()).every(Duration::from_millis(10)).await.unwrap()
    }

    pub async fn download(&self, order: &Order) -> Result<planet::orders::OrderReport> {
        self.planet.orders().download(order.id()).to(self.dir.path()).await
    }

    /// How many requests of a method went to a path.
    pub fn requests(&self, method: &str, path: &str) -> usize {
        let requests = self.sandbox.requests();
        requests.iter().filter(|request| request.method == method && request.path.starts_with(path)).count()
    }
}

pub fn planet_at(url: &str, key: &str) -> Planet {
    // Delays of milliseconds instead of seconds: these tests use real sockets, and so real time.
    let retry = Retry::default().first_delay(Duration::from_millis(5)).max_delay(Duration::from_millis(1500));
    let session = Session::builder()
        .auth(Auth::from_key(key))
        .endpoint(Endpoint::parse(url).unwrap())
        .retry(retry)
        .pace(Pace::off())
        .build()
        .unwrap();
    Planet::new(session)
}

pub fn oregon() -> Geometry {
    Geometry::bbox(-117.558734, 45.229745, -117.452447, 45.301865).unwrap()
}

pub fn guide_order() -> OrderRequest {
    let items = ["20200909_182525_1014", "20200909_182524_1014"];
    OrderRequest::builder("oregon_order")
        .product(Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, items))
        .tool(Tool::clip(oregon()))
        .build()
        .unwrap()
}

/// Every file below a directory.
pub fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}
