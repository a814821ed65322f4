//! A copy of the repository: the one at hand, or a scratch one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::version::Version;
use crate::workspace::Workspace;
use crate::{Result, sh};

pub(super) struct Repository {
    pub(super) root: PathBuf,
    /// Where cargo builds.
    pub(super) target: PathBuf,
}

impl Repository {
    /// The repository that this program was built from.
    pub(super) fn here() -> Result<Self> {
        let root = sh::root();
        let target = Workspace::members(&root)?.target_directory.into();
        Ok(Self { root, target })
    }

    pub(super) fn workspace(&self) -> Result<Workspace> {
        Workspace::members(&self.root)
    }

    pub(super) fn cargo(&self, args: &[&str]) -> Command {
        let mut command = sh::cargo(args);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// What git prints, without the last line break.
    pub(super) fn git(&self, args: &[&str]) -> Result<String> {
        let text = sh::read(sh::command("git", args).current_dir(&self.root))?;
        Ok(text.trim_end().to_owned())
    }

    /// Settles for a scratch copy what a user's own settings may ask of commits and tags: a name, signatures, hooks.
    pub(super) fn settle(&self) -> Result {
        for (key, value) in [
            ("user.name", "Rehearsal"),
            ("user.email", "rehearsal@example.com"),
            ("commit.gpgSign", "false"),
            ("tag.gpgSign", "false"),
            ("core.hooksPath", "/dev/null"),
        ] {
            self.git(&["config", key, value])?;
        }
        Ok(())
    }

    pub(super) fn read(&self, file: impl AsRef<Path>) -> Result<String> {
        let path = self.root.join(file);
        fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()).into())
    }

    /// What `git status` lists: nothing, if the tree is clean.
    pub(super) fn dirt(&self) -> Result<String> {
        self.git(&["status", "--porcelain"])
    }

    /// Refuses a tree that is not clean, and says what follows from that.
    pub(super) fn must_be_clean(&self, advice: &str) -> Result {
        let dirt = self.dirt()?;
        if dirt.is_empty() { Ok(()) } else { Err(format!("the tree is not clean; {advice}:\n{dirt}").into()) }
    }

    /// The highest version with a tag among the ancestors of what is checked out.
    pub(super) fn released(&self) -> Result<Option<Version>> {
        let tags = self.git(&["tag", "--list", "v*", "--merged", "HEAD"])?;
        Ok(tags.lines().filter_map(|tag| tag.strip_prefix('v')?.parse().ok()).max())
    }

    /// The one version of our packages.
    pub(super) fn version(&self) -> Result<Version> {
        let workspace = self.workspace()?;
        let mut versions: Vec<&str> = workspace.ours().map(|package| package.version.as_str()).collect();
        versions.sort_unstable();
        versions.dedup();
        match versions.as_slice() {
            [version] => Ok(version.parse()?),
            _ => Err(format!("our packages have several versions: {}", versions.join(", ")).into()),
        }
    }
}
