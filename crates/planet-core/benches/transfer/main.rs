//! What it costs to fetch files and to check them, against a bare loop of hyper-util and against `openssl dgst`.
//! docs/benchmarks.md tells more.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark"
)]

mod bare;
#[path = "../common/mod.rs"]
mod common;
mod openssl;
mod ours;
#[path = "../common/process.rs"]
mod process;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use common::{Row, Server, report, server};
use http::Uri;
use planet_core::transfer::Checksum;
use process::{Took, median};

/// The arguments that make this program do one thing, and print what it took.
const FETCH: &str = "fetch";
const VALIDATE: &str = "validate";

const CONCURRENCY: usize = 8;
const MIB: u64 = 1024 * 1024;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [server::ARGUMENT] => server::run(),
        [FETCH, how, url, files, size, delay] => {
            let set = Set { files: files.parse().unwrap(), size: size.parse().unwrap(), delay: delay.parse().unwrap() };
            Took::print(|| runtime().block_on(fetch(how, url, set)) as f64);
        }
        [VALIDATE, how] => Took::print(|| runtime().block_on(validate(how)) as f64),
        _ => return report(&measure(&Server::start().url)),
    }
    ExitCode::SUCCESS
}

/// As `#[tokio::main]` makes it.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

/// Files that are fetched together.
#[derive(Clone, Copy)]
struct Set {
    files: usize,
    /// Of each, in bytes.
    size: u64,
    /// Before each answer, in milliseconds.
    delay: u64,
}

/// A multiple of three, as three take turns.
const LARGE_ROUNDS: usize = 15;

const LARGE: Set = Set { files: 24, size: 32 * MIB, delay: 0 };
const MANY: Set = Set { files: 200, size: MIB, delay: 20 };
const ONE: Set = Set { files: 1, size: 1024 * MIB, delay: 0 };

impl Set {
    fn paths(self) -> Vec<PathBuf> {
        (0..self.files).map(|number| directory().join(format!("{number}.bin"))).collect()
    }

    fn links(self, url: &str) -> Vec<(Uri, PathBuf)> {
        let link = |path| (format!("{url}/files/{}/{}", self.size, self.delay).parse().unwrap(), path);
        self.paths().into_iter().map(link).collect()
    }

    /// Fetches them in a process of its own, into an empty directory.
    fn fetch(self, how: &str, url: &str) -> Took {
        empty();
        let [files, size, delay] = [self.files as u64, self.size, self.delay].map(|number| number.to_string());
        let took = Took::by(&[FETCH, how, url, &files, &size, &delay]);
        let sizes: Vec<u64> = self.paths().iter().map(|path| path.metadata().unwrap().len()).collect();
        assert!(sizes.iter().all(|size| *size == self.size), "{how}: {sizes:?}");
        assert_eq!(took.result, sizes.iter().sum::<u64>() as f64, "{how}");
        took
    }
}

/// On the disk that holds the programs: `/tmp` may be in memory, where nothing is synced.
fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("transfer")
}

/// Without what the disk still has to do for the files before.
fn empty() {
    drop(std::fs::remove_dir_all(directory()));
    std::fs::create_dir_all(directory()).unwrap();
    assert!(Command::new("sync").status().unwrap().success());
}

async fn fetch(how: &str, url: &str, set: Set) -> u64 {
    let links = set.links(url);
    match how {
        "bare" => bare::fetch(links).await,
        "ours" => ours::fetch(url, links, None).await,
        sha256 => ours::fetch(url, links, Some(sha256)).await,
    }
}

async fn validate(how: &str) -> u64 {
    let checksum = if how == "md5" { Checksum::Md5 } else { Checksum::Sha256 };
    ours::validate(LARGE.paths(), checksum).await
}

/// Ours beside a yardstick, round by round.
#[derive(Default)]
struct Rounds {
    ours: Vec<f64>,
    yardstick: Vec<f64>,
    cpu: Vec<f64>,
    /// At the peak of ours, in MiB.
    memory: f64,
    /// CPU times and peak of the bare loop, if that is the yardstick.
    bare_cpu: Vec<f64>,
    bare_memory: f64,
}

