//! Clients that prove who they are with a private key.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::RETRY_AFTER;
use serde_json::json;

use super::*;
use crate::Clock;
use crate::auth::authority::assertion;

const KEY: &str = include_str!("key.pem");

/// `openssl dgst -sha256 -sign key.pem` of `header.claims`.
const BY_OPENSSL: &str = "wokhPRJcV8QDYuOk6w6fip74fgCaUrm4MuKytHPnis4P396b8SlZWEn_sAO0H_BCCt5k2BahIs_EDZCq3RoU05NIpsnloXLVFpIljNVz_SU8BfC43tvoN_REYUXppR9xN4fzWz25yb7vPjAD5-kH9qqav7YqL6LnrHwuBGlk4bOFbQFsGFRXjRVB6EQVcgC8hULSwyklfFXt-nPPWIYt_r8qmbBkM2Q9yvVAWRKYDzg_gWVOKQw7w-ueVwO1KTAwJzE4_vPxGVDvCI_YBhIr_0o5I1HNTJUlTIcnAViE0kTtqS5tdzvRkh4lcWxsoLHBJX7_X6Gn8vxWuPtwUHkkpw";

fn part(assertion: &str, number: usize) -> Value {
    let part = assertion.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_signature_is_the_one_that_openssl_makes() {
    let der: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(der).unwrap();
    // The key proper follows 26 bytes that say which kind it is.
    let older =
        format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", STANDARD.encode(&der[26..]));
    for key in [KEY, &older] {
        let signature = assertion::sign(&Secret::new(key), b"header.claims").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(signature), BY_OPENSSL);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_with_a_key_sends_an_assertion_and_not_its_id() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let throttled = Answer::status(429).with_header(RETRY_AFTER, HeaderValue::from_static("0"));
    let script = ScriptedTransport::new([throttled, token()]);
    let wire = Wire::own(script.clone()).with_clock(Clock::new(move || now));
    let client = settled(ClientAuthentication::PrivateKey(Secret::new(KEY)));
    Authority::new(client, wire).client_credentials().await.unwrap();

    let requests = script.requests();
    let mut sent = fields(&requests[1]);
    let signed = sent.remove("client_assertion").unwrap();
    let rest = json!({
        "grant_type": "client_credentials", "scope": "planet offline_access", "audience": "https://api.planet.com/",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    });
    assert_eq!(sent, map(rest));
    assert!(!requests[1].headers().contains_key(header::AUTHORIZATION));

    assert_eq!(part(&signed, 0), json!({"alg": "RS256", "typ": "JWT"}));
    let mut claims = part(&signed, 1);
    let id = claims.as_object_mut().unwrap().remove("jti").unwrap();
    let expected = json!({
        "iss": "a-client", "sub": "a-client", "aud": TOKEN, "iat": 1_700_000_000, "nbf": 1_700_000_000,
        "exp": 1_700_000_300,
    });
    assert_eq!(claims, expected);
    let id = id.as_str().unwrap();
    let shape: Vec<_> = id.split('-').map(str::len).collect();
    assert_eq!((shape, &id[14..15]), (vec![8, 4, 4, 4, 12], "4"), "{id}");
    assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
    let (text, signature) = signed.rsplit_once('.').unwrap();
    let again = assertion::sign(&Secret::new(KEY), text.as_bytes()).unwrap();
    assert_eq!(signature, URL_SAFE_NO_PAD.encode(again));

    // An authority may refuse an assertion that it has seen.
    assert_ne!(fields(&requests[0])["client_assertion"], signed);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_cannot_sign_is_refused_before_anything_is_sent() {
    let elliptic = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let encrypted = KEY.replace(" PRIVATE", " ENCRYPTED PRIVATE");
    let (start, middle) = KEY.split_at(400);
    let broken = format!("{start}AAAA{}", &middle[4..]);
    for (key, told) in [
        (elliptic.as_str(), "client_privkey is no key of RSA"),
        (&encrypted, "client_privkey is encrypted: give it without a passphrase"),
        (&broken, "client_privkey is no key of RSA with 2048 bits or more"),
        ("sesame", "client_privkey holds no private key"),
        ("", "client_privkey holds no private key; found nothing"),
    ] {
        let client = settled(ClientAuthentication::PrivateKey(Secret::new(key)));
        let (authority, script) = authority(client, []);
        let error = authority.client_credentials().await.unwrap_err();
        assert_eq!(failure(&error), AuthFailure::BadProfile);
        assert!(error.to_string().starts_with(told) && !format!("{error:?}").contains("sesame"), "{error:?}");
        assert!(script.requests().is_empty());
    }
}
