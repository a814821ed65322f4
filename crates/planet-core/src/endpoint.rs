//! Where the service is, and how URLs are made.

use std::fmt;
use std::net::IpAddr;

use bytes::Bytes;
use fluent_uri::{Uri as Rfc3986, UriRef};
use http::Uri;
use http::uri::InvalidUri;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Error, ErrorKind, Fault, FaultKind, Result, redact};

/// RFC 3986's unreserved characters stay as they are; everything else is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Room for the segments and the query of most URLs, so that they seldom grow.
const ROOM: usize = 64;

/// Where the service is: `https://api.planet.com`, or another address that answers the same paths.
///
/// ```
/// use planet_core::Endpoint;
///
/// let sandbox = Endpoint::parse("http://127.0.0.1:4000")?;
/// let url = sandbox.url("/data/v1").segment("item-types").segment("PSScene").build()?;
/// assert_eq!(url.to_string(), "http://127.0.0.1:4000/data/v1/item-types/PSScene");
/// assert!(Endpoint::parse("http://example.com").is_err()); // a key would travel in the clear
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    base: String,
    origin: Origin,
}

impl Endpoint {
    /// Reads a base URL. A slash at its end is dropped.
    ///
    /// # Errors
    /// `InvalidInput` if it is no absolute http or https URL, if it has a query, a fragment, a user name or a password, or if
    /// it is http to a host that is not this machine: credentials never travel in the clear.
    pub fn parse(base: &str) -> Result<Self> {
        let fault = |message: &str| {
            Error::invalid(vec![Fault::new(FaultKind::Invalid, "endpoint", message).with_value(redact::url(base))])
        };
        let uri: Uri = base.parse().map_err(|_| fault("not a URL"))?;
        let origin = Origin::of(&uri).ok_or_else(|| fault("not an absolute http or https URL"))?;
        if uri.query().is_some() || base.contains('#') {
            return Err(fault("a base URL has no query and no fragment"));
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(fault("a base URL has no user name and no password; give a credential with Auth"));
        }
        if !origin.is_protected() {
            return Err(fault("plain http is only allowed to this machine (127.0.0.1, ::1, localhost); use https"));
        }
        Ok(Self { base: base.trim_end_matches('/').to_owned(), origin })
    }

    /// Starts a URL below `path`, such as `/data/v1`.
    pub fn url(&self, path: &str) -> UrlBuilder {
        let mut url = String::with_capacity(self.base.len() + path.len() + ROOM);
        url.push_str(&self.base);
        url.push_str(path);
        UrlBuilder { url, in_query: false, fault: None }
    }

    /// Starts a URL from what a caller wrote: a path below the base, with or without a query, or an absolute URL.
    #[cfg(feature = "client")]
    pub(crate) fn target(&self, target: &str) -> UrlBuilder {
        let text = encode_forbidden(target.split('#').next().unwrap_or_default());
        let in_query = text.contains('?');
        if text.starts_with('/') {
            return UrlBuilder { url: format!("{}{text}", self.base), in_query, fault: None };
        }
        let fault = fault_of_absolute(&text)
            .map(|message| Fault::new(FaultKind::Invalid, "url", message).with_value(redact::url(&text)));
        UrlBuilder { url: text, in_query, fault }
    }

    /// The path of a URL below the base.
    #[cfg(feature = "client")]
    pub(crate) fn path_below<'a>(&self, url: &'a Uri) -> &'a str {
        let base = self.base.parse::<Uri>().unwrap_or_default();
        url.path().strip_prefix(base.path().trim_end_matches('/')).unwrap_or(url.path())
    }

    /// The origin that credentials may be sent to.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl Default for Endpoint {
    /// The service itself, `https://api.planet.com`.
    fn default() -> Self {
        let origin = Origin { scheme: "https".into(), host: "api.planet.com".into(), port: 443 };
        Self { base: "https://api.planet.com".into(), origin }
    }
}

/// A URL that is put together: segments and query values are encoded as they are added.
#[derive(Clone)]
#[must_use]
pub struct UrlBuilder {
    url: String,
    in_query: bool,
    fault: Option<Fault>,
}

