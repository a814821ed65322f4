//! The sandbox as a program, for tests in any language: one JSON line on stdout when it is ready,
//! one line a request on stderr.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks to its user")]

mod flags;

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use flags::{Job, Options, USAGE};
use planet_sandbox::{RequestRecord, Sandbox};

#[tokio::main]
async fn main() -> ExitCode {
    let options = match flags::parse(std::env::args().skip(1)) {
        Ok(Job::Serve(options)) => options,
        Ok(Job::Print(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(text) => {
            eprintln!("planet-sandbox: {text}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(*options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("planet-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> io::Result<()> {
    let file = options.requests.as_deref().map(log_file).transpose()?.map(Mutex::new);
    let sandbox = options.builder.on_answer(move |request| log(request, file.as_ref())).start().await?;
    for fault in options.faults {
        // Its hits are asked for at the control endpoint.
        drop(sandbox.fault(fault));
    }
    let announce = async {
        eprintln!("{}", shell_lines(&sandbox));
        println!("{}", sandbox.about());
        io::stdout().flush()
    };
    // In this order: whoever has read the line may interrupt at once.
    let (stopped, announced) = tokio::join!(biased; tokio::signal::ctrl_c(), announce);
    announced.and(stopped)
}

/// An empty file that only its owner can read: requests may hold what is nobody else's business.
fn log_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let open = || {
        let file = options.open(path)?;
        // One that was there before keeps its mode.
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        Ok(file)
    };
    open().map_err(|error: io::Error| io::Error::new(error.kind(), format!("--requests {}: {error}", path.display())))
}

/// A line on stderr, and the whole request as a line of the file.
fn log(request: &RequestRecord, file: Option<&Mutex<File>>) {
    let RequestRecord { method, path, status, .. } = request;
    match status {
        Some(status) => eprintln!("{method} {path} {status}"),
        None => eprintln!("{method} {path} reset"),
    }
    let Some(file) = file else { return };
    let line = format!("{}\n", request.to_json());
    let written = file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes());
    if let Err(error) = written {
        eprintln!("planet-sandbox: --requests: {error}");
    }
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
curl -s -H 'Authorization: Bearer ACCESS_TOKEN' {url}/data/v1/
# Faults, the clock, the request log and more can be steered while it runs:
curl -s {control}",
        control = sandbox.control_url()
    )
}
