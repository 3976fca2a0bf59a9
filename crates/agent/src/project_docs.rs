//! The instructions that a home and a project give: `AGENTS.md` and its kin, read once when a thread starts
//! (turns.md §10, agent.md §11.2).

use std::path::{Path, PathBuf};

const NAMES: [&str; 2] = ["AGENTS.override.md", "AGENTS.md"];
const SEPARATOR: &str = "\n\n--- project-doc ---\n\n";

/// What configuration says about project documents.
#[derive(Debug, Clone)]
pub struct DocOptions {
    /// Bytes of project documents over all files; 0 leaves them out.
    pub max_bytes: usize,
    /// Further file names, tried after the built-in ones.
    pub fallback_names: Vec<String>,
    /// Names whose presence marks a project's root; empty: only the working directory counts.
    pub root_markers: Vec<String>,
}

impl Default for DocOptions {
    fn default() -> Self {
        DocOptions {
            max_bytes: 32 * 1024,
            fallback_names: Vec::new(),
            root_markers: vec![".git".into()],
        }
    }
}

/// The documents in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectDocs {
    /// Their text, None when there is nothing to say.
    pub text: Option<String>,
    /// The files in use, home first; blank and cut ones count too.
    pub sources: Vec<PathBuf>,
}

/// Reads the documents of `home` and of the project around `cwd`.
pub fn load(home: &Path, cwd: &Path, options: &DocOptions) -> ProjectDocs {
    let mut sources = Vec::new();
    let mut own = None;
    for name in NAMES {
        let path = home.join(name);
        let Some(text) = read_lossy(&path) else { continue };
        if !text.trim().is_empty() {
            own = Some(text.trim().to_owned());
            sources.push(path);
            break;
        }
    }
    let project = project_text(cwd, options, &mut sources);
    let text = match (own, project) {
        (Some(own), Some(project)) => Some(format!("{own}{SEPARATOR}{project}")),
        (own, project) => own.or(project),
    };
    ProjectDocs { text, sources }
}

fn project_text(cwd: &Path, options: &DocOptions, sources: &mut Vec<PathBuf>) -> Option<String> {
    if options.max_bytes == 0 {
        return None;
    }
    let mut left = options.max_bytes;
    let mut texts = Vec::new();
    for folder in folders(cwd, &options.root_markers) {
        let names = NAMES.iter().copied().chain(
            options
                .fallback_names
                .iter()
                .map(String::as_str)
                .filter(|n| !n.is_empty()),
        );
        let Some(path) = names.map(|name| folder.join(name)).find(|path| path.is_file()) else {
            continue;
        };
        let Ok(bytes) = std::fs::read(&path) else { continue };
        sources.push(path);
        if left == 0 || bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let kept = &bytes[..bytes.len().min(left)];
        left -= kept.len();
        texts.push(String::from_utf8_lossy(kept).into_owned());
    }
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// The folders from the project's root down to `cwd`.
fn folders(cwd: &Path, markers: &[String]) -> Vec<PathBuf> {
    let here = cwd.canonicalize().unwrap_or_else(|_| cwd.to_owned());
    let root = here
        .ancestors()
        .find(|folder| markers.iter().any(|marker| folder.join(marker).exists()));
    let Some(root) = root else { return vec![here] };
    let mut folders: Vec<PathBuf> = here
        .ancestors()
        .take_while(|folder| *folder != root)
        .map(Path::to_owned)
        .collect();
    folders.push(root.to_owned());
    folders.reverse();
    folders
}

fn read_lossy(path: &Path) -> Option<String> {
    std::fs::read(path)
        .ok()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(root: &Path, name: &str, text: &str) {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
        std::fs::write(path, text).expect("file");
    }

    #[test]
    fn home_comes_first_and_project_documents_go_from_the_root_down() {
        let dir = tempfile::tempdir().expect("tempdir");
        put(dir.path(), "home/AGENTS.md", "global rules\n");
        put(dir.path(), "work/.git/HEAD", "x");
        put(dir.path(), "work/AGENTS.md", "project rules\n");
        put(dir.path(), "work/sub/AGENTS.md", "sub rules\n");
        let docs = load(
            &dir.path().join("home"),
            &dir.path().join("work/sub"),
            &DocOptions::default(),
        );
        assert_eq!(
            docs.text.as_deref(),
            Some("global rules\n\n--- project-doc ---\n\nproject rules\n\n\nsub rules\n")
        );
        assert_eq!(docs.sources.len(), 3);
    }

    #[test]
    fn without_a_root_only_the_working_directory_counts() {
        let dir = tempfile::tempdir().expect("tempdir");
        put(dir.path(), "AGENTS.md", "above");
        put(dir.path(), "sub/AGENTS.md", "here");
        let options = DocOptions {
            root_markers: Vec::new(),
            ..DocOptions::default()
        };
        assert_eq!(
            load(Path::new("/none"), &dir.path().join("sub"), &options)
                .text
                .as_deref(),
            Some("here")
        );
    }

    #[test]
    fn the_limit_cuts_by_bytes_and_zero_turns_project_documents_off() {
        let dir = tempfile::tempdir().expect("tempdir");
        put(dir.path(), ".git/HEAD", "x");
        put(dir.path(), "AGENTS.md", "abcdef");
        let limited = |max_bytes| {
            load(
                Path::new("/none"),
                dir.path(),
                &DocOptions {
                    max_bytes,
                    ..DocOptions::default()
                },
            )
        };
        assert_eq!(limited(3).text.as_deref(), Some("abc"));
        assert_eq!(limited(0), ProjectDocs::default());
    }
}
