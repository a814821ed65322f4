//! Which requests go through a proxy.

use std::env;
use std::fmt;
use std::sync::Arc;

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use crate::endpoint::is_loopback;
use crate::{Error, ErrorKind, Fault, FaultKind, Result};

/// The proxy that requests go through on their way to the service.
///
/// The default is [`from_env`](Self::from_env). https goes through a tunnel (`CONNECT`): the proxy sees the name of the
/// host and nothing else. Plain http, which is only allowed to this machine, is forwarded. A user name and password in the
/// proxy's URL go to the proxy alone, and are never printed.
///
/// Addresses of this machine (127.0.0.1, ::1, localhost) are never asked for through a proxy on another machine, where they
/// would mean another machine; environment variables never apply to them. So a sandbox works behind a company's proxy.
///
/// ```
/// use planet_core::{Auth, Proxy, Session};
///
/// let proxy = Proxy::all("http://me:p%40ss@proxy.example.com:3128")?.no_proxy("intranet.example.com");
/// assert!(!format!("{proxy:?}").contains("p%40ss"));
/// let session = Session::builder().auth(Auth::from_key("KEY")).proxy(proxy).build()?;
/// # let _ = session;
/// # Ok::<(), planet_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Proxy(Option<Arc<Rules>>);

#[derive(Clone, Default)]
struct Rules {
    http: Option<String>,
    https: Option<String>,
    except: String,
    from_env: bool,
    /// Set in `ready`.
    matcher: Option<Arc<Matcher>>,
    /// A variable that cannot be used. It ends the requests that would need it, and no others.
    fault: Option<Fault>,
}

/// A proxy to go through, and what proves to it who is asking.
pub(super) struct Via {
    intercept: Intercept,
    from_env: bool,
}

impl Proxy {
    /// What the environment says, read now: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` (for both), except for the hosts in
    /// `NO_PROXY`; in lower or upper case, where lower case goes first, as with curl. `HTTP_PROXY` in upper case is ignored
    /// in a CGI program, where the client of that program could set it.
    ///
    /// A variable that cannot be used does not stop a session from being made: requests that would go through it fail, with
    /// an error that names the variable.
    #[must_use]
    pub fn from_env() -> Self {
        Self::from_values(|name| Some(env::var_os(name)?.to_string_lossy().into_owned()))
    }

    /// No proxy, whatever the environment says.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }

    /// One proxy for all requests, whatever the environment says. `url` is `http://host:port` or `https://host:port`, with
    /// `user:password@` before the host if the proxy asks for it, both percent-encoded.
    ///
    /// # Errors
    /// `InvalidInput` if it is no such URL. The message does not show it, as it may hold a password.
    pub fn all(url: &str) -> Result<Self> {
        check("proxy", url)?;
        let both = Some(url.to_owned());
        Ok(Rules { http: both.clone(), https: both, ..Rules::default() }.ready())
    }

    /// Hosts that are asked directly: names (which include the names below them), addresses and networks (`10.0.0.0/8`),
    /// separated by commas; `*` is all. Takes the place of `NO_PROXY`.
    #[must_use]
    pub fn no_proxy(self, hosts: impl Into<String>) -> Self {
        match self.0 {
            Some(rules) => Rules { except: hosts.into(), ..Rules::clone(&rules) }.ready(),
            None => self,
        }
    }

    /// [`from_env`](Self::from_env) with the variables as a function.
    fn from_values(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                let value = lookup(name)?.trim().to_owned();
                (!value.is_empty()).then_some((*name, value))
            })
        };
        // In a CGI program HTTP_PROXY is the header `Proxy` of whoever asks.
        let in_cgi = lookup("REQUEST_METHOD").is_some();
        let all = first(&["all_proxy", "ALL_PROXY"]);
        let http = first(if in_cgi { &["http_proxy"] } else { &["http_proxy", "HTTP_PROXY"] }).or_else(|| all.clone());
        let https = first(&["https_proxy", "HTTPS_PROXY"]).or(all);
        if http.is_none() && https.is_none() {
            return Self::off();
        }
        let checked = [&https, &http].into_iter().flatten().try_for_each(|(name, value)| check(name, value));
        let rules = Rules {
            http: http.map(|(_, value)| value),
            https: https.map(|(_, value)| value),
            except: first(&["no_proxy", "NO_PROXY"]).map(|(_, value)| value).unwrap_or_default(),
            from_env: true,
            matcher: None,
            fault: checked.err(),
        };
        rules.ready()
    }

    /// The proxy for a request, or `None` if it goes directly.
    pub(super) fn way(&self, to: &Uri) -> Result<Option<Via>> {
        let Some(rules) = &self.0 else {
            return Ok(None);
        };
        let local = to.host().is_some_and(is_loopback);
        if local && rules.from_env {
            return Ok(None);
        }
        if let Some(fault) = &rules.fault {
            return Err(fault.clone().into());
        }
        let found = rules.matcher.as_ref().and_then(|matcher| matcher.intercept(to));
        Ok(found
            .filter(|intercept| !local || intercept.uri().host().is_some_and(is_loopback))
            .map(|intercept| Via { intercept, from_env: rules.from_env }))
    }
}

