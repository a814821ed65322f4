//! Sessions that a program manages: each kind of credential with each place to keep it. A program without a user, a user on any
//! device, a user with a browser, and a key; in memory, on disk as Planet's official tools share it, in a storage of the
//! program's own, and in the key file of older versions. Each is run twice: the second run is spared what the first one kept.
//!
//! `cargo run --example app_sessions` starts the sandbox in this process, which is the authority and plays the user; no account,
//! no network, and in place of your home a temporary folder. For Planet leave out `auth_server` and `home`, and give the client id
//! that Planet has registered for your program. Sessions that the official tools manage: `cli_sessions`.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::collections::HashMap;
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use futures_util::TryStreamExt;
use planet::{Auth, AuthBuilder, Endpoint, LoginEvent, Planet, Secret, TokenStorage};
use planet_sandbox::Sandbox;

type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> Result {
    let sandbox = Sandbox::builder().approve_after(0).start().await?;
    let (database, folder) = (Database::default(), tempfile::tempdir()?);
    let home = folder.path();
    for place in ["in memory", "on disk", "in a database"] {
        let builder = |server: String, client: &str| match place {
            "in memory" => in_memory(server, home),
            "on disk" => on_disk(server, home),
            _ => in_database(server, home, &database, client),
        };
        let (id, secret) = sandbox.m2m_client();
        let program = || builder(sandbox.machine_authority_url(), id).oauth_m2m(id, secret);
        show(&sandbox, &format!("program, {place}"), program).await?;

        let id = sandbox.device_client();
        let any_device = || builder(sandbox.authority_url(), id).oauth_user_device_code(id);
        show(&sandbox, &format!("user on any device, {place}"), any_device).await?;

        let id = sandbox.code_client();
        let callback = "http://127.0.0.1:0/callback"; // any free port
        let browser = || builder(sandbox.authority_url(), id).oauth_user_auth_code(id, callback);
        show(&sandbox, &format!("user with a browser, {place}"), browser).await?;
    }
    show(&sandbox, "key, in memory", || Ok(Auth::from_key(sandbox.api_key()))).await?;
    show(&sandbox, "key, in a database", || key_in_database(&sandbox, &database)).await?;
    show(&sandbox, "key, in the file of older versions", || key_in_old_file(&sandbox)).await
}

/// The token lives as long as the program.
fn in_memory(auth_server: String, home: &Path) -> AuthBuilder {
    Auth::builder().auth_server(auth_server).home(home).save_state(false)
}

/// The token is kept in `~/.planet/<profile>`, where the official tools look as well. This is so unless you say otherwise.
fn on_disk(auth_server: String, home: &Path) -> AuthBuilder {
    Auth::builder().auth_server(auth_server).home(home)
}

/// The token is kept where the program wants it.
fn in_database(auth_server: String, home: &Path, database: &Database, client: &str) -> AuthBuilder {
    let row = Row { database: database.clone(), name: client.to_owned() };
    Auth::builder().auth_server(auth_server).home(home).storage(row)
}

/// Stands for a database, a keyring or a vault.
#[derive(Clone, Default)]
struct Database(Arc<Mutex<HashMap<String, Secret>>>);

impl Database {
    fn with<T>(&self, what: impl FnOnce(&mut HashMap<String, Secret>) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The place of one session.
struct Row {
    database: Database,
    name: String,
}

impl TokenStorage for Row {
    fn load(&self) -> planet::Result<Option<Secret>> {
        Ok(self.database.with(|rows| rows.get(&self.name).cloned()))
    }

    fn save(&self, token: &Secret) -> planet::Result<()> {
        self.database.with(|rows| rows.insert(self.name.clone(), token.clone()));
        Ok(())
    }

    fn remove(&self) -> planet::Result<()> {
        self.database.with(|rows| rows.remove(&self.name));
        Ok(())
    }

    fn describe(&self) -> String {
        format!("the database, row {}", self.name)
    }
}

/// A key is never renewed: it is read, and that is all.
fn key_in_database(sandbox: &Sandbox, database: &Database) -> planet::Result<Auth> {
    let key =
        database.with(|rows| rows.entry("key".to_owned()).or_insert_with(|| Secret::new(sandbox.api_key())).clone());
    Ok(Auth::from_key(key.expose()))
}

/// `{"key": ".."}`, as version 2 of the Python SDK wrote it to `~/.planet.json`.
fn key_in_old_file(sandbox: &Sandbox) -> planet::Result<Auth> {
    Auth::from_key(sandbox.api_key()).store_legacy("legacy_api_key_file.json")?;
    Auth::from_file("legacy_api_key_file.json")
}

/// Two runs of a program.
async fn show(sandbox: &Sandbox, what: &str, auth: impl Fn() -> planet::Result<Auth>) -> Result {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let auth = auth()?;
        runs.push(if log_in(&auth).await? { "a login" } else { "no login" });
        let planet = Planet::builder().auth(auth).endpoint(Endpoint::parse(sandbox.url())?).build()?;
        planet.data().list_searches().items().try_next().await?;
    }
    println!("{what}: {}", runs.join(", then "));
    Ok(())
}

/// Has somebody log in if nobody is, or if the session is over. Whether that was so.
async fn log_in(auth: &Auth) -> Result<bool> {
    if auth.ensure_initialized().await.is_ok() {
        return Ok(false);
    }
    let login = auth.login().progress(|event| match event {
        LoginEvent::Browser(prompt) => open(prompt.url()),
        other => println!("    {other}"), // which page to open on any device, and what to enter there
    });
    login.await?;
    Ok(true)
}

/// In the place of a browser, whose user has consented before. A program of yours shows the link, or opens it.
fn open(url: &str) {
    let url = url.to_owned();
    thread::spawn(move || visit(&url).inspect_err(|error| println!("    the browser: {error}")).is_ok());
}

/// Goes where it is sent.
fn visit(url: &str) -> Result {
    let address: http::Uri = url.parse()?;
    let host = address.authority().ok_or("no host")?.as_str();
    let target = address.path_and_query().ok_or("no path")?;
    let mut stream = TcpStream::connect(host)?;
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let next = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("location: "));
    next.and_then(|line| line.split_once(": ")).map_or(Ok(()), |(_, next)| visit(next))
}
