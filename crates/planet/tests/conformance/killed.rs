//! Downloads in processes of their own, which are killed at any moment: the next process finishes what they began.
//!
//! `PLANET_KILLS` is the number of seeds (`cargo xtask soak` sets it); `PLANET_KILL` runs one alone.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use fastrand::Rng;
use planet::{Auth, Bundle, Endpoint, ErrorKind, ItemType, OrderRequest, Pace, Planet, Product, Session};
use planet_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::setup::files_below;
use crate::sweep::number;

/// This file's test that is the other process, if it is told what to do.
const PROCESS: &str = "killed::the_process_that_is_killed";

/// Tells it what to do: the URL of the service, its key, the order, the folder.
const TASK: &str = "PLANET_DOWNLOAD";

const WORKERS: u64 = 4;

/// A process writes a file in pieces: what is less may be lost.
const PIECE: u64 = 1 << 20;

/// So large are the images, about.
const SIZE: usize = 3 << 20;

/// So fast they come, in bytes a second: in half a second, or in longer than a process waits for another.
const QUICK: u64 = 6 << 20;
const SLOW: u64 = 1 << 20;

#[derive(Debug, Default)]
struct Tally {
    processes: u64,
    kills: u64,
    twins: u64,
    conflicts: u64,
    /// Bytes in partial files when a process was killed.
    partial: u64,
    /// Bytes that a later process did not fetch.
    resumed: u64,
    violations: Vec<String>,
}

#[test]
fn the_process_that_is_killed() {
    let Ok(task) = env::var(TASK) else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let text = |name: &str| task[name].as_str().unwrap().to_owned();
    let session = Session::builder()
        .auth(Auth::from_key(text("key")))
        .endpoint(Endpoint::parse(&text("url")).unwrap())
        .pace(Pace::off())
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let download = Planet::new(session).orders().download(text("order")).to(text("folder"));
    let result = match runtime.block_on(download.into_future()) {
        Ok(report) => json!({
            "files": report.files().len(),
            "fetched": report.files().iter().map(|file| file.fetched).sum::<u64>(),
            "resumed": report.files().iter().map(|file| file.resumed).sum::<u64>(),
        }),
        Err(error) => json!({"conflict": error.kind() == ErrorKind::Conflict, "error": error.to_string()}),
    };
    println!("\nRESULT {result}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_began_the_next_one_finishes() {
    let seeds: Vec<u64> = match number("PLANET_KILL") {
        Some(seed) => vec![seed],
        None => (0..number("PLANET_KILLS").unwrap_or(8)).collect(),
    };
    let (started, mut workers) = (Instant::now(), JoinSet::new());
    for worker in 0..WORKERS {
        let share: Vec<u64> = seeds.iter().copied().filter(|seed| seed % WORKERS == worker).collect();
        workers.spawn(async move {
            let ground = Ground::new().await;
            for seed in share {
                ground.run(seed).await;
            }
        });
    }
    workers.join_all().await;
    let tally = TALLY.lock().unwrap().take().unwrap_or_default();
    let Tally { processes, kills, twins, conflicts, partial, resumed, violations } = tally;
    println!(
        "killed: {} seeds in {:.1} s: {processes} processes, {kills} of them killed with {partial} bytes in partial files, \
         {resumed} of them not fetched again; {twins} times two processes at once, {conflicts} of them told of the other",
        seeds.len(),
        started.elapsed().as_secs_f64(),
    );
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}

static TALLY: Mutex<Option<Tally>> = Mutex::new(None);

fn tally(note: impl FnOnce(&mut Tally)) {
    note(TALLY.lock().unwrap().get_or_insert_default());
}

struct Ground {
    sandbox: Sandbox,
    planet: Planet,
}

/// An order, and the folder that it goes to.
struct Subject {
    order: String,
    folder: tempfile::TempDir,
    /// Its files by the paths that they should have below the folder.
    files: HashMap<PathBuf, Vec<u8>>,
}

impl Ground {
    async fn new() -> Self {
        let sandbox = Sandbox::builder().limits(false).order_time(Duration::ZERO).padding(SIZE).scenes(0);
        let sandbox = sandbox.start().await.unwrap();
        let endpoint = Endpoint::parse(sandbox.url()).unwrap();
        let session = Session::builder().auth(Auth::from_key(sandbox.api_key())).endpoint(endpoint).pace(Pace::off());
        Self { planet: Planet::new(session.build().unwrap()), sandbox }
    }

    async fn subject(&self) -> Subject {
        let items = ["20200909_182525_1014", "20200909_182524_1014", "20200925_161027_48_2223"];
        let order = OrderRequest::builder("killed");
        let order = order.product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, items)).build().unwrap();
        let order = self.planet.orders().create(order).await.unwrap().id().to_owned();
        let right = folder();
        self.planet.orders().download(&order).to(right.path()).await.unwrap();
        let files = contents(right.path());
        Subject { order, folder: folder(), files }
    }

    async fn run(&self, seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let subject = self.subject().await;
        let mut wrong = Vec::new();
        for _ in 0..rng.usize(1..=3) {
            let twins = rng.u8(0..4) == 0;
            let slow = rng.u8(0..4) == 0;
            self.trouble(&mut rng, &subject, if slow { SLOW } else { QUICK });
            let (before, right) = (self.sandbox.requests().len(), subject.right());
            let mut processes = vec![self.start(&subject)];
            if twins {
                processes.push(self.start(&subject));
                tally(|tally| tally.twins += 1);
            }
            tokio::time::sleep(Duration::from_millis(rng.u64(20..if slow { 3_500 } else { 1_200 }))).await;
            for process in processes {
                wrong.extend(kill(process).await);
            }
            wrong.extend(subject.wrong());
            wrong.extend(self.asked_twice(&subject, before, &right));
            tally(|tally| tally.partial += subject.partial().iter().sum::<u64>());
        }
        self.sandbox.clear_faults();
        let (before, right, partial) = (self.sandbox.requests().len(), subject.right(), subject.partial());
        let result = finish(self.start(&subject)).await;
        wrong.extend(subject.wrong());
        wrong.extend(self.asked_twice(&subject, before, &right));
        wrong.extend(subject.lacking(&result));
        let kept: u64 = partial.iter().map(|length| length.saturating_sub(PIECE)).sum();
        if result["resumed"].as_u64().is_none_or(|resumed| resumed < kept) {
            wrong.push(format!("of {partial:?} bytes in partial files too few were used: {result}"));
        }
        tally(|tally| {
            tally.resumed += result["resumed"].as_u64().unwrap_or_default();
            tally.violations.extend(wrong.iter().map(|wrong| format!("PLANET_KILL={seed}: {wrong}")));
        });
    }

    /// Images come slowly, and some of them break.
    fn trouble(&self, rng: &mut Rng, subject: &Subject, bytes_a_second: u64) {
        self.sandbox.clear_faults();
        let files = format!("/compute-orders-live/{}/*.tif", subject.order);
        let fault = || Fault::on("GET", &files).slow(bytes_a_second);
        self.sandbox.fault(fault().probability(0.1, rng.u64(..)).cut_at(rng.usize(0..SIZE)));
        self.sandbox.fault(fault().probability(0.05, rng.u64(..)).expired_link());
        self.sandbox.fault(fault().probability(0.05, rng.u64(..)).no_etag().cut_at(rng.usize(0..SIZE)));
        self.sandbox.fault(fault());
    }

    fn start(&self, subject: &Subject) -> Child {
        tally(|tally| tally.processes += 1);
        let task = json!({
            "url": self.sandbox.url(),
            "key": self.sandbox.api_key(),
            "order": subject.order,
            "folder": subject.folder.path(),
        });
        let mut command = Command::new(env::current_exe().unwrap());
        command.args([PROCESS, "--exact", "--nocapture"]).env(TASK, task.to_string());
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap()
    }

    /// Files that were whole and right, and were asked for all the same.
    fn asked_twice(&self, subject: &Subject, before: usize, right: &[PathBuf]) -> Vec<String> {
        let requests = self.sandbox.requests();
        let asked: Vec<&str> = requests.iter().skip(before).map(|request| request.path.as_str()).collect();
        let whole = right
            .iter()
            .map(|path| path.to_string_lossy().into_owned())
            .filter(|path| !path.ends_with("manifest.json"));
        let twice = whole.filter(|path| asked.contains(&format!("/compute-orders-live/{path}").as_str()));
        twice.map(|path| format!("{path} of order {} was right, and was asked for", subject.order)).collect()
    }
}

