//! Looks for credentials: what is found, what is sent with it, what is asked of the authority, what is written.

mod call;
mod compare;
mod deviations;
mod model;
mod observed;
mod recorded;
mod stub;
mod token;
mod wanted;

use serde_json::Value;

use crate::report::Verdict;
pub(super) use compare::field;
use recorded::Recorded;
pub(super) use token::claims;

/// The error says why the case failed.
pub(super) fn judge(document: &Value) -> Result<Verdict, String> {
    let case = Recorded::read(document)?;
    if call::GONE.contains(&case.call.function.as_str()) {
        return Ok(Verdict::Skipped(format!("ours has no {}", case.call.function)));
    }
    if let Some(platform) = case.platform.as_deref().filter(|platform| *platform != std::env::consts::OS) {
        return Ok(Verdict::Skipped(format!("a case of {platform}")));
    }
    call::check(&case.call)?;
    let now = observed::now(&case);
    let wanted = deviations::wanted(&case, now)?;
    let observed = observed::run(&case, now)?;
    compare::compare(&observed, &wanted, now)?;
    Ok(Verdict::Passed)
}
