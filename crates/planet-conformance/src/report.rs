//! What became of the cases.

use std::collections::BTreeMap;
use std::fmt;

/// What became of one case.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    Passed,
    /// It did not, and why.
    Failed(String),
    /// It was not run, and for which reason.
    Skipped(String),
}

/// What became of all cases. It prints as the output of the program.
#[derive(Debug, Default)]
pub(crate) struct Report {
    passed: usize,
    failures: Vec<String>,
    skipped: BTreeMap<String, usize>,
}

impl Report {
    pub(crate) fn add(&mut self, case: &str, verdict: Verdict) {
        match verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::Failed(why) => self.failures.push(one_line(&format!("FAIL {case}: {why}"))),
            Verdict::Skipped(reason) => *self.skipped.entry(one_line(&reason)).or_default() += 1,
        }
    }

    pub(crate) fn failed(&self) -> usize {
        self.failures.len()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        for (reason, count) in &self.skipped {
            writeln!(f, "skipped {count}: {reason}")?;
        }
        let skipped: usize = self.skipped.values().sum();
        write!(f, "{} passed, {} failed, {skipped} skipped", self.passed, self.failed())
    }
}

/// A case has one line, whatever its texts hold.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_lists_failures_then_skips_by_reason_then_the_counts() {
        let mut report = Report::default();
        report.add("a", Verdict::Passed);
        report.add("b", Verdict::Failed("two\nlines".to_owned()));
        report.add("c", Verdict::Skipped("python_only".to_owned()));
        report.add("d", Verdict::Skipped("python_only".to_owned()));
        let lines = "FAIL b: two lines\nskipped 2: python_only\n1 passed, 1 failed, 2 skipped";
        assert_eq!(report.to_string(), lines);
    }
}
