//! What waits and transfers tell while they run.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, Serializer};

/// Hears of progress. It is called from inside waits and transfers and must not block. Closures implement it.
///
/// ```
/// use planet_core::{Progress, ProgressEvent, ProgressStep};
///
/// /// Counts what came.
/// #[derive(Default)]
/// struct Files(std::sync::atomic::AtomicUsize);
///
/// impl Progress for Files {
///     fn event(&self, event: &ProgressEvent) {
///         if let ProgressStep::Done { .. } = event.step {
///             self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         }
///     }
/// }
///
/// let files = Files::default();
/// files.event(&ProgressEvent::new("a.tif", ProgressStep::Done { size: 3 }));
/// assert_eq!(files.0.into_inner(), 1);
/// ```
pub trait Progress: Send + Sync + 'static {
    /// Something happened.
    fn event(&self, event: &ProgressEvent);
}

impl<F: Fn(&ProgressEvent) + Send + Sync + 'static> Progress for F {
    fn event(&self, event: &ProgressEvent) {
        self(event);
    }
}

/// One step of a wait or of a transfer. It prints as a line, and serialises as an object with the members of its step.
///
/// ```
/// use planet_core::{ProgressEvent, ProgressStep};
///
/// let event = ProgressEvent::new("a.tif", ProgressStep::Received { received: 2_000_000, total: Some(32_000_000) });
/// let event = event.within("18389c7e-1831-4de7-8187-d30ffe88b4b7");
/// assert_eq!(event.to_string(), "a.tif: 2.0 of 32.0 MB");
/// let json = serde_json::to_value(&event)?;
/// assert_eq!((&json["step"], &json["received"]), (&"received".into(), &2_000_000.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProgressEvent {
    /// What the file belongs to, if that is known: the order's id.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_text")]
    pub order: Option<Arc<str>>,
    /// What it is about: the file's name below the directory of its order or transfer, the id of an order, or what
    /// a wait calls an asset.
    #[serde(serialize_with = "text")]
    pub name: Arc<str>,
    /// What happened to it.
    #[serde(flatten)]
    pub step: ProgressStep,
}

/// What happened. Sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProgressStep {
    /// What is waited for has come to this state.
    State {
        /// The state, as the service calls it: `running`, `activating`.
        #[serde(serialize_with = "text")]
        state: Arc<str>,
    },
    /// It is known which files an order has. They follow.
    Planned {
        /// How many files will come.
        files: usize,
        /// Their size together in bytes, if it is known of each.
        bytes: Option<u64>,
    },
    /// A file is about to be fetched.
    Started {
        /// Its size, if it is known by now.
        total: Option<u64>,
    },
    /// What an earlier attempt or run had fetched of a file is used.
    Resumed {
        /// The bytes that are there already, and are not fetched again.
        from: u64,
    },
    /// A file's bytes come in. Told at most ten times a second for each file.
    Received {
        /// So much is there by now. It can shrink: what proved wrong is fetched again.
        received: u64,
        /// The file's size, if it is known.
        total: Option<u64>,
    },
    /// An attempt broke; the next one follows.
    Retry {
        /// How many attempts have failed so far.
        failures: u32,
        /// What is waited for in between.
        #[serde(rename = "delay_seconds", serialize_with = "seconds")]
        delay: Duration,
        /// Why the attempt broke, as its error says it.
        #[serde(serialize_with = "text")]
        reason: Arc<str>,
    },
    /// All bytes are there, and their digest is right.
    Verified,
    /// A file is complete and under its final name.
    Done {
        /// Its size in bytes.
        size: u64,
    },
    /// A file was there already and stays: it is right, or was not to be replaced. Nothing was fetched.
    Kept {
        /// Its size in bytes, as it is on the disk.
        size: u64,
    },
    /// A file did not come.
    Failed {
        /// Why it did not come, as the error says it. The call gives the error itself.
        #[serde(serialize_with = "text")]
        reason: Arc<str>,
    },
}

impl ProgressEvent {
    /// A step of the thing with this name.
    pub fn new(name: impl Into<Arc<str>>, step: ProgressStep) -> Self {
        Self { order: None, name: name.into(), step }
    }

    /// The same, of a file that belongs to an order.
    #[must_use]
    pub fn within(self, order: impl Into<Arc<str>>) -> Self {
        Self { order: Some(order.into()), ..self }
    }
}

impl fmt::Display for ProgressEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.step)
    }
}

impl fmt::Display for ProgressStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State { state } => f.write_str(state),
            Self::Planned { files, bytes: Some(bytes) } => write!(f, "{files} files, {}", Megabytes(*bytes)),
            Self::Planned { files, bytes: None } => write!(f, "{files} files"),
            Self::Started { .. } => f.write_str("started"),
            Self::Resumed { from } => write!(f, "resumed at {}", Megabytes(*from)),
            Self::Received { received, total: Some(total) } => {
                write!(f, "{:.1} of {}", *received as f64 / 1e6, Megabytes(*total))
            }
            Self::Received { received, total: None } => Megabytes(*received).fmt(f),
            Self::Retry { failures, delay, reason } => {
                write!(f, "attempt {failures} failed: {reason}; the next follows in {:.1} s", delay.as_secs_f64())
            }
            Self::Verified => f.write_str("verified"),
            Self::Done { size } => write!(f, "done, {}", Megabytes(*size)),
            Self::Kept { size } => write!(f, "was there already, {}", Megabytes(*size)),
            Self::Failed { reason } => write!(f, "failed: {reason}"),
        }
    }
}

struct Megabytes(u64);

impl fmt::Display for Megabytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} MB", self.0 as f64 / 1e6)
    }
}

fn text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

fn optional_text<S: Serializer>(text: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(serializer)
}

fn seconds<S: Serializer>(delay: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(delay.as_secs_f64())
}
