//! Sorts the failures of connections and bodies into kinds, by walking the chain of causes.

use std::error::Error as StdError;
use std::{io, iter};

use http::Uri;
use hyper_util::client::legacy;
use rustls::{AlertDescription, CertificateError};

use crate::{BoxError, Error, ErrorKind, Outcome};

/// A request that brought no answer.
pub(crate) fn request_error(cause: legacy::Error, target: &Uri) -> Error {
    let peer = peer(target);
    if cause.is_connect() || refused_certificate(&cause).is_some() {
        return connect_error(cause, &peer);
    }
    let (what, outcome) = if never_sent(&cause) {
        ("ended before the request was read", Outcome::NotSent)
    } else {
        ("broke before the answer", Outcome::Unknown)
    };
    let message = format!("the connection to {peer} {what}: {}", innermost(&cause));
    Error::new(ErrorKind::Transport, message).with_outcome(outcome).with_source(cause)
}

fn connect_error(cause: legacy::Error, peer: &str) -> Error {
    // The connector's own errors say more than their place in the chain.
    if let Some(own) = find::<Error>(&cause) {
        let message = format!("cannot connect to {peer}: {}", own.message());
        let error = Error::new(own.kind(), message).with_transient(own.is_transient());
        let help = own.help().unwrap_or("Check the address and the network").to_owned();
        return error.with_outcome(Outcome::NotSent).with_help(help).with_source(cause);
    }
    let reason = connect_reason(&cause);
    Error::new(ErrorKind::Connect, format!("cannot connect to {peer}: {}", reason.text))
        .with_outcome(Outcome::NotSent)
        .with_transient(!reason.lasting)
        .with_help(reason.help)
        .with_source(cause)
}

/// Has the request certainly not been acted upon?
///
/// hyper cancels what it has not begun to write. A refused stream was not processed (RFC 9113, 8.7). A stream that a GOAWAY
/// leaves out was not processed either, but h2 reports a stream that was written while a GOAWAY came in which keeps it in
/// the same words, so that case stays open.
fn never_sent(cause: &legacy::Error) -> bool {
    let cancelled = find::<hyper::Error>(cause).is_some_and(hyper::Error::is_canceled);
    let refused = find::<h2::Error>(cause).is_some_and(|error| {
        error.is_reset() && error.is_remote() && error.reason() == Some(h2::Reason::REFUSED_STREAM)
    });
    cancelled || refused
}

/// Why there is no connection, and what to do.
pub(super) struct Reason {
    pub(super) text: String,
    help: &'static str,
    /// Another attempt would end the same way.
    lasting: bool,
}

pub(super) fn connect_reason(cause: &(dyn StdError + 'static)) -> Reason {
    if let Some(error) = find::<rustls::Error>(cause).cloned().or_else(|| refused_certificate(cause)) {
        return tls_reason(&error);
    }
    let refused = find::<io::Error>(cause).is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    let unresolved = causes(cause).any(|error| error.to_string() == "dns error");
    let help = match () {
        () if unresolved => "Check the host's name and this machine's name server; a proxy may be needed (HTTPS_PROXY)",
        () if refused => "Nothing listens there: check the address and the port",
        () => "Check the address and the network",
    };
    Reason { text: innermost(cause), help, lasting: false }
}

fn tls_reason(error: &rustls::Error) -> Reason {
    use CertificateError as Bad;
    let (lasting, help) = match error {
        rustls::Error::InvalidCertificate(Bad::UnknownIssuer) => (
            true,
            "If a firewall or a server of your own signs certificates here, trust its root with Tls::root_pem; otherwise \
             install the system's roots (ca-certificates)",
        ),
        rustls::Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            (true, "Check the host in the address: the certificate is another one's")
        }
        rustls::Error::InvalidCertificate(
            Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. },
        ) => (true, "Check this machine's clock; if it is right, whoever runs the server must renew the certificate"),
        // By its text: rustls keeps the cause as somebody else's error.
        rustls::Error::InvalidCertificate(Bad::Other(_)) if error.to_string().contains("CaUsedAsEndEntity") => (
            true,
            "The server shows a certificate that is made to sign others, as `openssl req -x509` makes one. Whoever runs the \
             server must sign one for the server with it; this side then trusts it with Tls::root_pem",
        ),
        rustls::Error::InvalidCertificate(_) => (true, "Whoever runs the server must replace its certificate"),
        rustls::Error::AlertReceived(alert) if CERTIFICATE_ALERTS.contains(alert) => {
            (true, "The server asks for a certificate: give one that it knows with Tls::client_certificate_pem")
        }
        rustls::Error::InvalidMessage(_) => {
            (true, "Check the address and the port: what answers there does not speak TLS")
        }
        _ => (false, "Check the address and the network"),
    };
    Reason { text: format!("TLS failed: {error}"), help, lasting }
}

/// A server that has read our certificate, or found none, ends the handshake with one of these. In TLS 1.3 we only hear it
/// after the request was written, but the server has not gone on to read it.
const CERTIFICATE_ALERTS: [AlertDescription; 8] = [
    AlertDescription::CertificateRequired,
    AlertDescription::NoCertificate,
    AlertDescription::BadCertificate,
    AlertDescription::UnsupportedCertificate,
    AlertDescription::CertificateRevoked,
    AlertDescription::CertificateExpired,
    AlertDescription::CertificateUnknown,
    AlertDescription::UnknownCA,
];

fn refused_certificate(cause: &(dyn StdError + 'static)) -> Option<rustls::Error> {
    // By its text: h2 keeps no more of it.
    let text = innermost(cause);
    CERTIFICATE_ALERTS.into_iter().map(rustls::Error::AlertReceived).find(|error| error.to_string() == text)
}

/// A body that broke.
pub(crate) fn body_error(cause: BoxError) -> Error {
    match cause.downcast::<Error>() {
        Ok(error) => *error,
        Err(cause) => {
            let message = format!("the body of the answer broke: {}", innermost(&*cause));
            Error::new(ErrorKind::Transport, message).with_source(cause)
        }
    }
}

/// An error and what caused it, the outermost first.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |&error| {
        // What an io::Error was made from is not its source: that is the source of what it was made from.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inside.map(|inside| inside as &(dyn StdError + 'static)).or_else(|| error.source())
    })
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The message nearest to the truth: the operating system's, else the innermost one.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let os = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).find(|io| io.raw_os_error().is_some());
    match os {
        Some(os) => os.to_string(),
        None => causes(error).last().unwrap_or(error).to_string(),
    }
}

/// Host and port, for messages.
fn peer(uri: &Uri) -> String {
    let default_port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    format!("{}:{}", uri.host().unwrap_or("?"), uri.port_u16().unwrap_or(default_port))
}
