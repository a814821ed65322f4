//! Fetches the bundles that the service offers now, shows what is new, and keeps the document.
//!
//! `cargo run --example refresh_catalogue` needs no account and no network: it starts the sandbox in this process. With
//! `--live` it asks Planet with the key in `PL_API_KEY`. To renew the catalogue that is built in, write the document where
//! the generator reads it:
//!
//! ```text
//! cargo run --example refresh_catalogue -- --live --to xtask/specs/bundles.json
//! cargo xtask codegen
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to a person")]

use std::collections::HashSet;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use planet::{Auth, Catalogue, Endpoint, Planet, Session};
use planet_sandbox::Sandbox;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const USAGE: &str = "usage: cargo run --example refresh_catalogue -- [--live] [--to FILE]";

#[tokio::main]
async fn main() -> ExitCode {
    match refresh().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn refresh() -> Result<()> {
    let (live, to) = options(std::env::args().skip(1))?;
    // The sandbox lives as long as this variable.
    let (planet, _sandbox) = connect(live).await?;
    let catalogue = planet.orders().bundles().await?;
    show_changes(Catalogue::embedded(), &catalogue);
    let document = catalogue.as_json().ok_or("the catalogue was not fetched")?;
    tokio::fs::write(&to, document).await?;
    println!("wrote {}", to.display());
    Ok(())
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<(bool, PathBuf)> {
    let (mut live, mut to) = (false, PathBuf::from("bundles.json"));
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--live" => live = true,
            "--to" => to = arguments.next().ok_or(format!("--to needs a file\n{USAGE}"))?.into(),
            other => return Err(format!("unknown argument {other}\n{USAGE}").into()),
        }
    }
    Ok((live, to))
}

/// The sandbox in this process, or the real service with the user's key.
async fn connect(live: bool) -> Result<(Planet, Option<Sandbox>)> {
    if live {
        return Ok((Planet::from_env()?, None));
    }
    let sandbox = Sandbox::start().await?;
    let session =
        Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    Ok((Planet::new(session), Some(sandbox)))
}

/// One line for each bundle of an item type that only one of the two has.
fn show_changes(old: &Catalogue, new: &Catalogue) {
    println!("version {}, built in is {}", new.version(), old.version());
    let (before, after) = (pairs(old), pairs(new));
    let mut changes: Vec<String> =
        after.difference(&before).map(|(bundle, of)| format!("+ {bundle} of {of}")).collect();
    changes.extend(before.difference(&after).map(|(bundle, of)| format!("- {bundle} of {of}")));
    changes.sort();
    for change in &changes {
        println!("{change}");
    }
    println!("{} bundles of item types, {} changes", after.len(), changes.len());
}

fn pairs(catalogue: &Catalogue) -> HashSet<(&str, &str)> {
    let of = |bundle| catalogue.item_types_of(bundle).map(move |item_type| (AsRef::as_ref(bundle), item_type.as_str()));
    catalogue.bundles().flat_map(of).collect()
}
