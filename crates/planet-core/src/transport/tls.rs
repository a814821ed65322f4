//! Whom a TLS connection trusts, and how it proves who we are.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};

use super::{HttpVersion, pem};
use crate::{Error, ErrorKind, Fault, FaultKind, Result};

/// Whom https trusts, and a certificate of our own.
///
/// The default trusts the roots of the operating system (feature `native-roots`; `SSL_CERT_FILE` and `SSL_CERT_DIR` replace
/// them) or, where there are none, Mozilla's (feature `webpki-roots`). They are read when the first https address is asked
/// for. The cryptography is the provider that the program installed
/// ([`CryptoProvider::install_default`](https://docs.rs/rustls/0.23/rustls/crypto/struct.CryptoProvider.html#method.install_default)),
/// else aws-lc-rs (feature `rustls-aws-lc-rs`), else ring (feature `rustls-ring`).
///
/// ```
/// use planet_core::{ErrorKind, Tls};
///
/// # fn company_root() -> &'static [u8] { b"" }
/// let tls = Tls::default().root_pem(company_root());
/// # assert_eq!(tls.as_ref().unwrap_err().kind(), ErrorKind::InvalidInput);
/// # let _ = tls;
/// ```
#[derive(Clone, Default)]
pub struct Tls {
    roots: Vec<CertificateDer<'static>>,
    only_given: bool,
    identity: Option<Arc<CertifiedKey>>,
}

impl Tls {
    /// Trusts the certificates in `pem`, beside the default roots: a company's own root, or one for testing. It may hold
    /// several.
    ///
    /// # Errors
    /// `InvalidInput` if it holds no certificate, or one that cannot be read.
    pub fn root_pem(mut self, pem: impl AsRef<[u8]>) -> Result<Self> {
        for root in pem::certificates("root_pem", pem.as_ref())? {
            RootCertStore::empty().add(root.clone()).map_err(|cause| {
                let message = format!("holds a certificate that cannot be read: {cause}");
                Error::from(Fault::new(FaultKind::Invalid, "root_pem", message))
            })?;
            self.roots.push(root);
        }
        Ok(self)
    }

    /// Trusts the certificates of [`root_pem`](Self::root_pem) alone, not those of the operating system.
    #[must_use]
    pub fn only_given_roots(mut self) -> Self {
        self.only_given = true;
        self
    }

    /// Proves to the service who we are: a certificate, followed by those that lead to its root, and its private key. It is
    /// shown to the host of the session's [`Endpoint`](crate::Endpoint) alone, not to a proxy and not to the storage that
    /// downloads are redirected to.
    ///
    /// # Errors
    /// `InvalidInput` if one of them cannot be read, or they do not belong together. `Unexpected` in a build without TLS.
    pub fn client_certificate_pem(mut self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self> {
        let chain = pem::certificates("client certificate", chain.as_ref())?;
        let key = pem::private_key("client key", key.as_ref())?;
        let provider = provider().ok_or_else(|| without_tls(NO_PROVIDER))?;
        let identity = CertifiedKey::from_der(chain, key, &provider).map_err(|cause| {
            let what = match cause {
                rustls::Error::InconsistentKeys(_) => "does not belong to the client certificate".to_owned(),
                // A key's own errors may show it.
                _ => "cannot be used with its certificate".to_owned(),
            };
            Error::from(Fault::new(FaultKind::Invalid, "client key", what))
        })?;
        self.identity = Some(Arc::new(identity));
        Ok(self)
    }

    /// The same for somebody who is not to see who we are.
    #[cfg(feature = "fs")]
    pub(crate) fn without_client_certificate(mut self) -> Self {
        self.identity = None;
        self
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("roots", &self.roots.len())
            .field("only_given_roots", &self.only_given)
            .field("client_certificate", &self.identity.is_some())
            .finish()
    }
}

/// TLS that is set up when it is first used: reading the roots takes time and may fail, and a program that only talks to a
/// sandbox needs none.
#[derive(Clone)]
pub(super) struct LazyTls(Arc<Lazy>);

struct Lazy {
    settings: Tls,
    version: HttpVersion,
    made: OnceLock<Result<Configs, String>>,
}

#[derive(Clone)]
pub(super) struct Configs {
    /// For the service: HTTP/2 if it offers it, and our certificate.
    pub(super) home: Arc<ClientConfig>,
    /// For everybody else: HTTP/1.1, and no certificate of ours.
    pub(super) away: Arc<ClientConfig>,
}

impl LazyTls {
    pub(super) fn new(settings: Tls, version: HttpVersion) -> Self {
        Self(Arc::new(Lazy { settings, version, made: OnceLock::new() }))
    }

