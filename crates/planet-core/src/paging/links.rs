//! Where a page says which page comes next: the service's interfaces have three ways.

use std::fmt;

use serde::Deserialize;

use crate::redact;

/// The part of a page that holds the link to the next one.
///
/// [`UnderscoreLinks`], [`Links`] and [`RelLinks`] are the service's three forms. Read one as an `Option` where the page
/// may leave it out:
///
/// ```
/// use planet_core::paging::{Links, Page};
///
/// #[derive(serde::Deserialize)]
/// struct Orders {
///     orders: Vec<serde_json::Value>,
///     #[serde(rename = "_links")]
///     links: Option<Links>,
/// }
///
/// let answer = r#"{"orders": [{"id": "a"}], "_links": {"next": "https://api.planet.com/compute/ops/orders/v2?page=2"}}"#;
/// let read: Orders = serde_json::from_str(answer)?;
/// let page = Page::linked(read.orders, read.links);
/// assert!(page.next.is_some_and(|link| link.ends_with("?page=2")));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait NextLink {
    /// The link to the next page, as it came.
    fn next(self) -> Option<String>;
}

impl<L: NextLink> NextLink for Option<L> {
    fn next(self) -> Option<String> {
        self.and_then(L::next)
    }
}

/// `"_links": {"_next": "..."}`: the Data and Mosaics APIs.
///
/// ```
/// use planet_core::paging::{NextLink, UnderscoreLinks};
///
/// let links: UnderscoreLinks = serde_json::from_str(r#"{"_self": "...", "_next": "https://api.planet.com/next"}"#)?;
/// assert_eq!(links.next().as_deref(), Some("https://api.planet.com/next"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Deserialize)]
pub struct UnderscoreLinks {
    #[serde(rename = "_next")]
    next: Option<String>,
}

impl NextLink for UnderscoreLinks {
    fn next(self) -> Option<String> {
        self.next
    }
}

/// `"_links": {"next": "..."}`: the Orders and Subscriptions APIs.
#[derive(Clone, Deserialize)]
pub struct Links {
    next: Option<String>,
}

impl NextLink for Links {
    fn next(self) -> Option<String> {
        self.next
    }
}

/// `"links": [{"rel": "next", "href": "..."}]`: the Features API, as OGC API Features has it. The first such link counts.
///
/// ```
/// use planet_core::paging::{NextLink, RelLinks};
///
/// let links: RelLinks = serde_json::from_str(r#"[{"rel": "next", "href": "https://api.planet.com/next"}]"#)?;
/// assert_eq!(links.next().as_deref(), Some("https://api.planet.com/next"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Deserialize)]
pub struct RelLinks(Vec<RelLink>);

#[derive(Clone, Deserialize)]
struct RelLink {
    rel: String,
    href: String,
}

impl NextLink for RelLinks {
    fn next(self) -> Option<String> {
        self.0.into_iter().find(|link| link.rel == "next").map(|link| link.href)
    }
}

/// Without queries: a link may hold a token.
fn shown(link: Option<&String>) -> Option<String> {
    link.map(|link| redact::url(link))
}

impl fmt::Debug for UnderscoreLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnderscoreLinks").field(&shown(self.next.as_ref())).finish()
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Links").field(&shown(self.next.as_ref())).finish()
    }
}

impl fmt::Debug for RelLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let links = self.0.iter().map(|link| (&link.rel, redact::url(&link.href)));
        f.debug_map().entries(links).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_of<L: NextLink + serde::de::DeserializeOwned>(json: &str) -> Option<String> {
        serde_json::from_str::<Option<L>>(json).unwrap().next()
    }

    #[test]
    fn each_form_gives_its_link() {
        assert_eq!(next_of::<UnderscoreLinks>(r#"{"_self": "a", "_next": "b", "next": "c"}"#).as_deref(), Some("b"));
        assert_eq!(next_of::<Links>(r#"{"_self": "a", "_next": "b", "next": "c"}"#).as_deref(), Some("c"));
        let rels = r#"[{"rel": "self", "href": "a"}, {"rel": "next", "href": "b"}, {"rel": "next", "href": "c"}]"#;
        assert_eq!(next_of::<RelLinks>(rels).as_deref(), Some("b"));
    }

    #[test]
    fn the_last_page_has_no_link() {
        for nothing in ["null", "{}", r#"{"_next": null, "next": null}"#] {
            assert_eq!(next_of::<UnderscoreLinks>(nothing), None);
            assert_eq!(next_of::<Links>(nothing), None);
        }
        assert_eq!(next_of::<RelLinks>("null"), None);
        assert_eq!(next_of::<RelLinks>("[]"), None);
    }
}
