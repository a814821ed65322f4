//! Lists of order ids that callers give.

use std::collections::HashSet;

use planet_core::{Error, Fault, FaultKind, Result, id};

/// Each id once, in the service's form and in the order given. All faults are reported at once, as those of `order_ids`.
/// `empty`: what is wrong with no ids at all.
pub(crate) fn each_once(given: impl IntoIterator<Item: AsRef<str>>, empty: &str) -> Result<Vec<String>> {
    let (mut ids, mut faults, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, given) in given.into_iter().enumerate() {
        match id::dashed_uuid("", given.as_ref()) {
            Ok(id) if seen.insert(id.clone()) => ids.push(id),
            Ok(_) => {}
            Err(error) => {
                let place = format!("order_ids[{index}]");
                faults.extend(error.faults().iter().map(|fault| fault.clone().under(&place)));
            }
        }
    }
    if ids.is_empty() && faults.is_empty() {
        faults.push(Fault::new(FaultKind::Missing, "order_ids", empty));
    }
    if faults.is_empty() { Ok(ids) } else { Err(Error::invalid(faults)) }
}
