//! Reads certificates and keys. Nothing of a key is ever told.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::{Fault, FaultKind};

/// All certificates in `pem`, at least one.
pub(super) fn certificates(name: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) => Err(fault(name, "holds no certificate", pem)),
        Err(_) => Err(fault(name, "is broken PEM", pem)),
    }
}

/// The private key in `pem`.
pub(crate) fn private_key(name: &str, pem: &[u8]) -> Result<PrivateKeyDer<'static>, Fault> {
    // The library's errors show the line they stumbled over, which may be the key.
    PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
        let encrypted = sections(pem).iter().any(|section| section.starts_with("ENCRYPTED"));
        let what = if encrypted { "is encrypted: give it without a passphrase" } else { "holds no private key" };
        fault(name, what, pem)
    })
}

fn fault(name: &str, what: &str, pem: &[u8]) -> Fault {
    Fault::new(FaultKind::Invalid, name, format!("{what}; found {}", found(pem)))
}

fn found(pem: &[u8]) -> String {
    let sections = sections(pem);
    if !sections.is_empty() {
        return format!("PEM of {}", sections.join(", "));
    }
    match pem {
        [] => "nothing".to_owned(),
        // A DER sequence.
        [0x30, ..] => "DER; convert it: openssl x509 -inform der -outform pem".to_owned(),
        _ => format!("{} bytes that are no PEM", pem.len()),
    }
}

/// What the sections say they are, such as `CERTIFICATE`; only names, never what stands below them.
fn sections(pem: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(pem);
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"));
    let known = |name: &&str| {
        name.len() < 40 && name.bytes().all(|byte| byte.is_ascii_uppercase() || b" 0123456789".contains(&byte))
    };
    names.filter(known).map(str::to_owned).collect()
}
