//! What a JSON web token (RFC 7519) says. Nothing here is checked, so nothing is proven: it is read for its times.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// What is longer is taken for no JSON web token.
const MOST: usize = 16 * 1024;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The claims of a token. `None`: it is no JSON web token, and may be as good.
pub(in crate::auth) fn claims(token: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&payload(token)?).ok()
}

/// The second of the three parts, decoded.
pub(in crate::auth) fn payload(token: &str) -> Option<Zeroizing<Vec<u8>>> {
    if token.len() > MOST {
        return None;
    }
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(payload.len()));
    BASE64.decode_vec(payload, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn token(payload: &str) -> String {
        format!("eyJhbGciOiJub25lIn0.{}.", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn claims_are_read_without_looking_at_the_signature() {
        let claims = claims(&token(r#"{"exp":99999999999999999999,"iat":-5}"#)).unwrap();
        assert_eq!(claims["iat"], -5);
        assert_eq!(claims["exp"].as_f64(), Some(1e20));
        let padded = "e30.eyJhIjoxfQ==.x";
        assert_eq!(super::claims(padded).unwrap()["a"], 1);
    }

    #[test]
    fn what_is_no_json_web_token_has_no_claims() {
        let long = token(&format!(r#"{{"a":"{}"}}"#, "a".repeat(MOST)));
        let two_parts = token("{}").trim_end_matches('.').to_owned();
        let five_parts = format!("{}.a.b", token("{}"));
        for bad in ["", "opaque", "a.b.c", "..", "a.é.c", &token("[]"), &token("{"), &two_parts, &five_parts, &long] {
            assert!(claims(bad).is_none(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-zA-Z0-9._=-]{0,60}", any in ".{0,20}") {
            let _claims = (claims(&text), claims(&any));
        }
    }
}
