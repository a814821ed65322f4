//! The keys that sign tokens.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::RSA_PKCS1_SHA256;
use ring::{digest, hmac};
use serde_json::{Value, json};

use super::Realm;

impl Realm {
    fn key(self) -> &'static KeyPair {
        static USER: OnceLock<KeyPair> = OnceLock::new();
        static MACHINE: OnceLock<KeyPair> = OnceLock::new();
        match self {
            Self::User => USER.get_or_init(|| parse(include_bytes!("../../data/user-key.pk8"))),
            Self::Machine => MACHINE.get_or_init(|| parse(include_bytes!("../../data/machine-key.pk8"))),
        }
    }

    fn key_id(self) -> &'static str {
        match self {
            Self::User => "user-1",
            Self::Machine => "m2m-1",
        }
    }

    /// A JSON Web Token of this type (`at+jwt`, `JWT`), signed with RS256.
    pub(super) fn sign(self, kind: &str, claims: &Value) -> String {
        let header = json!({ "alg": "RS256", "typ": kind, "kid": self.key_id() });
        let text = unsigned(&header, claims);
        let key = self.key();
        let mut signature = vec![0; key.public().modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("a key of 2048 bits signs");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The public half, as a JSON Web Key Set.
    pub(super) fn public_keys(self) -> Value {
        let PublicKeyComponents::<Vec<u8>> { n, e } = self.key().public().into();
        json!({ "keys": [{
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.key_id(),
            "n": URL_SAFE_NO_PAD.encode(n),
            "e": URL_SAFE_NO_PAD.encode(e),
        }] })
    }
}

fn parse(pkcs8: &[u8]) -> KeyPair {
    KeyPair::from_pkcs8(pkcs8).expect("the key was made by openssl")
}

/// A token of the legacy login, signed with a key that no client has.
pub(super) fn sign_symmetric(claims: &Value) -> String {
    let text = unsigned(&json!({ "alg": "HS256", "typ": "JWT" }), claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"the sandbox's key of legacy tokens");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes())))
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

/// `at_hash` of an ID token: half of the access token's digest (OpenID Connect Core, section 3.1.3.6).
pub(super) fn half_digest(text: &str) -> String {
    let whole = digest::digest(&digest::SHA256, text.as_bytes());
    let half = whole.as_ref().get(..16).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(half)
}

/// The S256 challenge of a PKCE verifier (RFC 7636, section 4.2).
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}
