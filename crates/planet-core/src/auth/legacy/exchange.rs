//! The login of before OAuth: an API key for e-mail address and password.

use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use zeroize::Zeroizing;

use super::super::authority::{Repeat, Wire, address, posted, shown, wiped_body};
use super::super::problem::{AuthError, AuthFailure};
use super::super::token::{SecretDocument, jwt};
use crate::{Error, Fault, FaultKind, Result, Secret};

#[derive(Serialize)]
struct Login<'a> {
    email: &'a str,
    password: &'a str,
}

/// The API key that a login at `endpoint` gives. The password is not kept.
pub(in crate::auth) async fn login(wire: &Wire, endpoint: &str, email: &str, password: &Secret) -> Result<Secret> {
    let uri = address(endpoint, "legacy_auth_endpoint", AuthFailure::BadProfile)?;
    let required = [("email", email), ("password", password.expose())];
    let faults = required.iter().filter(|(_, value)| value.is_empty());
    let faults: Vec<Fault> = faults.map(|(name, _)| Fault::new(FaultKind::Missing, *name, "is empty")).collect();
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let body = body(&Login { email, password: password.expose() })?;
    let answer = wire.send(&uri, Repeat::Harmless, || {
        let mut request = posted(&uri, wiped_body(body.clone()), "application/json");
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        Ok(request)
    });
    let answer = answer.await?;
    let url = shown(&uri);
    let problem = |failure, what: &str| AuthError::new(failure, format!("{url} {what}")).about(&url).into_error();
    match answer.status() {
        StatusCode::BAD_REQUEST => {
            return Err(problem(AuthFailure::Refused, "says that this is no valid e-mail address (400)"));
        }
        StatusCode::UNAUTHORIZED => {
            return Err(problem(
                AuthFailure::ClientRejected,
                "says that the e-mail address or the password is wrong (401)",
            ));
        }
        _ => {}
    }
    let document = answer.document(std::slice::from_ref(password))?;
    let bad = |what| problem(AuthFailure::BadAnswer, what);
    let jwt = document.secret("token").ok_or_else(|| bad("answered without a `token`"))?;
    let claims = jwt::payload(jwt.expose()).and_then(|payload| SecretDocument::parse(&payload));
    let claims = claims.ok_or_else(|| bad("answered with a `token` that is no JSON web token"))?;
    let key = claims.secret("api_key").ok_or_else(|| bad("answered with a `token` that holds no `api_key`"))?;
    if !key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad("gave an API key with characters that no header can carry"));
    }
    Ok(key)
}