impl UrlBuilder {
    /// Adds one path segment. A slash in it is encoded; an empty one, `.` and `..` are faults.
    pub fn segment(mut self, segment: &str) -> Self {
        if matches!(segment, "" | "." | "..") {
            self = self.with_fault("id", segment, "an id must not be empty, \".\" or \"..\"");
        }
        self.url.push('/');
        self.url.extend(utf8_percent_encode(segment, ENCODED));
        self
    }

    /// Adds an id that a caller gave as `argument`, as one path segment. What cannot be an id is a fault that names the
    /// argument.
    ///
    /// ```
    /// use planet_core::Endpoint;
    ///
    /// let items = Endpoint::default().url("/data/v1/item-types/PSScene").segment("items");
    /// let error = items.id("item_id", "../other").build().unwrap_err();
    /// assert_eq!(error.faults()[0].path(), "item_id");
    /// ```
    pub fn id(self, argument: &'static str, id: &str) -> Self {
        let objection = match id {
            "" => "an id must not be empty",
            "." | ".." => "\".\" and \"..\" are no ids",
            _ if id.contains(['/', '\\']) => "an id has no slash",
            _ if id.contains(char::is_control) => "an id has no control characters",
            _ => return self.segment(id),
        };
        self.with_fault(argument, id, objection)
    }

    fn with_fault(mut self, argument: &'static str, value: &str, message: &str) -> Self {
        let fault = Fault::new(FaultKind::Invalid, argument, message).with_value(format!("{value:?}"));
        self.fault.get_or_insert(fault);
        self
    }

    /// Adds one query parameter. Call it again with the same name for a list.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.url.push(if self.in_query { '&' } else { '?' });
        self.in_query = true;
        self.url.extend(utf8_percent_encode(name, ENCODED));
        self.url.push('=');
        self.url.extend(utf8_percent_encode(&value.to_string(), ENCODED));
        self
    }

    /// The URL.
    ///
    /// # Errors
    /// `InvalidInput` if a segment could not be used.
    pub fn build(self) -> Result<Uri> {
        match self.fault {
            Some(fault) => Err(Error::invalid(vec![fault])),
            None => parse(self.url.into()),
        }
    }
}

impl fmt::Debug for UrlBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UrlBuilder({})", redact::url(&self.url))
    }
}

/// Scheme, host and port: what decides who may see a credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an absolute http or https URL.
    #[must_use]
    pub fn of(uri: &Uri) -> Option<Self> {
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let host = uri.host()?.to_ascii_lowercase();
        Some(Self { scheme, host, port: uri.port_u16().unwrap_or(default_port) })
    }

    /// Does an address lie here? As comparing with [`Origin::of`], without making one.
    #[cfg(feature = "client")]
    pub(crate) fn holds(&self, uri: &Uri) -> bool {
        let default_port = match uri.scheme_str() {
            Some("http") => 80,
            Some("https") => 443,
            _ => return Self::of(uri).as_ref() == Some(self),
        };
        uri.scheme_str() == Some(&self.scheme)
            && uri.host().is_some_and(|host| host.eq_ignore_ascii_case(&self.host))
            && uri.port_u16().unwrap_or(default_port) == self.port
    }

    /// Can nobody between read along? True for https, and for this machine.
    pub(crate) fn is_protected(&self) -> bool {
        self.scheme == "https" || is_loopback(&self.host)
    }
}

/// Does a host of a URL mean this machine?
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

/// What is wrong with an absolute URL that a caller wants to fetch.
#[cfg(feature = "client")]
fn fault_of_absolute(url: &str) -> Option<&'static str> {
    let Some((uri, origin)) = url.parse().ok().and_then(|uri: Uri| Origin::of(&uri).map(|origin| (uri, origin))) else {
        return Some("neither a path that begins with a slash nor an absolute http or https URL");
    };
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Some("a URL has no user name and no password; give a credential with Auth");
    }
    (!origin.is_protected())
        .then_some("plain http is only allowed to this machine (127.0.0.1, ::1, localhost); use https")
}

