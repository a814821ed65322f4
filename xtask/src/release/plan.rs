//! What changed since the last release, whether it breaks programs, and which version it asks for.

use std::collections::BTreeSet;
use std::fmt;

use super::changelog::{self, Unreleased};
use super::packages;
use super::repository::Repository;
use super::version::{Change, Version};
use crate::Result;
use crate::workspace::{Package, Workspace};

/// How many commits of a package are shown.
const SHOWN: usize = 8;

/// Whether a package breaks programs that were written for that revision.
pub(super) type Judge<'a> = &'a dyn Fn(&Package, &str) -> Result<bool>;

pub(super) struct Plan {
    /// The last release, if there was one.
    pub(super) released: Option<Version>,
    /// What is compared with: its tag, or another revision that was asked for.
    pub(super) baseline: Option<String>,
    pub(super) packages: Vec<Changed>,
    pub(super) unreleased: Unreleased,
    pub(super) next: Version,
}

/// A published package.
pub(super) struct Changed {
    pub(super) name: String,
    /// One line for each commit that touched it, the newest first.
    commits: Vec<String>,
    pub(super) verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is nothing to compare with.
    First,
    /// Neither it nor what it is built with was touched.
    Untouched,
    Compatible,
    Breaking,
    /// It is gone, or not published any more.
    Gone,
}

impl Plan {
    pub(super) fn make(repository: &Repository, since: Option<&str>, judge: Judge<'_>) -> Result<Self> {
        let workspace = repository.workspace()?;
        let released = repository.released()?;
        let baseline = since.map(str::to_owned).or_else(|| released.map(Version::tag));
        if let Some(baseline) = &baseline {
            repository
                .git(&["rev-parse", "--quiet", "--verify", &format!("{baseline}^{{commit}}")])
                .map_err(|_| format!("there is no commit {baseline}"))?;
        }
        let unreleased = Unreleased::read(&repository.read(changelog::FILE)?)?;
        let packages = changed(repository, &workspace, baseline.as_deref(), judge)?;
        let breaking = packages.iter().any(|package| package.verdict.breaks());
        let change = if breaking { Change::Breaking } else { unreleased.change() };
        // The first release is made under the version that stands in the manifest.
        let next = released.map_or_else(|| repository.version(), |released| Ok(released.next(change)))?;
        Ok(Self { released, baseline, packages, unreleased, next })
    }

    /// Whether cargo-semver-checks or a removal says that programs break.
    pub(super) fn breaks(&self) -> bool {
        self.packages.iter().any(|package| package.verdict.breaks())
    }
}

impl Verdict {
    fn breaks(self) -> bool {
        matches!(self, Self::Breaking | Self::Gone)
    }
}

fn changed(
    repository: &Repository,
    workspace: &Workspace,
    baseline: Option<&str>,
    judge: Judge<'_>,
) -> Result<Vec<Changed>> {
    let published = workspace.ours().filter(|package| package.published);
    let published: Vec<(&Package, String)> =
        published.map(|package| Ok((package, folder(repository, package)?))).collect::<Result<_>>()?;
    let mut found = Vec::new();
    for (package, folder) in &published {
        let commits = commits(repository, baseline, folder)?;
        found.push(Changed { name: package.name.clone(), commits, verdict: Verdict::First });
    }
    let Some(baseline) = baseline else { return Ok(found) };

    // Not by the commits: a merge can bring a change of its own, and two commits can cancel each other out.
    let differs = |path: &str| -> Result<bool> {
        Ok(!repository.git(&["diff", "--name-only", baseline, "HEAD", "--", path])?.is_empty())
    };
    let shared = differs("Cargo.toml")?;
    let mut touched = BTreeSet::new();
    for (package, folder) in &published {
        if shared || differs(folder)? {
            touched.insert(package.name.clone());
        }
    }
    let touched = packages::with_dependents(workspace, touched);
    for (changed, (package, folder)) in found.iter_mut().zip(&published) {
        let manifest = format!("{folder}/Cargo.toml");
        changed.verdict = if manifest_at(repository, baseline, &manifest)?.is_none() {
            Verdict::First
        } else if !touched.contains(&package.name) {
            Verdict::Untouched
        } else if judge(package, baseline)? {
            Verdict::Breaking
        } else {
            Verdict::Compatible
        };
    }
    for folder in repository.git(&["ls-tree", "--name-only", baseline, "crates/"])?.lines() {
        let manifest = format!("{folder}/Cargo.toml");
        let was = manifest_at(repository, baseline, &manifest)?;
        let was_published = was.is_some_and(|text| !text.lines().any(|line| line == "publish = false"));
        if was_published && !published.iter().any(|(_, own)| own == folder) {
            let commits = commits(repository, Some(baseline), folder)?;
            found.push(Changed { name: folder.to_owned(), commits, verdict: Verdict::Gone });
        }
    }
    Ok(found)
}

/// Where a package lies, as git names it.
fn folder(repository: &Repository, package: &Package) -> Result<String> {
    let folder = package.manifest.parent().unwrap_or(&package.manifest);
    // Cargo prints real paths, and a scratch folder may lie behind a link.
    let folder = folder.strip_prefix(repository.root.canonicalize()?)?;
    Ok(folder.to_string_lossy().replace('\\', "/"))
}

fn commits(repository: &Repository, baseline: Option<&str>, path: &str) -> Result<Vec<String>> {
    let range = baseline.map_or_else(|| "HEAD".to_owned(), |baseline| format!("{baseline}..HEAD"));
    let log = repository.git(&["log", "--no-merges", "--format=%h %s", &range, "--", path])?;
    Ok(log.lines().map(str::to_owned).collect())
}

/// The text of a manifest at a revision, if it was there.
fn manifest_at(repository: &Repository, revision: &str, manifest: &str) -> Result<Option<String>> {
    if repository.git(&["ls-tree", "--name-only", revision, manifest])?.is_empty() {
        return Ok(None);
    }
    Ok(Some(repository.git(&["show", &format!("{revision}:{manifest}")])?))
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.released {
            Some(released) => writeln!(f, "last release: {released}")?,
            None => writeln!(f, "last release: none, this is the first")?,
        }
        match &self.baseline {
            Some(baseline) => writeln!(f, "compared with {baseline}\n")?,
            None => writeln!(f, "compared with nothing: there is no release to compare with\n")?,
        }
        for package in &self.packages {
            writeln!(f, "{package}")?;
        }
        writeln!(f, "{}, Unreleased:", changelog::FILE)?;
        if self.unreleased.is_empty() {
            writeln!(f, "  nothing: `prepare` will refuse")?;
        }
        for (section, entry) in self.unreleased.entries() {
            writeln!(f, "  {section}: {}", entry.trim_start_matches("- "))?;
        }
        write!(f, "\nnext version: {}", self.next)
    }
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::First => "first release, nothing to compare with",
            Verdict::Untouched => "nothing changed that it is built of",
            Verdict::Compatible => "compatible",
            Verdict::Breaking => "BREAKING",
            Verdict::Gone => "BREAKING: the package is gone",
        };
        writeln!(f, "{}: {verdict}; commits: {}", self.name, self.commits.len())?;
        for commit in self.commits.iter().take(SHOWN) {
            writeln!(f, "  {commit}")?;
        }
        if self.commits.len() > SHOWN {
            writeln!(f, "  ... and {} more", self.commits.len() - SHOWN)?;
        }
        Ok(())
    }
}
