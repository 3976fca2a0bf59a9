//! The TypeScript files: one per type, and the indexes.

use std::collections::BTreeSet;

use crate::Tree;
use crate::edition::Edition;
use crate::layout;
use crate::model::Model;
use crate::table::NOTIFICATIONS;
use crate::table::SERVER_REQUESTS;
use crate::typescript::HEADER;
use crate::typescript::JSON_VALUE;
use crate::typescript::assemble;
use crate::typescript::comment;
use crate::typescript::file;
use crate::writers;

/// Writes all files of one edition into `tree`.
pub fn write(model: &Model, edition: Edition, tree: &mut Tree) {
    let mut indexes = [BTreeSet::new(), BTreeSet::new()];
    let clients = writers::clients_alone(model);
    let mut put = |name: &str, in_v2: bool, text: String| {
        let name = layout::typescript_name(name);
        let folder = if in_v2 { "v2/" } else { "" };
        indexes[usize::from(in_v2)].insert(name.to_owned());
        tree.insert(format!("{folder}{name}.ts"), text);
    };
    for def in model
        .types
        .values()
        .filter(|def| layout::is_in_typescript(&def.name))
    {
        let top = layout::is_top_level_in_typescript(&def.name);
        let by_clients = clients.contains(&def.name);
        if top {
            put(&def.name, false, file(model, def, false, by_clients));
        }
        if !top || layout::IN_BOTH_PLACES.contains(&def.name.as_str()) {
            put(&def.name, true, file(model, def, true, by_clients));
        }
    }

    let requests = edition.requests().map(|request| (request.method, request.params));
    put(
        "ClientRequest",
        false,
        union(
            "ClientRequest",
            "A request of the client to the server.",
            requests,
            true,
        ),
    );
    let requests = SERVER_REQUESTS
        .iter()
        .map(|request| (request.method, Some(request.params)));
    put(
        "ServerRequest",
        false,
        union(
            "ServerRequest",
            "A request of the server to the client.",
            requests,
            true,
        ),
    );
    let notifications = NOTIFICATIONS
        .iter()
        .map(|notification| (notification.method, Some(notification.payload)));
    let doc = "A notification of the server to the client.";
    put(
        "ServerNotification",
        false,
        union("ServerNotification", doc, notifications, false),
    );
    let doc = comment("A notification of the client to the server.");
    put(
        "ClientNotification",
        false,
        assemble(
            "ClientNotification",
            false,
            &doc,
            "{ \"method\": \"initialized\" }",
            &BTreeSet::new(),
        ),
    );

    let [top, v2] = indexes;
    tree.insert("index.ts".into(), index(&top, "export * as v2 from \"./v2\";\n"));
    tree.insert("v2/index.ts".into(), index(&v2, ""));
    let json_value = "number | string | boolean | Array<JsonValue> | { [key in string]?: JsonValue } | null";
    let doc = comment("Any JSON value.");
    tree.insert(
        format!("serde_json/{JSON_VALUE}.ts"),
        format!("{HEADER}{doc}export type {JSON_VALUE} = {json_value};\n"),
    );
}

fn union(
    name: &str,
    doc: &str,
    messages: impl Iterator<Item = (&'static str, Option<&'static str>)>,
    with_id: bool,
) -> String {
    let mut used = BTreeSet::new();
    let mut shapes = Vec::new();
    let id = if with_id { " id: RequestId," } else { "" };
    if with_id {
        used.insert("RequestId".to_owned());
    }
    for (method, params) in messages {
        used.extend(params.map(str::to_owned));
        let params = match params {
            Some(params) => format!("params: {}", layout::typescript_name(params)),
            None => "params?: undefined".to_owned(),
        };
        let gap = if with_id { "" } else { " " };
        let lead = if with_id { format!("{id} ") } else { gap.to_owned() };
        shapes.push(format!("{{ \"method\": \"{method}\",{lead}{params}, }}"));
    }
    assemble(name, false, &comment(doc), &shapes.join(" | "), &used)
}

fn index(names: &BTreeSet<String>, last: &str) -> String {
    let mut out = HEADER.to_owned();
    for name in names {
        out.push_str(&format!("export type {{ {name} }} from \"./{name}\";\n"));
    }
    out.push_str(last);
    out
}
