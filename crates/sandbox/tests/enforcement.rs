//! What commands can and cannot do in each sandbox, by each means this machine has.
//!
//! This test program is its own sandbox helper, as the real program is.

use std::ffi::OsString;
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use codex_sandbox::{Access, Means, Policy, Restricted, Rule, WorkspaceWrite, wrap_by};

/// Runs before `main`, and so before the test harness has threads.
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = {
    extern "C" fn before_main() {
        codex_sandbox::init();
    }
    before_main
};

/// The means to test: bubblewrap if it is installed, and this program's own.
fn means() -> Vec<Means> {
    let mut all = Vec::new();
    match Means::detect(None) {
        Ok(own) => all.push(own),
        Err(why) => eprintln!("skipped with our own means: {why}"),
    }
    match Means::detect(std::env::var_os("PATH").as_deref()) {
        Ok(found @ Means::Bubblewrap(_)) => all.push(found),
        _ => eprintln!("skipped with bubblewrap: it is not installed or does not work"),
    }
    all
}

struct Place {
    _dir: tempfile::TempDir,
    root: PathBuf,
    work: PathBuf,
}

/// A workspace outside `/tmp`, which is writable by default.
fn place() -> Place {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let root = dir.path().canonicalize().unwrap();
    let work = root.join("work");
    std::fs::create_dir(&work).unwrap();
    Place {
        _dir: dir,
        root,
        work,
    }
}

fn command(means: &Means, policy: &Policy, cwd: &Path, argv: &[&str]) -> (Command, codex_sandbox::Wrapped) {
    let argv: Vec<OsString> = argv.iter().map(Into::into).collect();
    let wrapped = wrap_by(means, policy, cwd, &argv, false).unwrap();
    let mut command = Command::new(&wrapped.program);
    if let Some(arg0) = &wrapped.arg0 {
        command.arg0(arg0);
    }
    command
        .args(&wrapped.args)
        .envs(wrapped.env.clone())
        .current_dir(cwd)
        .stdin(Stdio::null());
    let inherit: Vec<_> = wrapped.inherit.iter().map(AsRawFd::as_raw_fd).collect();
    // SAFETY: fcntl is async-signal-safe.
    unsafe {
        command.pre_exec(move || {
            inherit.iter().for_each(|fd| {
                libc::fcntl(*fd, libc::F_SETFD, 0);
            });
            Ok(())
        });
    }
    (command, wrapped)
}

fn output(means: &Means, policy: &Policy, cwd: &Path, argv: &[&str]) -> Output {
    let (mut command, _wrapped) = command(means, policy, cwd, argv);
    command.output().unwrap()
}

