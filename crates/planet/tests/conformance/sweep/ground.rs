//! The place where seeds are tried, and what must hold there.

use std::collections::{HashMap, HashSet};
use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use planet::orders::{Order, Reconcile};
use planet::{
    Attempt, Auth, Decision, Endpoint, Error, ErrorKind, Outcome, Pace, Planet, Retry, RetryPolicy, RetryState,
    Session, Timeouts,
};
use planet_sandbox::{Clock, Listener, RequestRecord, Sandbox};
use tokio::time::timeout;

use super::foreign::Foreign;
use super::job::{self, Act, Found, JOBS, Task};
use super::{kind, tally, up_to};
use crate::setup::{files_below, guide_order};

/// No credential may be told to anybody but the API of the sandbox.
const KEY: &str = "PLAK-sweep-0123456789abcdef";

/// Nothing that is told here takes longer, unless something hangs.
const LONG: Duration = Duration::from_secs(60);

pub struct Ground {
    sandbox: Sandbox,
    /// A client that is given time.
    patient: Planet,
    foreign: Foreign,
    /// Finished; what is downloaded.
    pub order: Order,
    pub collection: String,
    /// The order's files, as an undisturbed download gave them.
    files: HashMap<PathBuf, Vec<u8>>,
    /// The items of the search, likewise.
    items: HashSet<String>,
    /// What was told to whom it must not be told.
    told: Arc<Mutex<Vec<String>>>,
    orders_placed: AtomicU64,
}

