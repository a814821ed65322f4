//! The chores of this workspace. `cargo xtask` without arguments lists them.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

mod api;
mod book;
mod boundaries;
mod budgets;
mod ci;
mod codegen;
mod examples;
mod guide;
mod install;
mod interop;
mod minimal;
mod quickstart;
mod release;
mod sh;
mod shown;
mod soak;
mod source;
mod tools;
mod workspace;

use std::process::ExitCode;

/// What a chore ends with; the text of the error is all that anybody reads.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "\
usage: cargo xtask CHORE

  ci [JOB]...   run all jobs of continuous integration, or only those named
  advisories    look for known weaknesses of the dependencies; needs github.com
  api           check that the documentation of the published crates leaves nothing out
  book          build the guide as a book
  boundaries    check who imports whom, and report long files
  budgets       measure what `planet` weighs; --record adds the figures to docs/budgets.md
  codegen       write the catalogue of planet-builders from xtask/specs; --check only compares
  guide [PAGE]...
                follow the guide in docs/ in a project of its own, or only the quickstart and the pages named
  guide --preprocess
                include the snippets of the book, and make its links out of it whole (mdBook calls it)
  interop [PART]...
                run what others wrote beside ours, or only the parts named: the official Python SDK, GDAL and a brute-force
                search against the sandbox (scripts), a proxy, nginx, an S3 store, disks that are full or read-only
  release plan [--since REVISION] | prepare [VERSION] | publish [--dry-run]
                the steps of a release (docs/release.md)
  shown         check that an example shows each public function
  soak [SEEDS]  run what is tried by chance with 10,000 seeds, or so many
";

fn main() -> ExitCode {
    if let Some(rustdoc) = std::env::var_os(api::STAND_IN) {
        return api::stand_in(&rustdoc);
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (chore, rest) = match args.split_first() {
        Some((chore, rest)) => (chore.as_str(), rest),
        None => ("help", &[][..]),
    };
    let result = match (chore, rest) {
        ("ci", jobs) => ci::run(jobs),
        ("advisories", []) => ci::advisories(),
        ("api", []) => api::run(),
        ("book", []) => book::run(),
        ("boundaries", []) => boundaries::run(),
        ("budgets", []) => budgets::run(),
        ("budgets", [record]) if record == "--record" => budgets::record(),
        ("codegen", []) => codegen::write(),
        ("codegen", [check]) if check == "--check" => codegen::check(),
        // mdBook asks `supports RENDERER` first; all are.
        ("guide", [flag, supports, _]) if flag == "--preprocess" && supports == "supports" => Ok(()),
        ("guide", [flag]) if flag == "--preprocess" => guide::preprocess(),
        ("guide", pages) => guide::run(pages),
        ("interop", parts) => interop::run(parts),
        ("release", step) => release::run(step),
        ("shown", []) => shown::run(),
        ("soak", []) => soak::run(None),
        ("soak", [seeds]) => soak::run(Some(seeds)),
        ("help" | "--help" | "-h", _) => {
            println!("{USAGE}\njobs of ci: {}", ci::names().join(", "));
            Ok(())
        }
        _ => Err(format!("no such chore: {}\n{USAGE}", args.join(" ")).into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
