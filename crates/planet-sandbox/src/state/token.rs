//! Signed tokens and signed links.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

/// The block length of SHA-512, which HMAC needs.
const BLOCK: usize = 128;

/// Signs links, so that a forged or altered one is noticed.
#[derive(Debug)]
pub(crate) struct Signer {
    key: [u8; BLOCK],
}

/// Why a link is not honoured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Forged,
    Expired,
}

impl Signer {
    pub(crate) fn new(random: &mut fastrand::Rng) -> Self {
        let mut key = [0; BLOCK];
        random.fill(&mut key);
        Self { key }
    }

    /// A JSON Web Token, signed with HS512.
    pub(crate) fn token(&self, claims: &Value) -> String {
        let header = json!({ "alg": "HS512", "typ": "JWT" });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let signature = self.sign(&format!("{header}.{claims}"));
        format!("{header}.{claims}.{signature}")
    }

    /// The claims of a good token.
    pub(crate) fn claims(&self, token: &str, now: Timestamp) -> Result<Value, Refusal> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Forged)?;
        if self.sign(signed) != signature {
            return Err(Refusal::Forged);
        }
        let (_, claims) = signed.split_once('.').ok_or(Refusal::Forged)?;
        let bytes = URL_SAFE_NO_PAD.decode(claims).map_err(|_| Refusal::Forged)?;
        let claims: Value = serde_json::from_slice(&bytes).map_err(|_| Refusal::Forged)?;
        let expires = claims.get("exp").and_then(Value::as_f64).unwrap_or(0.0);
        if expires <= seconds(now) {
            return Err(Refusal::Expired);
        }
        Ok(claims)
    }

    /// A signature of a storage path and its end of life.
    pub(crate) fn sign_path(&self, path: &str, expires: i64) -> String {
        self.sign(&format!("{path}\n{expires}"))
    }

    /// HMAC-SHA-512, base64.
    fn sign(&self, text: &str) -> String {
        let inner = Sha512::new().chain_update(self.key.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
        let outer = Sha512::new().chain_update(self.key.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
        URL_SAFE_NO_PAD.encode(outer)
    }
}

/// Seconds since 1970 with their fraction, as a token's `exp` may hold.
pub(crate) fn seconds(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_until_it_expires_and_no_letter_may_change() {
        let signer = Signer::new(&mut fastrand::Rng::with_seed(1));
        let now = Timestamp::from_second(1000).unwrap();
        let token = signer.token(&json!({ "exp": 1001, "sub": "x" }));
        assert_eq!(signer.claims(&token, now).unwrap()["sub"], "x");
        let later = Timestamp::from_second(1001).unwrap();
        assert_eq!(signer.claims(&token, later), Err(Refusal::Expired));
        let forged = token.replacen('e', "f", 1);
        assert_eq!(signer.claims(&forged, now), Err(Refusal::Forged));
        let other = Signer::new(&mut fastrand::Rng::with_seed(2));
        assert_eq!(other.claims(&token, now), Err(Refusal::Forged));
    }
}
