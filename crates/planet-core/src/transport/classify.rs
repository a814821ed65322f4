//! Sorts the failures of connections and bodies into kinds, by walking the chain of causes.

use std::error::Error as StdError;
use std::io;

use http::Uri;
use hyper_util::client::legacy;

use crate::{BoxError, Error, ErrorKind, Outcome};

/// A request that brought no answer.
pub(crate) fn request_error(cause: legacy::Error, target: &Uri) -> Error {
    let peer = peer(target);
    if cause.is_connect() {
        let (message, help) = match connect_cause(&cause) {
            Some(error) => return error_of(error).with_source(cause),
            None => (
                format!("cannot connect to {peer}: {}", innermost(&cause)),
                "Check the address, the network and the proxy",
            ),
        };
        return Error::new(ErrorKind::Connect, message)
            .with_outcome(Outcome::NotSent)
            .with_help(help)
            .with_source(cause);
    }
    let message = format!("the connection to {peer} broke before the answer: {}", innermost(&cause));
    Error::new(ErrorKind::Transport, message).with_outcome(Outcome::Unknown).with_source(cause)
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

/// An error of our own that the connector made.
fn connect_cause(error: &legacy::Error) -> Option<&Error> {
    find::<Error>(error)
}

fn error_of(error: &Error) -> Error {
    let copy = Error::new(error.kind(), error.message()).with_outcome(Outcome::NotSent);
    match error.help() {
        Some(help) => copy.with_help(help.to_owned()),
        None => copy,
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
