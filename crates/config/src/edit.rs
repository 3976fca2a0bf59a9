//! Editing `config.toml` as a document: what is not concerned keeps its text (config.md §5).

use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

/// Why a file could not be edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is no TOML.
    #[error(transparent)]
    Syntax(#[from] toml_edit::TomlError),
}

/// The file's text; a missing file is empty.
pub(crate) fn read(file: &Path) -> std::io::Result<String> {
    match std::fs::read_to_string(file) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        other => other,
    }
}

/// Replaces the file's text ([`codex_replace::replace`]).
pub(crate) fn write(file: &Path, text: &str) -> Result<(), EditError> {
    Ok(codex_replace::replace(file, text.as_bytes())?)
}

/// Turns an inline table into a standard one; anything that is no table becomes an empty one.
pub(crate) fn make_standard_table(item: &mut Item) {
    if item.is_table() {
        return;
    }
    let old = std::mem::take(item);
    *item = Item::Table(match old {
        Item::Value(Value::InlineTable(inline)) => inline.into_table(),
        _ => Table::new(),
    });
}

/// Sets the value at a path of keys. Tables are made on the way where there are none; a value that is there already
/// lends its comments to the new one.
pub(crate) fn set(doc: &mut DocumentMut, path: &[&str], value: &toml::Value) {
    let Some((last, parents)) = path.split_last() else {
        return;
    };
    let mut table = doc.as_table_mut();
    for key in parents {
        let item = table.entry(key).or_insert_with(|| {
            let mut made = Table::new();
            made.set_implicit(true);
            Item::Table(made)
        });
        make_standard_table(item);
        let Item::Table(next) = item else { return };
        table = next;
    }
    let mut new = to_item(value);
    match table.get_mut(last) {
        Some(old) => {
            keep_comments(old, &mut new);
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
        let Some(item) = table.get_mut(key) else { return };
        if !item.is_table_like() {
            return;
        }
        make_standard_table(item);
        let Item::Table(next) = item else { return };
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

/// Hands spacing and comments of what is replaced to what replaces it.
fn keep_comments(old: &Item, new: &mut Item) {
    match (old, new) {
        (Item::Table(old), Item::Table(new)) => {
            if !old.is_dotted() {
                *new.decor_mut() = old.decor().clone();
                new.set_position(old.position());
            }
            for (mut key, item) in new.iter_mut() {
                if let Some((old_key, old_item)) = old.get_key_value(key.get()) {
                    keep_comments(old_item, item);
                    *key.leaf_decor_mut() = old_key.leaf_decor().clone();
                }
            }
        }
        (Item::Value(old), Item::Value(new)) => *new.decor_mut() = old.decor().clone(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
