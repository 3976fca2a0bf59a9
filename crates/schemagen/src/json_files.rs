//! The JSON Schema files: one per message type, and two bundles.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::Tree;
use crate::edition::Edition;
use crate::json::Schemas;
use crate::layout;
use crate::model::Model;
use crate::table::NOTIFICATIONS;
use crate::table::SERVER_REQUESTS;
use crate::table::Stability;

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// Writes all files of one edition into `tree`. `all` is the model of both editions: where a type
/// belongs, and that it is in the bundles, does not depend on the edition.
pub fn write(all: &Model, edition: Edition, tree: &mut Tree) {
    let model = &edition.apply(all.clone());
    let exports = Exports::of(model, edition);
    let mut current = all.closure(&Exports::of(all, Edition::Experimental).current);
    current.retain(|name| model.types.contains_key(name));
    for (folder, names) in [
        ("v2/", &exports.current),
        ("v1/", &exports.handshake),
        ("", &exports.others),
    ] {
        for name in names {
            tree.insert(
                format!("{folder}{}.json", layout::json_name(name)),
                pretty(&single(model, edition, name)),
            );
        }
    }

    let namespaced = |name: &str| {
        let folder = if current.contains(name) { "v2/" } else { "" };
        format!("#/definitions/{folder}{}", layout::json_name(name))
    };
    let schemas = Schemas {
        model,
        reference: &namespaced,
    };
    let mut top = Map::new();
    let mut v2 = Map::new();
    for name in model.types.keys().map(String::as_str).chain(UNIONS) {
        if is_in_json(name) {
            let schema = exported(&exports, name, schema(&schemas, edition, name));
            if current.contains(name) {
                v2.insert(name.to_owned(), schema.clone());
            }
            if !current.contains(name) || IN_BOTH.contains(&name) {
                top.insert(layout::json_name(name), schema);
            }
        }
    }
    top.insert("v2".into(), v2.into());
    tree.insert(
        "codex_app_server_protocol.schemas.json".into(),
        pretty(&bundle("CodexAppServerProtocol", top)),
    );

    let flat = |name: &str| format!("#/definitions/{}", layout::json_name(name));
    let schemas = Schemas {
        model,
        reference: &flat,
    };
    let mut members = current.clone();
    for union in ["ClientRequest", "ServerNotification"] {
        members.extend(model.closure(&union_members(edition, union)));
        members.insert(union.to_owned());
    }
    let definitions = members
        .iter()
        .filter(|name| is_in_json(name))
        .map(|name| {
            (
                layout::json_name(name),
                exported(&exports, name, schema(&schemas, edition, name)),
            )
        })
        .collect();
    let bundle = bundle("CodexAppServerProtocolV2", definitions);
    tree.insert(
        "codex_app_server_protocol.v2.schemas.json".into(),
        pretty(&bundle),
    );
}

/// The unions over the table of methods. They are no types of the model.
const UNIONS: [&str; 4] = [
    "ClientNotification",
    "ClientRequest",
    "ServerNotification",
    "ServerRequest",
];

/// Types of the current protocol that the envelope and the handshake use, too.
const IN_BOTH: [&str; 2] = ["AbsolutePathBuf", "RequestId"];

/// The types with a file of their own.
struct Exports {
    current: BTreeSet<String>,
    handshake: BTreeSet<String>,
    others: BTreeSet<String>,
}

impl Exports {
    fn of(model: &Model, edition: Edition) -> Self {
        let mut exports = Exports {
            current: BTreeSet::new(),
            handshake: BTreeSet::new(),
            others: BTreeSet::new(),
        };
        let requests = edition
            .requests()
            .filter(|request| request.stability != Stability::Legacy);
        let methods = requests.flat_map(|request| request.params.into_iter().chain([request.result]));
        for name in methods.chain(NOTIFICATIONS.iter().map(|notification| notification.payload)) {
            let place = if name.starts_with("Initialize") {
                &mut exports.handshake
            } else if layout::is_top_level_in_json(name) {
                &mut exports.others
            } else {
                &mut exports.current
            };
            place.insert(name.to_owned());
        }
        let answers = SERVER_REQUESTS
            .iter()
            .flat_map(|request| [request.params, request.result]);
        exports
            .others
            .extend(answers.chain(UNIONS).chain(["RequestId"]).map(str::to_owned));
        exports.others.extend(
            model
                .types
                .keys()
                .filter(|name| name.starts_with("JsonRpc"))
                .cloned(),
        );
        exports
    }

    fn contains(&self, name: &str) -> bool {
        [&self.current, &self.handshake, &self.others]
            .iter()
            .any(|names| names.contains(name))
    }
}

fn is_in_json(name: &str) -> bool {
    !layout::INLINE_IN_JSON.contains(&name) && !layout::ONLY_IN_TYPESCRIPT.contains(&name)
}

