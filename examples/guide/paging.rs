//! The program of the guide's page on paging: docs/paging.md.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;

    // ANCHOR: stream
    use planet::prelude::*;
    use planet::{Filter, ItemType};

    let clear = Filter::range("cloud_cover").lt(0.1).build()?;
    let search = planet.data().search([ItemType::PSSCENE], clear);

    let mut ids = Vec::new();
    let mut items = search.clone().limit(600).items();
    while let Some(item) = items.try_next().await? {
        ids.push(item.id().to_owned());
    }
    println!("{} items in {} requests", ids.len(), sandbox.requests().len());
    // ANCHOR_END: stream

    // ANCHOR: stop
    let before = sandbox.requests().len();
    let mut items = search.clone().items(); // nothing is sent yet
    let first = items.try_next().await?.ok_or("nothing was found")?; // one page is fetched
    drop(items); // and no other
    println!("the first is {}, known after {} request", first.id(), sandbox.requests().len() - before);
    // ANCHOR_END: stop

    // ANCHOR: collect
    let one_list: Vec<planet::data::Item> = search.clone().limit(600).items().try_collect().await?;
    let one_document = planet::collect(search.clone().limit(600).items()).await?; // prints as GeoJSON
    println!("{} and {}", one_list.len(), one_document.len());

    // However long the list is: a page in memory, the rest in the file.
    let written = planet::collect::to_ndjson_file(search.clone().items(), "all.ndjson").await?;
    println!("a line for each: {}", std::fs::read_to_string("all.ndjson")?.lines().count() as u64 == written);
    // ANCHOR_END: collect

    // ANCHOR: pages
    let mut pages = search.clone().limit(600).pages();
    while let Some(page) = pages.try_next().await? {
        println!("a page of {}, more: {}", page.items.len(), page.next.is_some());
    }
    // ANCHOR_END: pages

    // ANCHOR: page_size
    let small = search.clone().page_size(20).limit(50);
    let sizes: Vec<usize> = small.pages().map_ok(|page| page.items.len()).try_collect().await?;
    println!("{sizes:?}");
    // ANCHOR_END: page_size

    // ANCHOR: checkpoint
    use planet::serde_json;

    let list = search.clone().page_size(100).limit(250);
    let mut items = list.clone().items();
    for _ in 0..130 {
        items.try_next().await?;
    }
    let place = items.checkpoint(); // behind the last item that was given
    std::fs::write("place.json", serde_json::to_vec(&place)?)?;
    // ANCHOR_END: checkpoint

    // ANCHOR: resume
    let place: planet::Checkpoint = serde_json::from_slice(&std::fs::read("place.json")?)?;
    let rest: Vec<_> = list.clone().limit(120).resume(place).items().try_collect().await?;
    let all: Vec<_> = list.items().try_collect().await?;
    let same = all.iter().skip(130).map(|item| item.id()).eq(rest.iter().map(|item| item.id()));
    println!("{} items more, those that were missing: {same}", rest.len());
    // ANCHOR_END: resume

    // ANCHOR: after_error
    use planet::Retry;
    use planet_sandbox::Fault;

    sandbox.fault(Fault::on("GET", "/data/v1/searches").nth(2).status(503)); // the third page fails
    let list = search.clone().page_size(100).limit(500).retry(Retry::off());
    let mut items = list.clone().items();
    let mut kept = Vec::new();
    let error = loop {
        match items.try_next().await {
            Ok(Some(item)) => kept.push(item),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    println!("{} items, then {:?}", kept.len(), error.map(|error| error.kind()));

    let more = list.limit(500 - kept.len() as u64).resume(items.checkpoint());
    kept.extend(more.items().try_collect::<Vec<_>>().await?);
    println!("{} items in all", kept.len());
    // ANCHOR_END: after_error

    // ANCHOR: prefetch
    use std::time::Duration;

    let mut items = search.clone().limit(600).prefetch(1).items();
    let mut worked = 0;
    while items.try_next().await?.is_some() {
        tokio::time::sleep(Duration::from_millis(1)).await; // here your work with the item
        worked += 1;
    }
    println!("{worked} items");
    // ANCHOR_END: prefetch

    // ANCHOR: side_by_side
    let data = planet.data();
    let counts: Vec<usize> = search
        .clone()
        .limit(40)
        .items()
        .map_ok(|item| {
            let data = data.clone();
            async move { Ok(data.list_assets(ItemType::PSSCENE, item.id()).await?.len()) }
        })
        .try_buffer_unordered(8)
        .try_collect()
        .await?;
    println!("the assets of {} items", counts.len());
    // ANCHOR_END: side_by_side

    // ANCHOR: options
    let patient = search
        .clone()
        .limit(600)
        .max_pages(10) // more is an error
        .deadline(Duration::from_secs(120)) // for each page: its attempts and the waits between them
        .attempt_timeout(Duration::from_secs(20)) // for each attempt at a page
        .retry(Retry::default().max_attempts(8));
    println!("{} items", patient.items().count().await);
    // ANCHOR_END: options

    // ANCHOR: max_pages
    let outcome: planet::Result<Vec<_>> = search.page_size(10).max_pages(2).items().try_collect().await;
    if let Err(error) = outcome {
        println!("{error}");
    }
    // ANCHOR_END: max_pages
    Ok(())
}
