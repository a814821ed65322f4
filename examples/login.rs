//! Logging in: with a code that is entered on any device, or with `login browser` in a browser on this machine.
//!
//! `cargo run --example login` starts the sandbox in this process, which also plays the user; no account, no network. With
//! `--wait` that is left to you.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::env;
use std::error::Error;
use std::future::IntoFuture;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use planet::prelude::*;
use planet::{Auth, Endpoint, Filter, ItemType, Planet, Session};
use planet_sandbox::Sandbox;
use tokio::{task, time, try_join};

type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> Result {
    let is = |name: &str| env::args().any(|argument| argument == name);
    let sandbox = Sandbox::start().await?;
    // Without these settings it is Planet's authority, and the session is kept in `~/.planet`.
    let home = tempfile::tempdir()?;
    let builder = Auth::builder().auth_server(sandbox.authority_url()).home(home.path());
    let auth = if is("browser") {
        let auth = builder.oauth_user_auth_code(sandbox.code_client(), "http://127.0.0.1:0/callback")?;
        with_browser(&auth, is("--wait")).await?;
        auth
    } else {
        let auth = builder.oauth_user_device_code(sandbox.device_client())?;
        with_code(&auth, &sandbox, is("--wait")).await?;
        auth
    };

    let session = Session::builder().auth(auth.clone()).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    let search = Planet::new(session).data().search([ItemType::PSSCENE], Filter::empty()).limit(1);
    let scenes: Vec<_> = search.items().try_collect().await?;
    println!("{} scene, found as {}", scenes.len(), auth.explain().client_id().unwrap_or_default());
    Ok(())
}

async fn with_code(auth: &Auth, sandbox: &Sandbox, wait: bool) -> Result {
    let login = auth.device_login().await?;
    let prompt = login.prompt().clone();
    println!("Open {} on any device and enter {}.", prompt.verification_uri(), prompt.user_code());

    let completion = login.complete().progress(|event| println!("... {event}")).into_future();
    let approval = async {
        if !wait {
            time::sleep(Duration::from_millis(1500)).await;
            sandbox.approve(prompt.user_code());
        }
        Ok(())
    };
    try_join!(completion, approval)?;
    Ok(())
}

async fn with_browser(auth: &Auth, wait: bool) -> Result {
    let login = auth.browser_login().await?;
    println!("Open {} in a browser.", login.url());

    let browser = (!wait).then(|| {
        task::spawn_blocking({
            let url = login.url().to_owned();
            move || browse(&url)
        })
    });
    login.complete().await?;
    if let Some(browser) = browser {
        println!("The browser shows: {}", browser.await??);
    }
    Ok(())
}

/// As a browser of a user who has consented before: it goes where it is sent, and shows what it gets at the end.
fn browse(url: &str) -> Result<String> {
    let address: http::Uri = url.parse()?;
    let host = address.authority().ok_or("no host")?.as_str();
    let mut stream = TcpStream::connect(host)?;
    let target = address.path_and_query().ok_or("no path")?;
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, page) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    let next = head.lines().find_map(|line| line.to_ascii_lowercase().starts_with("location: ").then(|| &line[10..]));
    match next {
        Some(next) => browse(next),
        None => Ok(page.split("<p>").nth(1).and_then(|text| text.split("</p>").next()).unwrap_or(page).to_owned()),
    }
}
