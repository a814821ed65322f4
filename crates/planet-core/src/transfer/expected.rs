//! What a file should be, as far as it is known.

use super::digest::{Checksum, Digests, Verified};
use super::options::Verify;

/// The size and the digests that a file should have, and whether they count.
#[derive(Clone, Debug, Default)]
pub(super) struct Expected {
    pub(super) size: Option<u64>,
    pub(super) digests: Digests,
    pub(super) verify: Verify,
}

impl Expected {
    /// The digests to compare with.
    pub(super) fn digests(&self) -> Digests {
        if self.verify.is_on() { self.digests.clone() } else { Digests::default() }
    }

    /// Can it be told in the end whether the bytes are right?
    pub(super) fn has_digest(&self) -> bool {
        self.verify.is_on() && self.digests.strongest().is_some()
    }

    /// Must the bytes be right, and no digest will tell whether they are?
    pub(super) fn lacks_digest(&self) -> bool {
        self.verify.is_on() && self.digests.strongest().is_none()
    }

    /// The size, where the service tells it elsewhere than in the answer.
    pub(super) fn size(&self) -> Option<u64> {
        self.size.filter(|_| self.verify.is_on())
    }

    /// What is wrong with a size.
    pub(super) fn check_size(size: u64, expected: Option<u64>) -> Result<(), String> {
        match expected {
            Some(expected) if size > expected => Err(format!("it should have {expected} bytes and has more")),
            Some(expected) if size < expected => Err(format!("it should have {expected} bytes and has only {size}")),
            _ => Ok(()),
        }
    }

    /// What is wrong with bytes of these digests.
    pub(super) fn check_digests(&self, found: &Digests) -> Result<(), String> {
        self.digests().compare(found)
    }

    /// How a file that was compared with all this is known to be right.
    pub(super) fn verified(&self) -> Verified {
        let expected = self.digests();
        match (expected.value(Checksum::Md5), expected.value(Checksum::Sha256)) {
            (Some(_), Some(_)) => Verified::Md5AndSha256,
            (Some(_), None) => Verified::Md5,
            (None, Some(_)) => Verified::Sha256,
            (None, None) if self.verify.is_on() => Verified::Length,
            (None, None) => Verified::Unchecked,
        }
    }
}