fn body(login: &Login<'_>) -> Result<Zeroizing<Vec<u8>>> {
    // A buffer that grows leaves its old bytes behind; a letter takes up to six.
    let most = 32 + 6 * (login.email.len() + login.password.len());
    let mut body = Zeroizing::new(Vec::with_capacity(most));
    serde_json::to_writer(&mut *body, login).map_err(|_| {
        let message = "e-mail address and password make no JSON";
        AuthError::new(AuthFailure::Unsupported, message).into_error()
    })?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{Answer, ScriptedTransport};
    use crate::{ErrorKind, Outcome};

    const ENDPOINT: &str = "https://api.planet.com/v0/auth/login";

    async fn attempt(answers: impl IntoIterator<Item = Answer>) -> (Result<Secret>, Vec<http::Request<Bytes>>) {
        let script = ScriptedTransport::new(answers);
        let wire = Wire::own(script.clone());
        let password = Secret::new("open \"sesame\" é");
        let result = login(&wire, ENDPOINT, "user@example.com", &password).await;
        (result, script.requests())
    }

    async fn error_of(answer: Answer) -> (AuthFailure, String) {
        let error = attempt([answer]).await.0.unwrap_err();
        assert!(!format!("{error:?}").contains("sesame"), "{error:?}");
        (AuthError::of(&error).unwrap().failure(), error.to_string())
    }

    fn jwt(claims: &Value) -> String {
        format!("eyJhbGciOiJIUzI1NiJ9.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[tokio::test(start_paused = true)]
    async fn e_mail_address_and_password_give_a_key() {
        let token = jwt(&json!({"api_key": "PLAKfake0000", "email": "user@example.com"}));
        let (key, requests) = attempt([Answer::json(&json!({ "token": token }))]).await;
        let key = key.unwrap();
        assert_eq!(key.expose(), "PLAKfake0000");
        assert!(!format!("{key:?}").contains("fake"));

        let request = &requests[0];
        assert_eq!((request.method(), request.uri().to_string().as_str()), (&http::Method::POST, ENDPOINT));
        let sent: Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(sent, json!({"email": "user@example.com", "password": "open \"sesame\" é"}));
        assert_eq!(request.headers()[header::ACCEPT], "*/*");
        assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json");
        assert!(!request.headers().contains_key(header::AUTHORIZATION));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_says_what_is_wrong_and_not_what_was_sent() {
        let told =
            json!({"errors": {"email": ["Not a valid email address."]}, "message": "open \"sesame\" é", "status": 400});
        let (failure, shown) = error_of(Answer::json(&told).with_status(400)).await;
        assert_eq!(failure, AuthFailure::Refused);
        assert_eq!(shown, format!("{ENDPOINT} says that this is no valid e-mail address (400)"));
        let told = json!({"errors": null, "message": "Invalid email or password", "status": 401, "success": false});
        let (failure, shown) = error_of(Answer::json(&told).with_status(401)).await;
        assert_eq!(failure, AuthFailure::ClientRejected);
        assert_eq!(shown, format!("{ENDPOINT} says that the e-mail address or the password is wrong (401)"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_holds_no_key_is_named() {
        for (answer, told) in [
            (json!({}), "answered without a `token`"),
            (json!({"token": 7}), "answered without a `token`"),
            (json!({"token": "opaque"}), "answered with a `token` that is no JSON web token"),
            (json!({"token": jwt(&json!([]))}), "answered with a `token` that is no JSON web token"),
            (json!({"token": jwt(&json!({"email": "a"}))}), "answered with a `token` that holds no `api_key`"),
            (json!({"token": jwt(&json!({"api_key": ""}))}), "answered with a `token` that holds no `api_key`"),
            (
                json!({"token": jwt(&json!({"api_key": "a\nb"}))}),
                "gave an API key with characters that no header can carry",
            ),
        ] {
            let expected = (AuthFailure::BadAnswer, format!("{ENDPOINT} {told}"));
            assert_eq!(error_of(Answer::json(&answer)).await, expected);
        }
        for (answer, told) in [
            (Answer::bytes("<html>sesame</html>"), "answered 200 OK with a web page"),
            (Answer::bytes("[1]"), "answered 200 OK without a JSON object"),
            (Answer::status(404), "answered 404 Not Found"),
            (Answer::status(302), "redirects to nowhere"),
        ] {
            let (failure, shown) = error_of(answer).await;
            assert_eq!(failure, AuthFailure::BadAnswer);
            assert!(shown.contains(&format!("{ENDPOINT} {told}")), "{shown}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_that_is_busy_is_asked_again() {
        let lost = Error::new(ErrorKind::Transport, "it broke").with_outcome(Outcome::Unknown);
        let (result, requests) = attempt([Answer::status(429), Answer::failure(lost), Answer::status(503)]).await;
        assert!(result.unwrap_err().is_transient());
        assert_eq!(requests.len(), 3);
        assert_eq!(requests[0].body(), requests[2].body());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_missing_is_named_before_anything_is_sent() {
        let script = ScriptedTransport::default();
        let wire = Wire::own(script.clone());
        let error = login(&wire, ENDPOINT, "", &Secret::new("")).await.unwrap_err();
        let paths: Vec<_> = error.faults().iter().map(Fault::path).collect();
        assert_eq!((error.kind(), paths), (ErrorKind::InvalidInput, vec!["email", "password"]));
        let error = login(&wire, "http://api.planet.com/v0/auth/login", "a@b", &Secret::new("p")).await.unwrap_err();
        assert!(error.to_string().contains("legacy_auth_endpoint is no https URL"), "{error}");
        assert!(script.requests().is_empty());
    }
}
