//! Every recorded exchange with an authority is sent to ours, and answered alike.

use std::collections::HashMap;
use std::time::Duration;

use planet_sandbox::{Builder, Consent, Fault, Sandbox};
use serde_json::{Value, json};

use super::{claims, form, header, path_of, post_form, query, token_part};
use crate::http::{Answer, send};

/// Different in every run.
const VARIES: [&str; 6] =
    ["device_code", "user_code", "verification_uri_complete", "access_token", "refresh_token", "token"];

fn recorded() -> Vec<Value> {
    let text = include_str!("../../data/wire.json");
    let mut wire: Value = serde_json::from_str(text).unwrap();
    wire["flows"].as_array_mut().unwrap().drain(..).collect()
}

/// A sandbox that knows the recorded clients and user.
fn builder() -> Builder {
    Sandbox::builder()
        .scenes(10)
        .device_client("fake-device-client")
        .confidential_device_client("fake-device-secret-client", "fake-device-secret-0123456789")
        .code_client("fake-code-client", ["http://127.0.0.1/callback"])
        .m2m_client("fake-m2m-client", "fake-m2m-secret-0123456789")
        .user("user@example.com", "fake-password")
        .api_key("PLAKfake0000000000000000000000legacy")
}

fn sandbox_for(flow: &str) -> Builder {
    match flow {
        "device-code-timeout" => builder().device_lifetime(Duration::from_secs(2)),
        "token-response-without-expires-in" => builder().tell_expiry(false),
        "refresh-without-new-token" => builder().rotate_refresh_tokens(false),
        "authorization-code-denied" => builder().consent(Consent::Denied),
        _ => builder(),
    }
}

/// Replays one flow; what is different in every run is looked up by its recorded value.
struct Replay {
    sandbox: Sandbox,
    ours: HashMap<String, String>,
    /// Where the browser was sent.
    redirect: Option<String>,
}

impl Replay {
    fn url(&self, recorded: &str) -> String {
        let user = self.sandbox.authority_url();
        recorded
            .replace("{user_authority}", user.strip_suffix('/').unwrap())
            .replace("{m2m_authority}", &self.sandbox.machine_authority_url())
            .replace("{legacy_auth_endpoint}", &format!("{}/v0/auth/login", self.sandbox.url()))
            .replace("{port}", "4711")
    }

    fn field(&self, value: &Value) -> String {
        let value = self.url(value.as_str().unwrap());
        self.ours.get(&value).cloned().unwrap_or(value)
    }

    /// Does what the recorded answer says that the user, the clock or a fault did.
    fn prepare(&self, answer: &Value) {
        let waiting = self.sandbox.pending_user_codes();
        let decide = |approve: bool| {
            for code in &waiting {
                assert!(if approve { self.sandbox.approve(code) } else { self.sandbox.deny(code) });
            }
        };
        match answer["json"]["error"].as_str() {
            Some("access_denied") => decide(false),
            Some("expired_token") => self.sandbox.advance(Duration::from_secs(600)),
            Some("slow_down") => self.inject(answer, answer["json"].to_string()),
            None if answer["body"].as_str().is_some_and(|body| body.contains("oops")) => {
                self.inject(answer, answer["body"].as_str().unwrap().to_owned());
            }
            None if answer["json"]["access_token"].is_string() => decide(true),
            _ => {}
        }
    }

    fn inject(&self, answer: &Value, body: String) {
        let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
        let kind = answer["headers"]["content-type"].as_str().unwrap();
        let fault = Fault::on("POST", "/oauth/token").nth(1).status(status).header("content-type", kind).body(body);
        self.sandbox.fault(fault);
    }

    async fn exchange(&mut self, request: &Value, answer: &Value) {
        let url = self.url(request["url"].as_str().unwrap());
        match request["by"].as_str() {
            Some("browser") => return self.browse(&url, request).await,
            Some(_) => return self.arrive(request),
            None => {}
        }
        self.prepare(answer);
        let recorded = request["headers"].as_object().unwrap();
        let headers: Vec<_> = recorded.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let body = match (request["form"].as_object(), request.get("json")) {
            (Some(fields), _) => form(fields.iter().map(|(name, value)| (name.as_str(), self.field(value)))),
            (None, Some(body)) => body.to_string(),
            (None, None) => String::new(),
        };
        let got = send(request["method"].as_str().unwrap(), &url, &headers, body.as_bytes()).await.unwrap();
        self.compare(&got, answer);
        self.sandbox.advance(Duration::from_secs(1));
    }

