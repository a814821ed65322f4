//! Who is told when an order ends.

use std::fmt;

use planet_core::{Fault, FaultKind, Secret};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::hidden::{Hidden, redact_strangers};
use super::members::{self, Form, Leave, Member, missing, optional};
use crate::Hint;

/// Who is told when an order ends, or a part of it is delivered.
///
/// It mirrors the `notifications` of an order request of the Orders API.
///
/// ```
/// use planet_builders::order::{Notifications, Webhook};
///
/// let webhook = Webhook::new("https://example.com/orders").per_order(true);
/// let notifications = Notifications::new().email(true).webhook(webhook);
/// let json = serde_json::to_value(&notifications)?;
/// assert_eq!(json["webhook"]["per_order"], true);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Map<String, Value>")]
#[must_use = "notifications do nothing until they are added to an order"]
pub struct Notifications {
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook: Option<Webhook>,
    #[serde(flatten)]
    plain: Map<String, Value>,
}

/// A URL that the service calls.
///
/// The URL may hold a password or a token, so it is treated as a secret.
///
/// ```
/// use planet_builders::order::Webhook;
///
/// let webhook = Webhook::new("https://me:sesame@example.com/orders");
/// assert_eq!(serde_json::to_value(&webhook)?["url"], "https://me:sesame@example.com/orders");
/// assert!(!format!("{webhook:?}").contains("sesame"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[must_use = "a webhook does nothing until it is added to notifications"]
pub struct Webhook {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Hidden>,
    #[serde(flatten)]
    plain: Map<String, Value>,
}

impl Webhook {
    /// A URL that the service calls for each item that it has delivered.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: Some(Hidden(Secret::new(url))), plain: Map::new() }
    }

    /// Is the URL called once for the order, rather than for each item?
    #[doc(alias = "webhook_per_order")]
    pub fn per_order(mut self, per_order: bool) -> Self {
        self.plain.insert("per_order".to_owned(), json!(per_order));
        self
    }
}

impl Notifications {
    /// Nobody is told: what an order does without notifications, and where to begin.
    #[doc(alias = "notifications")]
    pub fn new() -> Self {
        Self::default()
    }

    /// Is an e-mail sent when the order ends, unless it was cancelled?
    pub fn email(mut self, email: bool) -> Self {
        self.plain.insert("email".to_owned(), json!(email));
        self
    }

    /// Calls a URL when items are delivered.
    #[doc(alias = "webhook_url")]
    pub fn webhook(mut self, webhook: Webhook) -> Self {
        self.plain.remove("webhook");
        self.webhook = Some(webhook);
        self
    }

    /// With the service's mark in the place of each secret.
    pub(super) fn redact(&mut self) {
        redact_strangers(&mut self.plain, MEMBERS);
        if let Some(webhook) = &mut self.webhook {
            webhook.url = webhook.url.is_some().then(Hidden::redacted);
            redact_strangers(&mut webhook.plain, WEBHOOK);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.webhook.is_none() && self.plain.is_empty()
    }
}

/// Reads any object: what is wrong in it is reported when the request is checked.
impl From<Map<String, Value>> for Notifications {
    fn from(mut plain: Map<String, Value>) -> Self {
        let webhook = match plain.get_mut("webhook") {
            Some(Value::Object(members)) => {
                let mut members = std::mem::take(members);
                plain.remove("webhook");
                let url = members.get("url").and_then(Value::as_str).map(|url| Hidden(Secret::new(url)));
                if url.is_some() {
                    members.remove("url");
                }
                Some(Webhook { url, plain: members })
            }
            _ => None,
        };
        Self { webhook, plain }
    }
}

const MEMBERS: &[Member] = &[optional("email", Form::Flag), optional("webhook", Form::Other)];
const WEBHOOK: &[Member] = &[optional("per_order", Form::Flag), optional("url", Form::Other)];

/// All faults of notifications, below their place.
pub(super) fn faults(notifications: &Notifications, leave: Leave) -> Vec<Fault> {
    let mut faults = members::faults(&notifications.plain, MEMBERS, leave);
    if notifications.plain.get("webhook").is_some_and(|webhook| !webhook.is_null()) {
        faults.push(Fault::new(FaultKind::Invalid, "webhook", "a webhook is a JSON object"));
    }
    if let Some(webhook) = &notifications.webhook {
        let inner = members::faults(&webhook.plain, WEBHOOK, leave).into_iter().chain(url_fault(webhook));
        faults.extend(inner.map(|fault| fault.under("webhook")));
    }
    faults
}

fn url_fault(webhook: &Webhook) -> Option<Fault> {
    let Some(url) = &webhook.url else {
        return Some(missing("url", "a webhook needs a URL"));
    };
    let text = url.0.expose();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty()) || url.is_redacted() {
        return None;
    }
    Some(Fault::new(FaultKind::Invalid, "url", "a URL of a web server is needed").with_allowed(["https://.."]))
}

/// The members in whose place the service sent a mark, as it does not tell secrets.
pub(super) fn redacted(notifications: &Notifications) -> Vec<Fault> {
    let url = notifications.webhook.as_ref().and_then(|webhook| webhook.url.as_ref());
    url.filter(|url| url.is_redacted()).map(|_| members::redacted("webhook.url")).into_iter().collect()
}

/// The members that the service does not know.
pub(super) fn hints(notifications: &Notifications) -> Vec<Hint> {
    let mut hints = members::strangers(&notifications.plain, MEMBERS);
    if let Some(webhook) = &notifications.webhook {
        hints.extend(members::strangers(&webhook.plain, WEBHOOK).into_iter().map(|hint| hint.under("webhook")));
    }
    hints
}

/// Members that are unknown here can be secret, so only their names are shown.
impl fmt::Debug for Notifications {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifications").field("webhook", &self.webhook).field("others", &self.plain.keys()).finish()
    }
}

/// As [`Notifications`]: no values.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("url", &self.url).field("others", &self.plain.keys()).finish()
    }
}
