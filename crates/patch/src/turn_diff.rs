//! All that the patches of one turn changed, as one diff (turns.md §21, `turn/diff/updated`).

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use sha1::{Digest, Sha1};

use crate::grammar::Hunk;
use crate::places;
use crate::unified;
use crate::verify::{Verified, absolute};

/// Remembers what files held before the turn's first patch touched them, and compares with what they hold now.
///
/// Around each patch: [`before`](Self::before), apply it, and when that worked [`after`](Self::after).
/// Without `after` moves are not followed, but nothing else is lost. A new turn takes a new `TurnDiff`.
#[derive(Debug, Default)]
pub struct TurnDiff {
    /// What each touched path held before the turn; None: there was no file.
    before: BTreeMap<PathBuf, Option<File>>,
    /// Where files went: present path → path before the turn.
    moved: BTreeMap<PathBuf, PathBuf>,
    /// Comparisons already made, by both paths. A diff is asked for far more often than files change.
    made: HashMap<(PathBuf, PathBuf), Compared>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    content: Vec<u8>,
    id: String,
    executable: bool,
}

#[derive(Debug)]
struct Compared {
    id: Option<String>,
    executable: bool,
    text: String,
}

/// One entry of the diff: a file then and now, under its names in the diff.
struct Entry<'a> {
    old_name: String,
    new_name: String,
    old: Option<&'a File>,
    new: Option<&'a File>,
}

/// The id git writes for no file.
const NO_ID: &str = "0000000000000000000000000000000000000000";

impl TurnDiff {
    /// Nothing touched yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no patch has touched anything in this turn.
    pub fn is_empty(&self) -> bool {
        self.before.is_empty()
    }

    /// To be called before a patch is applied. Reads the files it will touch, unless an earlier patch already did.
    pub fn before(&mut self, patch: &Verified) {
        for path in patch.touched() {
            self.before
                .entry(path)
                .or_insert_with_key(|path| File::read(path));
        }
    }

    /// To be called after a patch has been applied. Follows the files it moved.
    pub fn after(&mut self, patch: &Verified) {
        for hunk in &patch.patch.hunks {
            let Hunk::Update {
                path,
                move_to: Some(to),
                ..
            } = hunk
            else {
                continue;
            };
            let (from, to) = (absolute(&patch.cwd, path), absolute(&patch.cwd, to));
            if from == to {
                continue;
            }
            let origin = self.moved.remove(&from).unwrap_or(from);
            if origin == to {
                self.moved.remove(&to);
            } else {
                self.moved.insert(to, origin);
            }
        }
    }

    /// The diff as `git diff` would print it, files sorted by their present names: relative to the root of the git
    /// repository a file lies in, else absolute. Reads what the files hold now. What was undone is not in it.
    pub fn render(&mut self) -> String {
        let mut sections: Vec<(String, String)> = Vec::new();
        for (old_path, new_path) in self.pairs() {
            let old = old_path
                .as_ref()
                .and_then(|p| self.before.get(p))
                .and_then(Option::as_ref);
            let new = File::read(&new_path);
            let entry = Entry {
                old_name: name(old_path.as_ref().unwrap_or(&new_path)),
                new_name: name(&new_path),
                old,
                new: new.as_ref(),
            };
            let now = (
                new.as_ref().map(|f| f.id.clone()),
                new.as_ref().is_some_and(|f| f.executable),
            );
            let key = (old_path.clone().unwrap_or_default(), new_path);
            let text = match self.made.get(&key) {
                Some(made) if (&made.id, made.executable) == (&now.0, now.1) => made.text.clone(),
                _ => {
                    let text = entry.print();
                    self.made.insert(
                        key,
                        Compared {
                            id: now.0,
                            executable: now.1,
                            text: text.clone(),
                        },
                    );
                    text
                }
            };
            sections.push((entry.new_name, text));
        }
        sections.sort_by(|a, b| a.0.cmp(&b.0));
        sections.into_iter().map(|(_, text)| text).collect()
    }

    /// What is to be compared: the path before the turn (None: the file is new, its name's old owner is elsewhere) and now.
    fn pairs(&self) -> Vec<(Option<PathBuf>, PathBuf)> {
        let gone: Vec<&PathBuf> = self.moved.values().collect();
        let stayed = self
            .before
            .keys()
            .filter(|path| !self.moved.contains_key(*path))
            .map(|path| {
                let old = (!gone.contains(&path)).then(|| path.clone());
                (old, path.clone())
            });
        self.moved
            .iter()
            .map(|(now, origin)| (Some(origin.clone()), now.clone()))
            .chain(stayed)
            .collect()
    }
}

impl File {
    fn read(path: &Path) -> Option<Self> {
        let (content, metadata) = places::read(path).ok()?;
        let executable = metadata.permissions().mode() & 0o111 != 0;
        Some(File {
            id: blob_id(&content),
            content,
            executable,
        })
    }

    fn mode(&self) -> &'static str {
        if self.executable { "100755" } else { "100644" }
    }
}

