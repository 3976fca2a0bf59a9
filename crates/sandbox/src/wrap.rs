//! The way from a policy and a command to what has to be started.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::bwrap::{self, Bubblewrap};
use crate::helper::{self, HELPER_NAME};
use crate::landlocked;
use crate::layout::Layout;
use crate::mount_points::MountPoints;
use crate::policy::{Policy, Restricted};

/// Set to `1` for a child that has no network (turns.md §25, exec.md §4).
pub const NETWORK_DISABLED_VARIABLE: &str = "CODEX_SANDBOX_NETWORK_DISABLED";

/// Why a command cannot be held to its policy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No way to make a sandbox works on this machine.
    #[error("no sandbox can be set up on this machine, so the command was not run: {0}")]
    Unavailable(String),
    /// The sandbox that works here cannot hold this policy.
    #[error("the sandbox of this machine cannot hold the command to its policy: {0}")]
    Unsupported(String),
    /// A mount point for a protected name could not be made.
    #[error("cannot protect {path}: {source}")]
    Protect {
        /// The protected name.
        path: PathBuf,
        /// What stood in the way.
        source: io::Error,
    },
    /// A pipe or a filter could not be made.
    #[error("cannot prepare the sandbox: {0}")]
    Prepare(String),
    /// There is no program to run.
    #[error("command args are empty")]
    EmptyCommand,
}

/// What to start so that a command runs under its policy.
#[derive(Debug)]
pub struct Wrapped {
    /// The program; looked up on the child's `PATH` when it has no slash.
    pub program: OsString,
    /// The name to give the program as its first argument, when not its own.
    pub arg0: Option<OsString>,
    /// Its arguments, without the first.
    pub args: Vec<OsString>,
    /// Environment variables to add.
    pub env: Vec<(OsString, OsString)>,
    /// Descriptors the program inherits under their own numbers; close-on-exec has to be cleared in the child.
    pub inherit: Vec<OwnedFd>,
    /// Keep until all of the command has ended.
    pub mount_points: MountPoints,
}

/// A way to make a sandbox that has been seen to work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// bubblewrap, as found on `PATH`.
    Bubblewrap(Bubblewrap),
    /// Namespaces made by this program itself.
    Namespaces,
    /// Landlock; holds the file system less exactly, see [`crate::wrap`].
    Landlock,
}

impl Means {
    /// Looks for what works, trying each by running `true` in it: bubblewrap from the given `PATH`, then the helper.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with a reason for each.
    pub fn detect(path: Option<&OsStr>) -> Result<Self, Error> {
        let mut reasons = Vec::new();
        match bwrap::find(path) {
            Some(program) => match Bubblewrap::probe(program) {
                Ok(bubblewrap) => return Ok(Self::Bubblewrap(bubblewrap)),
                Err(why) => reasons.push(why),
            },
            None => reasons.push("bubblewrap is not on PATH".to_owned()),
        }
        for (means, mode) in [
            (Self::Namespaces, helper::PROBE_NAMESPACES),
            (Self::Landlock, helper::PROBE_LANDLOCK),
        ] {
            match helper::probe(mode) {
                Ok(()) => return Ok(means),
                Err(why) => reasons.push(why),
            }
        }
        Err(Error::Unavailable(reasons.join("; ")))
    }
}

/// Wraps a command by the means that works here, which is found out on the first call (some milliseconds).
///
/// `cwd` is the command's working folder; `terminal` tells that its input is a terminal it is to control. The caller starts the result with its own choice of environment, plus
/// [`Wrapped::env`].
///
/// With Landlock (no namespaces to be had, as in many containers) protected names cannot be cut out of a writable
/// root: there everything existing beside them is writable but nothing new can be made at the root's top, and
/// processes the command leaves running are not ended by the sandbox. Policies that take something back from what they
/// give everywhere (a path to hide, or read-only places where all may be written) are refused there.
///
/// # Errors
/// See [`Error`]; the command must not be run then.
pub fn wrap(policy: &Policy, cwd: &Path, argv: &[OsString], terminal: bool) -> Result<Wrapped, Error> {
    static MEANS: OnceLock<Result<Means, String>> = OnceLock::new();
    if !policy.is_sandboxed() {
        return plain(policy, argv);
    }
    let means = MEANS.get_or_init(|| {
        Means::detect(std::env::var_os("PATH").as_deref()).map_err(|e| match e {
            Error::Unavailable(why) => why,
            other => other.to_string(),
        })
    });
    match means {
        Ok(means) => wrap_by(means, policy, cwd, argv, terminal),
        Err(why) => Err(Error::Unavailable(why.clone())),
    }
}