impl Ground {
    pub async fn new() -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let leaks = Arc::clone(&told);
        let sandbox = Sandbox::builder()
            .api_key(KEY)
            .limits(false)
            .clock(Clock::Manual)
            .on_answer(move |request| leaks.lock().unwrap().extend(leaked(request)))
            .start()
            .await
            .unwrap();
        let planet = Planet::new(session(&sandbox, Retry::default(), 50, Timeouts::default()));
        let order = planet.orders().create(guide_order()).await.unwrap();
        sandbox.advance(Duration::from_secs(5));
        let folder = tempfile::tempdir().unwrap();
        planet.orders().download(order.id()).to(folder.path()).await.unwrap();
        let collection = planet.features().create_collection("ground").await.unwrap();
        let ground = Self {
            foreign: Foreign::start().await,
            collection: collection.id().to_owned(),
            files: contents(folder.path()),
            items: HashSet::new(),
            told,
            orders_placed: AtomicU64::new(1),
            patient: planet,
            order,
            sandbox,
        };
        let task = Task { subject: &ground.order, folder: folder.path(), reconcile: Reconcile::off() };
        let items = job::run(Act::Search, &ground.patient, &ground, &task).await.unwrap();
        Self { items: items.unwrap(), ..ground }
    }

    /// Lets the time pass that orders take.
    pub fn finish_orders(&self) {
        self.sandbox.advance(Duration::from_secs(5));
    }

    /// Tries one seed, and notes what it met.
    pub async fn run(&self, seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let job = rng.choice(JOBS).unwrap();
        let again = Arc::new(AtomicU64::new(0));
        let policy = Counting { inner: quick(), again: Arc::clone(&again) };
        let short = Timeouts::default().headers(Duration::from_millis(300)).idle(Duration::from_millis(200));
        // Where one permit is all there is, one that leaks stops the next call.
        let permits = if rng.bool() { 1 } else { 50 };
        let session = session(&self.sandbox, policy, permits, short);
        let planet = Planet::new(session.clone());
        let subject = self.patient.orders().create(guide_order()).await.unwrap();
        self.orders_placed.fetch_add(1 + u64::from(job.act == Act::Create), Ordering::Relaxed);

        let there = self.sandbox.order_ids();
        let reconcile = if rng.bool() { Reconcile::off() } else { Reconcile::default().settle(up_to(&mut rng, 300)) };
        let faults: Vec<_> = (0..rng.u8(1..=2))
            .map(|_| {
                let (method, path) = *rng.choice(job.targets).unwrap();
                let (name, fault) = kind::draw(&mut rng, method, path, &self.foreign.url);
                (name, self.sandbox.fault(fault))
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let task = Task { subject: &subject, folder: folder.path(), reconcile };
        let limit = if rng.u8(0..4) == 0 { up_to(&mut rng, 80) } else { LONG };
        let ended = timeout(limit, job::run(job.act, &planet, self, &task)).await.ok();
        let hits: Vec<_> =
            faults.iter().map(|(name, fault)| (*name, fault.hits())).filter(|(_, hits)| *hits > 0).collect();
        self.sandbox.clear_faults();

        let mut wrong = self.check(&ended, job.act, &hits, &there);
        wrong.extend(if limit == LONG && ended.is_none() { Some("it hangs".to_owned()) } else { None });
        wrong.extend(self.check_session(&planet, &session).await);
        let whole = job.act == Act::Download && matches!(ended, Some(Ok(_)));
        wrong.extend(self.check_files(folder.path(), whole, &hits).await);
        tally(|tally| {
            *tally.jobs.entry(job.name).or_default() += 1;
            hits.iter().for_each(|(name, hits)| *tally.faults.entry(name).or_default() += hits);
            tally.retries += again.load(Ordering::Relaxed);
            tally.dropped += u64::from(ended.is_none());
            if let Some(Err(error)) = &ended {
                *tally.errors.entry(format!("{:?}", error.kind())).or_default() += 1;
            }
            let struck = || format!("{} under {hits:?}", job.name);
            tally.violations.extend(wrong.iter().map(|wrong| format!("PLANET_SEED={seed}: {}: {wrong}", struck())));
        });
    }

    /// What the call itself must keep to.
    fn check(
        &self,
        ended: &Option<Result<Found, Error>>,
        act: Act,
        hits: &[(&str, u64)],
        before: &[String],
    ) -> Vec<String> {
        let mut wrong: Vec<String> = std::mem::take(&mut *self.told.lock().unwrap());
        let heard = self.foreign.heard().to_ascii_lowercase();
        if heard.contains("authorization") || heard.contains(&KEY.to_ascii_lowercase()) {
            wrong.push(format!("a credential went to a foreign host: {heard}"));
        }
        let (placed, there) = (self.orders_placed.load(Ordering::Relaxed), self.sandbox.order_ids().len());
        if there as u64 > placed {
            // Told once, not by all seeds after it.
            self.orders_placed.store(there as u64, Ordering::Relaxed);
            wrong.push(format!("{placed} orders were placed, and there are {there}"));
        }
        let refused = |error: &Error| matches!(error.outcome(), Outcome::NotSent | Outcome::Rejected);
        if act == Act::Create && matches!(ended, Some(Err(error)) if refused(error)) {
            // No order was placed, it says. If one comes all the same, it is one too many from now on.
            self.orders_placed.fetch_sub(1, Ordering::Relaxed);
            if there > before.len() {
                wrong.push("a create said that nothing was placed, and there is an order".to_owned());
            }
        }
        match ended {
            Some(Err(error)) => wrong.extend(untold(error)),
            Some(Ok(Some(found))) if !hits.iter().any(|(name, _)| kind::changes_contents(name)) => {
                let listed: HashSet<String> = self.sandbox.order_ids().into_iter().collect();
                let expected = match act {
                    Act::Search => &self.items,
                    Act::Create => &(&listed - &before.iter().cloned().collect()),
                    _ => &listed,
                };
                if found != expected {
                    wrong.push(format!("it ended well with {found:?} instead of {expected:?}"));
                }
            }
            _ => {}
        }
        wrong
    }

    /// The session goes on working, and can be closed: nothing of the call is left in it.
    async fn check_session(&self, planet: &Planet, session: &Session) -> Option<String> {
        let works = async {
            // A machine under load may take longer than the limits of this session.
            while planet.orders().get(self.order.id()).await.is_err() {}
        };
        if timeout(LONG, works).await.is_err() {
            return Some("the session does not work any more".to_owned());
        }
        timeout(LONG, session.close()).await.is_err().then(|| "the session cannot be closed".to_owned())
    }

    /// No file that is named as if it were whole is wrong. What is not whole lies in hidden files, with which a run that is
    /// left alone makes an end.
    async fn check_files(&self, folder: &Path, whole: bool, hits: &[(&str, u64)]) -> Vec<String> {
        let mut wrong = self.wrong_files(folder, !hits.is_empty());
        if !whole && folder.join(self.order.id()).exists() {
            if let Err(error) = self.patient.orders().download(self.order.id()).to(folder).await {
                wrong.push(format!("the next download fails: {error}"));
            }
            wrong.extend(self.wrong_files(folder, false));
        }
        let left = contents(folder).len();
        if left != 0 && left != self.files.len() {
            wrong.push(format!("in the end there are {left} files, not {}", self.files.len()));
        }
        wrong
    }

    fn wrong_files(&self, folder: &Path, disturbed: bool) -> Vec<String> {
        // The manifest has no digest that could tell whether it was changed on the way.
        let unproved = |path: &Path| path.ends_with("manifest.json") && disturbed;
        let left = contents(folder).into_iter();
        let wrong =
            left.filter(|(path, bytes)| !is_hidden(path) && !unproved(path) && self.files.get(path) != Some(bytes));
        wrong.map(|(path, _)| format!("{} is not what the service has", path.display())).collect()
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".planet-"))
}

