//! Laying tables over each other, and the fingerprint of a table.

use sha2::{Digest as _, Sha256};
use toml::{Table, Value};

/// Lays `over` over `base`: tables are joined member by member, every other value is replaced whole.
pub(crate) fn overlay(base: &mut Table, over: &Table) {
    for (key, value) in over {
        match (base.get_mut(key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => overlay(below, above),
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Calls `leaf` with the dotted path of every value that is no table and no array; arrays are entered by index.
pub(crate) fn for_each_leaf(table: &Table, leaf: &mut impl FnMut(&str)) {
    fn walk(path: &mut String, value: &Value, leaf: &mut impl FnMut(&str)) {
        let len = path.len();
        let mut enter = |path: &mut String, key: &str, value: &Value| {
            if len > 0 {
                path.push('.');
            }
            path.push_str(key);
            walk(path, value, leaf);
            path.truncate(len);
        };
        match value {
            Value::Table(t) => t.iter().for_each(|(k, v)| enter(path, k, v)),
            Value::Array(a) => a
                .iter()
                .enumerate()
                .for_each(|(i, v)| enter(path, &i.to_string(), v)),
            _ => leaf(path),
        }
    }
    for (key, value) in table {
        walk(&mut key.clone(), value, leaf);
    }
}

/// A value as JSON. A date becomes what serde makes of it, which is what the reference digests and shows.
pub(crate) fn to_json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::String(s) => Json::String(s.clone()),
        Value::Integer(i) => Json::from(*i),
        Value::Float(f) => serde_json::Number::from_f64(*f).map_or(Json::Null, Json::Number),
        Value::Boolean(b) => Json::Bool(*b),
        Value::Datetime(d) => serde_json::json!({ "$__toml_private_datetime": d.to_string() }),
        Value::Array(a) => Json::Array(a.iter().map(to_json).collect()),
        Value::Table(t) => table_to_json(t),
    }
}

/// A table as a JSON object with sorted keys.
pub(crate) fn table_to_json(table: &Table) -> serde_json::Value {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by_key(|(k, _)| *k);
    serde_json::Value::Object(
        members
            .into_iter()
            .map(|(k, v)| (k.clone(), to_json(v)))
            .collect(),
    )
}

/// The version of a table's content: the digest of its JSON with sorted keys and no blanks (config.md §2).
pub(crate) fn version(table: &Table) -> String {
    let digest = Sha256::digest(table_to_json(table).to_string().as_bytes());
    let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn tables_join_and_arrays_are_replaced() {
        let mut base = table("a = 1\nl = [1, 2]\n[t]\nx = 1\ny = 1");
        overlay(&mut base, &table("l = [3]\n[t]\ny = 2\n[n]\nz = 1"));
        assert_eq!(base, table("a = 1\nl = [3]\nt = { x = 1, y = 2 }\nn = { z = 1 }"));
    }

    #[test]
    fn the_version_is_of_the_content_alone() {
        let empty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(version(&Table::new()), empty);
        assert_eq!(version(&table("b = 1\na = 2 # c")), version(&table("a=2\nb=1")));
    }

    #[test]
    fn leaves_are_named_by_dots_and_indexes() {
        let mut seen = Vec::new();
        for_each_leaf(
            &table("a = [1, { b = 2 }]\ne = []\n[p.\"/x.y\"]\nt = 1"),
            &mut |p| seen.push(p.to_owned()),
        );
        seen.sort();
        assert_eq!(seen, ["a.0", "a.1.b", "p./x.y.t"]);
    }
}
