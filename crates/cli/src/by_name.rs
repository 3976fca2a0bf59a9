//! The other programs this binary is when it is started under their names, as commands find them on their PATH.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::ExitCode;

/// The names the binary is linked to for commands (transport.md §3).
pub const NAMES: [&str; 4] = [
    "apply_patch",
    "applypatch",
    codex_sandbox::HELPER_NAME,
    EXECVE_WRAPPER,
];

/// Stands between a shell and the programs it starts.
const EXECVE_WRAPPER: &str = "codex-execve-wrapper";

/// The exit codes by which shells tell that a program was not found, or could not be started.
const NOT_FOUND: u8 = 127;
const NOT_STARTED: u8 = 126;

/// Does the work of the program this process was started as, if that is not `codex`.
pub fn run_as_other_program() -> Option<ExitCode> {
    // Never comes back when this is the sandbox's helper.
    codex_sandbox::init();
    let mut args = std::env::args_os();
    let name = args.next()?;
    match Path::new(&name).file_name()?.to_str()? {
        "apply_patch" | "applypatch" => Some(apply_patch(args)),
        EXECVE_WRAPPER => Some(become_program(args.collect())),
        _ => None,
    }
}

fn apply_patch(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cwd = match std::env::current_dir() {
        Ok(cwd) => cwd,
        Err(error) => {
            eprintln!("Error: no working folder: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = codex_patch::run_program(args, &mut io::stdin(), &mut io::stdout(), &mut io::stderr(), &cwd);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// `codex-execve-wrapper FILE ARGV…`: becomes FILE. Whoever asks has been through approval already, and what it
/// starts inherits its sandbox, so there is nothing left to decide here.
fn become_program(args: Vec<OsString>) -> ExitCode {
    let [file, argv0, rest @ ..] = args.as_slice() else {
        eprintln!("Usage: {EXECVE_WRAPPER} FILE ARGV0 [ARG]…");
        return ExitCode::from(2);
    };
    let error = std::process::Command::new(file).arg0(argv0).args(rest).exec();
    eprintln!("{}: {error}", file.display());
    ExitCode::from(if error.kind() == io::ErrorKind::NotFound {
        NOT_FOUND
    } else {
        NOT_STARTED
    })
}