impl Rounds {
    fn add(&mut self, ours: &Took, yardstick: f64) {
        self.ours.push(ours.wall);
        self.yardstick.push(yardstick);
        self.cpu.push(ours.cpu);
        self.memory = self.memory.max(ours.memory);
    }

    fn add_beside(&mut self, ours: &Took, bare: &Took) {
        self.add(ours, bare.wall);
        self.bare_cpu.push(bare.cpu);
        self.bare_memory = self.bare_memory.max(bare.memory);
    }

    fn row(&self, what: &'static str, at_most: f64) -> Row {
        let ratios = self.ours.iter().zip(&self.yardstick).map(|(ours, yardstick)| ours / yardstick);
        let ms = |seconds: &[f64]| format!("{:.0} ms", 1e3 * median(seconds.iter().copied()));
        let mut from = format!("{} and {}, {} rounds", ms(&self.ours), ms(&self.yardstick), self.ours.len());
        from += &format!("; CPU {}, {:.1} MiB", ms(&self.cpu), self.memory);
        if !self.bare_cpu.is_empty() {
            from += &format!("; bare CPU {}, {:.1} MiB", ms(&self.bare_cpu), self.bare_memory);
        }
        Row { what, from, measured: median(ratios), at_most }
    }
}

fn measure(url: &str) -> Vec<Row> {
    let [large, verified, sha256, md5] = large(url);
    let many = against_bare(MANY, url, 11);
    let one = against_bare(ONE, url, 21);
    drop(std::fs::remove_dir_all(directory()));
    let fetched = [&large, &verified, &many, &one].map(|rounds| rounds.memory).into_iter().fold(0.0, f64::max);
    let validated = sha256.memory.max(md5.memory);
    let peak = |what, measured, at_most| Row { what, from: "the most of all processes".into(), measured, at_most };
    vec![
        large.row("24 files of 32 MiB: ours / bare", 1.1),
        verified.row("the same with SHA-256: ours / (bare + openssl)", 1.25),
        many.row("200 files of 1 MiB, 20 ms each: ours / bare", 1.1),
        one.row("one file of 1 GiB: ours / bare", 1.1),
        peak("MiB at the peak of a download", fetched, 48.0),
        sha256.row("SHA-256 of 768 MiB: ours / openssl", 1.05),
        md5.row("MD5 of 768 MiB: ours / openssl", 1.3),
        peak("MiB at the peak of a validation", validated, 16.0),
    ]
}

/// Who is first changes from round to round.
fn against_bare(set: Set, url: &str, rounds: usize) -> Rounds {
    let mut figures = Rounds::default();
    for round in 0..rounds {
        let order = if round % 2 == 0 { ["ours", "bare"] } else { ["bare", "ours"] };
        let mut took = order.map(|how| set.fetch(how, url));
        if round % 2 == 1 {
            took.reverse();
        }
        let [ours, bare] = took;
        figures.add_beside(&ours, &bare);
    }
    figures
}

/// The large files without and with verification, and the validation of what was fetched.
fn large(url: &str) -> [Rounds; 4] {
    let [mut large, mut verified, mut sha256, mut md5] = [(); 4].map(|()| Rounds::default());
    LARGE.fetch("bare", url);
    let (_, digest) = openssl::digest("-sha256", &LARGE.paths());
    for round in 0..LARGE_ROUNDS {
        let mut order = ["ours", "bare", &digest];
        order.rotate_left(round % 3);
        let mut took = order.map(|how| {
            let took = LARGE.fetch(how, url);
            let openssl = (how == "bare").then(|| openssl::digest("-sha256", &LARGE.paths()).0);
            (took, openssl)
        });
        took.rotate_right(round % 3);
        let [(ours, _), (bare, openssl), (ours_verified, _)] = took;
        large.add_beside(&ours, &bare);
        verified.add(&ours_verified, bare.wall + openssl.unwrap());
        for (figures, algorithm) in [(&mut sha256, "sha256"), (&mut md5, "md5")] {
            let ours = Took::by(&[VALIDATE, algorithm]);
            let (openssl, _) = openssl::digest(&format!("-{algorithm}"), &LARGE.paths());
            figures.add(&ours, openssl);
        }
    }
    [large, verified, sha256, md5]
}
