//! One seed: some files, some runs that go wrong, and one that does not.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use futures_util::future::join_all;
use md5::{Digest as _, Md5};
use planet_core::transfer::{Checksum, Digests, Download, FileReport};
use planet_core::{Error, ErrorKind, Result, Retry, Route, Session};
use sha2::Sha256;
use tokio::time::timeout;

use super::storage::{Storage, Stored};
use super::{Polls, Tally, folder};

/// What may be lost of a file when its download is dropped: what was not written yet.
const UNWRITTEN: u64 = 4 << 20;

const OLD: &[u8] = b"what was there before";

/// What the client is told of a file.
struct Told {
    name: String,
    /// Not known before it is asked for.
    nameless: bool,
    size: Option<u64>,
    digests: Digests,
}

struct Seed {
    rng: Rng,
    storage: Storage,
    files: Vec<Told>,
    folder: tempfile::TempDir,
    violations: Vec<String>,
}

pub(super) async fn run(number: u64, tally: &Mutex<Tally>) {
    let mut seed = Seed::new(number);
    let runs = seed.rng.usize(1..=5);
    for run in 0..runs {
        let chance = seed.rng.fork();
        seed.storage.state().chance = Some(chance);
        let ended = seed.attempt(tally).await;
        seed.check(&format!("run {run}"), ended.as_deref());
        if seed.rng.u8(0..4) == 0 {
            // The clock does not move while a thread of a dropped run is still writing.
            tokio::time::sleep(Duration::from_millis(1)).await;
            seed.damage();
        }
    }
    seed.storage.state().chance = None;
    let session = seed.storage.session(Retry::default());
    let ended = seed.downloads(&session).await;
    tally.lock().unwrap().note(Some(&ended));
    seed.check("the last run", Some(&ended));
    seed.check_end(&ended);
    let (state, mut tally) = (seed.storage.state(), tally.lock().unwrap());
    tally.requests += state.requests;
    tally.continued.0 += state.continued.0;
    tally.continued.1 += state.continued.1;
    for met in &state.met {
        *tally.faults.entry(met).or_default() += 1;
    }
    let violations = seed.violations.iter().chain(&state.violations);
    tally.violations.extend(violations.map(|wrong| format!("PLANET_SEED={number}: {wrong}")));
}

impl Seed {
    fn new(number: u64) -> Self {
        let mut rng = Rng::with_seed(number);
        let folder = folder();
        let (mut stored, mut files) = (Vec::new(), Vec::new());
        for file in 0..rng.usize(1..=4) {
            let size = match rng.u8(0..20) {
                0 => 0,
                1 => 1,
                2 => rng.usize(2 << 20..5 << 20),
                _ => rng.usize(2..30_000),
            };
            let mut bytes = vec![0; size];
            rng.fill(&mut bytes);
            let (md5, sha256) = (Some(hex(&Md5::digest(&bytes))), Some(hex(&Sha256::digest(&bytes))));
            let length = Some(size as u64);
            let (size, digests) = match rng.u8(0..6) {
                0 => (length, Digests::default()),
                1 => (None, Digests::new(None, sha256)),
                2 => (length, Digests::new(md5, None)),
                _ => (length, Digests::new(md5, sha256)),
            };
            let name = format!("{file}.tif");
            if rng.u8(0..5) == 0 {
                fs::write(folder.path().join(&name), OLD).unwrap();
            }
            let nameless = rng.u8(0..8) == 0;
            stored.push(Stored::new(bytes, digests != Digests::default(), nameless));
            files.push(Told { name, nameless, size, digests });
        }
        let storage = Storage::new(stored, rng.fork());
        Self { rng, storage, files, folder, violations: Vec::new() }
    }

    /// A run under faults, which may be dropped; then nothing is returned.
    async fn attempt(&mut self, tally: &Mutex<Tally>) -> Option<Vec<Result<FileReport>>> {
        // Some give up early, and leave what they have to the next.
        let attempts = if self.rng.bool() { 2 } else { 6 };
        let session = self.storage.session(Retry::default().max_attempts(attempts));
        let kind = self.rng.u8(0..3);
        let longest = if self.rng.bool() { 200 } else { 100_000 };
        let (time, polls) = (Duration::from_millis(self.rng.u64(0..longest)), self.rng.usize(0..60));
        let ended = match kind {
            0 => Some(self.downloads(&session).await),
            1 => timeout(time, self.downloads(&session)).await.ok(),
            _ => Polls::new(self.downloads(&session), polls).await,
        };
        tally.lock().unwrap().note(ended.as_deref());
        // What was not written when it was dropped is fetched again.
        let slack = if ended.is_none() { UNWRITTEN } else { 0 };
        let right: Vec<bool> = (0..self.files.len()).map(|file| self.is_known_right(file)).collect();
        self.storage.state().begin(|file| right[file], slack);
        ended
    }

    async fn downloads(&self, session: &Session) -> Vec<Result<FileReport>> {
        join_all((0..self.files.len()).map(|file| self.download(session, file).run())).await
    }

