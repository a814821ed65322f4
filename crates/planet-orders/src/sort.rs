//! What lists of orders are sorted by.

use std::borrow::Cow;
use std::fmt;

use planet_core::{Fault, FaultKind};

/// A field that a list of orders is sorted by (Orders API, the parameter `sort_by` of `GET /orders/v2`).
///
/// ```
/// use planet_orders::OrderSort;
///
/// assert_eq!(OrderSort::NAME.to_string(), "name");
/// assert_eq!(OrderSort::CREATED_ON.descending().to_string(), "created_on DESC");
/// assert_eq!(OrderSort::from("state asc"), OrderSort::STATE.ascending());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSort {
    field: Cow<'static, str>,
    direction: &'static str,
}

const ASCENDING: &str = " ASC";
const DESCENDING: &str = " DESC";

impl OrderSort {
    /// By the order's name.
    pub const NAME: Self = Self::by("name");
    /// By the time when the order was placed.
    pub const CREATED_ON: Self = Self::by("created_on");
    /// By the order's state, as the service spells it.
    pub const STATE: Self = Self::by("state");
    /// By the time when the order last changed.
    pub const LAST_MODIFIED: Self = Self::by("last_modified");

    const FIELDS: [Self; 4] = [Self::NAME, Self::CREATED_ON, Self::STATE, Self::LAST_MODIFIED];

    const fn by(field: &'static str) -> Self {
        Self { field: Cow::Borrowed(field), direction: "" }
    }

    /// From the first to the last. The service's default where no direction is said.
    #[must_use]
    pub fn ascending(mut self) -> Self {
        self.direction = ASCENDING;
        self
    }

    /// From the last to the first.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.direction = DESCENDING;
        self
    }

    /// What is wrong with it, if the service does not know the field.
    pub(crate) fn fault(&self) -> Option<Fault> {
        let fields = Self::FIELDS.map(|known| known.field);
        let message = "no field that orders are sorted by; ASC or DESC may stand after one";
        let fault = || Fault::new(FaultKind::Invalid, "sort_by", message).with_value(format!("{:?}", self.field));
        (!fields.contains(&self.field)).then(|| fault().with_allowed(&fields))
    }
}

/// A field by its name, alone or with `ASC` or `DESC` after it. A field that the service does not know is refused when the
/// list is asked for.
impl From<&str> for OrderSort {
    fn from(text: &str) -> Self {
        let text = text.trim();
        let (field, direction) = match text.rsplit_once(' ') {
            Some((field, direction)) if direction.eq_ignore_ascii_case("ASC") => (field.trim_end(), ASCENDING),
            Some((field, direction)) if direction.eq_ignore_ascii_case("DESC") => (field.trim_end(), DESCENDING),
            _ => (text, ""),
        };
        Self { field: Cow::Owned(field.to_owned()), direction }
    }
}

impl fmt::Display for OrderSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.field, self.direction)
    }
}
