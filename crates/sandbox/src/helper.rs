//! This program started again under another name: sets up a sandbox and becomes the command, or watches over children.
//!
//! Arguments: `run JOB -- COMMAND…`, `foreground COMMAND…`, `probe-namespaces`, `probe-landlock`, `guard`.

use std::convert::Infallible;
use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::layout::Layout;
use crate::policy::{Access, Restricted};
use crate::{guardian, landlocked, namespaces, seccomp};

/// The name (of argument 0) under which the program is the helper.
pub const HELPER_NAME: &str = "codex-linux-sandbox";

pub(crate) const RUN: &str = "run";
pub(crate) const FOREGROUND: &str = "foreground";
pub(crate) const PROBE_NAMESPACES: &str = "probe-namespaces";
pub(crate) const PROBE_LANDLOCK: &str = "probe-landlock";
pub(crate) const GUARD: &str = "guard";
pub(crate) const NO_HELPER: &str = "this program has no sandbox helper";

/// The exit code when the sandbox cannot be set up or the command cannot be started in it (exec.md §2).
const FAILED: i32 = 101;

/// Whether [`init`] was called, so that starting this program again gives the helper.
static AVAILABLE: OnceLock<()> = OnceLock::new();

/// What a helper that runs a command has to do first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Job {
    Namespaces {
        layout: Layout,
        network: bool,
        cwd: PathBuf,
    },
    Landlock {
        layout: Layout,
        network: bool,
        cwd: PathBuf,
    },
}

/// To be called first in `main`, before any thread is started: when the program was started as the helper it does the
/// helper's work and never returns; otherwise it notes that the program can be started so.
pub fn init() {
    let mut args = std::env::args_os();
    if args
        .next()
        .is_some_and(|name| Path::new(&name).file_name() == Some(HELPER_NAME.as_ref()))
    {
        helper_main(args.collect());
    }
    AVAILABLE.get_or_init(|| ());
}

/// What to start to get the helper (with [`HELPER_NAME`] as argument 0), if it can be had.
pub(crate) fn program() -> Option<&'static str> {
    AVAILABLE.get().map(|()| "/proc/self/exe")
}

/// The file of this program, for the helper to be started where `/proc/self/exe` is another program.
pub(crate) fn executable() -> Option<PathBuf> {
    AVAILABLE
        .get()
        .and_then(|()| std::env::current_exe().ok())
        .filter(|path| path.is_file())
}

/// Asks a helper whether it could make such a sandbox.
pub(crate) fn probe(mode: &str) -> Result<(), String> {
    let program = program().ok_or_else(|| NO_HELPER.to_owned())?;
    let output = Command::new(program)
        .arg0(HELPER_NAME)
        .arg(mode)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("the sandbox helper cannot be started: {e}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

/// The helper's `main`; `args` are those behind argument 0.
pub fn helper_main(args: Vec<OsString>) -> ! {
    let mode = args.first().and_then(|a| a.to_str()).unwrap_or_default();
    let result = match mode {
        RUN => run(&args[1..]).map(|never| match never {}),
        FOREGROUND => {
            take_foreground();
            execute(&args[1..]).map(|never| match never {})
        }
        PROBE_NAMESPACES => namespaces::probe(),
        PROBE_LANDLOCK => landlocked::probe(),
        GUARD => {
            guardian::watch(std::io::stdin().lock());
            Ok(())
        }
        other => Err(format!("unknown mode {other:?}")),
    };
    let code = result.map_or_else(
        |why| {
            complain(&why);
            FAILED
        },
        |()| 0,
    );
    std::process::exit(code)
}

pub(crate) fn complain(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{HELPER_NAME}: {why}");
}

fn run(args: &[OsString]) -> Result<Infallible, String> {
    let [job, _, argv @ ..] = args else {
        return Err("arguments are missing".to_owned());
    };
    let job = serde_json::from_slice(job.as_bytes()).map_err(|e| format!("unreadable job: {e}"))?;
    match job {
        Job::Namespaces { layout, network, cwd } => {
            namespaces::enter(&layout, network)?;
            become_command(argv, &cwd, network)
        }
        Job::Landlock { layout, network, cwd } => {
            landlocked::enter(&layout)?;
            become_command(argv, &cwd, network)
        }
    }
}

/// Gives up everything a command must not have and becomes it.
fn become_command(argv: &[OsString], cwd: &Path, network: bool) -> Result<Infallible, String> {
    std::env::set_current_dir(cwd).map_err(|e| format!("cannot enter {}: {e}", cwd.display()))?;
    drop_privileges()?;
    if !network {
        let filter = seccomp::network_filter().map_err(|e| format!("cannot make the network filter: {e}"))?;
        seccompiler::apply_filter(&filter).map_err(|e| format!("cannot install the network filter: {e}"))?;
    }
    execute(argv)
}

fn execute(argv: &[OsString]) -> Result<Infallible, String> {
    let words: Vec<CString> = argv
        .iter()
        .map(|word| CString::new(word.as_bytes()))
        .collect::<Result<_, _>>()
        .map_err(|_| "nul byte found in provided data".to_owned())?;
    let program = words.first().ok_or("no command")?;
    match nix::unistd::execvp(program, &words) {
        Ok(never) => Ok(never),
        Err(e) => Err(format!(
            "cannot execute {}: {}",
            program.to_string_lossy(),
            std::io::Error::from(e)
        )),
    }
}

/// Makes this process a group of its own and the one the terminal's keys are for, if there is a terminal. Otherwise
/// the sandbox around the command gets its Ctrl-C and ends with all that is in it.
fn take_foreground() {
    // SAFETY: system calls with integers only.
    unsafe {
        libc::setpgid(0, 0);
        // A process in the background is stopped when it changes the terminal, unless it ignores that.
        libc::signal(libc::SIGTTOU, libc::SIG_IGN);
        libc::tcsetpgrp(0, libc::getpgrp());
        libc::signal(libc::SIGTTOU, libc::SIG_DFL);
    }
}

/// Drops all capabilities for good and rules out gaining any by executing a program.
fn drop_privileges() -> Result<(), String> {
    let error = |what: &str| format!("cannot {what}: {}", std::io::Error::last_os_error());
    // SAFETY: prctl with integer arguments only.
    unsafe {
        if libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 {
            return Err(error("set no_new_privs"));
        }
        // Up to the last capability this kernel knows. Without the right to lower the bounding set there is no
        // capability to lose either.
        let mut capability = 0;
        while libc::prctl(libc::PR_CAPBSET_READ, capability, 0, 0, 0) >= 0 {
            libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0);
            capability += 1;
        }
        libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    }
    #[repr(C)]
    struct Header {
        version: u32,
        pid: i32,
    }
    const VERSION_3: u32 = 0x2008_0522;
    let mut header = Header {
        version: VERSION_3,
        pid: 0,
    };
    let none = [0u32; 6];
    // SAFETY: the structures are those of version 3 of the call: a header and two sets of three words.
    if unsafe { libc::syscall(libc::SYS_capset, &raw mut header, none.as_ptr()) } != 0 {
        return Err(error("drop capabilities"));
    }
    Ok(())
}

/// A policy that opens nothing but reading; what probes set up.
pub(crate) fn harmless() -> Layout {
    Layout::of(&Restricted {
        base: Access::Read,
        rules: Vec::new(),
        network: false,
    })
}
