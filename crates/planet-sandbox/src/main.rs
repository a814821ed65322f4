//! The sandbox as a program, for tests in any language: one JSON line on stdout when it is ready,
//! one line a request on stderr.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to its user")]

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use planet_sandbox::{Builder, RequestRecord, Sandbox};
use serde_json::json;

const USAGE: &str = "\
Usage: planet-sandbox [options]

  --port N            port of the service on 127.0.0.1 (default 0: any free port)
  --order-seconds S   time from an order's creation to its end (default 4)
  --seed N            what the catalogue is generated from (default 1)
  --scenes N          about how many PSScene items there are (default 5400)
  --no-limits         enforce no rate limits
  --no-retry-after    do not say when to come again if a request is refused for its rate
  --help              print this

It prints one line of JSON with `url`, `api_key`, `access_token` and `storage_url`, and serves until Ctrl-C.";

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
    let ready = json!({
        "url": sandbox.url(),
        "api_key": sandbox.api_key(),
        "access_token": sandbox.access_token(),
        "storage_url": sandbox.storage_url(),
    });
    let announce = async {
        println!("{ready}");
        io::stdout().flush()
    };
    // In this order: whoever has read the line may interrupt at once.
    let (stopped, announced) = tokio::join!(biased; tokio::signal::ctrl_c(), announce);
    announced.and(stopped)
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
            "--port" => builder.port(number(flag, value()?)?),
            "--seed" => builder.seed(number(flag, value()?)?),
            "--order-seconds" => {
                let seconds = number(flag, value()?)?;
                let time = Duration::try_from_secs_f64(seconds);
                builder.order_time(time.map_err(|_| bad_value(flag, &seconds.to_string()))?)
            }
            other => return Err(format!("unknown option: {other}")),
        };
    }
    Ok(builder)
}

fn number<T: std::str::FromStr>(flag: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| bad_value(flag, text))
}

fn bad_value(flag: &str, text: &str) -> String {
    format!("{flag} cannot be {text}")
}
