//! The checks of tools that a client brings along (threads.md §2.3).

use std::collections::HashSet;

use codex_protocol::DynamicToolSpec;
use serde_json::Value;

/// Finds the first fault, tool by tool in the order of the list.
pub fn check(tools: &[DynamicToolSpec]) -> Result<(), String> {
    let mut seen = HashSet::new();
    for tool in tools {
        let (name, namespace) = (tool.name.as_str(), tool.namespace.as_deref());
        check_name(name, "dynamic tool name", "")?;
        if let Some(namespace) = namespace {
            check_namespace(name, namespace)?;
        }
        if !seen.insert((namespace, name)) {
            return Err(match namespace {
                None => format!("duplicate dynamic tool name: {name}"),
                Some(namespace) => format!("duplicate dynamic tool name in namespace {namespace}: {name}"),
            });
        }
        if tool.defer_loading && namespace.is_none() {
            return Err(format!("deferred dynamic tool must include a namespace: {name}"));
        }
        check_schema(&tool.input_schema)
            .map_err(|reason| format!("dynamic tool input schema is not supported for {name}: {reason}"))?;
    }
    Ok(())
}

fn check_name(name: &str, what: &str, of: &str) -> Result<(), String> {
    let trimmed = name.trim();
    if trimmed.is_empty() {
        return Err(format!("{what} must not be empty{of}"));
    }
    if trimmed != name {
        return Err(format!("{what} has leading/trailing whitespace: {trimmed}"));
    }
    if is_reserved(name) {
        return Err(format!("{what} is reserved: {name}"));
    }
    Ok(())
}

fn check_namespace(name: &str, namespace: &str) -> Result<(), String> {
    let trimmed = namespace.trim();
    if trimmed.is_empty() {
        return Err(format!("dynamic tool namespace must not be empty for {name}"));
    }
    if trimmed != namespace {
        return Err(format!(
            "dynamic tool namespace has leading/trailing whitespace for {name}: {trimmed}"
        ));
    }
    if is_reserved(namespace) {
        return Err(format!(
            "dynamic tool namespace is reserved for {name}: {namespace}"
        ));
    }
    Ok(())
}

fn is_reserved(name: &str) -> bool {
    name == "mcp" || name.starts_with("mcp__")
}

fn check_schema(schema: &Value) -> Result<(), String> {
    let unexpected = match schema {
        Value::Object(members) if members.get("type").is_some_and(|t| t == "null") => {
            return Err("tool input schema must not be a singleton null type".into());
        }
        Value::Object(_) => return Ok(()),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("boolean `{value}`"),
        Value::Number(value) if value.is_f64() => format!("floating point `{value}`"),
        Value::Number(value) => format!("integer `{value}`"),
        Value::String(value) => format!("string {value:?}"),
        Value::Array(_) => "sequence".to_owned(),
    };
    Err(format!("invalid type: {unexpected}, expected struct JsonSchema"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(tools: Value) -> Option<String> {
        check(&serde_json::from_value::<Vec<DynamicToolSpec>>(tools).unwrap()).err()
    }

    fn tool(name: &str) -> Value {
        json!({"name": name, "description": "d", "inputSchema": {"type": "object"}})
    }

    #[test]
    fn names_are_judged_one_fault_at_a_time() {
        assert_eq!(
            fault(json!([tool("a"), tool("B"), tool("MCP"), tool("mcp_x")])),
            None
        );
        assert_eq!(
            fault(json!([tool(" ")])).unwrap(),
            "dynamic tool name must not be empty"
        );
        assert_eq!(
            fault(json!([tool(" a")])).unwrap(),
            "dynamic tool name has leading/trailing whitespace: a"
        );
        assert_eq!(
            fault(json!([tool("mcp__a")])).unwrap(),
            "dynamic tool name is reserved: mcp__a"
        );
        assert_eq!(
            fault(json!([tool("a"), tool("a")])).unwrap(),
            "duplicate dynamic tool name: a"
        );
    }

    #[test]
    fn namespaces_keep_equal_names_apart() {
        let spaced =
            |space: &str| json!({"name": "a", "namespace": space, "description": "d", "inputSchema": {}});
        assert_eq!(fault(json!([spaced("x"), spaced("y"), tool("a")])), None);
        let twice = fault(json!([spaced("x"), spaced("x")])).unwrap();
        assert_eq!(twice, "duplicate dynamic tool name in namespace x: a");
        assert_eq!(
            fault(json!([spaced("")])).unwrap(),
            "dynamic tool namespace must not be empty for a"
        );
        let deferred = json!([{"name": "a", "description": "d", "inputSchema": {}, "deferLoading": true}]);
        assert_eq!(
            fault(deferred).unwrap(),
            "deferred dynamic tool must include a namespace: a"
        );
    }

    #[test]
    fn a_schema_must_be_an_object_that_is_not_just_null() {
        let with =
            |schema: Value| fault(json!([{"name": "a", "description": "d", "inputSchema": schema}])).unwrap();
        assert!(with(json!(5)).ends_with("for a: invalid type: integer `5`, expected struct JsonSchema"));
        assert!(
            with(json!({"type": "null"})).ends_with("tool input schema must not be a singleton null type")
        );
    }
}
