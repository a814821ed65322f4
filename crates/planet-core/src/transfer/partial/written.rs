//! The bytes of a file on the disk. Everything here waits for the disk.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::HeaderValue;
use tempfile::{PathPersistError, TempPath};

use super::super::digest::{Digests, Hashers};
use super::super::file::{directory_of, file_error, sync_directory};
use super::state::{State, StateFile, hidden, remove};
use crate::Result;

/// How much of an earlier run's bytes is read at once, to go on with their digest.
const PIECE: usize = 256 * 1024;

pub(super) struct Written {
    file: File,
    part: PathBuf,
    state: StateFile,
    digests: Digests,
    hashers: Hashers,
    size: u64,
    /// What the bytes are part of, if that can be continued.
    of: Option<State>,
    /// Nothing more is to be done about the hidden files.
    done: bool,
}

impl Written {
    pub(super) fn open(target: &Path, digests: Digests) -> Result<Self> {
        let directory = directory_of(target);
        fs::create_dir_all(directory).map_err(|cause| file_error("make the directory", directory, cause))?;
        let (part, state) = hidden(target);
        // The names can be foretold: another user could have us write to what they choose.
        [&part, &state].into_iter().filter(|path| path.is_symlink()).for_each(|link| remove(link));
        let state = StateFile::lock(&state, target)?;
        let file = File::options().create(true).read(true).write(true).truncate(false).open(&part);
        let file = file.map_err(|cause| file_error("write", &part, cause))?;
        let hashers = Hashers::for_digests(&digests);
        let mut written = Self { file, part, state, digests, hashers, size: 0, of: None, done: false };
        written.take_up(target)?;
        Ok(written)
    }

    /// Removes what an earlier run left of a file, unless it is in use.
    pub(super) fn clear(target: &Path) -> Result<()> {
        let (part, state) = hidden(target);
        if !part.exists() && !state.exists() {
            return Ok(());
        }
        if let Some(state) = StateFile::try_lock(&state)? {
            remove(&part);
            state.remove();
        }
        Ok(())
    }

    /// Takes up what an earlier run left, if it is of this file.
    fn take_up(&mut self, target: &Path) -> Result<()> {
        self.of = self.state.read().filter(|state| state.is_of(target, &self.digests) && state.etag().is_some());
        if self.of.is_none() {
            // It takes room that the disk may need.
            return self.file.set_len(0).map_err(|cause| file_error("write", &self.part, cause));
        }
        let mut buffer = vec![0; PIECE];
        loop {
            let read = self.file.read(&mut buffer).map_err(|cause| file_error("read", &self.part, cause))?;
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
            self.hashers.update(bytes);
            self.size += bytes.len() as u64;
        }
    }

    pub(super) fn resumable(&self) -> Option<(u64, HeaderValue, Option<u64>)> {
        let of = self.of.as_ref().filter(|_| self.size > 0)?;
        Some((self.size, of.etag()?, of.size()))
    }

    pub(super) fn begin(&mut self, of: State, digests: Digests) -> Result<()> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        emptied.map_err(|cause| file_error("write", &self.part, cause))?;
        self.size = 0;
        self.hashers = Hashers::for_digests(&digests);
        self.digests = digests;
        self.state.write(&of)?;
        self.of = Some(of);
        Ok(())
    }

    pub(super) fn write(&mut self, pieces: &[Bytes]) -> Result<()> {
        for bytes in pieces {
            self.file.write_all(bytes).map_err(|cause| file_error("write", &self.part, cause))?;
            self.hashers.update(bytes);
            self.size += bytes.len() as u64;
        }
        Ok(())
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The digests of all that was written. Nothing more can be written then.
    pub(super) fn take_digests(&mut self) -> Digests {
        std::mem::take(&mut self.hashers).finish()
    }

    /// A later run must not go on with it.
    pub(super) fn void(&mut self) {
        self.of = None;
    }

    pub(super) fn commit(mut self: Box<Self>, target: &Path, only_new: bool) -> Result<()> {
        let failed = |cause| file_error("write", target, cause);
        self.file.sync_all().map_err(failed)?;
        let part = TempPath::try_from_path(&self.part).map_err(failed)?;
        let named = if only_new { part.persist_noclobber(target) } else { part.persist(target) };
        if let Err(PathPersistError { error, path }) = named {
            if error.kind() == io::ErrorKind::AlreadyExists {
                self.void();
            } else {
                // The bytes are right: a later run only has to give them their name.
                drop(path.keep());
            }
            return Err(failed(error));
        }
        self.done = true;
        self.state.remove();
        sync_directory(directory_of(target));
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if self.done || (self.resumable().is_some() && self.digests.strongest().is_some()) {
            return;
        }
        // First the bytes, while the state still holds the lock.
        remove(&self.part);
        self.state.remove();
    }
}
