//! What lists of orders are sorted by.

use std::borrow::Cow;
use std::fmt;

/// A field that a list of orders is sorted by (Orders API, the parameter `sort_by` of `GET /orders/v2`).
///
/// ```
/// use planet_orders::OrderSort;
///
/// assert_eq!(OrderSort::NAME.to_string(), "name");
/// assert_eq!(OrderSort::CREATED_ON.descending().to_string(), "created_on DESC");
/// assert_eq!(OrderSort::from("a_new_field").ascending().to_string(), "a_new_field ASC");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSort {
    field: Cow<'static, str>,
    direction: &'static str,
}

impl OrderSort {
    /// The order's name.
    pub const NAME: Self = Self::by("name");
    /// When it was placed.
    pub const CREATED_ON: Self = Self::by("created_on");
    /// Its state.
    pub const STATE: Self = Self::by("state");
    /// When it last changed.
    pub const LAST_MODIFIED: Self = Self::by("last_modified");

    const fn by(field: &'static str) -> Self {
        Self { field: Cow::Borrowed(field), direction: "" }
    }

    /// From the first to the last. The service's default where no direction is said.
    #[must_use]
    pub fn ascending(mut self) -> Self {
        self.direction = " ASC";
        self
    }

    /// From the last to the first.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.direction = " DESC";
        self
    }
}

/// A field by its name, also one that the SDK does not know.
impl From<&str> for OrderSort {
    fn from(field: &str) -> Self {
        Self { field: Cow::Owned(field.to_owned()), direction: "" }
    }
}

impl fmt::Display for OrderSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.field, self.direction)
    }
}
