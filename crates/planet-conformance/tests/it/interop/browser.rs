//! A user with a browser, who says yes or no.

use std::collections::BTreeMap;

use super::http;

/// What the user answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Consent {
    Approve,
    Deny,
}

/// Follows the redirects of an authority from the URL of a login until they leave it: where they lead.
pub(crate) async fn decide(url: &str, consent: Consent) -> String {
    let (home, _) = http::split(url);
    let mut cookies = BTreeMap::new();
    let mut next = url.to_owned();
    for _ in 0..10 {
        if http::split(&next).0 != home {
            return next;
        }
        let sent: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = http::get(&next, &sent.join("; ")).await;
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        next = match answer.header("location") {
            Some(place) if place.starts_with('/') => format!("http://{home}{place}"),
            Some(place) => place.to_owned(),
            // The page that asks.
            None if next.contains("/interaction/") && answer.status == 200 => match consent {
                Consent::Approve => format!("{next}/approve"),
                Consent::Deny => format!("{next}/deny"),
            },
            None => panic!("{next} answered {}: {}", answer.status, answer.body),
        };
    }
    panic!("too many redirects, the last to {next}");
}

/// As [`decide`], and goes where the redirects lead: to the listener of a login.
pub(crate) async fn decide_and_return(url: &str, consent: Consent) -> http::Answer {
    http::get(&decide(url, consent).await, "").await
}
