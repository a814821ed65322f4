//! Adding any number of features, in chunks.

mod chunk;
mod report;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use planet_core::{Call, ErrorKind, Result, RetryPolicy, Session};

use crate::NewFeatures;
use crate::add::Target;
use chunk::Chunk;

pub use report::{AddOutcome, AddReport};

/// How many features go into one request, at most. The service publishes no limit; a lost answer leaves so many open.
const FEATURES: usize = 500;

/// How many bytes of JSON go into one request, at most.
const BYTES: usize = 4 << 20;

type Listener = Arc<dyn Fn(&AddReport) + Send + Sync>;

/// Features that are being added some hundred a request, one request after the other. Its value tells what became of each.
///
/// ```
/// use std::time::Duration;
///
/// use planet_features::testing::{Answer, ScriptedTransport};
/// use planet_features::{AddOutcome, FeaturesClient};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_features::Result<()> {
/// let script = ScriptedTransport::new([
///     Answer::json(&json!(["pl:features/my/f/a", "pl:features/my/f/b"])),
///     Answer::json(&json!({"message": "one too many"})).with_status(400),
/// ]);
/// let features = FeaturesClient::new(&script.session().build()?);
/// let square = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]});
/// let fields = vec![square.clone(), square.clone(), square];
///
/// let report = features.add_many("f", fields.clone()).chunk_size(2).await?;
/// assert_eq!(report.results()[0], AddOutcome::Added("pl:features/my/f/a".into()));
/// assert_eq!(report.results()[2], AddOutcome::NotAdded);
/// assert!(!report.is_complete());
///
/// // Later, with the same features: what was added is not sent again.
/// script.push(Answer::json(&json!(["pl:features/my/f/c"])));
/// let again = features.add_many("f", fields).resume(report).chunk_bytes(1 << 20).attempt_timeout(Duration::from_secs(60));
/// let report = again.on_chunk(|so_far| println!("{:?}", so_far.results())).await?;
/// assert_eq!(report.into_references()?.len(), 3);
/// # Ok(())
/// # }
/// ```
///
/// A chunk that the service refuses leaves its features [`NotAdded`](AddOutcome::NotAdded), and the next chunk is sent. Any
/// other failure ends it: what was not sent by then is not added. A chunk whose answer was lost leaves its features
/// [`Unknown`](AddOutcome::Unknown); they are never sent again by themselves.
///
/// # Errors
/// `InvalidInput`, before anything is sent, if a feature or another input is not valid. All else stands in the report.
///
/// # Cancel safety
/// Dropping it, or its future, ends it: nothing more is sent. The chunk under way may have been added, and the report is lost
/// but for what [`on_chunk`](Self::on_chunk) was told.
#[must_use = "nothing is added until it is awaited"]
pub struct AddMany {
    call: Call<Chunk>,
    features: NewFeatures,
    chunk_size: usize,
    chunk_bytes: usize,
    before: Option<AddReport>,
    listener: Option<Listener>,
}

impl AddMany {
    pub(crate) fn new(session: &Session, collection: &str, features: NewFeatures) -> Self {
        let call = session.call(Chunk::new(Target::new(collection), &[]));
        Self { call, features, chunk_size: FEATURES, chunk_bytes: BYTES, before: None, listener: None }
    }

    /// The property of each feature that holds its id. Without it the id is that of the feature itself, or one that the
    /// service makes.
    pub fn property_id(mut self, name: impl Into<String>) -> Self {
        self.call.operation_mut().target.property_id = Some(name.into());
        self
    }

    /// How many features a request has, at most; 0 counts as 1. Default: 500.
    pub fn chunk_size(mut self, features: usize) -> Self {
        self.chunk_size = features;
        self
    }

    /// How many bytes of JSON a request has, at most, but for one feature alone that has more. Default: 4 MiB.
    pub fn chunk_bytes(mut self, bytes: usize) -> Self {
        self.chunk_bytes = bytes;
        self
    }

    /// Goes on where an earlier call with the same features ended: those that were not added are sent, and its other results
    /// are taken over.
    pub fn resume(mut self, report: AddReport) -> Self {
        self.before = Some(report);
        self
    }

    /// Hears what became of the features, before and after each chunk is sent. A program that keeps the report each time can
    /// go on with [`resume`](Self::resume) after it was killed, and nothing is sent twice: the features of the chunk that was
    /// under way are [`Unknown`](AddOutcome::Unknown) in it.
    ///
    /// It is called between requests, and must not block for long; what it is to keep should be kept when it returns.
    pub fn on_chunk(mut self, listener: impl Fn(&AddReport) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// The time for the call of each chunk: waiting for a turn, all attempts, and the answer.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.call = self.call.deadline(limit);
        self
    }

    /// The time for one attempt at a chunk, until the headers of its answer are there.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.call = self.call.attempt_timeout(limit);
        self
    }

    /// How failed attempts at a chunk are repeated, instead of the session's way. The default policy sends nothing again
    /// that may have been added.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.call = self.call.retry(policy);
        self
    }

    /// Adds a header to the call of each chunk.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.call = self.call.header(name, value);
        self
    }

    async fn run(self) -> Result<AddReport> {
        let Self { mut call, features, chunk_size, chunk_bytes, before, listener } = self;
        call.to_request()?;
        let target = call.operation_mut().target.clone();
        let texts = features.into_texts()?;
        let mut report = AddReport::going_on(before, &texts)?;
        let tell = |report: &AddReport| {
            if let Some(listener) = &listener {
                listener(report);
            }
        };
        for range in chunk::ranges(&texts, report.results(), chunk_size.max(1), chunk_bytes) {
            let part = texts.get(range.clone()).unwrap_or_default();
            // A program that is killed from here on cannot know what became of it.
            report.open(range.clone());
            tell(&report);
            let result = call.with_operation(Chunk::new(target.clone(), part)).await;
            let goes_on = result.as_ref().err().is_none_or(is_about_the_features);
            report.note(range, result);
            tell(&report);
            if !goes_on {
                break;
            }
        }
        Ok(report)
    }
}

/// Would another chunk perhaps be taken? Not after what is wrong with the key, the collection, the quota or the way there.
fn is_about_the_features(error: &planet_core::Error) -> bool {
    matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Conflict)
}

impl IntoFuture for AddMany {
    type Output = Result<AddReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for AddMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddMany")
            .field("call", &self.call)
            .field("features", &self.features.len())
            .field("chunk_size", &self.chunk_size)
            .field("chunk_bytes", &self.chunk_bytes)
            .finish_non_exhaustive()
    }
}
