//! Brings the generated files of the workspace up to date.

use std::fs;

use anyhow::Context;
use anyhow::Result;

fn main() -> Result<()> {
    let workspace = codex_schemagen::workspace();
    let files = codex_schemagen::generate(&workspace)?;
    for path in codex_schemagen::GENERATED {
        let path = workspace.join(path);
        if path.is_dir() {
            fs::remove_dir_all(&path).with_context(|| format!("failed to clear {}", path.display()))?;
        }
    }
    for (path, text) in &files {
        let path = workspace.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("failed to create {}", folder.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("failed to write {}", path.display()))?;
    }
    Ok(())
}
