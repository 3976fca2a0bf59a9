//! Landlock, for machines where neither bubblewrap nor namespaces work.
//!
//! Landlock only ever adds rights beneath a folder, so what is to stay read-only within a writable folder is left out
//! by granting that folder's other entries one by one.

use std::fs;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetStatus, Scope,
};

use crate::helper;
use crate::layout::Layout;
use crate::policy::Access;

/// Rights known to this version of the rules; older kernels enforce those they know.
const VERSION: ABI = ABI::V6;

/// The oldest version that holds: before it files can be emptied wherever they lie.
const REQUIRED: ABI = ABI::V3;

/// Devices that stay writable, and where terminals and shared memory are.
const DEVICES: [&str; 9] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
    "/dev/shm",
];

/// Tries to restrict this process.
pub(crate) fn probe() -> Result<(), String> {
    enter(&helper::harmless())
}

/// Why Landlock cannot hold a layout: it only ever adds rights, so nothing can be taken back from what the base gives.
pub(crate) fn unsupported(layout: &Layout) -> Option<String> {
    if let Some(mount) = layout.mounts.iter().find(|m| m.access == Access::None) {
        return Some(format!("Landlock cannot hide {}", mount.path.display()));
    }
    let closed = layout.mounts.iter().find(|m| m.access != Access::Write);
    let closed = closed.map(|m| &m.path).or(layout.absent.first());
    closed.filter(|_| layout.base == Access::Write).map(|path| {
        format!(
            "Landlock cannot keep {} read-only where everything else may be written",
            path.display()
        )
    })
}

/// Restricts this process, and what it starts, to `layout`, which must be [supported](unsupported).
pub(crate) fn enter(layout: &Layout) -> Result<(), String> {
    let error = |e: &dyn std::fmt::Display| format!("Landlock cannot be used: {e}");
    let mut grants = Vec::new();
    match layout.base {
        Access::None => {}
        base => grants.push((PathBuf::from("/"), rights(base))),
    }
    for device in DEVICES {
        grants.push((device.into(), AccessFs::from_all(VERSION)));
    }
    if layout.base == Access::None {
        grants.push(("/proc".into(), rights(Access::Read)));
    }
    for mount in &layout.mounts {
        match mount.access {
            // What is hidden gets no rights; `unsupported` has seen to it that nothing around it gives any.
            Access::None => {}
            Access::Write => grant_writing(&mount.path, layout, &mut grants),
            // Within a writable folder it is left out of the grants; elsewhere it adds reading.
            Access::Read => grants.push((mount.path.clone(), rights(Access::Read))),
        }
    }
    let mut ruleset: RulesetCreated = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(REQUIRED))
        .map(|r| r.set_compatibility(CompatLevel::BestEffort))
        .and_then(|r| r.handle_access(AccessFs::from_all(VERSION)))
        .and_then(|r| r.scope(Scope::from_all(VERSION)))
        .and_then(|r| r.create())
        .map_err(|e| error(&e))?;
    for (path, rights) in grants {
        // What is gone by now needs no rights.
        let Ok(place) = PathFd::new(&path) else { continue };
        let rights = if path.is_dir() {
            rights
        } else {
            rights & AccessFs::from_file(VERSION)
        };
        ruleset = ruleset
            .add_rule(PathBeneath::new(place, rights))
            .map_err(|e| error(&e))?;
    }
    let status = ruleset.restrict_self().map_err(|e| error(&e))?;
    if status.ruleset == RulesetStatus::NotEnforced {
        return Err(error(&"this kernel does not have it"));
    }
    Ok(())
}

fn rights(access: Access) -> BitFlags<AccessFs> {
    match access {
        Access::None => BitFlags::empty(),
        Access::Read => AccessFs::from_read(VERSION),
        Access::Write => AccessFs::from_all(VERSION),
    }
}

/// Grants writing beneath `folder` but for what is closed again in it.
fn grant_writing(folder: &Path, layout: &Layout, grants: &mut Vec<(PathBuf, BitFlags<AccessFs>)>) {
    let closed = layout
        .mounts
        .iter()
        .filter(|m| m.access != Access::Write)
        .map(|m| m.path.as_path());
    // In a folder shared by everyone anyone else could make those names too, so nobody trusts them there.
    let absent = layout
        .absent
        .iter()
        .map(PathBuf::as_path)
        .filter(|path| !path.parent().is_some_and(is_shared));
    let inside: Vec<&Path> = closed
        .chain(absent)
        .filter(|path| path.starts_with(folder))
        .collect();
    if inside.is_empty() {
        grants.push((folder.to_path_buf(), rights(Access::Write)));
        return;
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
        // A link's target has the rights of its own place.
        if !is_link && !inside.contains(&path.as_path()) {
            grant_writing(&path, layout, grants);
        }
    }
}

/// Whether a folder is a temporary one that all users share.
fn is_shared(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const STICKY_AND_OPEN: u32 = 0o1002;
    folder
        .metadata()
        .is_ok_and(|m| m.permissions().mode() & STICKY_AND_OPEN == STICKY_AND_OPEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Mount;

    fn layout(base: Access, mounts: &[(&str, Access)], absent: &[&str]) -> Layout {
        Layout {
            base,
            mounts: mounts
                .iter()
                .map(|(path, access)| Mount {
                    path: path.into(),
                    access: *access,
                    directory: true,
                })
                .collect(),
            links: Vec::new(),
            absent: absent.iter().map(PathBuf::from).collect(),
        }
    }

    #[test]
    fn what_it_cannot_hold_is_told() {
        use Access::{None, Read, Write};
        for (base, mounts, absent, holds) in [
            (
                Read,
                &[("/w", Write), ("/w/.git", Read)][..],
                &["/w/.codex"][..],
                true,
            ),
            (None, &[("/usr", Read), ("/w", Write)], &[], true),
            (Write, &[], &[], true),
            (Write, &[("/srv", Read)], &[], false),
            (Write, &[], &["/w/.git"], false),
            (Write, &[("/srv", None)], &[], false),
            (Read, &[("/srv", None)], &[], false),
            (Read, &[("/w", Write), ("/w/secret", None)], &[], false),
        ] {
            let layout = layout(base, mounts, absent);
            assert_eq!(unsupported(&layout).is_none(), holds, "{layout:?}");
        }
    }
}
