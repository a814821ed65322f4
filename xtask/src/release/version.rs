//! Versions, and which one comes next.

use std::fmt;
use std::str::FromStr;

/// A released version: three numbers. There are no pre-releases here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

/// How much a release changes, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// Programs notice nothing new in what they can call.
    Fix,
    /// Something is new; all programs go on as they are.
    Addition,
    /// Some program must be changed, or does something else.
    Breaking,
}

impl Version {
    /// The lowest version that may carry this change. Below 1.0 a breaking change raises the second number and all
    /// others the third, as cargo reads `^0.1`.
    pub(super) fn next(self, change: Change) -> Self {
        let Self { major, minor, patch } = self;
        match (major, change) {
            (0, Change::Breaking) => Self { minor: minor + 1, patch: 0, ..self },
            (1.., Change::Breaking) => Self { major: major + 1, minor: 0, patch: 0 },
            (1.., Change::Addition) => Self { minor: minor + 1, patch: 0, ..self },
            (0, Change::Addition) | (_, Change::Fix) => Self { patch: patch + 1, ..self },
        }
    }

    /// The name of its tag.
    pub(super) fn tag(self) -> String {
        format!("v{self}")
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<Vec<u64>> = text.split('.').map(number).collect();
        match numbers.as_deref() {
            Some([major, minor, patch]) => Ok(Self { major: *major, minor: *minor, patch: *patch }),
            _ => Err(format!("`{text}` is not a version; one is like 0.2.0")),
        }
    }
}

/// Only what prints as it was read: `01` and `+1` are no numbers of a version.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(version: &str, change: Change) -> String {
        version.parse::<Version>().unwrap().next(change).to_string()
    }

    #[test]
    fn before_1_0_a_breaking_change_raises_the_second_number_and_all_others_the_third() {
        assert_eq!(next("0.1.3", Change::Breaking), "0.2.0");
        assert_eq!(next("0.1.3", Change::Addition), "0.1.4");
        assert_eq!(next("0.1.3", Change::Fix), "0.1.4");
    }

    #[test]
    fn from_1_0_on_each_kind_of_change_has_its_number() {
        assert_eq!(next("1.2.3", Change::Breaking), "2.0.0");
        assert_eq!(next("1.2.3", Change::Addition), "1.3.0");
        assert_eq!(next("1.2.3", Change::Fix), "1.2.4");
    }

    #[test]
    fn what_is_not_three_numbers_is_no_version() {
        for text in ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.x", "1.2.3-rc.1", "01.2.3", "+1.2.3", " 1.2.3"] {
            let error = text.parse::<Version>().unwrap_err();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number_and_not_by_letter() {
        let [nine, ten]: [Version; 2] = ["0.9.0", "0.10.0"].map(|text| text.parse().unwrap());
        assert!(nine < ten);
    }
}