    pub(super) fn configs(&self) -> Result<Configs> {
        let lazy = &*self.0;
        let made = lazy.made.get_or_init(|| configs(&lazy.settings, lazy.version));
        made.clone().map_err(|reason| without_tls(&reason))
    }
}

const NO_PROVIDER: &str = "this program was built without TLS";

fn without_tls(reason: &str) -> Error {
    let help = "Use a build with TLS (features rustls-ring and native-roots or webpki-roots), on a machine with trust roots \
                (ca-certificates)";
    Error::new(ErrorKind::Unexpected, format!("https cannot be used: {reason}")).with_help(help)
}

fn configs(settings: &Tls, version: HttpVersion) -> Result<Configs, String> {
    let provider = provider().ok_or(NO_PROVIDER)?;
    let roots = Arc::new(roots(settings)?);
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| cause.to_string())?;
    let mut away = builder.with_root_certificates(roots).with_no_client_auth();
    away.alpn_protocols = vec![b"http/1.1".to_vec()];

    let mut home = away.clone();
    if version == HttpVersion::Auto {
        home.alpn_protocols.insert(0, b"h2".to_vec());
    }
    if let Some(identity) = &settings.identity {
        home.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(Arc::clone(identity)));
    }
    // Sessions of one are not for the other: they were agreed upon with other settings.
    home.resumption = rustls::client::Resumption::default();
    Ok(Configs { home: Arc::new(home), away: Arc::new(away) })
}

/// What does the cryptography. `None`: the program was built without TLS.
pub(crate) fn provider() -> Option<Arc<CryptoProvider>> {
    chosen(CryptoProvider::get_default().cloned())
}

/// What the program installed goes first.
fn chosen(installed: Option<Arc<CryptoProvider>>) -> Option<Arc<CryptoProvider>> {
    installed.or_else(built_in)
}

#[cfg(feature = "rustls-aws-lc-rs")]
fn built_in() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

#[cfg(all(feature = "rustls-ring", not(feature = "rustls-aws-lc-rs")))]
fn built_in() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::ring::default_provider()))
}

#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs")))]
fn built_in() -> Option<Arc<CryptoProvider>> {
    None
}

fn roots(settings: &Tls) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    let mut problems = String::new();
    if !settings.only_given {
        #[cfg(feature = "native-roots")]
        {
            let found = rustls_native_certs::load_native_certs();
            // Systems carry certificates that webpki does not read; they are left out, as everybody does.
            store.add_parsable_certificates(found.certs);
            problems = found.errors.iter().map(|error| format!(" ({error})")).collect();
        }
        // Only where the system has none: a root that its owner has taken out stays out.
        #[cfg(feature = "webpki-roots")]
        if store.is_empty() {
            store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
    }
    for root in &settings.roots {
        store.add(root.clone()).map_err(|cause| cause.to_string())?;
    }
    if store.is_empty() {
        return Err(format!("there are no trust roots{}", std::mem::take(&mut problems)));
    }
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_roots_tls_is_refused_with_the_reason() {
        let reason = roots(&Tls::default().only_given_roots()).unwrap_err();
        assert!(reason.starts_with("there are no trust roots"), "{reason}");
    }

    #[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc-rs"))]
    #[test]
    fn a_provider_that_the_program_installed_goes_first_then_aws_lc_rs_then_ring() {
        let installed = built_in().unwrap();
        assert!(Arc::ptr_eq(&chosen(Some(Arc::clone(&installed))).unwrap(), &installed));
        let name = format!("{:?}", chosen(None).unwrap().key_provider);
        assert_eq!(name, if cfg!(feature = "rustls-aws-lc-rs") { "AwsLcRs" } else { "Ring" });
    }

    #[cfg(feature = "webpki-roots")]
    #[test]
    fn without_roots_of_the_system_mozillas_are_trusted() {
        let trusted = roots(&Tls::default()).unwrap();
        assert!(trusted.len() > 50, "{}", trusted.len());
    }
}
