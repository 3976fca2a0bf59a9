//! Building the file system of a sandbox within a mount namespace of our own.
//!
//! The new root is put together at a staging folder out of detached copies of mounts, each made read-only before it is
//! attached, and becomes the root at the end. No path is followed through links on the way: what was a folder when the
//! layout was made and is a link now is an error, not a way out.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, OFlag, OpenHow, ResolveFlag, openat2};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::pivot_root;

use crate::layout::Layout;
use crate::policy::Access;

const OPEN_TREE_CLONE: libc::c_uint = 1;
const MOVE_MOUNT_F_EMPTY_PATH: libc::c_uint = 0x4;
const MOVE_MOUNT_T_EMPTY_PATH: libc::c_uint = 0x40;
const RDONLY: u64 = 0x1;
const NOSUID: u64 = 0x2;
const NODEV: u64 = 0x4;
const NOEXEC: u64 = 0x8;

/// The devices a sandboxed command has.
const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];

/// Parts of `/proc` that speak to the kernel as a whole. They belong to root, and root without capabilities is still
/// their owner, in a user namespace too: `/proc/sys/kernel/core_pattern` alone would be a way out.
pub(crate) const PROC_COVERED: [&str; 10] = [
    "sys",
    "sysrq-trigger",
    "irq",
    "bus",
    "fs",
    "acpi",
    "scsi",
    "driver",
    "mtrr",
    "dynamic_debug",
];

/// Makes `layout` the file system of this process. Must be the first process of its process namespace.
pub(crate) fn build(layout: &Layout) -> Result<(), String> {
    mount(
        None::<&str>,
        "/",
        None::<&str>,
        MsFlags::MS_REC | MsFlags::MS_SLAVE,
        None::<&str>,
    )
    .map_err(|e| format!("cannot keep mounts to itself: {}", io::Error::from(e)))?;
    let staging = Path::new("/tmp");
    // All copies are taken before anything is covered.
    let mut mounts = Vec::new();
    for m in &layout.mounts {
        mounts.push((
            m.path.as_path(),
            m.access,
            m.directory,
            seen(&m.path, m.access, m.directory)?,
        ));
    }
    for path in &layout.absent {
        mounts.push((path, Access::Read, true, seen(path, Access::Read, true)?));
    }
    let devices = match layout.base {
        Access::Write => Vec::new(),
        _ => DEVICES
            .iter()
            .filter_map(|name| Some((*name, copy(&Path::new("/dev").join(name)).ok()?)))
            .collect(),
    };
    match layout.base {
        Access::None => temporary(staging, "mode=755", MsFlags::MS_NOSUID | MsFlags::MS_NODEV)?,
        base => {
            let root = copy(Path::new("/")).map_err(told("copy the root mount"))?;
            if base == Access::Read {
                set(root.as_fd(), RDONLY | NOSUID | NODEV).map_err(told("make the root read-only"))?;
            }
            attach(
                &root,
                open(AT_FDCWD, staging)
                    .map_err(told("open the staging folder"))?
                    .as_fd(),
            )
            .map_err(told("attach the root"))?;
        }
    }
    let root = open(AT_FDCWD, staging).map_err(told("open the new root"))?;
    let target = |path: &Path| -> Result<OwnedFd, String> {
        let relative = path.strip_prefix("/").unwrap_or(path);
        open(root.as_fd(), relative).map_err(told(&format!("open {}", path.display())))
    };
    if layout.base != Access::Write {
        make_devices(&staging.join("dev"), devices)?;
    }
    make_proc(&staging.join("proc"))?;
    for (link, to) in &layout.links {
        let link = inside(staging, link);
        fs::create_dir_all(link.parent().unwrap_or(staging)).map_err(told("make a folder for a link"))?;
        symlink(to, &link).map_err(told("make a link"))?;
    }
    for (path, access, directory, tree) in mounts {
        if layout.base == Access::None {
            make_target(&inside(staging, path), directory).map_err(told("make a mount point"))?;
        }
        let at = target(path)?;
        match tree {
            Some(tree) => attach(&tree, at.as_fd()).map_err(told(&format!("mount {}", path.display())))?,
            None => {
                debug_assert_eq!(access, Access::None);
                let at = format!("/proc/self/fd/{}", at.as_raw_fd());
                temporary(
                    Path::new(&at),
                    "mode=000",
                    MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV,
                )?;
            }
        }
    }
    if layout.base == Access::None {
        let flags = MsFlags::MS_REMOUNT
            | MsFlags::MS_BIND
            | MsFlags::MS_RDONLY
            | MsFlags::MS_NOSUID
            | MsFlags::MS_NODEV;
        mount(None::<&str>, staging, None::<&str>, flags, None::<&str>)
            .map_err(|e| format!("cannot make the root read-only: {}", io::Error::from(e)))?;
    }
    std::env::set_current_dir(staging).map_err(told("enter the new root"))?;
    // With one folder as both the old root ends up on top of the new one, and is taken off.
    pivot_root(".", ".").map_err(|e| format!("cannot change the root: {}", io::Error::from(e)))?;
    umount2(".", MntFlags::MNT_DETACH)
        .map_err(|e| format!("cannot leave the old root: {}", io::Error::from(e)))?;
    std::env::set_current_dir("/").map_err(told("enter the root"))
}

