//! Writes what is derived from the protocol's types and table of methods: the JSON Schema, the
//! TypeScript and the reference page.
//!
//! It reads the sources of `codex-protocol` rather than reflecting its types, so neither the
//! library nor the shipped program pays for it. Its output is checked in under `schema/` and
//! `docs/`; `cargo run -p codex-schemagen` brings it up to date.

pub mod attrs;
pub mod case;
pub mod edition;
pub mod json;
mod json_files;
pub mod layout;
pub mod model;
mod reference;
pub mod source;
pub mod table;
pub mod typescript;
mod typescript_files;
mod unbuilt;
mod writers;

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use anyhow::Result;

pub use edition::Edition;

/// Files by their paths, parted by slashes.
pub type Tree = BTreeMap<String, String>;

/// The folders and files that are generated as a whole, relative to the workspace.
pub const GENERATED: &[&str] = &["schema/json", "schema/typescript", "docs/protocol.md"];

/// The workspace this tool was built in.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The types of the protocol as the sources in `workspace` declare them.
pub fn read_model(workspace: &Path) -> Result<model::Model> {
    source::read(&workspace.join("crates/protocol/src"))
}

/// Everything generated, by path relative to `workspace`.
pub fn generate(workspace: &Path) -> Result<Tree> {
    let mut out = Tree::new();
    let described = read_model(workspace)?;
    let model = with_bare_types(described.clone());
    for edition in [Edition::Stable, Edition::Experimental] {
        let mut json = Tree::new();
        json_files::write(&model, edition, &mut json);
        let mut typescript = Tree::new();
        typescript_files::write(&edition.apply(model.clone()), edition, &mut typescript);
        for (kind, files) in [("json", json), ("typescript", typescript)] {
            let files = files.into_iter();
            out.extend(
                files.map(|(path, text)| (format!("schema/{kind}/{}/{path}", edition.folder()), text)),
            );
        }
    }
    let unbuilt = unbuilt::read(workspace)?;
    out.insert("docs/protocol.md".into(), reference::page(&described, &unbuilt));
    Ok(out)
}

/// The types without the descriptions of those that generated files leave bare.
fn with_bare_types(mut model: model::Model) -> model::Model {
    for name in layout::BARE {
        if let Some(def) = model.types.get_mut(*name) {
            def.doc.clear();
            if let model::Body::Enum { variants, .. } = &mut def.body {
                variants.iter_mut().for_each(|variant| variant.doc.clear());
            }
        }
    }
    model
}
