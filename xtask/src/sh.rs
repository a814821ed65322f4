//! Commands: shown, run, and failing with their name.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::Result;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// A command of `cargo` at the root of the workspace.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    command
}

/// Any other command at the root of the workspace.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Runs a command that talks to the terminal itself.
pub(crate) fn run(command: &mut Command) -> Result {
    let line = shown(command);
    println!("$ {line}");
    let status = command.status().map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed: {status}").into()) }
}

/// Runs a command and returns what it printed; its standard error goes to the terminal.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let Output { status, stdout, .. } =
        command.stderr(Stdio::inherit()).output().map_err(|error| format!("cannot start `{line}`: {error}"))?;
    let text = String::from_utf8_lossy(&stdout).into_owned();
    if status.success() { Ok(text) } else { Err(format!("`{line}` failed: {status}\n{text}").into()) }
}

/// Runs tests of cargo and returns how many passed. None is not enough: to cargo, a filter that fits nothing is no error.
pub(crate) fn tests(command: &mut Command) -> Result<usize> {
    println!("$ {}", shown(command));
    let printed = read(command)?;
    match passed(&printed) {
        0 => Err(format!("no tests ran:\n{printed}").into()),
        passed => Ok(passed),
    }
}

/// The numbers of all `test result: ok. 3 passed;`.
fn passed(printed: &str) -> usize {
    let before = printed.match_indices(" passed;").filter_map(|(at, _)| printed.get(..at)?.rsplit(' ').next());
    before.filter_map(|number| number.parse::<usize>().ok()).sum()
}

/// Whether a command can be started and succeeds; it prints nothing.
pub(crate) fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut line = name.to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named_in_the_error() {
        let error = run(&mut command("sh", &["-c", "exit 3"])).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("`sh -c exit 3` failed"), "{text}");
        assert!(text.contains('3'), "{text}");
    }

    #[test]
    fn a_command_that_does_not_exist_is_named_in_the_error() {
        let error = run(&mut command("no-such-program", &[])).unwrap_err();
        assert!(error.to_string().contains("no-such-program"), "{error}");
    }

    #[test]
    fn tests_of_all_binaries_are_counted_and_none_is_not_enough() {
        let result = |passed: u8| format!("running {passed} tests\n\ntest result: ok. {passed} passed; 0 failed;\n");
        assert_eq!(passed(&(result(0) + &result(2) + &result(11))), 13);
        let error = tests(&mut command("echo", &[&result(0)])).unwrap_err();
        assert!(error.to_string().starts_with("no tests ran:"), "{error}");
    }

    #[test]
    fn reading_a_failing_command_fails() {
        assert!(read(&mut command("sh", &["-c", "echo half; exit 1"])).is_err());
        assert_eq!(read(&mut command("echo", &["all"])).unwrap(), "all\n");
    }
}
