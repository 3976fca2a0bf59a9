//! Editing `config.toml` as a document: what is not concerned keeps its text (config.md §5).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};

use toml_edit::{Array, Decor, DocumentMut, InlineTable, Item, KeyMut, Table, Value};

use crate::Sources;

/// Why a file could not be edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is no TOML.
    #[error(transparent)]
    Syntax(#[from] toml_edit::TomlError),
    /// It would be no TOML any more, so it was left as it is.
    #[error("{file} was not changed, since it could not be read afterwards: {fault}", file = .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What would be wrong with it.
        fault: toml::de::Error,
    },
}

/// The right to change the user's file, for as long as this lives. Who reads the file in order to change it takes it
/// before reading.
pub(crate) struct Exclusive<'a> {
    _process: MutexGuard<'a, ()>,
    _machine: Option<File>,
}

impl Sources {
    /// Waits until nobody else changes the user's file: no other request, and no other server that shares the file. The
    /// other servers are kept out by a lock on the folder that holds the file, which leaves nothing behind; where the
    /// file system has no locks, they are not.
    pub(crate) fn changing(&self) -> Exclusive<'_> {
        let process = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let target = codex_replace::end_of_links(&self.home.config_file()).ok();
        let folder = target.as_deref().and_then(Path::parent);
        let folder = folder.and_then(|folder| File::open(folder).ok());
        let machine = folder.filter(|folder| match folder.lock() {
            Ok(()) => true,
            Err(error) => {
                tracing::debug!(%error, "the configuration's folder cannot be locked");
                false
            }
        });
        Exclusive {
            _process: process,
            _machine: machine,
        }
    }
}

/// The file's text; a missing file is empty.
pub(crate) fn read(file: &Path) -> std::io::Result<String> {
    match std::fs::read_to_string(file) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        other => other,
    }
}

/// Replaces the file's text ([`codex_replace::replace`]). A text that could not be loaded again is refused.
pub(crate) fn write(_: &Exclusive<'_>, file: &Path, text: &str) -> Result<(), EditError> {
    if let Err(fault) = toml::from_str::<toml::Table>(text) {
        return Err(EditError::Unreadable {
            file: file.to_owned(),
            fault,
        });
    }
    Ok(codex_replace::replace(file, text.as_bytes())?)
}

/// The table under `key` of `parent`, if there is anything under that key. An inline table becomes a standard one, and
/// anything that is no table an empty one, which has no header while there is nothing in it.
pub(crate) fn standard_table<'a>(parent: &'a mut Table, key: &str) -> Option<&'a mut Table> {
    let alone = parent.len() == 1;
    let (mut key, item) = parent.get_key_value_mut(key)?;
    if !item.is_table() {
        let mut table = match std::mem::take(item) {
            Item::Value(Value::InlineTable(inline)) => inline.into_table(),
            _ => implicit(),
        };
        move_comment(&mut key, &mut table, alone);
        *item = Item::Table(table);
    }
    item.as_table_mut()
}

/// A table that has a header only if it holds values.
fn implicit() -> Table {
    let mut table = Table::new();
    table.set_implicit(true);
    table
}

/// Moves what stands before a key, such as a comment, to before the header of the table that is to stand under it: the
/// header's brackets hold the key and its spaces only. `first` says that nothing stands before the header.
fn move_comment(key: &mut KeyMut<'_>, table: &mut Table, first: bool) {
    let decor = key.leaf_decor_mut();
    let before = decor.prefix().and_then(|p| p.as_str()).unwrap_or_default();
    if !before.trim().is_empty() {
        let gap = if first || before.starts_with('\n') {
            ""
        } else {
            "\n"
        };
        table.decor_mut().set_prefix(format!("{gap}{before}"));
    }
    let after = decor.suffix().and_then(|s| s.as_str()).unwrap_or_default();
    *decor = Decor::new("", after);
}