impl Entry<'_> {
    fn print(&self) -> String {
        let Entry {
            old_name,
            new_name,
            old,
            new,
        } = self;
        let mut out = format!("diff --git a/{old_name} b/{new_name}\n");
        match (old, new) {
            (None, None) => return String::new(),
            (Some(old), Some(new)) if old.content == new.content => {
                return self.print_same_content(out, old, new);
            }
            (None, Some(new)) => push(&mut out, format_args!("new file mode {}", new.mode())),
            (Some(old), None) => push(&mut out, format_args!("deleted file mode {}", old.mode())),
            (Some(old), Some(new)) => push_modes(&mut out, old, new),
        }
        let id = |file: &Option<&File>| file.map_or(NO_ID, |f| f.id.as_str()).to_owned();
        push(&mut out, format_args!("index {}..{}", id(old), id(new)));
        let (before, after) = (
            old.map_or(&b""[..], |f| &f.content),
            new.map_or(&b""[..], |f| &f.content),
        );
        if before.is_empty() && after.is_empty() {
            return out;
        }
        match old {
            Some(_) => push(&mut out, format_args!("--- a/{old_name}")),
            None => push(&mut out, format_args!("--- /dev/null")),
        }
        match new {
            Some(_) => push(&mut out, format_args!("+++ b/{new_name}")),
            None => push(&mut out, format_args!("+++ /dev/null")),
        }
        match (str::from_utf8(before), str::from_utf8(after)) {
            (Ok(before), Ok(after)) => out.push_str(&unified::hunks(before, after, 3)),
            _ => push(&mut out, format_args!("Binary files differ")),
        }
        out
    }

    /// Only the mode or the name changed, or nothing.
    fn print_same_content(&self, mut out: String, old: &File, new: &File) -> String {
        let renamed = self.old_name != self.new_name;
        if !renamed && old.executable == new.executable {
            return String::new();
        }
        push_modes(&mut out, old, new);
        if renamed {
            push(&mut out, format_args!("similarity index 100%"));
            push(&mut out, format_args!("rename from {}", self.old_name));
            push(&mut out, format_args!("rename to {}", self.new_name));
        }
        out
    }
}

fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{line}");
}

fn push_modes(out: &mut String, old: &File, new: &File) {
    if old.executable != new.executable {
        push(out, format_args!("old mode {}", old.mode()));
        push(out, format_args!("new mode {}", new.mode()));
    }
}

