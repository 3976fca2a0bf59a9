//! The JSON Schema and the TypeScript of the protocol, as `codex app-server generate-json-schema`
//! and `generate-ts` write them (transport.md §12).
//!
//! The files themselves are made by `codex-schemagen` and checked in under `schema/`; here they are
//! packed into the program and unpacked into the user's folder.

#[allow(dead_code, reason = "the build script needs the other half")]
mod pack;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitStatus;

static JSON: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/json"));
static TYPESCRIPT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/typescript"));

const HEADER: &str = "// GENERATED CODE! DO NOT MODIFY BY HAND!\n\n";

/// Why the files could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder to write to cannot be made.
    #[error("Failed to create output directory {}", .0.display())]
    CreateFolder(PathBuf, #[source] io::Error),
    /// A file or folder cannot be read.
    #[error("Failed to read {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// A file cannot be written.
    #[error("Failed to write {}", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// Prettier cannot be started.
    #[error("Failed to invoke Prettier at {}", .0.display())]
    StartPrettier(PathBuf, #[source] io::Error),
    /// Prettier did not like what it saw.
    #[error("Prettier failed with status {0}")]
    Prettier(ExitStatus),
    /// The files in the program are damaged.
    #[error("the schema files in this program are damaged")]
    Damaged,
}

/// Writes the JSON Schema files into folder `out`, which is created if need be. With `experimental`,
/// what needs the `experimentalApi` capability is part of them.
pub fn generate_json_schema(out: &Path, experimental: bool) -> Result<(), Error> {
    write_files(JSON, out, experimental)
}

/// Writes the TypeScript files into folder `out`, which is created if need be, and has the program
/// `prettier` format them, if one is given. With `experimental`, what needs the `experimentalApi`
/// capability is part of them.
///
/// Other `.ts` files in `out` take part: they get the header and a line in the index.
pub fn generate_ts(out: &Path, experimental: bool, prettier: Option<&Path>) -> Result<(), Error> {
    write_files(TYPESCRIPT, out, experimental)?;
    let files = typescript_files(out)?;
    for file in &files {
        add_header(file)?;
    }
    write_index(out, "export * as v2 from \"./v2\";\n")?;
    write_index(&out.join("v2"), "")?;
    if let Some(prettier) = prettier {
        format(prettier, &files)?;
    }
    Ok(())
}

fn write_files(archive: &[u8], out: &Path, experimental: bool) -> Result<(), Error> {
    create_folder(out)?;
    let edition = if experimental { "experimental/" } else { "stable/" };
    for (path, text) in pack::unpack(archive).ok_or(Error::Damaged)? {
        let Some(path) = path.strip_prefix(edition) else {
            continue;
        };
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            create_folder(folder)?;
        }
        write(&path, &text)?;
    }
    Ok(())
}

fn create_folder(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| Error::CreateFolder(folder.to_owned(), error))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|error| Error::Write(path.to_owned(), error))
}

/// The `.ts` files in `folder` and below, in the order of their paths.
fn typescript_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for path in entries(&folder)? {
            if path.is_dir() {
                open.push(path);
            } else if path.extension() == Some(OsStr::new("ts")) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let listed = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    listed.map_err(|error| Error::Read(folder.to_owned(), error))
}

fn add_header(file: &Path) -> Result<(), Error> {
    let text = fs::read_to_string(file).map_err(|error| Error::Read(file.to_owned(), error))?;
    if text.starts_with(HEADER) {
        return Ok(());
    }
    write(file, &format!("{HEADER}{text}"))
}

/// Writes the index of the types in `folder`, each in the file of its name. Files whose name cannot
/// be that of a type are passed over.
fn write_index(folder: &Path, last: &str) -> Result<(), Error> {
    let mut names: Vec<String> = entries(folder)?
        .iter()
        .filter(|path| path.extension() == Some(OsStr::new("ts")))
        .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
        .filter(|name| name != "index" && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$'))
        .collect();
    names.sort();
    let mut text = HEADER.to_owned();
    for name in names {
        text.push_str(&format!("export type {{ {name} }} from \"./{name}\";\n"));
    }
    text.push_str(last);
    write(&folder.join("index.ts"), &text)
}

fn format(prettier: &Path, files: &[PathBuf]) -> Result<(), Error> {
    let status = Command::new(prettier)
        .args(["--write", "--log-level", "warn"])
        .args(files)
        .status()
        .map_err(|error| Error::StartPrettier(prettier.to_owned(), error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Prettier(status))
    }
}
