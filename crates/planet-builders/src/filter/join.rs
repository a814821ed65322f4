//! The operators `!`, `&` and `|`.

use std::ops;

use super::{Filter, Kind};

impl ops::Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self::not(self)
    }
}

/// `a & b & c` is one filter of three, not one in another.
impl ops::BitAnd for Filter {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        match self.0 {
            Kind::And(mut filters) => {
                filters.push(other);
                Self(Kind::And(filters))
            }
            kind => Self::and([Self(kind), other]),
        }
    }
}

/// `a | b | c` is one filter of three, not one in another.
impl ops::BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        match self.0 {
            Kind::Or(mut filters) => {
                filters.push(other);
                Self(Kind::Or(filters))
            }
            kind => Self::or([Self(kind), other]),
        }
    }
}
