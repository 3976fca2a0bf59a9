//! Packs `schema/json` and `schema/typescript` of the workspace into one archive each.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

#[path = "src/pack.rs"]
#[allow(dead_code, reason = "the program itself needs the other half")]
mod pack;

fn main() -> Result<(), Box<dyn Error>> {
    let schema = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../schema");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for kind in ["json", "typescript"] {
        let folder = schema.join(kind);
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = BTreeMap::new();
        collect(&folder, "", &mut files)?;
        fs::write(out.join(kind), pack::pack(&files))?;
    }
    Ok(())
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}
