//! The page docs/reporting.md as one program.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: bars
    use planet::reporting::{FileBars, StateBar};
    use planet::{Bundle, ItemType, OrderRequest, Product};

    let orders = planet.orders();
    let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_UDM2, ["20251028_192515_32_24dc"]);
    let request = OrderRequest::builder("watched").product(product).build()?;

    let bar = StateBar::new().state("creating");
    let order = orders.create(request).await?;
    bar.update(order.id(), "created");
    orders.wait(order.id()).progress(bar).await?;
    orders.download(order.id()).to("imagery").progress(FileBars::new()).await?;
    // ANCHOR_END: bars

    // ANCHOR: assets
    use planet::reporting::AssetStatusBar;

    let data = planet.data();
    let asset = data.get_asset(ItemType::PSSCENE, "20251028_192515_32_24dc", "ortho_visual").await?;
    data.activate(&asset).await?;
    let bar = AssetStatusBar::new("PSScene", "20251028_192515_32_24dc", "ortho_visual");
    let asset = data.wait(&asset).progress(bar).await?;
    data.download(&asset).to("imagery").progress(FileBars::new()).await?;
    // ANCHOR_END: assets

    // ANCHOR: closure
    use planet::{ProgressEvent, ProgressStep};

    let told = |event: &ProgressEvent| match &event.step {
        ProgressStep::Planned { files, .. } => println!("{files} files"),
        ProgressStep::Kept { .. } => println!("{} was there already", event.name),
        ProgressStep::Done { size } => println!("{} has {size} bytes", event.name),
        _ => {}
    };
    orders.download(order.id()).to("imagery").progress(told).await?;
    // ANCHOR_END: closure

    // ANCHOR: lines
    use planet::reporting::{JsonLines, Tracing};

    let lines = JsonLines::new(std::fs::File::create("progress.jsonl")?);
    let both = (lines.clone(), Tracing::new()); // pairs may hold pairs
    orders.download(order.id()).to("again").progress(both).await?;
    lines.finish()?; // what could not be written is an error here
    for line in std::fs::read_to_string("progress.jsonl")?.lines().take(2) {
        println!("{line}");
    }
    // ANCHOR_END: lines

    // ANCHOR: channel
    use planet::reporting::channel;

    let (progress, mut events) = channel(1000);
    let download = orders.download(order.id()).to("third").progress(progress);
    let show = async {
        let mut done = 0;
        while let Some(event) = events.next().await {
            done += usize::from(matches!(event.step, ProgressStep::Done { .. }));
        }
        done
    };
    let (report, done) = tokio::join!(download.into_future(), show);
    println!("{} files, {done} of them told", report?.files().len());
    // ANCHOR_END: channel
    Ok(())
}
