//! The secrets, and the forms in which they might be printed.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use planet::{Auth, Endpoint, Pace, Proxy, Retry, Session};
use planet_sandbox::Sandbox;

use super::Printed;

pub const API_KEY: &str = "PLAKleak0123456789abcdef";
pub const AWS_KEY_ID: &str = "AKIALEAK0123456789";
pub const AWS_SECRET: &str = "aws/leak+0123456789abcdef";
pub const AZURE_TOKEN: &str = "sv=2020&sig=azure/leak+0123456789";
pub const GCS_CREDENTIALS: &str = "Z2NzLWxlYWstMDEyMzQ1Njc4OWFiY2RlZg==";
pub const GCS_KEY_FILE: &str = r#"{"private_key":"gcs-leak-file-0123456789"}"#;
pub const S3_SECRET: &str = "s3-leak-0123456789abcdef";
pub const WEBHOOK: &str = "hook-leak-0123456789abcdef";
pub const LINK_TOKEN: &str = "link-leak-0123456789abcdef";
pub const USER_PASSWORD: &str = "user-leak-0123456789abcdef";
pub const PROXY_PASSWORD: &str = "proxy-leak-0123456789abcdef";

pub const ALL: &[&str] = &[
    API_KEY,
    AWS_KEY_ID,
    AWS_SECRET,
    AZURE_TOKEN,
    GCS_CREDENTIALS,
    GCS_KEY_FILE,
    S3_SECRET,
    WEBHOOK,
    LINK_TOKEN,
    USER_PASSWORD,
];

/// A secret as it is, in URLs, in base64 wherever it stands in what was encoded, and as a list of bytes.
pub fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        secret.escape_debug().to_string(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        url::form(secret),
        secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", "),
    ];
    for before in 0..3 {
        // Three bytes make four letters. Those letters that depend on what stands before or after are left out.
        let bytes = [vec![0; before], secret.as_bytes().to_vec()].concat();
        let whole = bytes.len() / 3 * 4;
        let from = if before == 0 { 0 } else { 4 };
        forms.extend([
            STANDARD_NO_PAD.encode(&bytes)[from..whole].to_owned(),
            URL_SAFE_NO_PAD.encode(&bytes)[from..whole].to_owned(),
        ]);
    }
    forms
}

mod url {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

    /// As URLs are written: what needs no encoding stays.
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

    pub(super) fn form(secret: &str) -> String {
        utf8_percent_encode(secret, KEPT).to_string()
    }
}

/// A session behind a proxy with a password, which refuses it.
pub async fn proxy(printed: &Printed) {
    // To a client, a sandbox is a proxy that knows none of what it is asked for.
    let sandbox = Sandbox::builder().limits(false).start().await.unwrap();
    let address = sandbox.url().trim_start_matches("http://");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    for (host, endpoint) in
        [(address, "https://api.planet.com"), (&closed, "https://api.planet.com"), (address, "http://localhost:9")]
    {
        let proxy = Proxy::all(&format!("http://me:{PROXY_PASSWORD}@{host}")).unwrap();
        printed.value("proxy", &proxy);
        let builder = Session::builder()
            .auth(Auth::from_key("k"))
            .endpoint(Endpoint::parse(endpoint).unwrap())
            .pace(Pace::off())
            .retry(Retry::off())
            .proxy(proxy);
        printed.value("session builder", &builder);
        let session = builder.build().unwrap();
        printed.value("session", &session);
        let error = session.request(http::Method::GET, "/data/v1").await.unwrap_err();
        printed.error(&error);
    }
    for wrong in ["ftp", "http://a b"] {
        printed.error(&Proxy::all(&format!("{wrong}://me:{PROXY_PASSWORD}@{address}")).unwrap_err());
    }
}