/// Resolves a link found in an answer against the URL that gave the answer (RFC 3986, section 5).
///
/// # Errors
/// `Unexpected`, with the outcome unknown: the service sent a link that is no URL.
pub fn resolve(base: &Uri, link: &str) -> Result<Uri> {
    let bad =
        || Error::new(ErrorKind::Unexpected, format!("the service sent a link that is no URL: {}", redact::url(link)));
    let link = encode_forbidden(link.split('#').next().unwrap_or_default());
    let base = encode_forbidden(&base.to_string());
    let base = Rfc3986::parse(base.as_str()).map_err(|_| bad())?;
    let reference = UriRef::parse(link.as_str()).map_err(|_| bad())?;
    let resolved = reference.resolve_against(&base).map_err(|_| bad())?;
    resolved.as_str().parse().map_err(|_| bad())
}

/// Encodes what RFC 3986 has no place for but services and `http::Uri` let through, such as a pipe or an umlaut.
fn encode_forbidden(link: &str) -> String {
    const FORBIDDEN: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
    utf8_percent_encode(link, FORBIDDEN).to_string()
}

fn parse(url: Bytes) -> Result<Uri> {
    Uri::from_maybe_shared(url.clone()).map_err(|cause: InvalidUri| {
        let shown = redact::url(&String::from_utf8_lossy(&url));
        Error::new(ErrorKind::InvalidInput, format!("not a URL: {shown}")).with_source(cause)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in ["http://localhost:1", "http://127.0.0.9", "http://[::1]:5", "https://api.planet.com/"] {
            assert!(Endpoint::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://10.0.0.1",
            "http://127.0.0.1.evil.com",
            "ftp://localhost",
            "api.planet.com",
            "",
            "https://h/?a=b",
            "https://h/#x",
            "https://me:pw@h",
        ] {
            let error = Endpoint::parse(bad).unwrap_err();
            assert_eq!(error.faults()[0].path(), "endpoint", "{bad}");
        }
    }

    #[test]
    fn segments_and_queries_are_encoded() {
        let url =
            Endpoint::default().url("/x").segment("a/b c").query("_sort", "acquired asc").query("s", "é&=").build();
        assert_eq!(url.unwrap().to_string(), "https://api.planet.com/x/a%2Fb%20c?_sort=acquired%20asc&s=%C3%A9%26%3D");
        for bad in ["", ".", ".."] {
            let error = Endpoint::default().url("/x").segment(bad).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
    }

    #[test]
    fn what_cannot_be_an_id_is_a_fault_that_names_the_argument() {
        for bad in ["", ".", "..", "a/b", "a\\b", "/", "a\nb"] {
            let error = Endpoint::default().url("/x").id("item_id", bad).build().unwrap_err();
            assert_eq!(error.faults()[0].path(), "item_id", "{bad:?}");
        }
        let url = Endpoint::default().url("/x").id("item_id", "a b?").build().unwrap();
        assert_eq!(url.path(), "/x/a%20b%3F");
    }

    #[test]
    fn links_resolve_against_the_page_that_held_them() {
        let base: Uri = "https://api.planet.com/compute/ops/orders/v2?page=1".parse().unwrap();
        for (link, resolved) in [
            ("https://other/x?y=1#z", "https://other/x?y=1"),
            ("?page=2", "https://api.planet.com/compute/ops/orders/v2?page=2"),
            ("/a", "https://api.planet.com/a"),
            ("../b", "https://api.planet.com/compute/ops/b"),
            ("?name=Brücke|x", "https://api.planet.com/compute/ops/orders/v2?name=Br%C3%BCcke%7Cx"),
        ] {
            assert_eq!(resolve(&base, link).unwrap().to_string(), resolved);
        }
        assert!(resolve(&base, "http://[").is_err());
    }

    #[test]
    fn origins_compare_with_default_ports_and_without_case() {
        let origin = |url: &str| Origin::of(&url.parse().unwrap());
        assert_eq!(origin("https://API.planet.com/a"), origin("https://api.planet.com:443/b"));
        assert_ne!(origin("https://api.planet.com"), origin("http://api.planet.com"));
        assert_ne!(origin("http://127.0.0.1:1"), origin("http://127.0.0.1:2"));
    }
}