/// Every file below a folder, by its path there.
fn contents(folder: &Path) -> HashMap<PathBuf, Vec<u8>> {
    let inside = |path: &Path| path.strip_prefix(folder).unwrap().to_owned();
    // A thread that still writes after its download was dropped may rename one meanwhile.
    files_below(folder).iter().filter_map(|path| Some((inside(path), std::fs::read(path).ok()?))).collect()
}

/// What an error must tell, and does not.
fn untold(error: &Error) -> Option<String> {
    // For these the message is the cause itself: what did not come in time, or what was not as it should be.
    let of_its_own = matches!(
        error.kind(),
        ErrorKind::Timeout
            | ErrorKind::Paging
            | ErrorKind::Integrity
            | ErrorKind::OperationFailed
            | ErrorKind::Unexpected
    );
    let cause = error.source().is_some() || error.status().is_some() || of_its_own;
    if error.attempts() >= 1 && cause && error.operation().is_some() {
        return None;
    }
    Some(format!("an error does not tell its operation, attempts or cause: {error:?}"))
}

/// A credential that was told to the storage.
fn leaked(request: &RequestRecord) -> Option<String> {
    let told = request.listener == Listener::Storage && format!("{request:?}").contains(KEY);
    let told = told || (request.listener == Listener::Storage && request.header("authorization").is_some());
    told.then(|| format!("a credential went to the storage: {} {}", request.method, request.path))
}

fn session(sandbox: &Sandbox, policy: impl RetryPolicy, permits: usize, timeouts: Timeouts) -> Session {
    Session::builder()
        .auth(Auth::from_key(KEY))
        .endpoint(Endpoint::parse(sandbox.url()).unwrap())
        .retry(policy)
        .pace(Pace::off())
        .max_calls(permits)
        .max_files(permits)
        .timeouts(timeouts)
        .build()
        .unwrap()
}

/// Three attempts, milliseconds apart.
fn quick() -> Retry {
    Retry::default().max_attempts(3).first_delay(Duration::from_millis(2)).max_delay(Duration::from_millis(20))
}

/// Counts the retries that a policy asks for.
struct Counting {
    inner: Retry,
    again: Arc<AtomicU64>,
}

impl RetryPolicy for Counting {
    fn decide(&self, state: &RetryState, attempt: &Attempt<'_>) -> Decision {
        let decision = self.inner.decide(state, attempt);
        self.again.fetch_add(u64::from(matches!(decision, Decision::Again(_))), Ordering::Relaxed);
        decision
    }
}
