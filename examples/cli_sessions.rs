//! Sessions that Planet's command line manages: a program uses what `planet auth login` left, and never logs anybody in. Without a
//! word about it, by asking for it, by the name of a profile, and what it says to a user who is not logged in.
//!
//! `cargo run --example cli_sessions` starts the sandbox in this process; no account, no network, and in place of your home a
//! temporary folder, in which somebody logs in. With `-- --live` it uses your own session: run `planet auth login` before.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::path::Path;

use futures_util::TryStreamExt;
use planet::{Auth, AuthBuilder, AuthError, AuthFailure, Endpoint, Planet};
use planet_sandbox::Sandbox;

const PROFILE: &str = "my-cli-managed-profile";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().any(|argument| argument == "--live") {
        return live().await;
    }
    let sandbox = Sandbox::builder().approve_after(0).start().await?;
    let folder = tempfile::tempdir()?;
    let home = folder.path();
    let auth = at_home(home).user_default_session()?;
    if !auth.is_initialized() {
        println!("{}", auth.explain()); // what was looked at, and the command to run
    }
    let failure = auth.ensure_initialized().await.err().and_then(|error| AuthError::of(&error).map(AuthError::failure));
    println!("a login is required: {}", failure == Some(AuthFailure::LoginRequired));

    log_in_as_the_command_line_does(&sandbox, home).await?;

    let auth = at_home(home).user_default_session()?;
    println!("the default is the profile {}", auth.explain().profile().unwrap_or("none"));
    use_it(&sandbox, auth).await?;

    let auth = at_home(home).profile(PROFILE)?;
    if !auth.is_initialized() {
        return Err(format!("Login required. Run: planet auth login --auth-profile {PROFILE}").into());
    }
    use_it(&sandbox, auth).await?;

    // The client of the official tools is theirs: their sessions are used and renewed, and begun with their command.
    let auth = at_home(home).profile("planet-user")?;
    let refused = auth.device_login().await.err().and_then(|error| AuthError::of(&error).map(AuthError::failure));
    println!("a login under the official client id: {refused:?}");
    Ok(())
}

/// All of it in a program of your own.
async fn live() -> Result<(), Box<dyn Error>> {
    let implicit = Planet::from_default_session()?;
    let searches = implicit.data().list_searches().limit(5).items().try_collect::<Vec<_>>().await?;
    println!("{} searches, as {}", searches.len(), Auth::from_user_default_session()?.explain());

    let explicit = Auth::from_user_default_session()?; // or a profile: Auth::from_profile("my-cli-managed-profile")
    explicit.ensure_initialized().await?;
    let planet = Planet::builder().auth(explicit).build()?;
    println!("{:?}", planet.data().list_searches().items().try_next().await?.map(|search| search.to_string()));
    Ok(())
}

/// With a home of its own, and nothing from the environment.
fn at_home(home: &Path) -> AuthBuilder {
    let nothing: [(&str, &str); 0] = [];
    Auth::builder().home(home).variables(nothing)
}

/// Leaves the same files as `planet auth login --auth-profile my-cli-managed-profile`, with a client of the sandbox.
async fn log_in_as_the_command_line_does(sandbox: &Sandbox, home: &Path) -> planet::Result<()> {
    let builder = at_home(home).auth_server(sandbox.authority_url()).profile_name(PROFILE);
    let auth = builder.oauth_user_device_code(sandbox.device_client())?;
    auth.login().progress(|_| ()).await?;
    auth.store() // planet auth profile set
}

async fn use_it(sandbox: &Sandbox, auth: Auth) -> planet::Result<()> {
    let planet = Planet::builder().auth(auth).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    let searches: Vec<_> = planet.data().list_searches().items().try_collect().await?;
    println!("logged in, with {} searches", searches.len());
    Ok(())
}
