//! The sandbox as a program, for tests in any language: one JSON line on stdout when it is ready,
//! one line a request on stderr.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to its user")]

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use planet_sandbox::{Builder, Consent, RequestRecord, Sandbox};
use serde_json::{Value, json};

const USAGE: &str = "\
Usage: planet-sandbox [options]

  --port N            port of the service on 127.0.0.1 (default 0: any free port)
  --authority-port N  port of the OAuth authority on 127.0.0.1 (default 0: any free port)
  --order-seconds S   time from an order's creation to its end (default 4)
  --seed N            what the catalogue is generated from (default 1)
  --scenes N          about how many PSScene items there are (default 5400)
  --token-seconds S   how long access tokens live (default 3600)
  --approve-after N   approve every login by device code after N polls, without anybody
  --consent-page      ask on a page before a login in a browser is granted
  --no-limits         enforce no rate limits
  --no-retry-after    do not say when to come again if a request is refused for its rate
  --help              print this

It prints one line of JSON with `url`, `api_key`, `access_token`, `storage_url`, the URLs and clients of its authority, and a
login. Then it prints shell lines to try the authority with, on stderr, and serves until Ctrl-C.";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let builder = match configure(&arguments) {
        Ok(builder) => builder,
        Err(text) => {
            eprintln!("{text}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(builder).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("planet-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(builder: Builder) -> io::Result<()> {
    let sandbox = builder.on_answer(log).start().await?;
    let ready = ready(&sandbox);
    let announce = async {
        eprintln!("{}", shell_lines(&sandbox));
        println!("{ready}");
        io::stdout().flush()
    };
    // In this order: whoever has read the line may interrupt at once.
    let (stopped, announced) = tokio::join!(biased; tokio::signal::ctrl_c(), announce);
    announced.and(stopped)
}

/// What a program needs to use the sandbox.
fn ready(sandbox: &Sandbox) -> Value {
    let (m2m_client, m2m_secret) = sandbox.m2m_client();
    let (email, password) = sandbox.user();
    json!({
        "url": sandbox.url(),
        "api_key": sandbox.api_key(),
        "access_token": sandbox.access_token(),
        "storage_url": sandbox.storage_url(),
        "authority_url": sandbox.authority_url(),
        "machine_authority_url": sandbox.machine_authority_url(),
        "device_client": sandbox.device_client(),
        "code_client": sandbox.code_client(),
        "m2m_client": m2m_client,
        "m2m_secret": m2m_secret,
        "email": email,
        "password": password,
    })
}

/// How a person tries the authority.
fn shell_lines(sandbox: &Sandbox) -> String {
    let (authority, machines) = (sandbox.authority_url(), sandbox.machine_authority_url());
    let (id, secret) = sandbox.m2m_client();
    let (device, url) = (sandbox.device_client(), sandbox.url());
    let audience = "-d audience=https://api.planet.com/";
    format!(
        "\
# The authority of users is {authority}, that of machines {machines}
# A token for a machine:
curl -s -d grant_type=client_credentials {audience} -d client_id={id} -d client_secret={secret} {machines}/protocol/openid-connect/token
# A login by device code, its approval, and its token:
curl -s -d client_id={device} -d 'scope=planet offline_access' {audience} {authority}oauth/device/code
curl -s -d user_code=USER_CODE -d decision=approve {authority}activate
curl -s -d grant_type=urn:ietf:params:oauth:grant-type:device_code -d client_id={device} -d device_code=DEVICE_CODE {authority}oauth/token
# Its use:
curl -s -H 'Authorization: Bearer ACCESS_TOKEN' {url}/data/v1/"
    )
}

fn log(request: &RequestRecord) {
    let RequestRecord { method, path, status, .. } = request;
    match status {
        Some(status) => eprintln!("{method} {path} {status}"),
        None => eprintln!("{method} {path} reset"),
    }
}

fn configure(arguments: &[String]) -> Result<Builder, String> {
    let mut builder = Sandbox::builder();
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        let mut value = || rest.next().ok_or_else(|| format!("{flag} needs a value"));
        builder = match flag.as_str() {
            "--no-limits" => builder.limits(false),
            "--no-retry-after" => builder.retry_after(false),
            "--scenes" => builder.scenes(number(flag, value()?)?),
            "--consent-page" => builder.consent(Consent::Page),
            "--authority-port" => builder.authority_port(number(flag, value()?)?),
            "--approve-after" => builder.approve_after(number(flag, value()?)?),
            "--port" => builder.port(number(flag, value()?)?),
            "--seed" => builder.seed(number(flag, value()?)?),
            "--order-seconds" => builder.order_time(seconds(flag, value()?)?),
            "--token-seconds" => builder.token_lifetime(seconds(flag, value()?)?),
            other => return Err(format!("unknown option: {other}")),
        };
    }
    Ok(builder)
}

fn seconds(flag: &str, text: &str) -> Result<Duration, String> {
    Duration::try_from_secs_f64(number(flag, text)?).map_err(|_| bad_value(flag, text))
}

fn number<T: std::str::FromStr>(flag: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| bad_value(flag, text))
}

fn bad_value(flag: &str, text: &str) -> String {
    format!("{flag} cannot be {text}")
}