impl Subject {
    /// Files that are whole, and right.
    fn right(&self) -> Vec<PathBuf> {
        let held = contents(self.folder.path());
        held.into_iter().filter(|(path, bytes)| self.files.get(path) == Some(bytes)).map(|(path, _)| path).collect()
    }

    fn wrong(&self) -> Vec<String> {
        let held = contents(self.folder.path()).into_iter();
        let wrong = held.filter(|(path, bytes)| !is_ours(path) && self.files.get(path) != Some(bytes));
        wrong.map(|(path, _)| format!("{} holds wrong bytes", path.display())).collect()
    }

    /// The lengths of what is there of files that are not whole, and came with an entity tag by which they can be continued.
    fn partial(&self) -> Vec<u64> {
        let hidden = files_below(self.folder.path()).into_iter();
        let partial = hidden.filter(|path| path.extension().is_some_and(|end| end == "part"));
        let tagged = partial.filter(|path| {
            let state = std::fs::read(path.with_extension("state")).unwrap_or_default();
            serde_json::from_slice::<Value>(&state).is_ok_and(|state| state["etag"].is_string())
        });
        tagged.filter_map(|path| Some(path.metadata().ok()?.len())).collect()
    }

    /// What the last process, which was left alone, did not do.
    fn lacking(&self, result: &Value) -> Option<String> {
        let held = contents(self.folder.path());
        (held != self.files).then(|| {
            let names: Vec<_> = held.keys().collect();
            format!("in the end there are {names:?}: {result}")
        })
    }
}

async fn kill(mut process: Child) -> Option<String> {
    let ended = process.try_wait().unwrap().is_some();
    if !ended {
        process.kill().await.unwrap();
        tally(|tally| tally.kills += 1);
        return None;
    }
    let result = finish(process).await;
    if result["conflict"] == json!(true) {
        tally(|tally| tally.conflicts += 1);
        let clear = result["error"].as_str().unwrap().contains("another download");
        return (!clear).then(|| format!("it is not clear that there is another process: {result}"));
    }
    // Faults are few, so that they never end a download.
    result.get("error").map(|error| format!("a process failed: {error}"))
}

/// What a process that is left alone says in the end.
async fn finish(process: Child) -> Value {
    let output = process.wait_with_output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    line.and_then(|line| serde_json::from_str(line).ok()).unwrap_or_else(|| json!({"error": text}))
}

/// A hidden file of a download that is not complete.
fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".planet-"))
}

/// In memory where that can be: syncing to a disk is what would take the time.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Every file below a folder, by its path there.
fn contents(folder: &Path) -> HashMap<PathBuf, Vec<u8>> {
    let inside = |path: &Path| path.strip_prefix(folder).unwrap().to_owned();
    // One may be renamed meanwhile.
    files_below(folder).iter().filter_map(|path| Some((inside(path), std::fs::read(path).ok()?))).collect()
}
