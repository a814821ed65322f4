//! Any text read as a geometry, a Feature or a reference: no panic, and what is written reads the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use planet_builders::{Filter, Geometry};

fuzz_target!(|text: &str| {
    let Ok(geometry) = text.parse::<Geometry>() else {
        return;
    };
    let written = serde_json::to_string(&geometry).expect("a geometry is JSON");
    let read: Geometry = serde_json::from_str(&written).expect("what was written reads");
    assert_eq!(read, geometry);
    let _refused = Filter::geometry(geometry);
});