/// The schema of a type with all it refers to.
fn single(model: &Model, edition: Edition, name: &str) -> Value {
    let reference = |name: &str| format!("#/definitions/{}", layout::json_name(name));
    let schemas = Schemas {
        model,
        reference: &reference,
    };
    let mut roots = union_members(edition, name);
    if roots.is_empty() {
        roots.insert(name.to_owned());
    }
    let mut members = model.closure(&roots);
    members.remove(name);
    let definitions: Map<String, Value> = members
        .iter()
        .filter(|name| is_in_json(name))
        .map(|name| (layout::json_name(name), schema(&schemas, edition, name)))
        .collect();
    let mut out = titled(name, schema(&schemas, edition, name));
    if !definitions.is_empty() {
        out.insert("definitions".into(), definitions.into());
    }
    out.into()
}

fn exported(exports: &Exports, name: &str, schema: Value) -> Value {
    if exports.contains(name) {
        titled(name, schema).into()
    } else {
        schema
    }
}

fn titled(name: &str, schema: Value) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("$schema".into(), DRAFT.into());
    out.insert("title".into(), layout::json_name(name).into());
    if let Value::Object(schema) = schema {
        out.extend(schema);
    }
    out
}

fn bundle(title: &str, definitions: Map<String, Value>) -> Value {
    json!({"$schema": DRAFT, "title": title, "type": "object", "definitions": definitions})
}

fn schema(schemas: &Schemas<'_>, edition: Edition, name: &str) -> Value {
    match name {
        "ClientRequest" => client_request(schemas, edition),
        "ServerRequest" => server_request(schemas),
        "ServerNotification" => server_notification(schemas),
        "ClientNotification" => client_notification(),
        name => match schemas.model.types.get(name) {
            Some(def) => schemas.of(def),
            None => panic!("{name} is not a type of the protocol"),
        },
    }
}

/// The types a union over the table refers to.
fn union_members(edition: Edition, name: &str) -> BTreeSet<String> {
    let mut members: BTreeSet<String> = match name {
        "ClientRequest" => edition
            .requests()
            .filter(|request| request.stability != Stability::Legacy)
            .filter_map(|request| request.params)
            .map(str::to_owned)
            .collect(),
        "ServerRequest" => SERVER_REQUESTS
            .iter()
            .map(|request| request.params.to_owned())
            .collect(),
        "ServerNotification" => {
            return public_notifications()
                .map(|(_, payload)| payload.to_owned())
                .collect();
        }
        _ => return BTreeSet::new(),
    };
    members.insert("RequestId".into());
    members
}

fn public_notifications() -> impl Iterator<Item = (&'static str, &'static str)> {
    NOTIFICATIONS
        .iter()
        .filter(|notification| notification.stability != Stability::Internal)
        .map(|notification| (notification.method, notification.payload))
}

fn client_request(schemas: &Schemas<'_>, edition: Edition) -> Value {
    let shapes: Vec<Value> = edition
        .requests()
        .filter(|request| request.stability != Stability::Legacy)
        .map(|request| message(schemas, request.method, "Request", true, request.params))
        .collect();
    json!({"description": "A request of the client to the server.", "oneOf": shapes})
}

fn server_request(schemas: &Schemas<'_>) -> Value {
    let shapes: Vec<Value> = SERVER_REQUESTS
        .iter()
        .map(|request| message(schemas, request.method, "Request", true, Some(request.params)))
        .collect();
    json!({"description": "A request of the server to the client.", "oneOf": shapes})
}

fn server_notification(schemas: &Schemas<'_>) -> Value {
    let shapes: Vec<Value> = public_notifications()
        .map(|(method, payload)| message(schemas, method, "Notification", false, Some(payload)))
        .collect();
    json!({"description": "A notification of the server to the client.", "oneOf": shapes})
}

fn client_notification() -> Value {
    let shape = json!({
        "type": "object",
        "required": ["method"],
        "properties": {
            "method": {"type": "string", "enum": ["initialized"], "title": "InitializedNotificationMethod"},
        },
        "title": "InitializedNotification",
    });
    json!({"description": "A notification of the client to the server.", "oneOf": [shape]})
}

fn message(schemas: &Schemas<'_>, method: &str, kind: &str, with_id: bool, params: Option<&str>) -> Value {
    let title = format!("{}{kind}", crate::case::title(method));
    let mut required = vec!["method"];
    let mut properties = BTreeMap::new();
    properties.insert(
        "method",
        json!({"type": "string", "enum": [method], "title": format!("{title}Method")}),
    );
    if with_id {
        required.insert(0, "id");
        properties.insert("id", json!({"$ref": (schemas.reference)("RequestId")}));
    }
    match params {
        Some(params) => {
            required.push("params");
            properties.insert("params", json!({"$ref": (schemas.reference)(params)}));
        }
        None => {
            properties.insert("params", json!({"type": "null"}));
        }
    }
    json!({"type": "object", "required": required, "properties": properties, "title": title})
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a Value is always written")
}
