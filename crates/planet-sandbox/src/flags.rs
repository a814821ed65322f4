//! The program's flags.

use std::fs;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use planet_sandbox::{Builder, Clock, Consent, Fault, Sandbox};

pub(crate) const USAGE: &str = "\
Usage: planet-sandbox [options]

Where it listens, on 127.0.0.1 (0: any free port)
  --port N                  port of the service (default 0)
  --storage-port N          port of the storage (default 0)
  --authority-port N        port of the OAuth authority (default 0)

What is there
  --seed N                  what the catalogue is generated from (default 1)
  --scenes N                about how many PSScene items there are (default 5400)
  --padding N               bytes to add to each image, for downloads that take their time (default 0)
  --api-key KEY             the API key that is accepted (default sandbox-api-key)
  --access-token TOKEN      the access token that is accepted (default sandbox-access-token)

How it behaves
  --clock real|manual       whether time passes by itself, or only at the control endpoint (default real)
  --order-seconds S         time from an order's creation to its end (default 4)
  --list-lag-seconds S      time until a new order appears in lists (default 0)
  --activation-seconds S    time an asset takes to become active (default 1)
  --link-seconds S          how long download links live (default: those of orders 24 h, those of assets 1 h)
  --active-orders N         how many orders may be queued or running at once (default 10000)
  --page-cap N              the largest page of items, and the default one (default 250)
  --next-on-last-page       give the last page of items a link to an empty one, as that of searches has
  --requests-a-second N     one rate limit for all requests in place of the documented ones
  --no-limits               enforce no rate limits
  --no-retry-after          do not say when to come again if a request is refused for its rate

What goes wrong
  --fault JSON              a fault rule, or a list of them; may be given again
  --faults FILE             a file with the same; may be given again

The OAuth authority
  --user EMAIL:PASSWORD     who logs in by the legacy login
  --device-client ID        the public client that logs in by device code
  --confidential-device-client ID:SECRET
  --code-client ID,URI...   the client that logs in with a browser, and where its codes may be sent
  --m2m-client ID:SECRET    the client that needs no user
  --approve-after N         approve every login by device code after N polls, without anybody
  --device-interval-seconds S   how long a client waits between two polls (default 1)
  --device-code-seconds S   how long device codes live (default 600)
  --token-seconds S         how long access tokens live (default 3600)
  --consent automatic|page|denied   what becomes of a login in a browser (default automatic)
  --consent-page            the same as --consent page
  --opaque-tokens           give access tokens that are random text, not JSON Web Tokens
  --no-rotation             let refresh tokens be used again
  --no-expiry               do not say when tokens expire

What it tells
  --requests FILE           write each request to this file as a line of JSON; the file is emptied first
  --version                 print the version
  --help                    print this

It prints one line of JSON with `url`, `api_key`, `access_token`, `storage_url`, `control_url`, the URLs and clients of its
authority, and a login. Then it prints shell lines to try the authority with, on stderr, and serves until Ctrl-C.";

/// What the user wants.
#[derive(Debug)]
pub(crate) enum Job {
    Serve(Box<Options>),
    Print(&'static str),
}

/// How to serve.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) builder: Builder,
    pub(crate) faults: Vec<Fault>,
    /// The file for the request log.
    pub(crate) requests: Option<PathBuf>,
}

/// Reads the flags; an error names the one at fault.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Job, String> {
    let mut given = Arguments { flag: String::new(), rest: arguments };
    let mut options = Options { builder: Sandbox::builder(), faults: Vec::new(), requests: None };
    while given.next_flag() {
        let builder = options.builder;
        options.builder = match given.flag.as_str() {
            "--help" => return Ok(Job::Print(USAGE)),
            "--version" => return Ok(Job::Print(concat!("planet-sandbox ", env!("CARGO_PKG_VERSION")))),
            "--fault" => {
                options.faults.extend(given.faults()?);
                builder
            }
            "--faults" => {
                options.faults.extend(given.faults_of_file()?);
                builder
            }
            "--requests" => {
                options.requests = Some(given.text()?.into());
                builder
            }
            _ => setting(builder, &mut given)?,
        };
    }
    Ok(Job::Serve(Box::new(options)))
}

