//! Any text read as a filter: no panic, and what is written reads the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use planet_builders::{Catalogue, Filter, ItemType};

fuzz_target!(|bytes: &[u8]| {
    let Ok(filter) = serde_json::from_slice::<Filter>(bytes) else {
        return;
    };
    assert!(!filter.to_string().is_empty());
    let _faults = filter.check();
    let _faults = filter.check_fields(Catalogue::embedded(), &[ItemType::PSSCENE]);
    let written = serde_json::to_string(&filter).expect("a filter is JSON");
    let read: Filter = serde_json::from_str(&written).expect("what was written reads");
    assert_eq!(read, filter);
});