/// Sets the value at a path of keys. Tables are made on the way where there are none; a value that is there already
/// lends its comments to the new one.
pub(crate) fn set(doc: &mut DocumentMut, path: &[&str], value: &toml::Value) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut table = doc.as_table_mut();
    for key in parents {
        if !table.contains_key(key) {
            table.insert(key, Item::Table(implicit()));
        }
        let Some(next) = standard_table(table, key) else {
            return;
        };
        table = next;
    }
    let mut new = to_item(value);
    let alone = table.len() == 1;
    match table.get_key_value_mut(last) {
        Some((mut key, old)) => {
            keep_comments(&mut key, old, &mut new, alone);
            *old = new;
        }
        None => {
            table.insert(last, new);
        }
    }
}

/// Removes what stands at a path of keys, with its comments. Parents stay.
pub(crate) fn clear(doc: &mut DocumentMut, path: &[&str]) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut table = doc.as_table_mut();
    for key in parents {
        if !table.get(key).is_some_and(Item::is_table_like) {
            return;
        }
        let Some(next) = standard_table(table, key) else {
            return;
        };
        table = next;
    }
    table.remove(last);
}

/// A value as it is written anew: tables with headers of their own, keys in alphabetical order.
fn to_item(value: &toml::Value) -> Item {
    match value {
        toml::Value::Table(members) => {
            let mut table = Table::new();
            for (key, value) in sorted(members) {
                table.insert(key, to_item(value));
            }
            Item::Table(table)
        }
        other => Item::Value(to_value(other)),
    }
}

fn to_value(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(s) => s.as_str().into(),
        toml::Value::Integer(i) => (*i).into(),
        toml::Value::Float(f) => (*f).into(),
        toml::Value::Boolean(b) => (*b).into(),
        toml::Value::Datetime(d) => (*d).into(),
        toml::Value::Array(items) => Value::Array(items.iter().map(to_value).collect::<Array>()),
        toml::Value::Table(members) => {
            let mut inline = InlineTable::new();
            for (key, value) in sorted(members) {
                inline.insert(key, to_value(value));
            }
            Value::InlineTable(inline)
        }
    }
}

fn sorted(table: &toml::Table) -> Vec<(&String, &toml::Value)> {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    members
}