/// What is to be mounted at `path`: a copy with the right flags, or nothing for a folder that is to be hidden.
fn seen(path: &Path, access: Access, directory: bool) -> Result<Option<OwnedFd>, String> {
    let (source, flags) = match (access, directory) {
        (Access::None, true) => return Ok(None),
        // A device on a mount without devices cannot be opened.
        (Access::None, false) => (Path::new("/dev/null"), RDONLY | NOSUID | NODEV),
        (Access::Read, _) => (path, RDONLY | NOSUID | NODEV),
        (Access::Write, _) => (path, NOSUID | NODEV),
    };
    let tree = copy(source).map_err(told(&format!("copy the mount of {}", path.display())))?;
    set(tree.as_fd(), flags).map_err(told(&format!("restrict {}", path.display())))?;
    Ok(Some(tree))
}

/// The devices and terminals of the sandbox, and a `/dev/shm` of its own.
fn make_devices(dev: &Path, devices: Vec<(&str, OwnedFd)>) -> Result<(), String> {
    if !dev.exists() {
        fs::create_dir(dev).map_err(told("make /dev"))?;
    }
    temporary(dev, "mode=755", MsFlags::MS_NOSUID | MsFlags::MS_NODEV)?;
    for (name, tree) in devices {
        let at = dev.join(name);
        fs::write(&at, "").map_err(told("make a device"))?;
        set(tree.as_fd(), NOSUID | NOEXEC).map_err(told("restrict a device"))?;
        attach(&tree, open(AT_FDCWD, &at).map_err(told("open a device"))?.as_fd())
            .map_err(told("mount a device"))?;
    }
    for (name, to) in [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
        ("ptmx", "pts/ptmx"),
    ] {
        symlink(to, dev.join(name)).map_err(told("make a link in /dev"))?;
    }
    let shm = dev.join("shm");
    fs::create_dir(&shm)
        .and_then(|()| fs::set_permissions(&shm, fs::Permissions::from_mode(0o1777)))
        .map_err(told("make /dev/shm"))?;
    let pts = dev.join("pts");
    fs::DirBuilder::new()
        .mode(0o755)
        .create(&pts)
        .map_err(told("make /dev/pts"))?;
    mount(
        Some("devpts"),
        &pts,
        Some("devpts"),
        MsFlags::MS_NOSUID | MsFlags::MS_NOEXEC,
        Some("newinstance,ptmxmode=0666,mode=620"),
    )
    .map_err(|e| format!("cannot mount /dev/pts: {}", io::Error::from(e)))
}

/// The processes of the sandbox. Where the kernel forbids it (in containers that cover parts of `/proc`) the old one
/// stays, read-only like everything.
fn make_proc(proc: &Path) -> Result<(), String> {
    if !proc.exists() {
        fs::create_dir(proc).map_err(told("make /proc"))?;
    }
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    if mount(Some("proc"), proc, Some("proc"), flags, None::<&str>).is_err() {
        return Ok(());
    }
    for name in PROC_COVERED {
        let path = proc.join(name);
        if !path.exists() {
            continue;
        }
        let tree = copy(&path).map_err(told("copy a part of /proc"))?;
        set(tree.as_fd(), RDONLY | NOSUID | NODEV | NOEXEC).map_err(told("restrict a part of /proc"))?;
        attach(
            &tree,
            open(AT_FDCWD, &path)
                .map_err(told("open a part of /proc"))?
                .as_fd(),
        )
        .map_err(told("cover a part of /proc"))?;
    }
    Ok(())
}

fn make_target(path: &Path, directory: bool) -> io::Result<()> {
    if directory {
        return fs::create_dir_all(path);
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    if path.exists() {
        Ok(())
    } else {
        fs::write(path, "")
    }
}

fn inside(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

fn temporary(at: &Path, options: &str, flags: MsFlags) -> Result<(), String> {
    mount(Some("tmpfs"), at, Some("tmpfs"), flags, Some(options)).map_err(|e| {
        format!(
            "cannot mount a temporary file system at {}: {}",
            at.display(),
            io::Error::from(e)
        )
    })
}

fn told(what: &str) -> impl Fn(io::Error) -> String {
    move |e| format!("cannot {what}: {e}")
}

/// Opens a path as a place, following no links.
fn open(from: BorrowedFd<'_>, path: &Path) -> io::Result<OwnedFd> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    let how = OpenHow::new()
        .flags(OFlag::O_PATH | OFlag::O_CLOEXEC)
        .resolve(ResolveFlag::RESOLVE_NO_SYMLINKS);
    Ok(openat2(from, path, how)?)
}

/// A detached copy of what is mounted at `path` and below.
fn copy(path: &Path) -> io::Result<OwnedFd> {
    let place = open(AT_FDCWD, path)?;
    let flags = OPEN_TREE_CLONE
        | libc::O_CLOEXEC as libc::c_uint
        | (libc::AT_RECURSIVE | libc::AT_EMPTY_PATH) as libc::c_uint;
    // SAFETY: open_tree(2) with a valid descriptor and an empty path; the result is a new descriptor.
    let fd = unsafe { libc::syscall(libc::SYS_open_tree, place.as_raw_fd(), c"".as_ptr(), flags) };
    if fd < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
    }
}

/// Adds flags to a detached tree of mounts.
fn set(tree: BorrowedFd<'_>, flags: u64) -> io::Result<()> {
    // struct mount_attr: what to set, what to clear, propagation, user namespace.
    let attributes: [u64; 4] = [flags, 0, 0, 0];
    // SAFETY: mount_setattr(2) with a structure of the size given.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH | libc::AT_RECURSIVE,
            attributes.as_ptr(),
            size_of_val(&attributes),
        )
    };
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Mounts a detached tree on a place.
fn attach(tree: &OwnedFd, at: BorrowedFd<'_>) -> io::Result<()> {
    let flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    // SAFETY: move_mount(2) with two valid descriptors and empty paths.
    let result = unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            tree.as_raw_fd(),
            c"".as_ptr(),
            at.as_raw_fd(),
            c"".as_ptr(),
            flags,
        )
    };
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
