//! A saved search: made once, found again by its name, run, narrowed, run for what is new since the last time, deleted.
//!
//! `cargo run --example saved_search` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;

use futures_util::TryStreamExt;
use planet::data::{Item, SavedSearch, SearchSort, SearchType};
use planet::{Auth, DataClient, Endpoint, Filter, ItemType, Planet, Timestamp};
use planet_sandbox::Sandbox;

const NAME: &str = "clear scenes";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let planet =
        Planet::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    let data = planet.data();

    let search = match by_name(&data).await? {
        Some(search) => search,
        None => data.create_search(NAME, [ItemType::PSSCENE], clearer_than(0.3)?).await?,
    };
    println!("{NAME} is there again: {}", by_name(&data).await?.is_some_and(|found| found.id() == search.id()));

    let newest_first = data.run_search(search.id()).sort(SearchSort::PublishedDesc);
    let before: Vec<Item> = newest_first.limit(400).items().try_collect().await?;
    println!("{} scenes, the newest {}", before.len(), before.first().map_or("none", Item::id));

    // The whole search is replaced: what is not given is gone.
    let search = data.update_search(search.id(), NAME, [ItemType::PSSCENE], clearer_than(0.05)?).await?;
    let clearest = data.run_search(search.id()).limit(400).items();
    let cloudy = clearest.try_filter_map(|item| async move { Ok(item.cloud_cover()?.filter(|cover| *cover >= 0.05)) });
    println!("cloudy ones among them: {}", cloudy.try_collect::<Vec<_>>().await?.len());

    // A later run wants the scenes that were published since: the newest of the last run tells when that was. In the sandbox
    // nothing new comes, so the last run is taken to have been before the newest hundred.
    let newest = before.get(100).ok_or("too few scenes")?;
    let last: Timestamp = newest.property("published")?.ok_or("no time")?;
    let since = Filter::date_range("published").gt(last).build()?;
    let news = search.filter()?.ok_or("no filter")? & since;
    let news: Vec<Item> = data.search([ItemType::PSSCENE], news).items().try_collect().await?;
    println!("published later: {}", !news.is_empty());

    data.delete_search(search.id()).await?;
    println!("deleted: {}", by_name(&data).await?.is_none());
    Ok(())
}

/// Names are not unique; ours is the first that has it.
async fn by_name(data: &DataClient) -> planet::Result<Option<SavedSearch>> {
    let mut searches = data.list_searches().search_type(SearchType::Saved).items();
    while let Some(search) = searches.try_next().await? {
        if search.name()?.as_deref() == Some(NAME) {
            return Ok(Some(search));
        }
    }
    Ok(None)
}

fn clearer_than(cover: f64) -> planet::Result<Filter> {
    Filter::range("cloud_cover").lt(cover).build()
}
