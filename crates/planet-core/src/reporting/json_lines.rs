//! Progress as lines of JSON.

use std::fmt;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::channel::{ChannelProgress, ProgressEvents, channel};
use super::screen::lock;
use crate::{Progress, ProgressEvent};

/// So many events wait to be written before `received` steps are left out.
const CAPACITY: usize = 1000;
/// How long the last clone waits, when it is dropped, for what is still to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Writes each event as one line of JSON, such as
/// `{"order":"1838...","name":"a.tif","step":"received","received":2000000,"total":32000000}`.
///
/// A thread of its own writes them, so that no transfer waits for the writer. While it is slow, `received` steps are left
/// out. When it fails nothing more is written, and the transfer goes on; [`finish`](Self::finish) tells.
///
/// ```
/// use planet_core::reporting::JsonLines;
/// use planet_core::{Progress, ProgressEvent, ProgressStep};
///
/// # fn main() -> std::io::Result<()> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("progress.jsonl");
/// let lines = JsonLines::new(std::fs::File::create(&path)?);
/// // `planet.orders().download(id).progress(lines.clone()).await?` does this:
/// lines.event(&ProgressEvent::new("a.tif", ProgressStep::Done { size: 3 }));
/// lines.finish()?;
/// assert_eq!(std::fs::read_to_string(&path)?, "{\"name\":\"a.tif\",\"step\":\"done\",\"size\":3}\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct JsonLines(Arc<Lines>);

struct Lines {
    /// None: finished.
    to: Mutex<Option<ChannelProgress>>,
    /// Told by the thread that writes, when there is nothing more to write. None: it was asked for.
    ended: Mutex<Option<Receiver<io::Result<()>>>>,
}

impl JsonLines {
    /// Writes to this. Each line is handed over at once, as are several that come together.
    #[must_use]
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        let (to, events) = channel(CAPACITY);
        let (end, ended) = mpsc::channel();
        let write = move || drop(end.send(write(events, writer)));
        let thread = thread::Builder::new().name("planet-json-lines".to_owned()).spawn(write);
        let ended = thread.map_or_else(failed, |_| ended);
        Self(Arc::new(Lines { to: Mutex::new(Some(to)), ended: Mutex::new(Some(ended)) }))
    }

    /// Returns when all is written. What is told afterwards is not. It blocks as long as the writer does.
    ///
    /// # Errors
    /// What went wrong with the writer.
    pub fn finish(&self) -> io::Result<()> {
        drop(lock(&self.0.to).take());
        let ended = lock(&self.0.ended).take();
        ended.map_or(Ok(()), |ended| ended.recv().unwrap_or_else(|_| Err(stopped())))
    }
}

impl Progress for JsonLines {
    fn event(&self, event: &ProgressEvent) {
        if let Some(to) = lock(&self.0.to).as_ref() {
            to.event(event);
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        drop(lock(&self.to).take());
        if let Some(ended) = lock(&self.ended).take() {
            drop(ended.recv_timeout(LAST_LINES));
        }
    }
}

fn write(mut events: ProgressEvents, mut writer: impl Write) -> io::Result<()> {
    while let Some(event) = events.wait() {
        let mut line = serde_json::to_vec(&event)?;
        line.push(b'\n');
        writer.write_all(&line)?;
        if events.is_empty() {
            writer.flush()?;
        }
    }
    writer.flush()
}

/// There is no thread: that is what `finish` will tell.
fn failed(error: io::Error) -> Receiver<io::Result<()>> {
    let (end, ended) = mpsc::channel();
    drop(end.send(Err(error)));
    ended
}

fn stopped() -> io::Error {
    io::Error::other("the writer panicked")
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}
