//! The kinds of faults.

use std::time::Duration;

use fastrand::Rng;
use planet_sandbox::Fault;

use super::up_to;

/// What a fault does, by the name that the summary shows.
type Kind = (&'static str, fn(Fault, &mut Rng, &str) -> Fault);

const KINDS: &[Kind] = &[
    ("status 502", |fault, _, _| fault.status(502)),
    ("status 503", |fault, _, _| fault.status(503).body("upstream connect error")),
    ("status 500", |fault, _, _| fault.status(500)),
    ("status 401", |fault, _, _| fault.status(401)),
    ("status 429", |fault, _, _| fault.status(429)),
    ("status 429, retry-after", |fault, _, _| fault.status(429).header("retry-after", "1")),
    ("reset", |fault, _, _| fault.reset()),
    ("reset after headers", |fault, _, _| fault.reset_after_headers()),
    ("cut body", |fault, rng, _| fault.cut_at(rng.usize(0..800))),
    ("stalled body", |fault, rng, _| fault.stall_at(rng.usize(0..800))),
    (CORRUPT, |fault, rng, _| fault.corrupt_byte(rng.usize(0..800))),
    ("wrong length", |fault, rng, _| fault.wrong_length(rng.usize(0..3000))),
    ("expired link", |fault, _, _| fault.expired_link()),
    ("changed etag", |fault, _, _| fault.change_etag()),
    ("delay", |fault, rng, _| fault.delay(up_to(rng, 400))),
    ("acted, then 502", |fault, _, _| fault.after_acting().status(502)),
    ("acted, then reset", |fault, _, _| fault.after_acting().reset()),
    ("acted, late", |fault, _, _| fault.delay(Duration::from_millis(250)).after_acting().reset()),
    ("redirect elsewhere", |fault, _, foreign| fault.status(302).header("location", foreign)),
    (LINK, |fault, _, foreign| {
        let (features, orders) = (format!(r#"{{"_next":"{foreign}"}}"#), format!(r#"{{"next":"{foreign}"}}"#));
        fault.status(200).body(format!(r#"{{"features":[],"orders":[],"_links":{features},"links":[{orders}]}}"#))
    }),
];

const CORRUPT: &str = "corrupt byte";
const LINK: &str = "link elsewhere";

/// A fault on requests of this method and path, drawn by chance, with its name.
pub fn draw(rng: &mut Rng, method: &str, path: &str, foreign: &str) -> (&'static str, Fault) {
    let (name, make) = *rng.choice(KINDS).unwrap();
    let mut fault = Fault::on(method, path).nth(rng.u64(1..=3));
    // One strike is healed by a retry, three are not.
    fault = fault.times(rng.u64(1..=4));
    (name, make(fault, rng, foreign))
}

/// Whether a body that was struck may still be read, with other contents.
pub fn changes_contents(name: &str) -> bool {
    [CORRUPT, LINK].contains(&name)
}
