//! Pages of lists: tokens, links, and which part of a list a page holds.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::request::Request;
use crate::respond::{Response, field_errors};
use crate::state::search::{Sort, SortField};

/// Which links a page has that lead to an empty one. A page that is empty itself never has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    Nowhere,
    /// From the last page on.
    Forward,
    /// Also back from the first page.
    BothWays,
}

/// Which page of a list: its size and order, and the entry it starts after (or ends before).
#[derive(Clone, Debug)]
pub(super) struct PageToken {
    pub(super) size: usize,
    pub(super) sort: Sort,
    mark: Option<(Timestamp, String)>,
    /// The page ends before the mark.
    backwards: bool,
    pub(super) params: Value,
}

impl PageToken {
    /// What a request asks for: the page of its `_page`, or the first of the size and order it names.
    pub(super) fn of(request: &Request, default: Sort, fields: &[SortField], cap: usize) -> Result<Self, Response> {
        let bad = |name: &str, text: String| field_errors(&[(name.to_owned(), text)]);
        if let Some(text) = request.query_value("_page") {
            return Self::decode(text).ok_or_else(|| bad("_page", "invalid page token".to_owned()));
        }
        let sort = match request.query_value("_sort") {
            None => default,
            Some(text) => Sort::parse(text)
                .filter(|sort| fields.contains(&sort.field))
                .ok_or_else(|| bad("_sort", format!("'{text}' is not a valid sort")))?,
        };
        let size = match request.query_value("_page_size") {
            None => cap,
            Some(text) => match text.parse::<usize>() {
                Ok(size) if size > 0 => size.min(cap),
                _ => return Err(bad("_page_size", format!("'{text}' is not a valid page size"))),
            },
        };
        Ok(Self { size, sort, mark: None, backwards: false, params: Value::Object(Map::new()) })
    }

    /// Which entries of a sorted list the page holds.
    pub(super) fn range<'a>(
        &self,
        length: usize,
        place: impl Fn(usize) -> Option<(Timestamp, &'a str)>,
    ) -> Range<usize> {
        let Some((time, id)) = &self.mark else {
            return 0..length.min(self.size);
        };
        // The number of entries before the mark, or up to and with it.
        let (mut low, mut high) = (0, length);
        while low < high {
            let middle = low.midpoint(high);
            let before = place(middle).is_some_and(|place| {
                let order = self.sort.compare(place, (*time, id));
                order.is_lt() || (order.is_eq() && !self.backwards)
            });
            if before {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if self.backwards { low.saturating_sub(self.size)..low } else { low..length.min(low + self.size) }
    }

    /// `_first`, `_self`, and `_next` and `_prev` where there is more, or where there may be nothing.
    pub(super) fn links<'a>(
        &self,
        base: &str,
        range: &Range<usize>,
        length: usize,
        beyond: Beyond,
        place: impl Fn(usize) -> Option<(Timestamp, &'a str)>,
    ) -> Value {
        let link = |mark: Option<(Timestamp, &str)>, backwards| {
            let token = Self { mark: mark.map(|(time, id)| (time, id.to_owned())), backwards, ..self.clone() };
            format!("{base}?_page={}", token.encode())
        };
        let own = self.mark.as_ref().map(|(time, id)| (*time, id.as_str()));
        let mut links = json!({
            "_first": link(None, false),
            "_self": link(own, self.backwards),
        });
        let more = range.end < length || (beyond != Beyond::Nowhere && !range.is_empty());
        let last = range.end.checked_sub(1).and_then(&place);
        if let (true, Value::Object(links), Some(last)) = (more, &mut links, last) {
            links.insert("_next".to_owned(), json!(link(Some(last), false)));
        }
        let before = range.start > 0 || (beyond == Beyond::BothWays && !range.is_empty());
        let first = place(range.start).filter(|_| before);
        if let (Value::Object(links), Some(first)) = (&mut links, first) {
            links.insert("_prev".to_owned(), json!(link(Some(first), true)));
        }
        links
    }

    fn encode(&self) -> String {
        let (start, last_id) = self.mark.as_ref().map(|(time, id)| (time.to_string(), id)).unzip();
        let token = json!({
            "page_size": self.size,
            "sort_by": self.sort.field.as_str(),
            "sort_desc": self.sort.descending,
            "sort_start": start,
            "sort_last_id": last_id,
            "sort_prev": self.backwards,
            "query_params": self.params,
        });
        let token = STANDARD.encode(token.to_string());
        utf8_percent_encode(&token, NON_ALPHANUMERIC).to_string()
    }

    fn decode(text: &str) -> Option<Self> {
        let token: Value = serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()?;
        let sort = Sort {
            field: SortField::parse(token.get("sort_by")?.as_str()?)?,
            descending: token.get("sort_desc")?.as_bool()?,
        };
        let start = token.get("sort_start").and_then(Value::as_str);
        let last_id = token.get("sort_last_id").and_then(Value::as_str);
        let mark = match (start, last_id) {
            (Some(start), Some(id)) => Some((start.parse().ok()?, id.to_owned())),
            _ => None,
        };
        Some(Self {
            size: usize::try_from(token.get("page_size")?.as_u64()?).ok()?,
            sort,
            mark,
            backwards: token.get("sort_prev")?.as_bool()?,
            params: token.get("query_params")?.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Place = (Timestamp, &'static str);

    fn sorted(sort: Sort) -> Vec<Place> {
        let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let seconds = [5, 5, 5, 1, 9, 5, 5, 9, 1];
        let times = seconds.map(|second| Timestamp::from_second(second).unwrap());
        let mut places: Vec<Place> = times.into_iter().zip(ids).collect();
        places.sort_by(|a, b| sort.compare(*a, *b));
        places
    }

    /// The page behind a link, and its links.
    fn page(link: &str, list: &[Place]) -> (Range<usize>, Value) {
        let text = percent_encoding::percent_decode_str(link.split_once('=').unwrap().1);
        let token = PageToken::decode(&text.decode_utf8().unwrap()).unwrap();
        let place = |at: usize| list.get(at).copied();
        let range = token.range(list.len(), place);
        let links = token.links("u", &range, list.len(), Beyond::Nowhere, place);
        (range, links)
    }

    #[test]
    fn pages_neither_skip_nor_repeat_entries_of_the_same_time() {
        for (descending, size) in [(true, 1), (false, 2), (true, 3), (false, 4), (true, 100)] {
            let sort = Sort { field: SortField::Published, descending };
            let list = sorted(sort);
            let first = PageToken { size, sort, mark: None, backwards: false, params: json!({}) };
            let mut link = format!("u?_page={}", first.encode());
            let mut end = 0;
            loop {
                let (range, links) = page(&link, &list);
                assert_eq!((range.start, range.end), (end, list.len().min(end + size)));
                if let Some(back) = links.get("_prev") {
                    assert_eq!(page(back.as_str().unwrap(), &list).0, end.saturating_sub(size)..end);
                }
                end = range.end;
                match links.get("_next") {
                    Some(next) => link = next.as_str().unwrap().to_owned(),
                    None => break,
                }
            }
            assert_eq!(end, list.len());
        }
    }

    #[test]
    fn entries_of_the_same_time_are_in_the_order_of_their_ids() {
        let ids: Vec<&str> = sorted(Sort::PUBLISHED_DESC).into_iter().map(|(_, id)| id).collect();
        assert_eq!(ids, ["e", "h", "a", "b", "c", "f", "g", "d", "i"]);
    }
}
