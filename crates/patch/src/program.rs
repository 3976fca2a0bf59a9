//! The program `apply_patch`, which commands find on their PATH.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;

use crate::apply::{ApplyError, apply};
use crate::grammar::{ParseError, parse};
use crate::places::Places;

/// Runs the program: the patch is the only one of `args` (those after the program's name), or comes by `stdin` when there
/// is none. Paths are relative to `cwd` (absolute). Returns the exit code: 0 done, 1 not done, 2 used wrongly.
///
/// Write errors on the output streams are ignored: the files are what counts.
pub fn run_program(
    args: impl IntoIterator<Item = OsString>,
    stdin: &mut dyn Read,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
    cwd: &Path,
) -> i32 {
    match run(args, stdin, cwd) {
        Ok(summary) => {
            let _ = stdout.write_all(summary.as_bytes()).and_then(|()| stdout.flush());
            0
        }
        Err((code, words)) => {
            let _ = writeln!(stderr, "{words}");
            code
        }
    }
}

fn run(
    args: impl IntoIterator<Item = OsString>,
    stdin: &mut dyn Read,
    cwd: &Path,
) -> Result<String, (i32, String)> {
    let mut args = args.into_iter();
    let text = match args.next() {
        Some(arg) => arg
            .into_string()
            .map_err(|_| (1, "Error: apply_patch requires a UTF-8 PATCH argument.".into()))?,
        None => {
            let mut text = String::new();
            stdin
                .read_to_string(&mut text)
                .map_err(|e| (1, format!("Error: Failed to read PATCH from stdin.\n{e}")))?;
            if text.is_empty() {
                return Err((
                    2,
                    "Usage: apply_patch 'PATCH'\n       echo 'PATCH' | apply_patch".into(),
                ));
            }
            text
        }
    };
    if args.next().is_some() {
        return Err((2, "Error: apply_patch accepts exactly one argument.".into()));
    }
    let patch = parse(&text).map_err(|e| (1, complaint(&e)))?;
    apply(&patch, cwd, &Places::of(&patch, cwd))
        .map(|summary| summary.to_string())
        .map_err(|e: ApplyError| (1, e.to_string()))
}

/// The program words a bad patch differently from the tool.
fn complaint(error: &ParseError) -> String {
    match error {
        ParseError::Frame(reason) => format!("Invalid patch: {reason}"),
        ParseError::Hunk { line, reason } => format!("Invalid patch hunk on line {line}: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    /// Exit code, standard output and standard error.
    fn go(cwd: &Path, args: &[&str], mut stdin: &[u8]) -> (i32, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run_program(
            args.iter().map(OsString::from),
            &mut stdin,
            &mut out,
            &mut err,
            cwd,
        );
        let text = |x| {
            String::from_utf8(x)
                .expect("text")
                .replace(cwd.to_str().expect("text"), "$")
        };
        (code, text(out), text(err))
    }

    const ADD: &str = "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch";

    #[test]
    fn the_patch_comes_as_argument_or_input() {
        let done = (
            0,
            "Success. Updated the following files:\nA a\n".to_owned(),
            String::new(),
        );
        for (args, stdin) in [(&[ADD][..], ""), (&[][..], ADD)] {
            let dir = tempfile::tempdir().expect("a folder");
            assert_eq!(go(dir.path(), args, stdin.as_bytes()), done);
            assert_eq!(
                std::fs::read_to_string(dir.path().join("a")).expect("made"),
                "x\n"
            );
        }
    }

    #[test]
    fn failures_go_to_standard_error() {
        let dir = tempfile::tempdir().expect("a folder");
        let missing = "*** Begin Patch\n*** Update File: n\n@@\n-x\n*** End Patch";
        let header = "*** Begin Patch\n*** Frob\n*** End Patch";
        for (args, stdin, code, words) in [
            (
                &[][..],
                &b""[..],
                2,
                "Usage: apply_patch 'PATCH'\n       echo 'PATCH' | apply_patch\n",
            ),
            (
                &["a", "b"],
                b"",
                2,
                "Error: apply_patch accepts exactly one argument.\n",
            ),
            (
                &["garbage"],
                b"",
                1,
                "Invalid patch: The first line of the patch must be '*** Begin Patch'\n",
            ),
            (
                &[""],
                b"",
                1,
                "Invalid patch: The last line of the patch must be '*** End Patch'\n",
            ),
            (
                &[header],
                b"",
                1,
                "Invalid patch hunk on line 2: '*** Frob' is not a valid hunk header. Valid hunk headers: '*** Add File: {path}', '*** Delete File: {path}', '*** Update File: {path}'\n",
            ),
            (
                &["*** Begin Patch\n*** End Patch"],
                b"",
                1,
                "No files were modified.\n",
            ),
            (
                &[missing],
                b"",
                1,
                "Failed to read file to update $/n: No such file or directory (os error 2)\n",
            ),
            (
                &[],
                b"\xff",
                1,
                "Error: Failed to read PATCH from stdin.\nstream did not contain valid UTF-8\n",
            ),
        ] {
            assert_eq!(
                go(dir.path(), args, stdin),
                (code, String::new(), words.to_owned())
            );
        }
        let mut err = Vec::new();
        let code = run_program(
            [OsString::from_vec(vec![0xff])],
            &mut &b""[..],
            &mut Vec::new(),
            &mut err,
            dir.path(),
        );
        assert_eq!(
            (code, err.as_slice()),
            (1, &b"Error: apply_patch requires a UTF-8 PATCH argument.\n"[..])
        );
    }
}
