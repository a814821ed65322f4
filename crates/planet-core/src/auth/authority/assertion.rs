//! How a client with a private key proves who it is (RFC 7523, section 2.2): by what it signs.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use serde_json::json;
use zeroize::Zeroizing;

use super::super::problem::{AuthError, AuthFailure};
use crate::transport::{crypto_provider, private_key};
use crate::{Error, ErrorKind, Result, Secret};

/// The member of a profile that holds the key.
const KEY: &str = "client_privkey";
const LIFE: Duration = Duration::from_secs(300);

/// A JSON web token for one request to `audience`, signed with RS256.
///
/// # Errors
/// If the key cannot be used, or the program was built without TLS, whose cryptography signs.
pub(super) fn signed(client_id: &str, key: &Secret, audience: &str, now: SystemTime) -> Result<Secret> {
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": now.as_secs(),
        "nbf": now.as_secs(),
        "exp": (now + LIFE).as_secs(),
        "jti": unique()?,
    });
    let header = json!({"alg": "RS256", "typ": "JWT"});
    let encode = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
    let text = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    // Without its signature the text is worth nothing.
    let signature = Zeroizing::new(sign(key, text.as_bytes())?);
    let signature = Zeroizing::new(encode(&signature));
    Ok(Secret::new(format!("{text}.{}", *signature)))
}

pub(super) fn sign(key: &Secret, text: &[u8]) -> Result<Vec<u8>> {
    let unusable = |what: &str| {
        let message = format!("{KEY} {what}");
        AuthError::new(AuthFailure::BadProfile, message).about(KEY).into_error()
    };
    let provider = crypto_provider().ok_or_else(|| {
        let message = "a client with a private key needs a build with TLS, whose cryptography signs";
        let error = AuthError::new(AuthFailure::Unsupported, message).about(KEY).into_error();
        error.with_help("Use a build with the feature rustls-ring or rustls-aws-lc-rs")
    })?;
    let key = private_key(KEY, key.expose().as_bytes()).map_err(|fault| unusable(fault.message()))?;
    // The library's own errors may show the key.
    let key =
        provider.key_provider.load_private_key(key).map_err(|_| unusable("is no key of RSA with 2048 bits or more"))?;
    let signer = key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).ok_or_else(|| unusable("is no key of RSA"))?;
    signer.sign(text).map_err(|_| unusable("cannot sign"))
}

/// A random UUID: no two assertions are the same.
fn unique() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|cause| Error::new(ErrorKind::Unexpected, format!("the system has no random numbers: {cause}")))?;
    let id = u128::from_be_bytes(bytes);
    let part = |from: u32, bits: u32| (id >> from) & ((1 << bits) - 1);
    let variant = 0x8000 | part(48, 14);
    Ok(format!("{:08x}-{:04x}-4{:03x}-{variant:04x}-{:012x}", part(96, 32), part(80, 16), part(64, 12), part(0, 48)))
}
