//! What nobody can guess: the verifier of PKCE (RFC 7636), the state and the nonce.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{Error, ErrorKind, Result, Secret};

/// 128 characters, the most that RFC 7636 allows and what the official tools send.
const VERIFIER_BYTES: usize = 96;
/// 256 bits, as 43 characters.
const STATE_BYTES: usize = 32;

/// The verifier of one login.
pub(super) fn verifier() -> Result<Secret> {
    random::<VERIFIER_BYTES>()
}

/// A state, or a nonce.
pub(super) fn state() -> Result<Secret> {
    random::<STATE_BYTES>()
}

fn random<const BYTES: usize>() -> Result<Secret> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    getrandom::fill(&mut *bytes).map_err(|cause| {
        Error::new(ErrorKind::Unexpected, "the system gives no random numbers for a login").with_source(cause)
    })?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(*bytes)))
}

/// What the authority is told of the verifier (`S256`).
pub(super) fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()))
}

/// Is it the text that was expected? The time that it takes tells nothing about it.
pub(super) fn is_same(expected: &Secret, given: &str) -> bool {
    expected.expose().as_bytes().ct_eq(given.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_the_standard() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"); // RFC 7636, appendix B
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn verifiers_and_states_are_long_enough_and_never_the_same() {
        let mut seen = HashSet::new();
        for _ in 0..100 {
            let (verifier, state) = (verifier().unwrap(), state().unwrap());
            assert_eq!((verifier.expose().len(), state.expose().len()), (128, 43));
            assert!(verifier.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            assert!(seen.insert(verifier.expose().to_owned()) && seen.insert(state.expose().to_owned()));
        }
    }

    #[test]
    fn only_the_same_text_is_the_same() {
        let expected = Secret::new("0123");
        for (given, same) in [("0123", true), ("0124", false), ("012", false), ("01234", false), ("", false)] {
            assert_eq!(is_same(&expected, given), same, "{given}");
        }
    }
}