/// Hands spacing and comments of what stands under `key` to what replaces it there.
fn keep_comments(key: &mut KeyMut<'_>, old: &Item, new: &mut Item, alone: bool) {
    match (old, new) {
        (Item::Table(old), Item::Table(new)) => {
            if !old.is_dotted() {
                *new.decor_mut() = old.decor().clone();
                new.set_position(old.position());
            }
            for (mut key, item) in new.iter_mut() {
                if let Some((old_key, old_item)) = old.get_key_value(key.get()) {
                    *key.leaf_decor_mut() = old_key.leaf_decor().clone();
                    keep_comments(&mut key, old_item, item, false);
                }
            }
        }
        (_, Item::Table(new)) => move_comment(key, new, alone),
        (Item::Value(old), Item::Value(new)) => *new.decor_mut() = old.decor().clone(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Place;

    fn edited(text: &str, path: &str, value: Option<&str>) -> String {
        let mut doc: DocumentMut = text.parse().unwrap();
        let path: Vec<&str> = path.split('.').collect();
        match value {
            Some(v) => set(
                &mut doc,
                &path,
                &toml::from_str::<toml::Table>(&format!("v = {v}")).unwrap()["v"],
            ),
            None => clear(&mut doc, &path),
        }
        doc.to_string()
    }

    #[test]
    fn a_replaced_value_keeps_its_comment_and_the_rest_its_text() {
        let text = "# head\nmodel   = 'm' # keep\nlist = [ 1,\n 2 ] # l\n";
        let got = edited(text, "model", Some("\"n\""));
        assert_eq!(got, "# head\nmodel   = \"n\" # keep\nlist = [ 1,\n 2 ] # l\n");
        assert_eq!(
            edited(text, "list", Some("[3]")),
            "# head\nmodel   = 'm' # keep\nlist = [3] # l\n"
        );
    }

    #[test]
    fn a_new_table_comes_last_and_a_new_key_at_the_end_of_its_table() {
        let text = "a = 1\n\n[t]\nx = 1\n";
        assert_eq!(edited(text, "b", Some("2")), "a = 1\nb = 2\n\n[t]\nx = 1\n");
        assert_eq!(
            edited(text, "u.v.w", Some("true")),
            "a = 1\n\n[t]\nx = 1\n\n[u.v]\nw = true\n"
        );
        assert_eq!(edited(text, "t.y", Some("2")), "a = 1\n\n[t]\nx = 1\ny = 2\n");
    }

    #[test]
    fn a_removed_table_takes_its_subtables_and_comments_along() {
        let text = "# a\na = 1\n\n# t\n[t]\nx = 1\n[t.u]\ny = 1\n[v]\n";
        assert_eq!(edited(text, "t", None), "# a\na = 1\n[v]\n");
    }

    #[test]
    fn an_inline_table_that_is_changed_takes_its_comment_before_its_header() {
        let text = "model = 'm'\n# c\ntools = { a = 1 } # gone\n# d\nother = 1\n";
        let want = "model = 'm'\n# d\nother = 1\n\n# c\n[tools ]\na = 2\n";
        assert_eq!(edited(text, "tools.a", Some("2")), want);
        assert_eq!(edited(text, "tools", Some("{ a = 2 }")), want);
        let nested = "[projects]\n# the work tree\n\"/x\" = { trust_level = \"trusted\" } # mine\n";
        assert_eq!(
            edited(nested, "projects./x.trust_level", Some("\"untrusted\"")),
            "[projects]\n# the work tree\n[projects.\"/x\" ]\ntrust_level = \"untrusted\"\n"
        );
    }

    /// Wherever comments stand, an edit leaves a file that says what it said but for the edit.
    #[test]
    fn comments_never_make_a_file_unreadable() {
        let texts = [
            "# c\na = { b = { c = 1, d = { e = 2 } }, f = 3 } # t\n# end\n",
            "# h\n[a] # t\n# 1\nb = { c = 1 } # 2\n# 3\nf = [ # 4\n 1, # 5\n]\n# end\n",
            "# 1\na.b.c = 1 # 2\n# 3\na.b.d.e = { x = 1 } # 4\n# 5\na.f = 3\n",
            "# 0\n[ a . b ] # 1\n# 2\n'c' = 1\n# 3\n[a.\"b\".d] # 4\n# 5\ne = 2\n# 6\n[z]\n",
            "# 1\n[[a.f]] # 2\n# 3\nb = { c = 1 }\n# 4\n[[a.f]]\n# 5\n[a.b]\n# 6\nc = { x = 1 } # 7\n",
        ];
        let values = ["7", "{ c = 2 }", "{ d = { e = { x = 4 } } }", "[{ c = 2 }]"];
        for text in texts {
            for path in ["a", "a.b", "a.b.c", "a.b.d", "a.b.d.e", "a.f", "a.g.h"] {
                for value in values.map(Some).into_iter().chain([None]) {
                    let got = edited(text, path, value);
                    let said: toml::Table = toml::from_str(&got)
                        .unwrap_or_else(|e| panic!("{path} = {value:?} in\n{text}gives\n{got}: {e}"));
                    let path: Vec<_> = path.split('.').collect();
                    let found = path
                        .iter()
                        .try_fold(&toml::Value::Table(said), |at, key| at.get(key))
                        .cloned();
                    let wanted = value
                        .map(|v| toml::from_str::<toml::Table>(&format!("v = {v}")).unwrap()["v"].clone());
                    assert_eq!(found, wanted, "{path:?} in\n{text}gives\n{got}");
                }
            }
        }
    }

    #[test]
    fn a_text_that_cannot_be_read_again_is_not_written() {
        let place = Place::new("x = 1\n");
        let exclusive = place.sources.changing();
        let err = write(&exclusive, &place.sources.home.config_file(), "[# c\nx ]\n").unwrap_err();
        assert!(matches!(err, EditError::Unreadable { .. }), "{err}");
        assert_eq!(place.user_text(), "x = 1\n");
    }
}
