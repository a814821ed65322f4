//! What an OAuth session costs: its start from a profile on disk, and each call with a token that is fresh.
//! docs/benchmarks.md tells more.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/process.rs"]
mod process;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use common::{Row, Server, report, runtime, server, small};
use planet_core::{Auth, Session};
use process::{cpu_time, median};
use serde_json::json;

const STARTS: usize = 501;
const ROUNDS: usize = 21;
const CALLS: usize = 4_000;

fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == server::ARGUMENT) {
        server::run();
        return ExitCode::SUCCESS;
    }
    let home = tempfile::tempdir().unwrap();
    prepare(home.path());
    report(&[start(home.path()), calls(home.path(), &Server::start().url)])
}

/// A profile as the official tools leave it, with a token that is good for long.
fn prepare(home: &Path) {
    let folder = home.join(".planet/office");
    std::fs::create_dir_all(&folder).unwrap();
    let client = json!({
        "client_type": "oidc_device_code", "auth_server": "https://login.planet.com/", "client_id": "client",
        "audiences": ["https://api.planet.com/"], "scopes": ["planet", "offline_access"],
    });
    let token = json!({
        "access_token": "a".repeat(900), "refresh_token": "r".repeat(60), "token_type": "Bearer", "expires_in": 2_402_444_800_u64,
        "_iat": 1_700_000_000, "_exp": 4_102_444_800_u64,
    });
    for (name, content) in [("auth_client.json", client), ("token.json", token)] {
        let file = folder.join(name);
        std::fs::write(&file, content.to_string()).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    std::fs::write(home.join(".planet.json"), r#"{"PL_AUTH_PROFILE":"office"}"#).unwrap();
}

fn session_on_disk(home: &Path) -> Auth {
    let none: [(&str, &str); 0] = [];
    Auth::builder().variables(none).home(home).user_default_session().unwrap()
}

/// From nothing to a token that can be sent.
fn start(home: &Path) -> Row {
    let runtime = runtime();
    let once = || {
        let before = Instant::now();
        let token = runtime.block_on(async { session_on_disk(home).value().await });
        assert_eq!(token.unwrap().expose().len(), 900);
        before.elapsed().as_secs_f64() * 1e3
    };
    let first = once();
    let rest: Vec<f64> = (0..STARTS).map(|_| once()).collect();
    let longest = rest.iter().copied().fold(0.0, f64::max);
    Row {
        what: "ms from a profile on disk to its token",
        from: format!("median of {STARTS}; the first {first:.2}, the longest {longest:.2}"),
        measured: median(rest),
        at_most: 2.0,
    }
}

fn calls(home: &Path, url: &str) -> Row {
    let (runtime, key, oauth) = (runtime(), small::session(url), small::session_of(url, session_on_disk(home)));
    let round = |session: &Session| {
        let before = cpu_time();
        runtime.block_on(async {
            for _ in 0..CALLS {
                small::ours(session).await;
            }
        });
        (cpu_time() - before).as_secs_f64() * 1e6 / CALLS as f64
    };
    // The first round opens the connections.
    let rounds: Vec<(f64, f64)> = (0..=ROUNDS).map(|_| (round(&oauth), round(&key))).skip(1).collect();
    let (oauth, key) = (median(rounds.iter().map(|round| round.0)), median(rounds.iter().map(|round| round.1)));
    Row {
        what: "CPU of a small GET: fresh token / key",
        from: format!("{oauth:.1} and {key:.1} us a call, {ROUNDS} rounds of {CALLS}"),
        measured: median(rounds.iter().map(|(oauth, key)| oauth / key)),
        at_most: 1.1,
    }
}