/// As [`wrap`], by the given means.
///
/// # Errors
/// See [`Error`].
pub fn wrap_by(
    means: &Means,
    policy: &Policy,
    cwd: &Path,
    argv: &[OsString],
    terminal: bool,
) -> Result<Wrapped, Error> {
    let Policy::Restricted(restricted) = policy else {
        return plain(policy, argv);
    };
    if argv.is_empty() {
        return Err(Error::EmptyCommand);
    }
    let mut wrapped = match means {
        Means::Bubblewrap(bubblewrap) => {
            let (layout, mount_points) = lay_out(restricted)?;
            bubblewrap.wrap(&layout, mount_points, restricted.network, cwd, argv, terminal)?
        }
        Means::Namespaces => {
            let (layout, mount_points) = lay_out(restricted)?;
            let job = helper::Job::Namespaces {
                layout,
                network: restricted.network,
                cwd: cwd.to_path_buf(),
            };
            by_helper(&job, argv, mount_points)?
        }
        Means::Landlock => {
            // Nothing is mounted, so no mount points either.
            let layout = Layout::of(restricted);
            if let Some(why) = landlocked::unsupported(&layout) {
                return Err(Error::Unsupported(why));
            }
            let job = helper::Job::Landlock {
                layout,
                network: restricted.network,
                cwd: cwd.to_path_buf(),
            };
            by_helper(&job, argv, MountPoints::default())?
        }
    };
    wrapped.env = told(policy);
    Ok(wrapped)
}

fn lay_out(policy: &Restricted) -> Result<(Layout, MountPoints), Error> {
    let mut layout = Layout::of(policy);
    let points =
        MountPoints::make(&mut layout.absent).map_err(|(path, source)| Error::Protect { path, source })?;
    Ok((layout, points))
}

fn by_helper(job: &helper::Job, argv: &[OsString], mount_points: MountPoints) -> Result<Wrapped, Error> {
    let job = serde_json::to_string(job).map_err(|e| Error::Prepare(e.to_string()))?;
    let mut args = vec![helper::RUN.into(), job.into(), "--".into()];
    args.extend_from_slice(argv);
    Ok(Wrapped {
        program: helper::program()
            .ok_or_else(|| Error::Unavailable(helper::NO_HELPER.to_owned()))?
            .into(),
        arg0: Some(HELPER_NAME.into()),
        args,
        env: Vec::new(),
        inherit: Vec::new(),
        mount_points,
    })
}

fn plain(policy: &Policy, argv: &[OsString]) -> Result<Wrapped, Error> {
    let (program, args) = argv.split_first().ok_or(Error::EmptyCommand)?;
    Ok(Wrapped {
        program: program.clone(),
        arg0: None,
        args: args.to_vec(),
        env: told(policy),
        inherit: Vec::new(),
        mount_points: MountPoints::default(),
    })
}

fn told(policy: &Policy) -> Vec<(OsString, OsString)> {
    if policy.network() {
        Vec::new()
    } else {
        vec![(NETWORK_DISABLED_VARIABLE.into(), "1".into())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_sandbox_the_command_stays_as_it_is() {
        let argv: Vec<OsString> = vec!["echo".into(), "hi".into()];
        let wrapped = wrap(&Policy::FullAccess, Path::new("/"), &argv, false).unwrap();
        assert_eq!(
            (wrapped.program, wrapped.args),
            ("echo".into(), vec!["hi".into()])
        );
        assert!(wrapped.env.is_empty());
        let external = wrap(&Policy::External { network: false }, Path::new("/"), &argv, false).unwrap();
        assert_eq!(external.env, [(NETWORK_DISABLED_VARIABLE.into(), "1".into())]);
        assert!(matches!(
            wrap(&Policy::FullAccess, Path::new("/"), &[], false),
            Err(Error::EmptyCommand)
        ));
    }
}
