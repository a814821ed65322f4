//! Which credentials are the same one, told without keeping a key.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Tells one credential from another within this process: the service counts requests by credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Anonymous,
    Key(u64),
    #[cfg(feature = "fs")]
    Session(u64),
    Provider(u64),
}

impl Identity {
    /// All who have no credential are one.
    pub(super) fn anonymous() -> Self {
        Self(Kind::Anonymous)
    }

    /// The same for the same key. The hash is keyed with numbers drawn by this process, so it tells nothing about the
    /// key.
    pub(super) fn of_key(key: &str) -> Self {
        Self(Kind::Key(hash(key)))
    }

    /// The same for the same OAuth session: where its token is kept, or the program that logs in as itself.
    #[cfg(feature = "fs")]
    pub(super) fn of_session(name: &str) -> Self {
        Self(Kind::Session(hash(name)))
    }

    /// Another one each time.
    pub(super) fn unique() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(Kind::Provider(NEXT.fetch_add(1, Ordering::Relaxed)))
    }
}

fn hash(text: &str) -> u64 {
    static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    HASHER.hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::super::provider::Anonymous;
    use crate::Auth;

    #[test]
    fn credentials_are_the_same_if_their_keys_are_or_they_are_clones_of_one_provider() {
        let same = |a: &Auth, b: &Auth| a.identity() == b.identity();
        assert!(same(&Auth::from_key("A"), &Auth::from_key(" A\n")));
        assert!(!same(&Auth::from_key("A"), &Auth::from_key("B")));
        assert!(same(&Auth::anonymous(), &Auth::anonymous()));
        let provider = Auth::from_provider(Anonymous);
        assert!(same(&provider, &provider.clone()));
        assert!(!same(&provider, &Auth::from_provider(Anonymous)));
    }

    #[test]
    fn an_identity_does_not_show_the_key() {
        let shown = format!("{:?}", Auth::from_key("PLAK0123").identity());
        assert!(!shown.contains("PLAK"), "{shown}");
    }
}
