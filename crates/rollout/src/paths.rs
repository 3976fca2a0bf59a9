//! Where histories lie: names, folders, scans (persistence.md §2).

use std::ffi::{CString, OsStr};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::writer::{Hold, WriteError};

/// Folder of the active histories, below CODEX_HOME.
pub const SESSIONS: &str = "sessions";
/// Folder of the archived ones.
pub const ARCHIVED: &str = "archived_sessions";

/// Which of the two folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// `sessions/YYYY/MM/DD/`
    Active,
    /// `archived_sessions/`
    Archived,
}

/// A history that a scan found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// The time in its name, taken as UTC.
    pub name_time: Timestamp,
    /// The id in its name (that in its head wins).
    pub id: Uuid,
}

/// Where the history of a thread created now is put: folder and name carry the moment in the local time zone.
pub fn rollout_path(home: &Path, id: Uuid, created: Timestamp) -> PathBuf {
    rollout_path_in(home, id, created, TimeZone::system())
}

/// The same in a given time zone.
pub fn rollout_path_in(home: &Path, id: Uuid, created: Timestamp, zone: TimeZone) -> PathBuf {
    let at = created.to_zoned(zone);
    home.join(SESSIONS)
        .join(at.strftime("%Y").to_string())
        .join(at.strftime("%m").to_string())
        .join(at.strftime("%d").to_string())
        .join(format!("rollout-{}-{id}.jsonl", at.strftime("%Y-%m-%dT%H-%M-%S")))
}

/// A time as names have it, `YYYY-MM-DDThh-mm-ss`, taken as UTC.
pub fn parse_name_time(text: &str) -> Option<Timestamp> {
    if text.len() != 19 {
        return None;
    }
    let at = DateTime::strptime("%Y-%m-%dT%H-%M-%S", text).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Time (taken as UTC) and id of a history's name; `None` for other names.
pub fn parse_name(name: &OsStr) -> Option<(Timestamp, Uuid)> {
    let core = name.to_str()?.strip_prefix("rollout-")?.strip_suffix(".jsonl")?;
    // <time>-<uuid>, both of fixed length
    let (time, id) = (core.get(..19)?, core.get(20..)?);
    if core.as_bytes()[19] != b'-' || id.len() != 36 {
        return None;
    }
    Some((parse_name_time(time)?, Uuid::try_parse(id).ok()?))
}

/// Which shelf a path below `home` lies on; `None` for other places.
pub fn shelf_of(home: &Path, path: &Path) -> Option<Shelf> {
    let mut parts = path.strip_prefix(home).ok()?.components();
    match parts.next()?.as_os_str().to_str()? {
        SESSIONS => Some(Shelf::Active),
        ARCHIVED => Some(Shelf::Archived),
        _ => None,
    }
}

/// The folders of days that hold active histories, newest first: `(year, month, day, path)`.
pub fn day_folders(home: &Path) -> io::Result<Vec<PathBuf>> {
    let mut days = Vec::new();
    for year in numbered(&home.join(SESSIONS))? {
        for month in numbered(&year)? {
            days.extend(numbered(&month)?);
        }
    }
    Ok(days)
}

/// Sub-folders with names of digits, the greatest number first. A folder that is not there has none.
fn numbered(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in entries(folder)? {
        let name = entry.file_name();
        let Some(number) = name
            .to_str()
            .filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
        else {
            continue;
        };
        let (Ok(number), Ok(kind)) = (number.parse::<u32>(), entry.file_type()) else {
            continue;
        };
        if kind.is_dir() {
            out.push((number, entry.path()));
        }
    }
    out.sort_unstable_by(|a, b| b.cmp(a));
    Ok(out.into_iter().map(|(_, path)| path).collect())
}

/// The histories directly in a folder, newest name first.
pub fn files_in(folder: &Path) -> io::Result<Vec<Found>> {
    let mut out = Vec::new();
    for entry in entries(folder)? {
        let Some((name_time, id)) = parse_name(&entry.file_name()) else {
            continue;
        };
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            out.push(Found {
                path: entry.path(),
                name_time,
                id,
            });
        }
    }
    out.sort_unstable_by_key(|found| std::cmp::Reverse((found.name_time, found.id)));
    Ok(out)
}

fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        // An entry that cannot be read costs that entry.
        Ok(entries) => Ok(entries.filter_map(Result::ok).collect()),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        Err(e) => Err(e),
    }
}

