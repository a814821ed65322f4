//! What a caller may choose for a download.

/// What happens to a file that is there already under the name of one that is to be fetched.
///
/// Whatever is chosen, an old file is replaced only by a complete new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overwrite {
    /// It stays if it is right, which is to have the size and the digest that the service tells; otherwise it is replaced.
    /// Where the service tells no digest it cannot be known to be right, and is replaced. With [`Verify::off`] the size
    /// alone decides. The default.
    #[default]
    IfDifferent,
    /// It is replaced.
    Always,
    /// It stays. If it is known to be wrong, that is an `Integrity` error; with [`Verify::off`] nobody looks.
    Never,
}

/// Whether files are compared with what the service says they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Verify {
    on: bool,
}

impl Verify {
    /// Trust what comes: neither digests nor the sizes that the service tells elsewhere are compared. A body must still be
    /// as long as its answer announces, or end as its protocol lets complete ones end. For measuring, and for files that
    /// are known to differ from what the service says.
    #[must_use]
    pub fn off() -> Self {
        Self { on: false }
    }

    pub(super) fn is_on(self) -> bool {
        self.on
    }
}

impl Default for Verify {
    /// Every file is compared with all that is known of it.
    fn default() -> Self {
        Self { on: true }
    }
}
