//! A server that answers as a script says, whatever it is asked, and notes what arrives.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::answer::{Answer, Fault};

/// One server at two origins, and a third origin where nobody listens.
#[derive(Debug)]
pub(super) struct Server {
    base: TcpListener,
    foreign: TcpListener,
    /// Bound, so that nobody else gets the port, but it does not listen.
    closed: TcpSocket,
}

/// A request that arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrived {
    pub(super) method: String,
    pub(super) origin: String,
    pub(super) path: String,
    /// Names and values, decoded.
    pub(super) query: Vec<(String, String)>,
    /// By their names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

/// What the server still has to say, and what it was asked.
#[derive(Debug, Default)]
pub(super) struct Script {
    state: Mutex<State>,
    /// The last answer is given again and again.
    repeats: bool,
}

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Reply>,
    arrived: Vec<Arrived>,
}

#[derive(Clone, Debug)]
enum Reply {
    Hang,
    Close,
    Send { bytes: Vec<u8>, then_close: bool },
}

impl Script {
    /// The answers, in the order in which requests arrive. `repeats`: the last is given to all that follow.
    pub(super) fn new(answers: &[Answer], repeats: bool) -> Result<Self, String> {
        let answers = answers.iter().map(Reply::of).collect::<Result<_, _>>()?;
        Ok(Self { state: Mutex::new(State { answers, arrived: Vec::new() }), repeats })
    }

    /// What arrived, and how many answers are left.
    pub(super) fn end(&self) -> (Vec<Arrived>, usize) {
        let mut state = self.lock();
        (std::mem::take(&mut state.arrived), state.answers.len())
    }

    /// Notes a request. A client that asks for more answers than there are gets none.
    fn reply(&self, request: Arrived) -> Reply {
        let mut state = self.lock();
        state.arrived.push(request);
        if self.repeats && state.answers.len() == 1 {
            return state.answers.front().cloned().unwrap_or(Reply::Close);
        }
        state.answers.pop_front().unwrap_or(Reply::Close)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reply {
    fn of(answer: &Answer) -> Result<Self, String> {
        Ok(match answer.fault {
            Some(Fault::Hang) => Self::Hang,
            Some(Fault::Close) => Self::Close,
            Some(Fault::Truncate) => Self::Send { bytes: answer.bytes()?, then_close: true },
            None => Self::Send { bytes: answer.bytes()?, then_close: false },
        })
    }
}

impl Server {
    pub(super) async fn bind() -> io::Result<Self> {
        let closed = TcpSocket::new_v4()?;
        closed.bind(([127, 0, 0, 1], 0).into())?;
        let listen = || TcpListener::bind("127.0.0.1:0");
        Ok(Self { base: listen().await?, foreign: listen().await?, closed })
    }

    /// The placeholders of its origins and what they stand for.
    pub(super) fn origins(&self) -> io::Result<[(&'static str, String); 3]> {
        Ok([
            ("{base}", format!("http://{}", self.base.local_addr()?)),
            ("{foreign}", format!("http://{}", self.foreign.local_addr()?)),
            ("{closed}", format!("http://{}", self.closed.local_addr()?)),
        ])
    }

    /// Answers until it is dropped.
    pub(super) async fn serve(&self, script: Arc<Script>) -> io::Result<Infallible> {
        let [(_, base), (_, foreign), _] = self.origins()?;
        let mut connections = JoinSet::new();
        loop {
            let (stream, origin) = tokio::select! {
                accepted = self.base.accept() => (accepted?.0, &base),
                accepted = self.foreign.accept() => (accepted?.0, &foreign),
            };
            connections.spawn(answer_all(stream, origin.clone(), Arc::clone(&script)));
        }
    }
}

async fn answer_all(stream: TcpStream, origin: String, script: Arc<Script>) {
    let mut stream = BufReader::new(stream);
    while let Ok(Some(request)) = read(&mut stream, &origin).await {
        let (bytes, then_close) = match script.reply(request) {
            Reply::Hang => std::future::pending().await,
            Reply::Close => return,
            Reply::Send { bytes, then_close } => (bytes, then_close),
        };
        if stream.write_all(&bytes).await.is_err() || then_close {
            return;
        }
    }
}

/// The next request, or nothing if there is none, or none that can be read.
async fn read(stream: &mut BufReader<TcpStream>, origin: &str) -> io::Result<Option<Arrived>> {
    let mut first = String::new();
    stream.read_line(&mut first).await?;
    let mut words = first.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    stream.take(length).read_to_end(&mut body).await?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Ok(Some(Arrived {
        method: method.to_owned(),
        origin: origin.to_owned(),
        path: path.to_owned(),
        query: pairs(query),
        headers,
        body,
    }))
}

/// The decoded names and values of a query.
fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
}