fn sh(means: &Means, policy: &Policy, cwd: &Path, script: &str) -> String {
    let output = output(means, policy, cwd, &["bash", "-c", script]);
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Says of each path whether it could be written.
const WRITE: &str =
    r#"w() { mkdir -p "$(dirname "$1")" 2>/dev/null; (: > "$1") 2>/dev/null && echo "$1" ; }; "#;

fn workspace(work: &Path) -> Policy {
    let mut w = WorkspaceWrite::new(work);
    w.slash_tmp = false;
    Policy::workspace_write(w)
}

#[test]
fn read_only_writes_nothing_but_devices() {
    for means in means() {
        let p = place();
        let script = format!(
            "{WRITE} w made; w /tmp/made-by-a-sandbox-test; echo x > /dev/null && echo null; head -c1 /etc/passwd > /dev/null && echo read; echo $CODEX_SANDBOX_NETWORK_DISABLED"
        );
        let got = sh(&means, &Policy::read_only(false), &p.work, &script);
        assert_eq!(got, "null\nread\n1\n", "{means:?}");
        if means != Means::Landlock {
            assert_eq!(
                sh(
                    &means,
                    &Policy::read_only(true),
                    &p.work,
                    &format!("{WRITE} w /dev/shm/x; echo -$CODEX_SANDBOX_NETWORK_DISABLED")
                ),
                "/dev/shm/x\n-\n"
            );
        }
    }
}

#[test]
fn a_workspace_is_writable_but_for_protected_names() {
    for means in means() {
        for existing in [true, false] {
            let p = place();
            for dir in ["out", "work/sub/.git"] {
                std::fs::create_dir_all(p.root.join(dir)).unwrap();
            }
            if existing {
                for name in codex_sandbox::PROTECTED_NAMES {
                    std::fs::create_dir(p.work.join(name)).unwrap();
                    std::fs::write(p.work.join(name).join("config"), "x").unwrap();
                }
            }
            std::os::unix::fs::symlink(p.root.join("out"), p.work.join("link")).unwrap();
            let script = format!(
                "{WRITE} w made; w ../made; w .git/made; w .codex/made; w .agents/made; w .other/made; w sub/.git/made; w link/made; \
                 rm -rf .git .codex; mv .agents x; rmdir .agents; w .git; w .git/config; ln -s /etc .codex; echo done"
            );
            let got = sh(&means, &workspace(&p.work), &p.work, &script);
            let lines: Vec<&str> = got.lines().filter(|l| !l.contains(':')).collect();
            assert_eq!(
                lines,
                ["made", ".other/made", "sub/.git/made", "done"],
                "{means:?} {got}"
            );
            let mut left: Vec<_> = std::fs::read_dir(&p.work)
                .unwrap()
                .map(|e| e.unwrap().file_name().into_string().unwrap())
                .collect();
            left.sort();
            let expected: &[&str] = if existing {
                &[".agents", ".codex", ".git", ".other", "link", "made", "sub"]
            } else {
                &[".other", "link", "made", "sub"]
            };
            assert_eq!(left, expected, "{means:?}");
            assert_eq!(p.work.join(".git/config").exists(), existing);
        }
    }
}

#[test]
fn no_capability_is_left_and_nothing_can_be_remounted() {
    for means in means() {
        let p = place();
        std::fs::create_dir(p.work.join(".git")).unwrap();
        let script = "grep -E '^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs)' /proc/self/status; umount .git; mount -o remount,rw /; mount -o remount,bind,rw .git; \
             unshare -Urm sh -c 'umount .git; mount -o remount,bind,rw .git; echo x > .git/made' ; \
             unshare -Urmpf --mount-proc sh -c '(: >> /proc/sys/kernel/core_pattern) 2>/dev/null && echo can-write nested'; for f in /proc/sys/kernel/hostname /proc/sys/kernel/core_pattern /proc/sysrq-trigger; do (: >> $f) 2>/dev/null && echo can-write $f; done; echo x > .git/made; echo end";
        let got = sh(&means, &workspace(&p.work), &p.work, script);
        for set in ["CapPrm", "CapEff", "CapAmb"] {
            assert!(
                got.contains(&format!("{set}:\t0000000000000000")),
                "{means:?} {got}"
            );
        }
        assert!(got.contains("NoNewPrivs:\t1") && got.contains("end"), "{got}");
        assert!(!p.work.join(".git/made").exists(), "{means:?} {got}");
        assert!(!got.contains("can-write"), "{means:?} {got}");
    }
}

#[test]
fn without_network_only_socket_pairs_are_left() {
    const PROBE: &str = r#"
import socket
a, b = socket.socketpair(); a.send(b"x"); assert b.recv(1) == b"x"
print("pair")
for what, make in (("inet", lambda: socket.socket(socket.AF_INET)), ("unix", lambda: socket.socket(socket.AF_UNIX)),
                   ("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
                   ("datagrams", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))):
    try:
        make(); print(what)
    except PermissionError:
        pass
"#;
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped: there is no python3");
        return;
    }
    for means in means() {
        let p = place();
        let run = |network| {
            let output = output(
                &means,
                &Policy::read_only(network),
                &p.work,
                &["python3", "-c", PROBE],
            );
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(run(false), "pair\n", "{means:?}");
        assert_eq!(run(true), "pair\ninet\nunix\nnetlink\ndatagrams\n", "{means:?}");
    }
}

#[test]
fn exit_codes_pass_through_and_background_processes_end() {
    for means in means().into_iter().filter(|m| *m != Means::Landlock) {
        let p = place();
        let code = |script: &str| {
            output(&means, &workspace(&p.work), &p.work, &["bash", "-c", script])
                .status
                .code()
        };
        assert_eq!(code("exit 7"), Some(7));
        assert_eq!(code("kill -9 $$"), Some(137), "{means:?}");
        // The pipe of the output closes with the command, though a child would hold it open for long.
        let began = std::time::Instant::now();
        assert_eq!(code("sleep 300 & exit 0"), Some(0));
        assert!(began.elapsed().as_secs() < 60);
        assert_eq!(
            sh(
                &means,
                &workspace(&p.work),
                &p.work,
                "ls -d /proc/[0-9]* | wc -l | tr -d ' ' | grep -cE '^[1-9]$'"
            ),
            "1\n"
        );
    }
}

#[test]
fn rules_hide_and_open_paths() {
    for means in means().into_iter().filter(|m| *m != Means::Landlock) {
        let p = place();
        for dir in ["secret/open", "work/data"] {
            std::fs::create_dir_all(p.root.join(dir)).unwrap();
        }
        for file in ["secret/a", "secret/open/b", "work/c", "work/data/d"] {
            std::fs::write(p.root.join(file), file).unwrap();
        }
        let rule = |path: PathBuf, access| Rule {
            path,
            access,
            even_if_missing: false,
        };
        let policy = Policy::Restricted(Restricted {
            base: Access::Read,
            rules: vec![
                rule(p.work.clone(), Access::Write),
                rule(p.work.join("data"), Access::Read),
                rule(p.work.join("c"), Access::None),
                rule(p.root.join("secret"), Access::None),
            ],
            network: true,
        });
        let script = format!(
            "{WRITE} cat c; cat data/d; echo; w data/d; w data/new; ls ../secret; cat ../secret/a; w new; ls data"
        );
        let got = sh(&means, &policy, &p.work, &format!("({script}) 2>/dev/null"));
        assert_eq!(got, "work/data/d\nnew\nd\n", "{means:?}");
    }
}

#[test]
fn with_nothing_readable_only_what_is_named_is_there() {
    for means in means().into_iter().filter(|m| *m != Means::Landlock) {
        let p = place();
        std::fs::write(p.root.join("beside"), "x").unwrap();
        let mut rules: Vec<_> = codex_sandbox::MINIMAL_READ
            .iter()
            .map(|path| Rule {
                path: path.into(),
                access: Access::Read,
                even_if_missing: false,
            })
            .collect();
        rules.push(Rule {
            path: p.work.clone(),
            access: Access::Write,
            even_if_missing: false,
        });
        let policy = Policy::Restricted(Restricted {
            base: Access::None,
            rules,
            network: false,
        });
        let got = sh(
            &means,
            &policy,
            &p.work,
            "cat ../beside 2>/dev/null || echo hidden; echo x > made; cat made; (echo x > /new) 2>/dev/null || echo closed; ls -d /root /var 2>/dev/null",
        );
        assert_eq!(got, "hidden\nx\nclosed\n", "{means:?}");
    }
}

#[test]
fn many_commands_at_once_protect_and_leave_nothing() {
    for means in means() {
        let p = place();
        std::thread::scope(|s| {
            for n in 0..8 {
                let (means, work) = (&means, &p.work);
                s.spawn(move || {
                    for _ in 0..4 {
                        let script = format!("mkdir -p .git/made .codex/made 2>/dev/null; sleep 0.0{n}; mkdir -p .git/made 2>/dev/null; echo ran");
                        assert_eq!(sh(means, &workspace(work), work, &script), "ran\n");
                    }
                });
            }
        });
        assert_eq!(std::fs::read_dir(&p.work).unwrap().count(), 0, "{means:?}");
    }
}

#[test]
fn a_root_replaced_by_a_link_does_not_open_what_the_link_names() {
    for means in means() {
        let p = place();
        std::fs::create_dir_all(p.work.join("out")).unwrap();
        let mut w = WorkspaceWrite::new(&p.work);
        w.roots.push(p.work.join("out"));
        w.slash_tmp = false;
        let policy = Policy::workspace_write(w);
        let script = format!("mv out was; ln -s {} out; echo moved", p.root.display());
        assert_eq!(sh(&means, &policy, &p.work, &script), "moved\n", "{means:?}");
        let got = sh(
            &means,
            &policy,
            &p.work,
            &format!("{WRITE} w out/made; w ../made; w made"),
        );
        assert_eq!(got, "made\n", "{means:?}");
        assert!(!p.root.join("made").exists());
    }
}

#[test]
fn landlock_refuses_what_it_cannot_hold() {
    let p = place();
    let policy = Policy::Restricted(Restricted {
        base: Access::Write,
        rules: vec![Rule {
            path: p.work.clone(),
            access: Access::Read,
            even_if_missing: false,
        }],
        network: true,
    });
    let refused = wrap_by(&Means::Landlock, &policy, &p.work, &["true".into()], false);
    assert!(
        matches!(refused, Err(codex_sandbox::Error::Unsupported(_))),
        "{refused:?}"
    );
}

#[test]
fn landlock_holds_what_it_can() {
    let p = place();
    std::fs::create_dir_all(p.work.join(".git")).unwrap();
    std::fs::create_dir_all(p.work.join("src")).unwrap();
    std::fs::write(p.work.join("file"), "x").unwrap();
    let argv = [
        "bash",
        "-c",
        "w() { (: > $1) 2>/dev/null && echo $1; }; w .git/made; w src/made; w file; w ../made; w /dev/null; w .codex; head -c 1 /etc/passwd >/dev/null && echo read",
    ];
    let (mut command, _wrapped) = command(&Means::Landlock, &workspace(&p.work), &p.work, &argv);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("Landlock cannot be used") {
        eprintln!("skipped: {said}");
        return;
    }
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "src/made\nfile\n/dev/null\nread\n",
        "{said}"
    );
}

#[test]
fn without_any_means_there_is_a_reason() {
    let p = place();
    let broken = p.root.join("bwrap");
    std::fs::write(&broken, "#!/bin/sh\necho broken >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&broken, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    // One that does not work is not used.
    let found = Means::detect(Some(p.root.as_os_str()));
    assert!(!matches!(found, Ok(Means::Bubblewrap(_))), "{found:?}");
}

#[test]
fn a_missing_program_is_told_by_exit_code_and_words() {
    let p = place();
    let means = Means::detect(None).unwrap();
    let output = output(&means, &Policy::read_only(false), &p.work, &["/no/such/program"]);
    assert_eq!(output.status.code(), Some(101));
    assert!(String::from_utf8_lossy(&output.stderr).contains("No such file or directory"));
}
