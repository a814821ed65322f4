//! The older credentials: the key that a login with e-mail and password gives, and the files that keep one.

pub(super) mod exchange;
mod file;
pub(super) mod key_file;
