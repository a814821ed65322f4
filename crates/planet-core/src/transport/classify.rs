//! Sorts the failures of connections and bodies into kinds, by walking the chain of causes.

use std::error::Error as StdError;
use std::io;

use http::Uri;
use hyper_util::client::legacy;

use crate::{BoxError, Error, ErrorKind, Outcome};

/// A request that brought no answer.
pub(crate) fn request_error(cause: legacy::Error, target: &Uri) -> Error {
    let peer = peer(target);
    if !cause.is_connect() {
        let message = format!("the connection to {peer} broke before the answer: {}", innermost(&cause));
        return Error::new(ErrorKind::Transport, message).with_outcome(Outcome::Unknown).with_source(cause);
    }
    // The connector's own errors say more than their place in the chain.
    let (kind, reason, help) = match find::<Error>(&cause) {
        Some(own) => (own.kind(), own.message().to_owned(), own.help().map(str::to_owned)),
        None => (ErrorKind::Connect, innermost(&cause), None),
    };
    Error::new(kind, format!("cannot connect to {peer}: {reason}"))
        .with_outcome(Outcome::NotSent)
        .with_help(help.unwrap_or_else(|| "Check the address and the network".to_owned()))
        .with_source(cause)
}

/// A body that broke.
pub(crate) fn body_error(cause: BoxError) -> Error {
    match cause.downcast::<Error>() {
        Ok(error) => *error,
        Err(cause) if find::<tower_http::timeout::TimeoutError>(&*cause).is_some() => {
            Error::new(ErrorKind::Timeout, "the body of the answer stalled").with_source(cause)
        }
        Err(cause) => {
            let message = format!("the body of the answer broke: {}", innermost(&*cause));
            Error::new(ErrorKind::Transport, message).with_source(cause)
        }
    }
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// The message nearest to the truth: the operating system's, else the innermost one.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    if let Some(io) = find::<io::Error>(error).filter(|io| io.raw_os_error().is_some()) {
        return io.to_string();
    }
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// Host and port, for messages.
fn peer(uri: &Uri) -> String {
    let default_port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    format!("{}:{}", uri.host().unwrap_or("?"), uri.port_u16().unwrap_or(default_port))
}