    /// The browser goes to the authority, which sends it away.
    async fn browse(&mut self, url: &str, request: &Value) {
        let fields = request["query"].as_object().unwrap();
        let query = form(fields.iter().map(|(name, value)| (name.as_str(), self.field(value))));
        let got = send("GET", &format!("{url}?{query}"), &[], b"").await.unwrap().expect(302);
        self.redirect = Some(header(&got, "location"));
    }

    /// The browser arrives where it was sent.
    fn arrive(&mut self, request: &Value) {
        let redirect = self.redirect.take().expect("the browser was sent away");
        assert_eq!(path_of(&redirect), self.url(request["url"].as_str().unwrap()));
        let got = query(&redirect);
        let fields = request["query"].as_object().unwrap();
        assert_eq!(got.len(), fields.len(), "{redirect}");
        for (name, value) in fields {
            if name == "code" {
                self.ours.insert(value.as_str().unwrap().to_owned(), got[name].clone());
            } else {
                assert_eq!(got[name], self.field(value), "{name}");
            }
        }
    }

    fn compare(&mut self, got: &Answer, answer: &Value) {
        assert_eq!(json!(got.status), answer["status"], "{}", String::from_utf8_lossy(&got.body));
        for (name, value) in answer["headers"].as_object().unwrap() {
            assert_eq!(got.header(&name.to_lowercase()), value.as_str(), "{name}");
        }
        let Some(expected) = answer.get("json") else {
            assert_eq!(json!(String::from_utf8_lossy(&got.body)), answer["body"]);
            return;
        };
        let body = got.json();
        let names = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&body), names(expected));
        for (name, value) in expected.as_object().unwrap() {
            if VARIES.contains(&name.as_str()) {
                self.ours.insert(value.as_str().unwrap().to_owned(), body[name].as_str().unwrap().to_owned());
            } else {
                let value: Value = serde_json::from_str(&self.url(&value.to_string())).unwrap();
                let told = if name == "expires_in" && value == 2 { json!(2) } else { value };
                assert_eq!(body[name], told, "{name}");
            }
        }
        for name in ["access_token", "token"] {
            if let (Some(ours), Some(theirs)) = (body[name].as_str(), expected[name].as_str()) {
                self.compare_tokens(ours, theirs);
            }
        }
    }

    /// The same header, the same claims, and the same values but for who, when and where.
    fn compare_tokens(&self, ours: &str, theirs: &str) {
        assert_eq!(token_part(ours, 0), token_part(theirs, 0));
        let (ours, theirs) = (claims(ours), claims(theirs));
        assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (name, value) in &theirs {
            match name.as_str() {
                "jti" => assert_eq!(ours[name].as_str().unwrap().len(), value.as_str().unwrap().len()),
                "iat" | "exp" | "sub" => {}
                "iss" => {
                    let realm = value.as_str().unwrap().replace("http://127.0.0.1:4455", "{user_authority}");
                    assert_eq!(ours[name], self.url(&realm));
                }
                _ => assert_eq!(&ours[name], value, "{name}"),
            }
        }
        let life =
            |claims: &serde_json::Map<String, Value>| claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert_eq!(life(&ours), life(&theirs));
    }

    /// The refresh token that a flow begins with.
    async fn log_in(&mut self, recorded: &str) {
        let authority = self.sandbox.authority_url();
        let client = ("client_id", "fake-device-client");
        let asked = [client, ("scope", "planet offline_access"), ("audience", "https://api.planet.com/")];
        let begun = post_form(&format!("{authority}oauth/device/code"), &asked).await.expect(200).json();
        assert!(self.sandbox.approve(begun["user_code"].as_str().unwrap()));
        let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        let poll = [client, grant, ("device_code", begun["device_code"].as_str().unwrap())];
        let tokens = post_form(&format!("{authority}oauth/token"), &poll).await.expect(200).json();
        self.ours.insert(recorded.to_owned(), tokens["refresh_token"].as_str().unwrap().to_owned());
    }
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "says which flow failed")]
async fn every_recorded_exchange_is_answered_as_it_was() {
    let flows = recorded();
    assert_eq!(flows.len(), 22);
    for flow in flows {
        let name = flow["name"].as_str().unwrap();
        println!("{name}");
        let sandbox = sandbox_for(name).start().await.unwrap();
        let mut replay = Replay { sandbox, ours: HashMap::new(), redirect: None };
        let exchanges = flow["exchanges"].as_array().unwrap();
        let first = &exchanges[0]["request"]["form"];
        let begins_with = first["refresh_token"].as_str().or(first["token"].as_str());
        if let Some(token) = begins_with.filter(|token| *token != "not-a-refresh-token") {
            replay.log_in(token).await;
        }
        for exchange in exchanges {
            replay.exchange(&exchange["request"], &exchange["response"]).await;
        }
    }
}
