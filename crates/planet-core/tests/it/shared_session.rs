//! Processes of their own that share one session, with an authority whose refresh tokens are good once: who uses one twice
//! ends the session for all, as real ones do.
//!
//! `PLANET_REFRESHES` is how often the token is renewed (`cargo xtask soak` sets it).

use std::collections::HashSet;
use std::convert::Infallible;
use std::env;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use planet_core::{Auth, AuthError, AuthFailure, Clock};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

/// This file's test that is the other process, if it is told what to do.
const PROCESS: &str = "shared_session::the_process_that_shares_the_session";

/// Tells it what to do: the home directory, and when the clocks began.
const TASK: &str = "PLANET_SHARED_SESSION";

const PROCESSES: usize = 8;

/// The clocks of the processes run so much faster. A token lives a minute of theirs.
const HASTE: u32 = 300;
const LIFE: u64 = 60;

/// While this file is there, processes go on.
const GO_ON: &str = "go-on";

#[derive(Default)]
struct Authority {
    refresh_token: String,
    number: u64,
    revoked: bool,
    under_way: usize,
    most_under_way: usize,
    /// Refresh tokens that came twice.
    reused: Vec<String>,
    access_tokens: HashSet<String>,
}

#[test]
fn the_process_that_shares_the_session() {
    let Ok(task) = env::var(TASK) else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let home = Path::new(task["home"].as_str().unwrap());
    let began = UNIX_EPOCH + Duration::from_micros(task["began"].as_u64().unwrap());
    let system = Clock::system();
    let clock = Clock::new(move || began + system.now().duration_since(began).unwrap_or_default() * HASTE);
    let auth =
        Auth::builder().home(home).variables([("PL_AUTH_PROFILE", "office")]).clock(clock).user_default_session();
    let auth = auth.unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    println!("\nRESULT {}", runtime.block_on(take_part(&auth, &home.join(GO_ON))));
}

/// Asks for a token again and again. What it was given, and what went wrong.
async fn take_part(auth: &Auth, go_on: &Path) -> Value {
    let (mut tokens, mut errors, mut late) = (Vec::<String>::new(), Vec::new(), 0);
    while go_on.exists() {
        match auth.value().await {
            Ok(token) if tokens.last().is_none_or(|last| last != token.expose()) => {
                tokens.push(token.expose().to_owned());
            }
            Ok(_) => {}
            // The clock outran a busy machine: the token ended before it could be given.
            Err(error) if AuthError::of(&error).is_some_and(|why| why.failure() == AuthFailure::BadAnswer) => late += 1,
            Err(error) => errors.push(error.to_string()),
        }
        tokio::time::sleep(Duration::from_millis(some_milliseconds(&tokens))).await;
    }
    json!({"tokens": tokens, "errors": errors, "late": late})
}

