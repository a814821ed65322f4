//! A program that was built without TLS.

use planet_core::{ErrorKind, Outcome, Retry, Tls};

use crate::support::{GetThing, session};

#[tokio::test]
async fn https_is_a_named_error() {
    let error = session("https://127.0.0.1:1", Retry::off()).call(GetThing).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unexpected, Outcome::NotSent));
    let text = error.to_string();
    assert!(text.contains("built without TLS") && text.contains("rustls-ring"), "{text}");
}

#[test]
fn a_client_certificate_is_a_named_error() {
    let certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let key = certificate.replace("CERTIFICATE", "PRIVATE KEY");
    let error = Tls::default().client_certificate_pem(certificate, key).unwrap_err();
    assert!(error.to_string().contains("built without TLS"), "{error}");
}