impl Rules {
    fn ready(mut self) -> Proxy {
        let http = self.http.as_deref().unwrap_or_default();
        let https = self.https.as_deref().unwrap_or_default();
        let matcher = Matcher::builder().http(http).https(https).no(self.except.as_str()).build();
        self.matcher = Some(Arc::new(matcher));
        Proxy(Some(Arc::new(self)))
    }
}

impl Default for Proxy {
    /// What the environment says.
    fn default() -> Self {
        Self::from_env()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Proxy(off)"),
            // Its own Debug leaves out user name and password.
            Some(rules) => f.debug_tuple("Proxy").field(&rules.matcher).finish(),
        }
    }
}

impl Via {
    /// Where the proxy is.
    pub(super) fn uri(&self) -> &Uri {
        self.intercept.uri()
    }

    /// The value of `Proxy-Authorization`.
    pub(super) fn credential(&self) -> Option<HeaderValue> {
        self.intercept.basic_auth().cloned()
    }

    /// An error about the proxy that ends a request before it has left.
    pub(super) fn error(&self, what: &str, help: &str) -> Error {
        let set_by = if self.from_env { "the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY)" } else { "Proxy::all" };
        Error::new(ErrorKind::Connect, format!("the proxy {self} {what}"))
            .with_help(format!("{help}. The proxy was set by {set_by}"))
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The matcher has taken user name and password out of the URL.
        f.write_str(self.uri().to_string().trim_end_matches('/'))
    }
}

