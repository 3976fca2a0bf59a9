//! bubblewrap: finding it, finding out what of it works here, and its arguments.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::helper::{self, HELPER_NAME};
use crate::layout::Layout;
use crate::mount_points::MountPoints;
use crate::mounts::PROC_COVERED;
use crate::policy::Access;
use crate::seccomp;
use crate::wrap::{Error, Wrapped};

/// A bubblewrap that works, and what of it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bubblewrap {
    program: PathBuf,
    /// A user namespace can be made. Without (only as root) the process keeps its user, but no capabilities either.
    user: bool,
    /// A `/proc` of the new process namespace can be mounted; many containers forbid it. The old one stays then, read-only.
    proc: bool,
    /// A network namespace can be made. The system call filter alone closes the network otherwise.
    net: bool,
}

/// What to try, best first.
const VARIANTS: [(bool, bool, bool); 6] = [
    (true, true, true),
    (true, false, true),
    (false, true, true),
    (false, false, true),
    (true, true, false),
    (true, false, false),
];

/// The first `bwrap` in the absolute folders of `path` that may be executed. Relative ones are not looked at: what
/// lies in the workspace must not become the sandbox.
pub(crate) fn find(path: Option<&OsStr>) -> Option<PathBuf> {
    std::env::split_paths(path?)
        .filter(|dir| dir.is_absolute())
        .map(|dir| dir.join("bwrap"))
        .find(|program| {
            program
                .metadata()
                .is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
        })
}

impl Bubblewrap {
    /// Runs a harmless command in each variant until one works.
    pub(crate) fn probe(program: PathBuf) -> Result<Self, String> {
        let mut why = String::new();
        for (user, proc, net) in VARIANTS {
            let candidate = Self {
                program: program.clone(),
                user,
                proc,
                net,
            };
            let mut command = Command::new(&candidate.program);
            command
                .args(candidate.namespaces(false))
                .args(["--ro-bind", "/", "/", "--dev", "/dev"]);
            command.args(if proc { &["--proc", "/proc"][..] } else { &[] });
            command.arg("--").arg(&candidate.program).arg("--version");
            match command.stdin(Stdio::null()).output() {
                Ok(out) if out.status.success() => return Ok(candidate),
                Ok(out) if why.is_empty() => why = String::from_utf8_lossy(&out.stderr).trim().to_owned(),
                Ok(_) => {}
                Err(e) => return Err(format!("{} cannot be run: {e}", program.display())),
            }
        }
        Err(format!("{} does not work here: {why}", program.display()))
    }

    fn namespaces(&self, network: bool) -> Vec<&'static str> {
        let mut args = vec![
            "--die-with-parent",
            "--unshare-pid",
            "--unshare-ipc",
            "--cap-drop",
            "ALL",
        ];
        args.extend(self.user.then_some("--unshare-user"));
        args.extend((self.net && !network).then_some("--unshare-net"));
        args
    }

    pub(crate) fn wrap(
        &self,
        layout: &Layout,
        mount_points: MountPoints,
        network: bool,
        cwd: &Path,
        argv: &[OsString],
        terminal: bool,
    ) -> Result<Wrapped, Error> {
        let mut args: Vec<OsString> = self.namespaces(network).into_iter().map(Into::into).collect();
        let mut add = |words: &[&OsStr]| args.extend(words.iter().map(|w| w.to_os_string()));
        let word = OsStr::new;
        match layout.base {
            Access::Write => add(&[
                word("--bind"),
                word("/"),
                word("/"),
                word("--dev-bind"),
                word("/dev"),
                word("/dev"),
            ]),
            Access::Read => add(&[
                word("--ro-bind"),
                word("/"),
                word("/"),
                word("--dev"),
                word("/dev"),
            ]),
            Access::None => {
                add(&[word("--dev"), word("/dev")]);
                for (link, target) in &layout.links {
                    add(&[word("--symlink"), target.as_os_str(), link.as_os_str()]);
                }
            }
        }
        if self.proc {
            add(&[word("--proc"), word("/proc")]);
            // bubblewrap covers some of these by itself, but not all that root can write.
            for name in PROC_COVERED {
                let path = Path::new("/proc").join(name);
                add(&[word("--ro-bind-try"), path.as_os_str(), path.as_os_str()]);
            }
        }
        for mount in &layout.mounts {
            let path = mount.path.as_os_str();
            match (mount.access, mount.directory) {
                (Access::Write, _) => add(&[word("--bind"), path, path]),
                (Access::Read, _) => add(&[word("--ro-bind"), path, path]),
                (Access::None, true) => {
                    add(&[
                        word("--perms"),
                        word("000"),
                        word("--tmpfs"),
                        path,
                        word("--remount-ro"),
                        path,
                    ]);
                }
                // A device on a mount without devices cannot be opened.
                (Access::None, false) => add(&[word("--ro-bind"), word("/dev/null"), path]),
            }
        }
        for path in &layout.absent {
            add(&[word("--ro-bind"), path.as_os_str(), path.as_os_str()]);
        }
        // The helper makes the command, not bubblewrap around it, the one to get the terminal's Ctrl-C. Without the
        // helper, or a `/dev` of the sandbox to put it in, the whole sandbox ends by that key.
        let inner = helper::executable().filter(|_| terminal && layout.base != Access::Write);
        let inside = Path::new("/dev").join(HELPER_NAME);
        if let Some(executable) = &inner {
            add(&[word("--ro-bind"), executable.as_os_str(), inside.as_os_str()]);
        }
        if layout.base == Access::None {
            add(&[word("--remount-ro"), word("/")]);
        }
        add(&[word("--chdir"), cwd.as_os_str()]);
        let mut inherit = Vec::new();
        if !network {
            let filter = filter_to_read()?;
            add(&[word("--seccomp"), word(&filter.as_raw_fd().to_string())]);
            inherit.push(filter);
        }
        add(&[word("--")]);
        if inner.is_some() {
            add(&[inside.as_os_str(), word(helper::FOREGROUND)]);
        }
        args.extend_from_slice(argv);
        Ok(Wrapped {
            program: self.program.clone().into(),
            arg0: None,
            args,
            env: Vec::new(),
            inherit,
            mount_points,
        })
    }
}

/// A pipe that holds the network filter.
fn filter_to_read() -> Result<OwnedFd, Error> {
    let program = seccomp::network_filter().map_err(|e| Error::Prepare(e.to_string()))?;
    let (read, write) =
        nix::unistd::pipe2(nix::fcntl::OFlag::O_CLOEXEC).map_err(|e| Error::Prepare(e.to_string()))?;
    // The filter is far smaller than a pipe, so this does not block.
    File::from(write)
        .write_all(&seccomp::to_bytes(&program))
        .map_err(|e| Error::Prepare(e.to_string()))?;
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_folders_are_searched() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("bwrap");
        std::fs::write(&program, "#!/bin/sh\n").unwrap();
        assert_eq!(find(Some(dir.path().as_os_str())), None);
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(find(Some(dir.path().as_os_str())), Some(program));
        assert_eq!(find(Some(OsStr::new("relative:"))), None);
        assert_eq!(find(None), None);
    }
}
