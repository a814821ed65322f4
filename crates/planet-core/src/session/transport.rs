//! The settings of the network.

use super::SessionBuilder;
use crate::{HttpVersion, Proxy, Tls};

impl SessionBuilder {
    /// The proxy to go through. Default: [`Proxy::from_env`], read by [`build`](Self::build).
    ///
    /// ```
    /// use planet_core::{Auth, Proxy, Session};
    ///
    /// let direct = Session::builder().auth(Auth::from_key("KEY")).proxy(Proxy::off()).build()?;
    /// # let _ = direct;
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.network.proxy = Some(proxy);
        self
    }

    /// Whom https trusts, and a certificate of our own. Default: the roots of the operating system, and none.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.network.tls = tls;
        self
    }

    /// Which version of HTTP is spoken. Default: HTTP/2 if the service offers it.
    ///
    /// ```
    /// use planet_core::{Auth, HttpVersion, Session};
    ///
    /// let session = Session::builder().auth(Auth::from_key("KEY")).http_version(HttpVersion::Http1).build()?;
    /// # let _ = session;
    /// # Ok::<(), planet_core::Error>(())
    /// ```
    pub fn http_version(mut self, version: HttpVersion) -> Self {
        self.network.version = version;
        self
    }
}