/// All histories of a shelf, newest first as far as the folders go (files of one folder by the time in their names). Folders
/// are read one at a time, as the iterator gets to them; one that cannot be read is left out.
pub fn scan(home: &Path, shelf: Shelf) -> io::Result<impl Iterator<Item = Found> + use<>> {
    let folders = match shelf {
        Shelf::Active => day_folders(home)?,
        Shelf::Archived => vec![home.join(ARCHIVED)],
    };
    Ok(folders.into_iter().flat_map(|folder| {
        files_in(&folder).unwrap_or_else(|error| {
            tracing::warn!(folder = %folder.display(), %error, "cannot read a folder of histories");
            Vec::new()
        })
    }))
}

/// The history whose name carries this id, on the shelves given, in their order.
pub fn find_by_id(home: &Path, id: Uuid, shelves: &[Shelf]) -> io::Result<Option<PathBuf>> {
    for &shelf in shelves {
        if shelf == Shelf::Active
            && let Some(path) = find_near_creation(home, id)
        {
            return Ok(Some(path));
        }
        if let Some(found) = scan(home, shelf)?.find(|found| found.id == id) {
            return Ok(Some(found.path));
        }
    }
    Ok(None)
}

/// Ids of version 7 tell when they were made, so their file's folder is one of the days around.
fn find_near_creation(home: &Path, id: Uuid) -> Option<PathBuf> {
    let (seconds, _) = id.get_timestamp()?.to_unix();
    let made = Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    for days in [0i64, -1, 1] {
        let day = made
            .checked_add(jiff::SignedDuration::from_hours(24 * days))
            .ok()?
            .to_zoned(TimeZone::UTC);
        let folder = home.join(SESSIONS).join(day.strftime("%Y/%m/%d").to_string());
        if let Some(found) = files_in(&folder).ok()?.into_iter().find(|found| found.id == id) {
            return Some(found.path);
        }
    }
    None
}

/// Moves a history to the archive: the same name, flat. Returns its new path. An error when a turn of any process is being
/// written to it, or when the archive has a history of that name.
pub fn archive(home: &Path, path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = home.join(ARCHIVED);
    fs::create_dir_all(&folder)?;
    let to = folder.join(name);
    move_free(path, &to)?;
    Ok(to)
}

/// Moves a history back to the folder of the day in its name, and makes it the most recently changed. Returns its new path.
/// Errors are those of [`archive`].
pub fn unarchive(home: &Path, path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let (time, _) = parse_name(name).ok_or(io::ErrorKind::InvalidInput)?;
    let folder = home
        .join(SESSIONS)
        .join(time.to_zoned(TimeZone::UTC).strftime("%Y/%m/%d").to_string());
    fs::create_dir_all(&folder)?;
    let to = folder.join(name);
    move_free(path, &to)?;
    if let Ok(file) = fs::File::options().append(true).open(&to) {
        let _ = file.set_modified(std::time::SystemTime::now());
    }
    Ok(to)
}

/// Moves a history that nobody is writing a turn to, and overwrites nothing.
fn move_free(from: &Path, to: &Path) -> io::Result<()> {
    let hold = match Hold::take(from) {
        Ok(hold) => Some(hold),
        Err(error @ WriteError::InUse { .. }) => {
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, error));
        }
        // One that cannot be written can be moved all the same.
        Err(_) => None,
    };
    let moved = rename_new(from, to).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            let message = format!("{} is in the way: a history of that name exists", to.display());
            io::Error::new(error.kind(), message)
        }
        _ => error,
    });
    drop(hold);
    moved
}

/// Renames a file to a name that is not taken.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    let (old, new) = (c_path(from)?, c_path(to)?);
    // SAFETY: both pointers are to strings that live through the call.
    let done = unsafe {
        libc::renameat2(
            libc::AT_FDCWD,
            old.as_ptr(),
            libc::AT_FDCWD,
            new.as_ptr(),
            libc::RENAME_NOREPLACE,
        )
    };
    if done == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        // Not every file system can.
        Some(libc::EINVAL | libc::ENOSYS | libc::EOPNOTSUPP) => link_new(from, to),
        _ => Err(error),
    }
}

/// The same by way of a second name, which is not given either when it is taken.
fn link_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists || to.try_exists()? => Err(error),
        // No second names here: looking first is the best there is.
        Err(_) => fs::rename(from, to),
    }
}

fn c_path(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}

#[cfg(test)]
mod tests;
