//! The schema of histories' lines says what the server writes.

use std::fs;

use serde_json::{Value, json};

use crate::support::Home;

const TALK: &str = "loop = true\n[[steps]]\nwhen = { tool = \"\" }\ntext = \"Ran it.\"\n[[steps]]\nwhen = { user = \"run\" }\noutput = [{ reasoning = \"Hm.\" }, { run = \"true\" }]\n[[steps]]\ntext = \"An answer.\"\n";

/// What the schema `root` says of `value` in the place `path`: the keywords it is made of, and that it knows each member of
/// the objects it describes.
fn check(schema: &Value, value: &Value, root: &Value, path: &str) -> Result<(), String> {
    for (keyword, rule) in schema.as_object().expect("a schema") {
        let fits = match keyword.as_str() {
            "$schema" | "title" | "description" | "definitions" | "format" => true,
            "$ref" => {
                let pointer = rule
                    .as_str()
                    .and_then(|r| r.strip_prefix('#'))
                    .expect("a reference");
                check(root.pointer(pointer).expect("a definition"), value, root, path)?;
                true
            }
            "type" => {
                let kinds = rule.as_array().map_or(std::slice::from_ref(rule), Vec::as_slice);
                kinds.iter().any(|kind| is(value, kind.as_str().expect("a type")))
            }
            "enum" => rule.as_array().expect("values").contains(value),
            "required" => {
                let names = rule.as_array().expect("names").iter();
                value.is_null()
                    || names
                        .filter_map(Value::as_str)
                        .all(|name| value.get(name).is_some())
            }
            "properties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    match rule.get(name) {
                        Some(schema) => check(schema, member, root, &format!("{path}.{name}"))?,
                        // The line is described in two parts; of what is only tagged nothing more is said.
                        None if path.is_empty() || rule.get("type").is_some() => {}
                        None => return Err(format!("{path}.{name} is not in the schema")),
                    }
                }
                true
            }
            "items" => {
                for element in value.as_array().into_iter().flatten() {
                    check(rule, element, root, &format!("{path}[]"))?;
                }
                true
            }
            "oneOf" => {
                let tried = rule.as_array().expect("alternatives").iter();
                let tried: Vec<_> = tried.map(|schema| check(schema, value, root, path)).collect();
                if tried.iter().filter(|outcome| outcome.is_ok()).count() != 1 {
                    return Err(format!("{path}: not one of the alternatives: {tried:?}"));
                }
                true
            }
            other => panic!("the keyword {other} is new to this test"),
        };
        if !fits {
            return Err(format!("{path} breaks {keyword} {rule}: {value}"));
        }
    }
    Ok(())
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the type {other} is new to this test"),
    }
}

#[tokio::test]
async fn every_line_of_a_history_fits_the_schema_and_every_kind_is_among_them() {
    let home = Home::scripted(TALK);
    let out = home.file("schema");
    let folder = out.to_str().unwrap();
    let ended = home
        .run(["app-server", "generate-internal-json-schema", "--out", folder])
        .await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let text = fs::read_to_string(out.join("RolloutLine.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();

    let mut client = home.client().await;
    let first = client.start_thread().await;
    client.turn(&first, "run it").await;
    let forked = client.call("thread/fork", json!({ "threadId": first })).await;
    let thread = forked["thread"]["id"].as_str().unwrap().to_owned();
    client.turn(&thread, "say").await;
    client
        .call("thread/name/set", json!({ "threadId": thread, "name": "A name" }))
        .await;
    client
        .call("thread/compact/start", json!({ "threadId": thread }))
        .await;
    client.until("turn/completed").await;
    let input = json!([{ "type": "text", "text": "say more" }]);
    let asked =
        json!({ "threadId": thread, "input": input, "outputSchema": { "type": "object" }, "effort": "low" });
    client.call("turn/start", asked).await;
    client.until("turn/completed").await;
    client
        .call("thread/rollback", json!({ "threadId": thread, "numTurns": 1 }))
        .await;
    client.end().await;

    let mut lines = home.history(&first);
    lines.extend(home.history(&thread));
    for line in &lines {
        if let Err(why) = check(&schema, line, &schema, "") {
            panic!("{why}\nin {line}");
        }
    }
    for alternative in schema["oneOf"].as_array().unwrap() {
        let kind = &alternative["properties"]["type"]["enum"][0];
        assert!(lines.iter().any(|line| line["type"] == *kind), "no {kind}");
    }
}
