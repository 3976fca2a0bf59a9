//! `-c key=value`, `--enable`, `--disable`: the command line's part of the configuration.

use toml::{Table, Value};

use crate::features;

/// The flags' layer, in the order in which they count.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    entries: Vec<(String, Value)>,
}

/// Why a flag cannot be used; texts of transport.md §1.1.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum OverrideError {
    /// `-c` without `=`.
    #[error("error parsing -c overrides: Invalid override (missing '='): {0}")]
    MissingEquals(String),
    /// `-c =x`.
    #[error("error parsing -c overrides: Empty key in override: {0}")]
    EmptyKey(String),
    /// `--enable` or `--disable` of something unheard of.
    #[error("Unknown feature flag: {0}")]
    UnknownFeature(String),
}

impl Overrides {
    /// From the texts of all `-c` that count, and the names of all `--enable` and `--disable`, each in order. Features
    /// come after `-c`, enables before disables (transport.md §1.3).
    pub fn from_flags<S: AsRef<str>>(
        config: &[S],
        enable: &[S],
        disable: &[S],
    ) -> Result<Self, OverrideError> {
        let mut entries = config
            .iter()
            .map(|text| parse(text.as_ref()))
            .collect::<Result<Vec<_>, _>>()?;
        for (names, on) in [(enable, true), (disable, false)] {
            for name in names {
                let name = name.as_ref();
                if !features::is_known(name) {
                    return Err(OverrideError::UnknownFeature(name.to_owned()));
                }
                entries.push((format!("features.{name}"), Value::Boolean(on)));
            }
        }
        Ok(Self { entries })
    }

    /// Adds a request's `config` object above the flags (config.md §14). Values are JSON; null becomes the empty string.
    pub fn with_request(&self, config: &serde_json::Map<String, serde_json::Value>) -> Self {
        let mut all = self.clone();
        all.entries
            .extend(config.iter().map(|(k, v)| (k.clone(), json_to_toml(v))));
        all
    }

    /// Sets `key` (dotted) above everything before it.
    pub fn push(&mut self, key: impl Into<String>, value: Value) {
        self.entries.push((key.into(), value));
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The layer: later entries win; a table given for a key replaces what earlier ones set below it.
    pub fn to_table(&self) -> Table {
        let mut root = Table::new();
        for (key, value) in &self.entries {
            set(&mut root, key, value.clone());
        }
        root
    }
}

/// `KEY=VALUE` → the trimmed key and the value: TOML, or else text without the quotes around it (transport.md §1.2).
fn parse(text: &str) -> Result<(String, Value), OverrideError> {
    let (key, value) = text
        .split_once('=')
        .ok_or_else(|| OverrideError::MissingEquals(text.to_owned()))?;
    let (key, value) = (key.trim(), value.trim());
    if key.is_empty() {
        return Err(OverrideError::EmptyKey(text.to_owned()));
    }
    let parsed = toml::from_str::<Table>(&format!("v = {value}"))
        .ok()
        .and_then(|mut t| match t.len() {
            1 => t.remove("v"),
            _ => None,
        });
    let value = parsed.unwrap_or_else(|| Value::String(value.trim_matches(['"', '\'']).to_owned()));
    let key = if key == "use_legacy_landlock" {
        "features.use_legacy_landlock"
    } else {
        key
    };
    Ok((key.to_owned(), value))
}

/// Sets a dotted key; what stands in the way and is no table gives way to one.
fn set(root: &mut Table, key: &str, value: Value) {
    let mut segments = key.split('.').peekable();
    let mut table = root;
    while let Some(segment) = segments.next() {
        if segments.peek().is_none() {
            table.insert(segment.to_owned(), value);
            return;
        }
        let next = table
            .entry(segment.to_owned())
            .or_insert_with(|| Value::Table(Table::new()));
        if !next.is_table() {
            *next = Value::Table(Table::new());
        }
        let Value::Table(inner) = next else { return };
        table = inner;
    }
}

/// A request's JSON as TOML; TOML has no null, which becomes `""`, and no integers above i64, which become floats.
pub(crate) fn json_to_toml(value: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match value {
        Json::Null => Value::String(String::new()),
        Json::Bool(b) => Value::Boolean(*b),
        Json::Number(n) => n
            .as_i64()
            .map_or_else(|| Value::Float(n.as_f64().unwrap_or(f64::NAN)), Value::Integer),
        Json::String(s) => Value::String(s.clone()),
        Json::Array(a) => Value::Array(a.iter().map(json_to_toml).collect()),
        Json::Object(o) => Value::Table(o.iter().map(|(k, v)| (k.clone(), json_to_toml(v))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(config: &[&str], enable: &[&str], disable: &[&str]) -> String {
        toml::to_string(&Overrides::from_flags(config, enable, disable).unwrap().to_table()).unwrap()
    }

    #[test]
    fn values_are_toml_or_else_text_without_quotes() {
        let got = table(
            &["model='x y", "a=b=c", "n= 5", "list=[1, 2]", "e=", "s='q'"],
            &[],
            &[],
        );
        assert_eq!(
            got,
            "a = \"b=c\"\ne = \"\"\nlist = [1, 2]\nmodel = \"x y\"\nn = 5\ns = \"q\"\n"
        );
    }

    #[test]
    fn keys_are_split_at_every_dot_and_quotes_are_letters() {
        let t = Overrides::from_flags(&["projects.\"/x.y\".trust_level=trusted"], &[], &[])
            .unwrap()
            .to_table();
        let projects = t["projects"].as_table().unwrap();
        assert_eq!(
            projects["\"/x"].as_table().unwrap()["y\""]["trust_level"].as_str(),
            Some("trusted")
        );
    }

    #[test]
    fn a_table_replaces_what_was_set_below_it_and_a_deeper_key_extends_it() {
        assert_eq!(
            table(&["t.a=1", "t={b=2}", "t.c=3"], &[], &[]),
            "[t]\nb = 2\nc = 3\n"
        );
    }

    #[test]
    fn features_come_after_c_and_disables_after_enables() {
        let got = table(&["features.goals=false"], &["goals", "apps"], &["apps"]);
        assert_eq!(got, "[features]\napps = false\ngoals = true\n");
    }

    #[test]
    fn faults_are_told_in_the_words_of_the_reference() {
        let fault = |c: &[&str], e: &[&str]| Overrides::from_flags(c, e, &[]).unwrap_err().to_string();
        assert_eq!(
            fault(&["model"], &[]),
            "error parsing -c overrides: Invalid override (missing '='): model"
        );
        assert_eq!(
            fault(&["=x"], &[]),
            "error parsing -c overrides: Empty key in override: =x"
        );
        assert_eq!(fault(&[], &["nope"]), "Unknown feature flag: nope");
    }

    #[test]
    fn a_request_lies_above_the_flags_and_null_is_the_empty_string() {
        let flags = Overrides::from_flags(&["model=f", "t.a=1"], &[], &[]).unwrap();
        let config = serde_json::json!({"model": null, "t.b": 2});
        let t = flags.with_request(config.as_object().unwrap()).to_table();
        assert_eq!(
            toml::to_string(&t).unwrap(),
            "model = \"\"\n\n[t]\na = 1\nb = 2\n"
        );
    }
}