/// Some milliseconds, different ones in each process.
fn some_milliseconds(tokens: &[String]) -> u64 {
    (u64::from(std::process::id()) * 7 + tokens.len() as u64 * 13) % 10
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_processes_renew_the_token_of_one_session_and_do_not_lose_it() {
    let refreshes = env::var("PLANET_REFRESHES").ok().and_then(|number| number.parse().ok()).unwrap_or(20);
    let authority = Arc::new(Mutex::new(Authority { refresh_token: "r0".into(), ..Authority::default() }));
    let (listener, home) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), tempfile::tempdir().unwrap());
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(serve(listener, url.clone(), Arc::clone(&authority)));
    prepare(home.path(), &url);
    let token = home.path().join(".planet/office/token.json");

    let started = Instant::now();
    let began = Clock::system().now().duration_since(UNIX_EPOCH).unwrap();
    let task = json!({"home": home.path(), "began": u64::try_from(began.as_micros()).unwrap()}).to_string();
    let mut processes: Vec<Child> = (0..PROCESSES).map(|_| start(&task)).collect();
    let mut looks = 0;
    while authority.lock().unwrap().number < refreshes && !authority.lock().unwrap().revoked {
        assert!(
            started.elapsed() < Duration::from_secs(300),
            "{} of {refreshes} refreshes",
            authority.lock().unwrap().number
        );
        let text = std::fs::read(&token).unwrap();
        let stored: Value =
            serde_json::from_slice(&text).unwrap_or_else(|error| panic!("the file is spoiled: {error}"));
        assert!(stored["refresh_token"].is_string(), "{stored}");
        assert!(processes.iter_mut().all(|process| process.try_wait().unwrap().is_none()), "a process broke down");
        looks += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    std::fs::remove_file(home.path().join(GO_ON)).unwrap();
    let (mut used, mut late) = (HashSet::new(), 0);
    for process in processes {
        let result = finish(process).await;
        assert_eq!(result["errors"], json!([]));
        late += result["late"].as_u64().unwrap();
        used.extend(result["tokens"].as_array().unwrap().iter().map(|token| token.as_str().unwrap().to_owned()));
    }
    let authority = authority.lock().unwrap();
    println!(
        "shared session: {} refreshes by {PROCESSES} processes in {:.1} s, at most {} at once; {late} tokens came too late; the file was looked \
         at {looks} times",
        authority.number,
        started.elapsed().as_secs_f64(),
        authority.most_under_way
    );
    assert!(!authority.revoked, "used twice: {:?}", authority.reused);
    assert_eq!(authority.most_under_way, 1);
    assert!(used.is_subset(&authority.access_tokens));
    let stored: Value = serde_json::from_slice(&std::fs::read(&token).unwrap()).unwrap();
    assert_eq!(stored["refresh_token"], authority.refresh_token);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&token.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// A profile whose token has ended.
fn prepare(home: &Path, url: &str) {
    let folder = home.join(".planet/office");
    std::fs::create_dir_all(&folder).unwrap();
    let client = json!({
        "client_type": "oidc_device_code", "auth_server": url, "client_id": "client", "scopes": ["planet", "offline_access"],
    });
    std::fs::write(folder.join("auth_client.json"), client.to_string()).unwrap();
    let token = json!({"access_token": "a0", "refresh_token": "r0", "expires_in": LIFE, "_iat": 1, "_exp": 1 + LIFE});
    let file = folder.join("token.json");
    std::fs::write(&file, token.to_string()).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    std::fs::write(home.join(GO_ON), "").unwrap();
}

fn start(task: &str) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([PROCESS, "--exact", "--nocapture"]).env(TASK, task);
    command.stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap()
}

/// What a process says in the end.
async fn finish(process: Child) -> Value {
    let output = process.wait_with_output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    line.and_then(|line| serde_json::from_str(line).ok()).unwrap_or_else(|| json!({"errors": text}))
}

async fn serve(listener: TcpListener, url: String, authority: Arc<Mutex<Authority>>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (url, authority) = (url.clone(), Arc::clone(&authority));
        let service = service_fn(move |request| answer(request, url.clone(), Arc::clone(&authority)));
        connections.spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    request: Request<Incoming>,
    url: String,
    authority: Arc<Mutex<Authority>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let is_discovery = request.uri().path().starts_with("/.well-known/");
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let (status, document) = if is_discovery {
        (200, json!({"issuer": url, "token_endpoint": format!("{url}/token")}))
    } else {
        refresh(&String::from_utf8_lossy(&body), &authority).await
    };
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(Full::from(document.to_string())).unwrap())
}

async fn refresh(form: &str, authority: &Mutex<Authority>) -> (u16, Value) {
    let sent = form.split('&').find_map(|field| field.strip_prefix("refresh_token=")).unwrap().to_owned();
    let answer = {
        let mut authority = authority.lock().unwrap();
        authority.under_way += 1;
        authority.most_under_way = authority.most_under_way.max(authority.under_way);
        if authority.revoked || sent != authority.refresh_token {
            authority.revoked = true;
            authority.reused.push(sent);
            (400, json!({"error": "invalid_grant"}))
        } else {
            authority.number += 1;
            authority.refresh_token = format!("r{}", authority.number);
            let access = format!("a{}", authority.number);
            authority.access_tokens.insert(access.clone());
            let refresh = authority.refresh_token.clone();
            (200, json!({"access_token": access, "refresh_token": refresh, "expires_in": LIFE, "token_type": "Bearer"}))
        }
    };
    // The answer is on its way.
    tokio::time::sleep(Duration::from_millis(10)).await;
    authority.lock().unwrap().under_way -= 1;
    answer
}
