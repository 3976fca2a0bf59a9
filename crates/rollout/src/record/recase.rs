//! The wire's types as files have them: the same values with names in snake case (kebab case for sandbox policies).

use codex_protocol::{CodexErrorInfo, MemoryCitation, SandboxPolicy};
use serde_json::{Map, Value};

fn snake(name: &str) -> String {
    separated(name, '_')
}

fn separated(name: &str, separator: char) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push(separator);
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        if c == '_' || c == '-' {
            upper = true;
        } else {
            out.push(if std::mem::take(&mut upper) {
                c.to_ascii_uppercase()
            } else {
                c
            });
        }
    }
    out
}

/// Renames the keys of objects at every depth; values stay.
pub(crate) fn rename_keys(value: Value, rename: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(k, v)| (rename(&k), rename_keys(v, rename)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(list) => Value::Array(list.into_iter().map(|v| rename_keys(v, rename)).collect()),
        other => other,
    }
}

/// An error's sort as files have it (`"server_overloaded"`, `{"http_connection_failed": {"http_status_code": …}}`).
pub fn error_info_to_stored(info: &CodexErrorInfo) -> Value {
    match serde_json::to_value(info) {
        Ok(Value::String(tag)) => Value::String(snake(&tag)),
        Ok(other) => rename_keys(other, &snake),
        Err(_) => Value::String("other".to_owned()),
    }
}

/// The wire's sort of an error from what stands in a file; `None` if it is no sort we know.
pub fn error_info_from_stored(stored: &Value) -> Option<CodexErrorInfo> {
    let value = match stored {
        Value::String(tag) => Value::String(camel(tag)),
        other => rename_keys(other.clone(), &camel),
    };
    serde_json::from_value(value).ok()
}

/// A sandbox policy as files and the database have it: `{"type":"workspace-write","writable_roots":[…],…}`.
pub fn sandbox_policy_to_stored(policy: &SandboxPolicy) -> Value {
    let mut value = rename_keys(serde_json::to_value(policy).unwrap_or(Value::Null), &snake);
    if let Value::Object(map) = &mut value {
        let kind = map
            .get("type")
            .and_then(Value::as_str)
            .map(|kind| separated(kind, '-'));
        if kind.as_deref() == Some("read-only") && map.get("network_access") == Some(&Value::Bool(false)) {
            map.remove("network_access");
        }
        if map
            .get("writable_roots")
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        {
            map.remove("writable_roots");
        }
        if let Some(kind) = kind {
            map.insert("type".to_owned(), Value::String(kind));
        }
    }
    value
}

/// A sandbox policy from a file or the database; `None` for what is no policy (the oldest files say `mode` for `type`).
pub fn sandbox_policy_from_stored(stored: &Value) -> Option<SandboxPolicy> {
    let mut value = rename_keys(stored.clone(), &camel);
    let kind = camel(value.get("type")?.as_str()?);
    value
        .as_object_mut()?
        .insert("type".to_owned(), Value::String(kind));
    serde_json::from_value(value).ok()
}

/// `codex_error_info` of an `error` record.
pub(super) mod error_info {
    use super::*;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(info: &Option<CodexErrorInfo>, out: S) -> Result<S::Ok, S::Error> {
        info.as_ref().map(error_info_to_stored).serialize(out)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<CodexErrorInfo>, D::Error> {
        match Option::<Value>::deserialize(from)? {
            None => Ok(None),
            Some(stored) => error_info_from_stored(&stored)
                .map(Some)
                .ok_or_else(|| D::Error::custom("unknown codex_error_info")),
        }
    }
}

/// `sandbox_policy` of a `turn_context`.
pub(super) mod sandbox_policy {
    use super::*;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(policy: &SandboxPolicy, out: S) -> Result<S::Ok, S::Error> {
        sandbox_policy_to_stored(policy).serialize(out)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SandboxPolicy, D::Error> {
        let stored = Value::deserialize(from)?;
        sandbox_policy_from_stored(&stored).ok_or_else(|| D::Error::custom("unknown sandbox_policy"))
    }
}

/// `memory_citation` of an `agent_message`: as on the wire, but for the name of the list of threads.
pub(super) mod memory_citation {
    use codex_protocol::MemoryCitationEntry;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Stored {
        entries: Vec<MemoryCitationEntry>,
        rollout_ids: Vec<String>,
    }

    pub fn serialize<S: Serializer>(citation: &Option<MemoryCitation>, out: S) -> Result<S::Ok, S::Error> {
        let stored = citation.clone().map(|c| Stored {
            entries: c.entries,
            rollout_ids: c.thread_ids,
        });
        stored.serialize(out)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<MemoryCitation>, D::Error> {
        let stored = Option::<Stored>::deserialize(from)?;
        Ok(stored.map(|s| MemoryCitation {
            entries: s.entries,
            thread_ids: s.rollout_ids,
        }))
    }
}
