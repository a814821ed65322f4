//! Any text read as an order request: no panic, and what is written reads again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use planet_builders::OrderRequest;

fuzz_target!(|bytes: &[u8]| {
    let Ok(request) = serde_json::from_slice::<OrderRequest>(bytes) else {
        return;
    };
    let _faults = request.check();
    let _printed = format!("{request:?}");
    let written = serde_json::to_string(&request).expect("a request is JSON");
    serde_json::from_str::<OrderRequest>(&written).expect("what was written reads");
});