/// Is this the URL of a proxy? `name` is where it comes from. Its value is not told: a password with a character that should
/// have been encoded may stand anywhere in it.
fn check(name: &str, value: &str) -> Result<(), Fault> {
    let fault = |message: &str| Err(Fault::new(FaultKind::Invalid, name, message));
    if value.contains("://") && !value.starts_with("http://") && !value.starts_with("https://") {
        return fault("a proxy's URL starts with http:// or https://; other kinds, such as socks5, are not supported");
    }
    let form = "not the URL of a proxy, which is http://host:port or http://user:password@host:port (percent-encoded)";
    let Ok(uri) = value.parse::<Uri>() else {
        return fault(form);
    };
    let bare = value.split_once("://").map_or(value, |(_, rest)| rest).trim_end_matches('/');
    // A slash, `?` or `#` that was not encoded in a password would make its beginning the host.
    let whole = uri.authority().is_some_and(|authority| authority.as_str() == bare);
    let host = bare.rsplit('@').next().unwrap_or(bare);
    let port = host.rsplit_once(':').filter(|_| !host.ends_with(']')).map(|(_, port)| port);
    if !whole || bare.matches('@').count() > 1 || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return fault(form);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(values: &'static [(&'static str, &'static str)]) -> Proxy {
        Proxy::from_values(|name| values.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    /// Where a request goes: `direct`, or the proxy.
    fn way(proxy: &Proxy, to: &str) -> String {
        proxy.way(&to.parse().unwrap()).unwrap().map_or("direct".to_owned(), |via| via.to_string())
    }

    const SERVICE: &str = "https://api.planet.com/data/v1";

    #[test]
    fn without_variables_there_is_no_proxy() {
        for values in [&[] as &[_], &[("HTTPS_PROXY", "")], &[("NO_PROXY", "*")]] {
            assert_eq!(way(&from(values), SERVICE), "direct", "{values:?}");
        }
    }

    #[test]
    fn each_scheme_has_its_variable_and_all_proxy_stands_in_for_both() {
        let proxy = from(&[("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", "http://b:2")]);
        assert_eq!((way(&proxy, SERVICE), way(&proxy, "http://h/")), ("http://a:1".into(), "http://b:2".into()));
        let proxy = from(&[("HTTP_PROXY", "http://a:1")]);
        assert_eq!((way(&proxy, SERVICE), way(&proxy, "http://h/")), ("direct".into(), "http://a:1".into()));
    }

    #[test]
    fn lower_case_goes_before_upper_case_unless_it_is_empty() {
        assert_eq!(way(&from(&[("https_proxy", "http://a:1"), ("HTTPS_PROXY", "http://b:2")]), SERVICE), "http://a:1");
        assert_eq!(way(&from(&[("https_proxy", " "), ("HTTPS_PROXY", "http://b:2")]), SERVICE), "http://b:2");
    }

    #[test]
    fn a_proxy_may_be_named_without_a_scheme() {
        assert_eq!(way(&from(&[("HTTPS_PROXY", "proxy:3128")]), SERVICE), "http://proxy:3128");
    }

    #[test]
    fn in_a_cgi_program_the_upper_case_http_proxy_is_ignored_and_the_others_are_not() {
        let values = &[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil:1"), ("HTTPS_PROXY", "http://good:1")];
        let proxy = from(values);
        assert_eq!((way(&proxy, "http://h/"), way(&proxy, SERVICE)), ("direct".into(), "http://good:1".into()));
        let proxy = from(&[("REQUEST_METHOD", "GET"), ("http_proxy", "http://good:1")]);
        assert_eq!(way(&proxy, "http://h/"), "http://good:1");
    }

    #[test]
    fn hosts_of_no_proxy_are_asked_directly() {
        let proxy = from(&[("ALL_PROXY", "http://p:1"), ("NO_PROXY", "example.com, 10.0.0.0/8,.inner.org")]);
        for direct in ["https://example.com", "https://a.example.com", "http://10.1.2.3", "https://x.inner.org"] {
            assert_eq!(way(&proxy, direct), "direct", "{direct}");
        }
        for proxied in ["https://notexample.com", "http://11.1.2.3", SERVICE] {
            assert_eq!(way(&proxy, proxied), "http://p:1", "{proxied}");
        }
        assert_eq!(way(&from(&[("ALL_PROXY", "http://p:1"), ("no_proxy", "*")]), SERVICE), "direct");
    }

    const LOCAL: [&str; 3] = ["http://127.0.0.1:80", "http://[::1]:80", "https://localhost"];

    #[test]
    fn the_environment_never_applies_to_this_machine() {
        for to in LOCAL {
            for values in
                [&[("ALL_PROXY", "http://p:1")], &[("ALL_PROXY", "http://127.0.0.1:1")], &[("ALL_PROXY", "?")]]
            {
                assert_eq!(way(&from(values), to), "direct", "{to} {values:?}");
            }
        }
    }

    #[test]
    fn this_machine_is_asked_through_a_proxy_on_this_machine_only() {
        for to in LOCAL {
            assert_eq!(way(&Proxy::all("http://p:1").unwrap(), to), "direct", "{to}");
            assert_eq!(way(&Proxy::all("http://127.0.0.1:1").unwrap(), to), "http://127.0.0.1:1", "{to}");
        }
    }

    #[test]
    fn an_explicit_proxy_has_its_own_exceptions() {
        let proxy = Proxy::all("http://p:1").unwrap().no_proxy("api.planet.com");
        assert_eq!((way(&proxy, SERVICE), way(&proxy, "https://x.org")), ("direct".into(), "http://p:1".into()));
        assert_eq!(way(&Proxy::off().no_proxy("x"), SERVICE), "direct");
    }

    #[test]
    fn user_and_password_become_a_header_and_are_never_printed() {
        let proxy = Proxy::all("http://Aladdin:open%20sesame@p:1").unwrap();
        let via = proxy.way(&SERVICE.parse().unwrap()).unwrap().unwrap();
        let credential = via.credential().unwrap();
        assert_eq!(credential, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        for printed in
            [format!("{proxy:?}"), format!("{via}"), format!("{:?}", via.error("x", "y")), format!("{credential:?}")]
        {
            for secret in ["Aladdin", "sesame", "QWxh"] {
                assert!(!printed.contains(secret), "{printed}");
            }
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused_without_being_shown() {
        let wrong = [
            "",
            "socks5://Aladdin:sesame@p:1",
            "http://",
            "http://Aladdin:ses#ame@p:1",
            "http://Aladdin:ses/ame@p:1",
            "http://Aladdin:ses@me@p:1",
            "http://Aladdin:ses ame@p:1",
            "http://p:port",
            "http://p:1/path",
            "http://p:1?sesame",
            "http://p:99999",
        ];
        for value in wrong {
            let error = Proxy::all(value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{value}");
            let printed = format!("{error:?}");
            assert!(!printed.contains("Aladdin") && !printed.contains("ame@"), "{printed}");
        }
        for value in ["http://p", "https://p:1/", "p:3128", "http://[::1]:3128", "http://[::1]", "http://u@p:1"] {
            assert!(Proxy::all(value).is_ok(), "{value}");
        }
    }

    #[test]
    fn a_variable_that_cannot_be_used_ends_the_requests_that_need_it_and_is_named() {
        let proxy = from(&[("all_proxy", "socks5://p:1"), ("HTTP_PROXY", "http://p:1")]);
        let error = proxy.way(&SERVICE.parse().unwrap()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().starts_with("all_proxy: "), "{error}");
        // Not needed: both schemes have a proxy of their own.
        let proxy = from(&[("ALL_PROXY", "socks5://p:1"), ("HTTP_PROXY", "http://p:1"), ("HTTPS_PROXY", "http://p:1")]);
        assert_eq!(way(&proxy, SERVICE), "http://p:1");
    }
}