/// A path as the diff names it.
fn name(path: &Path) -> String {
    let root = path.ancestors().skip(1).find(|dir| dir.join(".git").exists());
    root.and_then(|root| path.strip_prefix(root).ok())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The id git gives a file of this content.
fn blob_id(content: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", content.len()));
    hash.update(content);
    hash.finalize()
        .iter()
        .fold(String::with_capacity(40), |mut id, byte| {
            // Writing to a string does not fail.
            let _ = write!(id, "{byte:02x}");
            id
        })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A git repository and the diff of a turn in it.
    struct Turn {
        dir: tempfile::TempDir,
        diff: TurnDiff,
    }

    impl Turn {
        fn new(files: &[(&str, &str)]) -> Self {
            let turn = Turn {
                dir: tempfile::tempdir().expect("a folder"),
                diff: TurnDiff::new(),
            };
            fs::create_dir(turn.dir.path().join(".git")).expect("made");
            for (name, content) in files {
                turn.write(name, content.as_bytes());
            }
            turn
        }

        fn write(&self, name: &str, content: &[u8]) {
            fs::write(self.dir.path().join(name), content).expect("written");
        }

        fn patch(&mut self, body: &str) -> String {
            let patch = crate::parse(&format!("*** Begin Patch\n{body}\n*** End Patch")).expect("a patch");
            let verified = crate::verify(patch, self.dir.path()).expect("it fits");
            self.diff.before(&verified);
            crate::apply(&verified.patch, &verified.cwd, &verified.places).expect("applied");
            self.diff.after(&verified);
            self.diff.render()
        }
    }

    const U: &str = "diff --git a/u.txt b/u.txt\nindex 4cb29ea38f70d7c61b2a3a25b02e3bdf44905402..ddc897f039f57aa91e16efa6dfde386c4255206f\n--- a/u.txt\n+++ b/u.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n";
    const N: &str = "diff --git a/n.txt b/n.txt\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..3e757656cf36eca53338e520d134963a44f793f8\n--- /dev/null\n+++ b/n.txt\n@@ -0,0 +1 @@\n+new\n";
    const M: &str = "diff --git a/n.txt b/m.txt\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..d58ed19c91e09e9cc931ac08e57009004eebcb52\n--- /dev/null\n+++ b/m.txt\n@@ -0,0 +1 @@\n+newer\n";
    const D: &str = "diff --git a/d.txt b/d.txt\ndeleted file mode 100644\nindex b023018cabc396e7692c70bbf5784a93d3f738ab..0000000000000000000000000000000000000000\n--- a/d.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n";

    #[test]
    fn the_diff_is_of_the_whole_turn_and_forgets_what_was_undone() {
        let mut turn = Turn::new(&[("u.txt", "one\ntwo\nthree\n"), ("d.txt", "bye\n")]);
        assert!(turn.diff.is_empty());
        assert_eq!(turn.patch("*** Update File: u.txt\n@@\n-two\n+TWO"), U);
        assert!(!turn.diff.is_empty());
        assert_eq!(turn.patch("*** Add File: n.txt\n+new"), format!("{N}{U}"));
        assert_eq!(
            turn.patch("*** Update File: n.txt\n*** Move to: m.txt\n@@\n-new\n+newer"),
            format!("{M}{U}")
        );
        assert_eq!(turn.patch("*** Delete File: d.txt"), format!("{D}{M}{U}"));
        assert_eq!(
            turn.patch("*** Update File: u.txt\n@@\n-TWO\n+two"),
            format!("{D}{M}")
        );
        assert_eq!(turn.patch("*** Delete File: m.txt"), D);
    }

    #[test]
    fn a_moved_file_is_one_entry_by_its_new_name() {
        let mut turn = Turn::new(&[("n.txt", "x\n"), ("over.txt", "old\n")]);
        let moved = "diff --git a/n.txt b/over.txt\nindex 587be6b4c3f93f93c489c0111bba5596147a26cb..975fbec8256d3e8a3797e7a3611380f27c49f4ac\n--- a/n.txt\n+++ b/over.txt\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(
            turn.patch("*** Update File: n.txt\n*** Move to: over.txt\n@@\n-x\n+y"),
            moved
        );
        let again = "diff --git a/n.txt b/n.txt\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..587be6b4c3f93f93c489c0111bba5596147a26cb\n--- /dev/null\n+++ b/n.txt\n@@ -0,0 +1 @@\n+x\n";
        assert_eq!(turn.patch("*** Add File: n.txt\n+x"), format!("{again}{moved}"));
    }

    #[test]
    fn a_file_moved_there_and_back_is_where_it_was() {
        let mut turn = Turn::new(&[("a", "x\n")]);
        assert_eq!(
            turn.patch("*** Update File: a\n*** Move to: b\n@@\n x"),
            "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n"
        );
        assert_eq!(turn.patch("*** Update File: b\n*** Move to: a\n@@\n x"), "");
    }

    #[test]
    fn what_commands_do_to_a_patched_file_shows() {
        let mut turn = Turn::new(&[("u.txt", "one\ntwo\nthree\n")]);
        assert_eq!(turn.patch("*** Add File: a\n+x"), turn.diff.render());
        turn.write("a", b"\xff");
        turn.write("other", b"x");
        let path = turn.dir.path().join("a");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("set");
        assert_eq!(
            turn.diff.render(),
            format!(
                "diff --git a/a b/a\nnew file mode 100755\nindex {NO_ID}..{}\n--- /dev/null\n+++ b/a\nBinary files differ\n",
                blob_id(b"\xff")
            )
        );
        fs::remove_file(path).expect("removed");
        assert_eq!(turn.diff.render(), "");
    }

    #[test]
    fn a_patched_file_that_has_become_a_pipe_is_gone() {
        let mut turn = Turn::new(&[]);
        turn.patch("*** Add File: a\n+x");
        let path = turn.dir.path().join("a");
        fs::remove_file(&path).expect("removed");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).expect("made");
        assert_eq!(turn.diff.render(), "");
    }

    #[test]
    fn a_change_of_mode_shows() {
        let mut turn = Turn::new(&[("a", "x\n")]);
        fs::set_permissions(turn.dir.path().join("a"), fs::Permissions::from_mode(0o755)).expect("set");
        turn.patch("*** Update File: a\n@@\n-x\n+y");
        fs::set_permissions(turn.dir.path().join("a"), fs::Permissions::from_mode(0o644)).expect("set");
        assert!(
            turn.diff
                .render()
                .starts_with("diff --git a/a b/a\nold mode 100755\nnew mode 100644\nindex 587be6b")
        );
        turn.write("a", b"x\n");
        assert_eq!(
            turn.diff.render(),
            "diff --git a/a b/a\nold mode 100755\nnew mode 100644\n"
        );
    }

    #[test]
    fn an_empty_file_has_no_hunks() {
        let mut turn = Turn::new(&[]);
        assert_eq!(
            turn.patch("*** Add File: empty"),
            format!(
                "diff --git a/empty b/empty\nnew file mode 100644\nindex {NO_ID}..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n"
            )
        );
    }

    #[test]
    fn outside_a_repository_paths_are_absolute() {
        let mut turn = Turn::new(&[("u.txt", "one\ntwo\nthree\n")]);
        fs::remove_dir(turn.dir.path().join(".git")).expect("removed");
        let path = turn.dir.path().join("u.txt").display().to_string();
        assert_eq!(
            turn.patch("*** Update File: u.txt\n@@\n-two\n+TWO"),
            U.replace("u.txt", &path)
        );
    }
}
