//! A reader, who has this repository beside a project of their own.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, io};

use super::block::{Block, Kind};
use super::output;
use super::page::Page;
use crate::workspace::Workspace;
use crate::{Result, sh};

/// The first command builds everything.
const PATIENCE: Duration = Duration::from_secs(1200);
/// No page takes longer to run, once it is built.
const RUN: Duration = Duration::from_secs(60);

/// Where the reader is, and what was read so far.
pub(super) struct Reader {
    /// The folder of everything that the reader does.
    desk: PathBuf,
    /// Where the terminal is.
    here: PathBuf,
    /// Where cargo builds, so that what is built for us serves the reader too.
    target: String,
    frame: Option<String>,
}

impl Reader {
    /// A desk with a link `planet` to the repository, and a home without sessions of Planet's tools.
    pub(super) fn new() -> Result<Self> {
        // Not in the repository, whose workspace would take the project for one of its own. Always at the same place, as cargo
        // builds everything anew for another. Kept if something fails.
        let mut place = DefaultHasher::new();
        sh::root().hash(&mut place);
        let desk = env::temp_dir().join(format!("planet-guide-{:x}", place.finish()));
        if desk.exists() {
            fs::remove_dir_all(&desk)?;
        }
        fs::create_dir_all(desk.join("home"))?;
        std::os::unix::fs::symlink(sh::root(), desk.join("planet"))?;
        fs::create_dir(desk.join(".cargo"))?;
        // As in our own profile: otherwise everything is built once more.
        fs::write(desk.join(".cargo/config.toml"), "[profile.dev]\ndebug = \"line-tables-only\"\n")?;
        let target = Workspace::members(&sh::root())?.target_directory;
        Ok(Self { here: desk.clone(), desk, target, frame: None })
    }

    /// Removes the desk. What was built is kept.
    pub(super) fn leave(self) -> Result {
        Ok(fs::remove_dir_all(&self.desk)?)
    }

    /// Does what the page says; returns how many blocks it acted on.
    pub(super) fn follow(&mut self, page: &Page) -> Result<usize> {
        let mut written = BTreeSet::new();
        let mut typed: Option<String> = None;
        let mut expected = Vec::new();
        let mut done = 0;
        for block in &page.blocks {
            let at = |error| format!("line {}: {error}", block.line);
            done += usize::from(!matches!(block.kind, Kind::Shown | Kind::Account));
            match &block.kind {
                Kind::Rust => typed = None,
                Kind::Frame => self.frame = Some(block.text.clone()),
                Kind::File(path) => self.write(path, &block.text, !written.insert(path)).map_err(at)?,
                Kind::Shell => typed = Some(self.shell(&block.text, PATIENCE).map_err(at)?),
                Kind::Output => match &mut typed {
                    Some(printed) => *printed = output::compare(&block.text, printed).map_err(at)?.to_owned(),
                    None => expected.push(block),
                },
                Kind::Account | Kind::Shown => {}
            }
        }
        if let Some(program) = page.program(self.frame.as_deref())? {
            self.write(&format!("src/bin/{}.rs", page.name), &program, false)?;
            self.shell(&format!("cargo build -q --bin {}", page.name), PATIENCE)?;
            let printed = self.shell(&format!("cargo run -q --bin {}", page.name), RUN)?;
            self.compare(&expected, &printed)?;
        }
        Ok(done)
    }

    fn compare(&self, expected: &[&Block], printed: &str) -> Result {
        let mut rest = printed;
        for block in expected {
            rest = output::compare(&block.text, rest).map_err(|error| format!("line {}: {error}", block.line))?;
        }
        Ok(())
    }

    /// Saves a file of the project, or adds to it.
    fn write(&self, path: &str, text: &str, again: bool) -> Result {
        let path = self.here.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&self.here))?;
        let before = if again { fs::read_to_string(&path)? + "\n" } else { String::new() };
        Ok(fs::write(&path, before + text)?)
    }

    /// Types commands into the terminal; returns what they printed.
    fn shell(&mut self, commands: &str, patience: Duration) -> Result<String> {
        let (printed, place) = (self.desk.join("printed.txt"), self.desk.join("place.txt"));
        let out = File::create(&printed)?;
        let script = format!("set -e\n{commands}\npwd > {}\n", quoted(&place));
        let mut command = Command::new("bash");
        command.args(["-c", &script]).current_dir(&self.here).env("HOME", self.desk.join("home"));
        command.env("CARGO_TERM_COLOR", "never").env("CARGO_TARGET_DIR", &self.target);
        // The sandbox is on this machine.
        command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let own = env::var_os(name).map(PathBuf::from);
            let own = own.or_else(|| env::home_dir().map(|home| home.join(folder)));
            command.envs(own.map(|own| (name, own)));
        }
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PL_")) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
        let ended = within(&mut command, patience);
        let printed = fs::read_to_string(&printed)?;
        ended.map_err(|error| format!("{error}\n$ {}\n{printed}", commands.trim_end()))?;
        self.here = PathBuf::from(fs::read_to_string(&place)?.trim_end());
        self.pin()?;
        Ok(printed)
    }

    /// A project of the reader takes the versions that this repository was tested with, so that a run of today is one of
    /// tomorrow.
    fn pin(&self) -> Result {
        let (manifest, lock) = (self.here.join("Cargo.toml"), self.here.join("Cargo.lock"));
        if manifest.exists() && !lock.exists() && self.here.starts_with(&self.desk) {
            fs::copy(sh::root().join("Cargo.lock"), lock)?;
        }
        Ok(())
    }
}

/// Runs a command, which must succeed in time.
#[allow(clippy::disallowed_methods, reason = "there is no runtime to block")]
fn within(command: &mut Command, patience: Duration) -> Result {
    let start = Instant::now();
    let mut child = command.spawn()?;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(format!("the command failed: {status}").into()),
            None if start.elapsed() > patience => {
                child.kill().and_then(|()| child.wait().map(drop)).or_else(gone)?;
                return Err(format!("the command did not end within {patience:?}").into());
            }
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// It ended by itself in the last moment.
fn gone(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::InvalidInput { Ok(()) } else { Err(error) }
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(text: &str) -> Result<usize> {
        let desk = tempfile::tempdir()?;
        let here = desk.path().to_owned();
        let mut reader = Reader { desk: here.clone(), here, target: String::new(), frame: None };
        reader.follow(&Page::parse("page", text)?)
    }

    #[test]
    fn what_a_command_printed_is_shown_in_its_order() {
        let page = |lines: [&str; 2]| {
            let shown = lines.map(|line| format!("```text,output\n{line}\n```\n"));
            format!("```sh\necho one\necho two\n```\n{}", shown.concat())
        };
        assert_eq!(followed(&page(["one", "two"])).unwrap(), 3);
        let error = followed(&page(["two", "one"])).unwrap_err().to_string();
        assert!(error.starts_with("line 8: no line `one`"), "{error}");
    }

    #[test]
    fn a_command_that_fails_is_told_with_its_line_and_what_it_printed() {
        let error = followed("text\n```sh\necho before\nfalse\necho after\n```\n").unwrap_err().to_string();
        assert!(error.starts_with("line 2: the command failed"), "{error}");
        assert!(error.contains("$ echo before") && error.ends_with("before\n"), "{error}");
    }
}