/// The flags that set something of the builder.
fn setting(builder: Builder, given: &mut Arguments<impl Iterator<Item = String>>) -> Result<Builder, String> {
    Ok(match given.flag.as_str() {
        "--port" => builder.port(given.number()?),
        "--storage-port" => builder.storage_port(given.number()?),
        "--authority-port" => builder.authority_port(given.number()?),

        "--seed" => builder.seed(given.number()?),
        "--scenes" => builder.scenes(given.number()?),
        "--padding" => builder.padding(given.number()?),
        "--api-key" => builder.api_key(given.text()?),
        "--access-token" => builder.access_token(given.text()?),

        "--clock" => builder.clock(given.one_of(&[("real", Clock::Real), ("manual", Clock::Manual)])?),
        "--order-seconds" => builder.order_time(given.seconds()?),
        "--list-lag-seconds" => builder.list_lag(given.seconds()?),
        "--activation-seconds" => builder.activation_time(given.seconds()?),
        "--link-seconds" => builder.link_lifetime(given.seconds()?),
        "--active-orders" => builder.active_orders(given.number()?),
        "--page-cap" => builder.page_cap(given.number::<NonZeroUsize>()?.get()),
        "--next-on-last-page" => builder.next_on_last_page(true),
        "--requests-a-second" => builder.requests_a_second(given.number::<NonZeroU32>()?.get()),
        "--no-limits" => builder.limits(false),
        "--no-retry-after" => builder.retry_after(false),

        _ => authority_setting(builder, given)?,
    })
}

fn authority_setting(builder: Builder, given: &mut Arguments<impl Iterator<Item = String>>) -> Result<Builder, String> {
    Ok(match given.flag.as_str() {
        "--user" => {
            let (email, password) = given.pair("EMAIL:PASSWORD")?;
            builder.user(email, password)
        }
        "--device-client" => builder.device_client(given.text()?),
        "--confidential-device-client" => {
            let (id, secret) = given.pair("ID:SECRET")?;
            builder.confidential_device_client(id, secret)
        }
        "--code-client" => {
            let (id, redirect_uris) = given.code_client()?;
            builder.code_client(id, redirect_uris)
        }
        "--m2m-client" => {
            let (id, secret) = given.pair("ID:SECRET")?;
            builder.m2m_client(id, secret)
        }
        "--approve-after" => builder.approve_after(given.number()?),
        "--device-interval-seconds" => builder.device_interval(given.seconds()?),
        "--device-code-seconds" => builder.device_lifetime(given.seconds()?),
        "--token-seconds" => builder.token_lifetime(given.seconds()?),
        "--consent" => builder.consent(given.one_of(&[
            ("automatic", Consent::Automatic),
            ("page", Consent::Page),
            ("denied", Consent::Denied),
        ])?),
        "--consent-page" => builder.consent(Consent::Page),
        "--opaque-tokens" => builder.opaque_tokens(true),
        "--no-rotation" => builder.rotate_refresh_tokens(false),
        "--no-expiry" => builder.tell_expiry(false),
        other => return Err(format!("unknown option: {other}")),
    })
}

/// The flag at hand, and what comes after it.
struct Arguments<I> {
    flag: String,
    rest: I,
}

impl<I: Iterator<Item = String>> Arguments<I> {
    fn next_flag(&mut self) -> bool {
        let next = self.rest.next();
        next.map(|flag| self.flag = flag).is_some()
    }

    /// The value of the flag.
    fn text(&mut self) -> Result<String, String> {
        let value = self.rest.next().filter(|value| !value.is_empty() && !value.starts_with("--"));
        value.ok_or_else(|| format!("{} needs a value", self.flag))
    }

    fn number<T: FromStr>(&mut self) -> Result<T, String> {
        let text = self.text()?;
        text.parse().map_err(|_| self.cannot_be(&text))
    }

    fn seconds(&mut self) -> Result<Duration, String> {
        let text = self.text()?;
        let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        seconds.ok_or_else(|| self.cannot_be(&text))
    }

    fn one_of<T: Copy>(&mut self, allowed: &[(&str, T)]) -> Result<T, String> {
        let text = self.text()?;
        let found = allowed.iter().find(|(name, _)| *name == text);
        let names = || allowed.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        found.map(|(_, value)| *value).ok_or_else(|| format!("{}: it is one of {}", self.cannot_be(&text), names()))
    }

    /// Two texts with a colon between them.
    fn pair(&mut self, form: &str) -> Result<(String, String), String> {
        let text = self.text()?;
        let (one, other) = text.split_once(':').ok_or_else(|| format!("{} needs {form}", self.flag))?;
        Ok((one.to_owned(), other.to_owned()))
    }

    fn code_client(&mut self) -> Result<(String, Vec<String>), String> {
        let text = self.text()?;
        let (id, uris) = text.split_once(',').ok_or_else(|| format!("{} needs ID,URI", self.flag))?;
        Ok((id.to_owned(), uris.split(',').map(str::to_owned).collect()))
    }

    fn faults(&mut self) -> Result<Vec<Fault>, String> {
        let text = self.text()?;
        Fault::from_json(&text).map_err(|error| format!("{}: {error}", self.flag))
    }

    fn faults_of_file(&mut self) -> Result<Vec<Fault>, String> {
        let path = self.text()?;
        let text = fs::read_to_string(&path).map_err(|error| format!("{} {path}: {error}", self.flag))?;
        Fault::from_json(&text).map_err(|error| format!("{} {path}: {error}", self.flag))
    }

    fn cannot_be(&self, text: &str) -> String {
        format!("{} cannot be {text}", self.flag)
    }
}
