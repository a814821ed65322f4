//! Progress to watch: an order's state, then its files as they come through a slow line, on which some break.
//!
//! `cargo run --example progress` starts the sandbox in this process; no account, no network. With `--quiet` it shows
//! nothing but the last line. The events stand in `progress.jsonl` as well.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::fs::File;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use futures_util::{StreamExt, TryStreamExt, stream};
use planet::data::Item;
use planet::middleware::{NextService, Response, ResponseBody};
use planet::reporting::{FileBars, JsonLines, StateBar};
use planet::{Auth, BoxError, Bundle, Endpoint, Filter, ItemType, OrderRequest, Planet, Product, Session};
use planet_sandbox::{Fault, Sandbox};
use tower::ServiceExt;
use tower::layer::layer_fn;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let quiet = std::env::args().any(|argument| argument == "--quiet");
    let sandbox = Sandbox::start().await?;
    let planet = Planet::new(
        Session::builder()
            .auth(Auth::from_key(sandbox.api_key()))
            .endpoint(Endpoint::parse(sandbox.url())?)
            .layer_per_attempt(layer_fn(|next: NextService| next.map_response(slow)))
            .build()?,
    );
    let request = request(&planet).await?;

    // ANCHOR: progress
    let bar = StateBar::new().state("creating");
    let bar = if quiet { bar.quiet() } else { bar };
    let order = planet.orders().create(request).await?;
    bar.update(order.id(), "created");
    planet.orders().wait(order.id()).progress(bar).await?;

    let bars = if quiet { FileBars::new().quiet() } else { FileBars::new() };
    let lines = JsonLines::new(File::create("progress.jsonl")?);
    // Every tenth answer of the storage breaks off.
    sandbox.fault(Fault::on("GET", "/compute-orders-live/").probability(0.1, 7).cut_at(20_000));
    let report = planet.orders().download(order.id()).to("imagery").progress((bars, lines.clone())).await?;
    lines.finish()?;
    // ANCHOR_END: progress

    println!("{} files, and as many lines that say done: {}", report.files().len(), done()? == report.files().len());
    Ok(())
}

async fn request(planet: &Planet) -> Result<OrderRequest, Box<dyn Error>> {
    let search = planet.data().search([ItemType::PSSCENE], Filter::asset(["ortho_analytic_4b"])?);
    let items: Vec<Item> = search.limit(6).items().try_collect().await?;
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, items.iter().map(Item::id));
    Ok(OrderRequest::builder("progress").product(product).build()?)
}

/// A line that carries 20 kB a second for each file.
fn slow(answer: Response) -> Response {
    let is_json = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
    if answer.headers().get(header::CONTENT_TYPE).is_some_and(is_json) {
        return answer;
    }
    answer.map(|body| {
        let pieces = |bytes: Bytes| (0..bytes.len()).step_by(1000).map(move |at| piece(&bytes, at));
        let pieces = body.into_data_stream().map_ok(move |bytes| stream::iter(pieces(bytes))).try_flatten();
        ResponseBody::new(StreamBody::new(pieces.then(|piece| async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            piece.map(Frame::data)
        })))
    })
}

fn piece(bytes: &Bytes, at: usize) -> Result<Bytes, BoxError> {
    Ok(bytes.slice(at..bytes.len().min(at + 1000)))
}

/// How many files are done, as the lines tell.
fn done() -> Result<usize, Box<dyn Error>> {
    let lines = std::fs::read_to_string("progress.jsonl")?;
    let steps = lines.lines().map(serde_json::from_str).collect::<Result<Vec<serde_json::Value>, _>>()?;
    Ok(steps.iter().filter(|event| event["step"] == "done").count())
}