    fn download(&self, session: &Session, file: usize) -> Download {
        let told = &self.files[file];
        let (link, route) = (self.storage.link(file), Route::new("law", 1000.0));
        let download = Download::new(session, "law.file", route, link, self.folder.path());
        let download = download.name(if told.nameless { "" } else { &told.name }).unwrap();
        let download = download.label(told.name.as_str()).expect(told.size, told.digests.clone());
        download.relocate(self.storage.relocate(file))
    }

    /// A later run need not ask for it.
    fn is_known_right(&self, file: usize) -> bool {
        let told = &self.files[file];
        let right = self.storage.state().files[file].versions[0].clone();
        told.digests != Digests::default()
            && !told.nameless
            && self.on_disk(&told.name).is_some_and(|held| held == right)
    }

    fn on_disk(&self, name: &str) -> Option<Bytes> {
        fs::read(self.folder.path().join(name)).ok().map(Bytes::from)
    }

    /// No wrong bytes under any name, and every run tells what came of each file.
    fn check(&mut self, run: &str, ended: Option<&[Result<FileReport>]>) {
        let mut wrong = Vec::new();
        for (file, told) in self.files.iter().enumerate() {
            let state = self.storage.state();
            let stored = &state.files[file];
            let allowed = if stored.provable { &stored.versions[..1] } else { &stored.versions[..] };
            let held = self.on_disk(&told.name);
            let right = held.as_ref().is_some_and(|held| allowed.contains(held));
            if held.as_ref().is_some_and(|held| !right && held != OLD) {
                wrong.push(format!("{run}: {} holds wrong bytes", told.name));
            }
            match ended.map(|ended| &ended[file]) {
                None => {}
                Some(Ok(report)) => wrong.extend(untrue(run, self.folder.path(), told, report, right)),
                Some(Err(error)) => wrong.extend(untold(run, told, error)),
            }
        }
        for name in self.listed() {
            let expected = self.files.iter().any(|told| told.name == name) || name.starts_with(".planet-");
            if !expected {
                wrong.push(format!("{run}: {name} was left behind"));
            }
        }
        self.violations.extend(wrong);
    }

    fn check_end(&mut self, ended: &[Result<FileReport>]) {
        let failed = ended.iter().filter_map(|result| result.as_ref().err());
        let mut wrong: Vec<String> = failed.map(|error| format!("the last run failed: {error}")).collect();
        let listed: Vec<String> = self.listed();
        let names: Vec<String> = self.files.iter().map(|told| told.name.clone()).collect();
        if listed != names {
            wrong.push(format!("in the end there are {listed:?}, not {names:?}"));
        }
        let state = self.storage.state();
        for (told, stored) in self.files.iter().zip(&state.files) {
            if self.on_disk(&told.name).as_ref() != Some(&stored.versions[0]) {
                wrong.push(format!("in the end {} is wrong", told.name));
            }
        }
        drop(state);
        self.violations.extend(wrong);
    }

    /// Harms what a run left for the next one, as a crash of the machine may.
    fn damage(&mut self) {
        for name in self.listed().iter().filter(|name| name.starts_with(".planet-")) {
            let path = self.folder.path().join(name);
            let mut bytes = fs::read(&path).unwrap_or_default();
            match self.rng.u8(0..6) {
                0 => drop(fs::remove_file(&path)),
                1 => bytes.truncate(self.rng.usize(0..=bytes.len())),
                2 => bytes.clear(),
                3 => bytes.extend_from_slice(b"more"),
                4 => bytes.fill(0),
                _ => {
                    let at = self.rng.usize(0..bytes.len().max(1));
                    bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = !*byte);
                }
            }
            if path.exists() {
                fs::write(&path, bytes).unwrap();
            }
        }
        self.storage.state().files.iter_mut().for_each(|file| file.has = super::storage::Has::default());
    }

    fn listed(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// What a report says that is not so.
fn untrue(run: &str, folder: &Path, told: &Told, report: &FileReport, right: bool) -> Option<String> {
    let proved = told.digests != Digests::default();
    let verified = if proved { Checksum::Md5 } else { return None };
    let by = report.verified.by(verified) || report.verified.by(Checksum::Sha256);
    let size = fs::metadata(&report.path).map(|held| held.len()).ok();
    let said = report.path == folder.join(&told.name) && size == Some(report.size) && by;
    (!right || !said).then(|| format!("{run}: {} is not as reported: {report:?}", told.name))
}

/// What an error must tell, and does not.
fn untold(run: &str, told: &Told, error: &Error) -> Option<String> {
    let text = format!("{error} {}", error.help().unwrap_or_default());
    let kind = matches!(error.kind(), ErrorKind::Unexpected | ErrorKind::Conflict | ErrorKind::File);
    let named = error.operation() == Some("law.file") && error.attempts() > 0;
    (kind || !named).then(|| format!("{run}: the error of {} does not tell enough: {text} {error:?}", told.name))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
