//! What is checked in is what the sources say, and the sources say enough.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use codex_protocol::EXPERIMENTAL_FIELDS;
use codex_schemagen::GENERATED;
use codex_schemagen::Tree;
use codex_schemagen::generate;
use codex_schemagen::model::Body;
use codex_schemagen::read_model;
use codex_schemagen::table::NOTIFICATIONS;
use codex_schemagen::table::REQUESTS;
use codex_schemagen::table::SERVER_REQUESTS;
use codex_schemagen::workspace;
use serde_json::Value;

fn checked_in(path: &Path, name: String, files: &mut Tree) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            let entry = entry.expect("an entry");
            checked_in(
                &entry.path(),
                format!("{name}/{}", entry.file_name().to_string_lossy()),
                files,
            );
        }
    } else {
        files.insert(name, fs::read_to_string(path).expect("text"));
    }
}

#[test]
fn the_generated_files_are_fresh() {
    let generated = generate(&workspace()).expect("generated");
    let mut found = Tree::new();
    for path in GENERATED {
        checked_in(&workspace().join(path), (*path).to_owned(), &mut found);
    }
    let stale: Vec<&String> = generated
        .iter()
        .filter(|(path, text)| found.get(*path) != Some(text))
        .map(|(path, _)| path)
        .chain(found.keys().filter(|path| !generated.contains_key(*path)))
        .collect();
    assert!(
        stale.is_empty(),
        "run `cargo run -p codex-schemagen`: {} files are stale: {stale:?}",
        stale.len()
    );
}

/// What a reader of these files cannot look up: sections of the specification, and items of the sources.
#[test]
fn no_generated_text_points_to_what_its_readers_do_not_have() {
    for (path, text) in generate(&workspace()).expect("generated") {
        for pointer in [" §", "](crate::", "](super::"] {
            let found = text.lines().find(|line| line.contains(pointer));
            assert!(found.is_none(), "{path}: {}", found.unwrap_or_default().trim());
        }
    }
}

#[test]
fn the_page_marks_the_methods_the_server_has_no_service_for() {
    let files = generate(&workspace()).expect("generated");
    let page = &files["docs/protocol.md"];
    let (sections, list) = page.split_once("\n## Not available yet\n").expect("the list");
    let marked: Vec<&str> = sections
        .split("\n### ")
        .skip(1)
        .filter(|section| section.contains("*Not available yet.*"))
        .map(|section| section.lines().next().expect("a heading"))
        .collect();
    assert!(marked.iter().all(|name| list.contains(name)), "{marked:?}");
    assert_eq!(list.matches("](#").count(), marked.len());
    assert!(
        marked
            .iter()
            .all(|name| REQUESTS.iter().any(|r| format!("`{}`", r.method) == **name))
    );
}

#[test]
fn every_type_says_what_it_is() {
    let model = read_model(&workspace()).expect("the sources can be read");
    let silent: Vec<&String> = model
        .types
        .values()
        .filter(|def| def.doc.is_empty())
        .map(|def| &def.name)
        .collect();
    assert!(silent.is_empty(), "types without a doc comment: {silent:?}");
}

#[test]
fn the_types_of_a_method_say_which_method_it_is() {
    let model = read_model(&workspace()).expect("the sources can be read");
    let names = |method: &str, name: &str| {
        let doc = &model.types[name].doc;
        assert!(
            doc.contains(&format!("`{method}`")),
            "{name} does not name {method}: {doc}"
        );
    };
    for request in REQUESTS.iter() {
        names(request.method, request.result);
        if let Some(params) = request.params {
            names(request.method, params);
        }
    }
    for request in SERVER_REQUESTS {
        names(request.method, request.params);
        names(request.method, request.result);
    }
    for notification in NOTIFICATIONS {
        names(notification.method, notification.payload);
    }
}

#[test]
fn the_experimental_fields_exist() {
    let model = read_model(&workspace()).expect("the sources can be read");
    for (type_name, field_name) in EXPERIMENTAL_FIELDS {
        let Body::Struct(members) = &model.types[*type_name].body else {
            panic!("{type_name} has no members")
        };
        assert!(
            members.fields.iter().any(|field| field.name == *field_name),
            "{type_name}.{field_name}"
        );
    }
}

fn definitions(edition: &str) -> BTreeMap<String, Value> {
    let path = workspace().join(format!(
        "schema/json/{edition}/codex_app_server_protocol.schemas.json"
    ));
    let text = fs::read_to_string(path).expect("a bundle");
    let mut bundle: Value = serde_json::from_str(&text).expect("JSON");
    let Value::Object(mut definitions) = bundle["definitions"].take() else {
        panic!("no definitions")
    };
    let Some(Value::Object(current)) = definitions.remove("v2") else {
        panic!("no current types")
    };
    definitions.extend(
        current
            .into_iter()
            .map(|(name, schema)| (format!("v2/{name}"), schema)),
    );
    definitions.into_iter().collect()
}

#[test]
fn the_stable_schema_lacks_what_is_experimental_and_nothing_else() {
    let all = definitions("experimental");
    let stable = definitions("stable");
    let gone: Vec<String> = all
        .keys()
        .filter(|name| !stable.contains_key(*name))
        .cloned()
        .collect();
    let of_experimental_methods = REQUESTS
        .iter()
        .filter(|request| request.stability == codex_schemagen::table::Stability::Experimental)
        .flat_map(|request| request.params.into_iter().chain([request.result]));
    let mut expected: Vec<String> = of_experimental_methods
        .map(|name| {
            if all.contains_key(name) {
                name.to_owned()
            } else {
                format!("v2/{name}")
            }
        })
        .collect();
    expected.sort();
    assert_eq!(gone, expected);
    for (name, schema) in &stable {
        let without = |members: &Value| {
            members
                .as_object()
                .map(|all| all.keys().cloned().collect::<Vec<_>>())
        };
        let gone: Vec<String> = without(&all[name]["properties"])
            .unwrap_or_default()
            .into_iter()
            .filter(|member| schema["properties"].get(member).is_none())
            .collect();
        let expected: Vec<String> = EXPERIMENTAL_FIELDS
            .iter()
            .filter(|(type_name, _)| name.trim_start_matches("v2/") == *type_name)
            .map(|(_, member)| (*member).to_owned())
            .collect();
        assert_eq!(gone, expected, "{name}");
    }
}

#[test]
fn the_typescript_is_tidy() {
    let mut files = Tree::new();
    checked_in(&workspace().join("schema/typescript"), String::new(), &mut files);
    for (path, text) in files {
        assert!(
            text.starts_with("// GENERATED CODE! DO NOT MODIFY BY HAND!\n\n"),
            "{path}"
        );
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        assert!(
            text.lines().all(|line| line == line.trim_end()),
            "{path} has trailing blanks"
        );
    }
}

#[test]
fn every_reference_in_a_schema_leads_somewhere() {
    fn check(schema: &Value, root: &Value, path: &str) {
        match schema {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let pointer = reference.trim_start_matches('#');
                    assert!(
                        root.pointer(pointer).is_some(),
                        "{path}: {reference} leads nowhere"
                    );
                }
                members.values().for_each(|member| check(member, root, path));
            }
            Value::Array(elements) => elements.iter().for_each(|element| check(element, root, path)),
            _ => {}
        }
    }
    let mut files = Tree::new();
    checked_in(&workspace().join("schema/json"), String::new(), &mut files);
    for (path, text) in files {
        let root: Value = serde_json::from_str(&text).expect("JSON");
        check(&root, &root, &path);
    }
}
