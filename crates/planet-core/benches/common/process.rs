//! What a process of its own took, so that its memory can be told.

use std::process::Command;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The time that this process has spent on a processor, in user and system mode.
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}

/// The middle one.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What one process took.
pub struct Took {
    /// The time until the work was done, in seconds.
    pub wall: f64,
    /// On processors, in user and system mode, in seconds.
    pub cpu: f64,
    /// At the peak, in MiB.
    pub memory: f64,
    /// Something that shows that the work was done.
    pub result: f64,
}

impl Took {
    /// Runs this program again with these arguments.
    pub fn by(arguments: &[&str]) -> Self {
        let output = Command::new(std::env::current_exe().unwrap()).args(arguments).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut figures = text.split_whitespace().map(|figure| figure.parse().unwrap());
        let mut next = || figures.next().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        Self { wall: next(), cpu: next(), memory: next(), result: next() }
    }

    /// Does the work in this process, and prints what it took for [`Took::by`].
    pub fn print(work: impl FnOnce() -> f64) {
        let (started, before) = (Instant::now(), cpu_time());
        let result = work();
        let (wall, cpu) = (started.elapsed().as_secs_f64(), (cpu_time() - before).as_secs_f64());
        println!("{wall} {cpu} {} {result}", peak_memory());
    }
}

/// The most that this process has had in memory, in MiB (Linux).
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
