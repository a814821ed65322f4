//! The program of docs/troubleshooting.md.
#![allow(clippy::print_stdout, unused_qualifications, reason = "it talks to a person, and begins as every page does")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: setup
    use std::time::Duration;

    use planet::data::Item;
    use planet::http::Method;
    use planet::orders::{Reconcile, UnknownOrder};
    use planet::prelude::*;
    use planet::{Auth, Bundle, Endpoint, Filter, ItemType, OrderRequest, Pace, Planet, Product, Proxy, Retry};
    use planet_sandbox::Fault;

    fn tell<T>(result: planet::Result<T>) {
        if let Err(error) = result {
            println!("{error}");
        }
    }

    let home = tempfile::tempdir()?; // in place of your home directory
    let own = || Auth::builder().home(home.path()).variables::<&str, &str>([]);
    let endpoint = Endpoint::parse(sandbox.url())?;
    let with = |auth: Auth| Planet::builder().auth(auth).endpoint(endpoint.clone()).build();
    // ANCHOR_END: setup

    // ANCHOR: nobody
    tell(own().env()); // as Planet::from_env()
    let auth = own().user_default_session()?; // as Planet::from_default_session()
    tell(with(auth)?.orders().stats().await);
    // ANCHOR_END: nobody

    // ANCHOR: key
    tell(with(Auth::from_key("PLAK0123"))?.orders().stats().await);
    // ANCHOR_END: key

    // ANCHOR: robot
    let (id, _) = sandbox.m2m_client();
    let robot = own().auth_server(sandbox.machine_authority_url()).oauth_m2m(id, "an old secret")?;
    tell(with(robot)?.orders().stats().await);
    // ANCHOR_END: robot

    // ANCHOR: forbidden
    let stats = "/compute/ops/stats/orders/v2";
    let body = r#"{"message": "You do not have permission."}"#;
    sandbox.fault(Fault::on("GET", stats).times(1).status(403).body(body));
    tell(planet.orders().stats().await);
    // ANCHOR_END: forbidden

    // ANCHOR: missing
    tell(planet.orders().get("18389c7e-1831-4de7-8187-d30ffe88b4b7").await);
    tell(planet.orders().get("my first order").await);
    // ANCHOR_END: missing

    // ANCHOR: quota
    let body = r#"{"general": [{"message": "Download quota has been exceeded."}]}"#;
    sandbox.fault(Fault::on("GET", stats).times(1).status(429).body(body));
    tell(planet.orders().stats().await);
    // ANCHOR_END: quota

    // ANCHOR: pace
    let hasty = Planet::builder()
        .auth(Auth::from_key(sandbox.api_key()))
        .endpoint(endpoint.clone())
        .pace(Pace::off()) // do not do this
        .retry(Retry::off())
        .build()?;
    let mut refused = None;
    while refused.is_none() {
        refused = hasty.orders().stats().await.err();
    }
    if let Some(error) = refused {
        println!("{error}");
        println!("it asks for {:?}", error.retry_after());
    }
    // ANCHOR_END: pace

    // ANCHOR: service
    sandbox.fault(Fault::on("GET", stats).times(2).status(503));
    tell(planet.orders().stats().retry(Retry::default().max_attempts(2)).await);
    sandbox.fault(Fault::on("GET", stats).times(1).delay(Duration::from_secs(2)));
    tell(planet.orders().stats().deadline(Duration::from_secs(1)).await);
    // ANCHOR_END: service

    // ANCHOR: input
    tell(OrderRequest::builder("").product(Product::new(ItemType::PSSCENE, "analytic_udm3", ["a"])).build());
    // ANCHOR_END: input

    // ANCHOR: refused
    let unknown = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20200101_000000_00_0000"]);
    tell(planet.orders().create(OrderRequest::builder("north").product(unknown).build()?).await);
    // ANCHOR_END: refused

    // ANCHOR: doubtful
    let search = planet.data().search([ItemType::PSSCENE], Filter::permission()).limit(1);
    let scenes: Vec<Item> = search.items().try_collect().await?;
    let product = || Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, scenes.iter().map(Item::id));

    sandbox.fault(Fault::on("POST", "/compute/ops/orders/v2").times(1).reset());
    let quick = Reconcile::default().settle(Duration::from_secs(1)); // 60 s unless you say otherwise
    let request = OrderRequest::builder("doubtful").product(product()).build()?;
    if let Err(error) = planet.orders().create(request).reconcile(quick).await {
        println!("{error}");
        let source = std::error::Error::source(&error);
        let unknown = source.and_then(|source| source.downcast_ref::<UnknownOrder>());
        println!("{} orders could be it", unknown.map_or(0, |unknown| unknown.candidates().len()));
    }
    // ANCHOR_END: doubtful

    // ANCHOR: failed
    sandbox.fail_next_order(["Unable to clip the item: no data in the area"]);
    let failed = planet.orders().create(OrderRequest::builder("fails").product(product()).build()?).await?;
    let order = planet.orders().create(OrderRequest::builder("south").product(product()).build()?).await?;
    tell(planet.orders().wait(failed.id()).await);
    tell(planet.orders().download(failed.id()).to(home.path()).await);
    // ANCHOR_END: failed

    // ANCHOR: running
    let late = planet.orders().create(OrderRequest::builder("late").product(product()).build()?).await?;
    tell(planet.orders().download(late.id()).to(home.path()).await);
    tell(planet.orders().wait(late.id()).timeout(Duration::from_secs(1)).await);
    // ANCHOR_END: running

    // ANCHOR: link
    planet.orders().wait(order.id()).await?;
    let imagery = home.path().join("imagery");
    let image = || planet.orders().download(order.id()).to(&imagery).paths(["*udm2.tif"]);
    sandbox.fault(Fault::on("GET", "*udm2.tif").times(1).expired_link());
    tell(image().renew_links(false).await);
    // ANCHOR_END: link

    // ANCHOR: digest
    sandbox.fault(Fault::on("GET", "*udm2.tif").times(2).corrupt_byte(100));
    tell(image().await);
    // ANCHOR_END: digest

    // ANCHOR: disk
    tell(image().to(home.path().join("x".repeat(300))).await);
    // ANCHOR_END: disk

    // ANCHOR: two
    sandbox.fault(Fault::on("GET", "*udm2.tif").times(1).slow(500));
    tokio::select! {
        first = image() => tell(first),
        second = image() => tell(second),
    }
    // ANCHOR_END: two

    // ANCHOR: network
    let once = || Planet::builder().auth(Auth::from_key("PLAK0123")).retry(Retry::off());
    tell(once().endpoint(Endpoint::parse("http://127.0.0.1:1")?).build()?.orders().stats().await);
    tell(once().proxy(Proxy::all("http://127.0.0.1:1")?).build()?.orders().stats().await);
    let not_https = Endpoint::parse(&sandbox.url().replace("http:", "https:"))?;
    tell(once().endpoint(not_https).build()?.orders().stats().await);
    tell(Endpoint::parse("http://api.planet.com"));
    // ANCHOR_END: network

    // ANCHOR: emulator
    tell(planet.session().request(Method::GET, "/basemaps/v1/mosaics").await);
    // ANCHOR_END: emulator

    // ANCHOR: blocking
    tell(planet.orders().stats().blocking());
    // ANCHOR_END: blocking
    Ok(())
}
