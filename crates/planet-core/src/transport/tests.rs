//! What only a body that is left unread shows.

#[path = "../../tests/it/tls_server.rs"]
#[allow(dead_code, reason = "the tests over sockets use all of it")]
pub(crate) mod tls_server;

use std::time::Duration;

use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{Proxy, Tls, Transport, TransportSettings};
use crate::{Origin, RequestBody};
use tls_server::{Authority, Clients, Service, config, text};

#[tokio::test]
async fn bodies_that_nobody_reads_do_not_stop_other_calls() {
    let authority = Authority::new("root");
    let identity = authority.sign("127.0.0.1", |_| {});
    let tls = config(&identity, &["h2"], Clients::Anonymous, &authority);
    let large = vec![b'.'; 8 << 20].leak();
    let large = std::str::from_utf8(large).unwrap();
    let service = Service::start(Some(tls), |path| if path == "/small" { text("hello") } else { text(large) }).await;

    let tls = Tls::default().root_pem(authority.root_pem()).unwrap().only_given_roots();
    let settings = TransportSettings { proxy: Some(Proxy::off()), tls, ..TransportSettings::default() };
    let home = Origin::of(&service.url.parse().unwrap()).unwrap();
    let transport = Transport::new(settings, Duration::from_secs(5), home);
    let get = async |path: &str| {
        let request = http::Request::get(format!("{}{path}", service.url)).body(RequestBody::default()).unwrap();
        transport.clone().oneshot(request).await.unwrap().into_body()
    };

    let mut unread = Vec::new();
    for _ in 0..10 {
        unread.push(get("/large").await);
    }
    let small = tokio::time::timeout(Duration::from_secs(10), async { get("/small").await.collect().await });
    assert_eq!(small.await.expect("the window of the connection is used up").unwrap().to_bytes(), "hello");
    for body in unread {
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), large.len());
    }
    assert_eq!((service.connections(), service.seen().len()), (1, 11));
}
