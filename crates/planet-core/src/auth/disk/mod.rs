//! Files of credentials: read with suspicion, written so that nobody else sees them and none is ever half there.

mod lock;
mod read;
mod write;

pub(super) use lock::{Lock, try_lock, wait_for};
pub(super) use read::{is_private, read, read_object, refuse_encrypted, warn_of_others};
pub(super) use write::{remove, write};
