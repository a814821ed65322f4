//! A source of credentials of your own, here a vault whose keys are exchanged now and then.
//!
//! `cargo run --example custom_credentials` starts the sandbox in this process; no account, no network.
#![allow(clippy::print_stdout, reason = "a program that talks to a person")]

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Method;
use planet::{Auth, AuthHeaders, CredentialsFuture, CredentialsProvider, Endpoint, Session};
use planet_sandbox::Sandbox;

/// Keeps the number of the key in use. A program would fetch the key itself, and keep it as a `Secret`.
struct Vault {
    keys: Vec<String>,
    current: AtomicU64,
}

impl CredentialsProvider for Vault {
    /// Asked before each attempt.
    fn headers(&self) -> CredentialsFuture<'_> {
        let number = self.current.load(Ordering::Relaxed);
        let key = usize::try_from(number).ok().and_then(|at| self.keys.get(at)).map_or("", String::as_str);
        Box::pin(async move { AuthHeaders::authorization(&format!("api-key {key}"), number) })
    }

    /// The service refused a key (401). Another call may have got the next one meanwhile, therefore the number: a refusal
    /// of an old key does not throw a new one away.
    fn invalidate(&self, refused: &AuthHeaders) -> bool {
        let next = refused.generation() + 1;
        if usize::try_from(next).is_ok_and(|next| next >= self.keys.len()) {
            return false;
        }
        self.current.fetch_max(next, Ordering::Relaxed);
        true
    }

    fn describe(&self) -> String {
        "the vault".to_owned()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let vault = Vault { keys: vec!["withdrawn".to_owned(), sandbox.api_key().to_owned()], current: AtomicU64::new(0) };
    let session =
        Session::builder().auth(Auth::from_provider(vault)).endpoint(Endpoint::parse(sandbox.url())?).build()?;
    let response = session.request(Method::GET, "/data/v1/item-types").send().await?;
    let statuses: Vec<_> = sandbox.requests().iter().filter_map(|request| request.status).collect();
    println!("the service answered {statuses:?}, in {} attempt", response.attempts());
    Ok(())
}
