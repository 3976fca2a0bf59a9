//! The reference page: every method, notification and type, grouped as a reader looks for them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::layout;
use crate::model::Body;
use crate::model::Content;
use crate::model::Field;
use crate::model::Model;
use crate::model::Struct;
use crate::model::Tagging;
use crate::model::Type;
use crate::model::TypeDef;
use crate::model::Variant;
use crate::table::NOTIFICATIONS;
use crate::table::Notification;
use crate::table::REQUESTS;
use crate::table::Request;
use crate::table::SERVER_REQUESTS;
use crate::table::ServerRequest;
use crate::table::Stability;
use crate::writers;

/// The groups of the page: a title, and the modules of the protocol that belong to it.
const GROUPS: &[(&str, &[&str])] = &[
    ("Beginning", &["initialize"]),
    ("Threads", &["thread_start", "thread_lifecycle", "thread"]),
    ("Finding and reading threads", &["thread_list"]),
    ("Names, metadata and memories", &["thread_edit"]),
    ("Goals", &["goal"]),
    ("Turns", &["turn"]),
    ("Items", &["item", "item_events"]),
    ("Reviews", &["review"]),
    ("Approvals", &["approval", "guardian"]),
    ("Questions and the client's own tools", &["user_input"]),
    ("Permissions and sandboxes", &["permissions"]),
    ("Models", &["model", "collaboration"]),
    (
        "Conversation with the model",
        &["response_item", "response_content"],
    ),
    ("Account", &["account"]),
    (
        "Configuration",
        &["config", "requirements", "experimental_feature", "external_agent"],
    ),
    ("MCP servers", &["mcp", "elicitation"]),
    ("Skills", &["skills"]),
    ("Hooks", &["hooks"]),
    ("Plugins and apps", &["plugins", "apps"]),
    ("Files", &["fs", "fuzzy_search"]),
    ("Commands", &["command_exec"]),
    ("Spoken conversations", &["realtime"]),
    ("Notices", &["notices"]),
    (
        "Device keys and remote control",
        &["device_key", "remote_control"],
    ),
    ("Feedback", &["feedback"]),
    ("Windows", &["windows"]),
    ("The first protocol version", &["legacy"]),
    ("Envelope", &["jsonrpc"]),
    ("Paths", &["path"]),
];

const INTRODUCTION: &str = "\
# Protocol reference

Every method, notification and type of the app-server. This page is generated from the sources of `codex-protocol`;
`cargo run -p codex-schemagen` brings it up to date, together with the JSON Schema and the TypeScript under `schema/`.

Messages are JSON-RPC 2.0 without the `jsonrpc` member, one per line on stdio, one per text frame on WebSockets.
A member with a question mark may be left out. *Experimental* methods and members are only for clients that say
`experimentalApi: true` in `initialize`. Requests that are served *one at a time* are taken in the order in which they
come; all others run side by side, and their replies come in any order. A method *not available yet* answers with error
−32603, which names it; [the list](#not-available-yet) of them stands at the end.
";

const UNBUILT: &str = "\
Params of the right shape are answered with error −32603, which names the method; the handshake, the experimental gate and
the order of requests hold for them as for all others.";

/// The page. `unbuilt` are the methods whose service does not exist yet.
pub fn page(model: &Model, unbuilt: &BTreeSet<String>) -> String {
    let page = Page {
        model,
        unbuilt,
        under_a_method: methods_types(),
        by_clients: writers::clients(model),
    };
    let mut out = INTRODUCTION.to_owned();
    out.push_str("\n## Contents\n\n");
    for (title, modules) in GROUPS {
        let _ = writeln!(out, "- [{title}](#{})", anchor(title));
        let group = Group::of(model, modules);
        let names = group.names().map(|name| format!("[`{name}`](#{})", anchor(name)));
        let names: Vec<String> = names.collect();
        if !names.is_empty() {
            let _ = writeln!(out, "  {}", names.join(" · "));
        }
    }
    out.push_str("- [Not available yet](#not-available-yet)\n");
    for (title, modules) in GROUPS {
        page.group(title, modules, &mut out);
    }
    page.unbuilt(&mut out);
    out
}

/// The types told of under a method, not by themselves.
fn methods_types() -> BTreeSet<&'static str> {
    let requests = REQUESTS
        .iter()
        .flat_map(|request| request.params.into_iter().chain([request.result]));
    let answers = SERVER_REQUESTS
        .iter()
        .flat_map(|request| [request.params, request.result]);
    requests
        .chain(answers)
        .chain(NOTIFICATIONS.iter().map(|notification| notification.payload))
        .collect()
}

/// What of the table belongs to a group: what has its types there.
struct Group {
    requests: Vec<&'static Request>,
    server_requests: Vec<&'static ServerRequest>,
    notifications: Vec<&'static Notification>,
}

impl Group {
    fn of(model: &Model, modules: &[&str]) -> Self {
        let types: BTreeSet<&str> = model
            .modules
            .iter()
            .filter(|module| modules.contains(&module.name.as_str()))
            .flat_map(|module| module.types.iter().map(String::as_str))
            .collect();
        let requests = REQUESTS
            .iter()
            .filter(|request| types.contains(request.params.unwrap_or(request.result)));
        let server_requests = SERVER_REQUESTS
            .iter()
            .filter(|request| types.contains(request.params));
        let notifications = NOTIFICATIONS
            .iter()
            .filter(|notification| types.contains(notification.payload));
        Group {
            requests: requests.collect(),
            server_requests: server_requests.collect(),
            notifications: notifications.collect(),
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        let requests = self.requests.iter().map(|request| request.method);
        let server_requests = self.server_requests.iter().map(|request| request.method);
        requests
            .chain(server_requests)
            .chain(self.notifications.iter().map(|notification| notification.method))
    }
}

struct Page<'a> {
    model: &'a Model,
    unbuilt: &'a BTreeSet<String>,
    under_a_method: BTreeSet<&'static str>,
    /// Types whose members may be left out where they have a default; in all others a member may be
    /// missing only if the server leaves it out.
    by_clients: BTreeSet<String>,
}

impl Page<'_> {
    fn group(&self, title: &str, modules: &[&str], out: &mut String) {
        let _ = write!(out, "\n## {title}\n");
        let modules: Vec<_> = modules
            .iter()
            .filter_map(|name| self.model.modules.iter().find(|module| module.name == *name))
            .collect();
        for module in &modules {
            let _ = write!(out, "\n{}\n", module.doc);
        }
        let names: Vec<&str> = modules.iter().map(|module| module.name.as_str()).collect();
        let group = Group::of(self.model, &names);
        for request in group.requests {
            self.request(request, out);
        }
        for request in group.server_requests {
            self.server_request(request, out);
        }
        for notification in group.notifications {
            self.notification(notification, out);
        }
        for name in modules.iter().flat_map(|module| &module.types) {
            if !self.under_a_method.contains(name.as_str())
                && !layout::INLINE_IN_JSON.contains(&name.as_str())
            {
                let _ = write!(out, "\n#### {}\n", layout::json_name(name));
                self.described(name, out);
            }
        }
    }

    /// The list of what is missing, by group.
    fn unbuilt(&self, out: &mut String) {
        out.push_str("\n## Not available yet\n");
        if self.unbuilt.is_empty() {
            out.push_str("\nEvery method has its service.\n");
            return;
        }
        let _ = write!(out, "\n{UNBUILT}\n\n");
        for (title, modules) in GROUPS {
            let names: Vec<String> = Group::of(self.model, modules)
                .names()
                .filter(|name| self.unbuilt.contains(*name))
                .map(|name| format!("[`{name}`](#{})", anchor(name)))
                .collect();
            if !names.is_empty() {
                let _ = writeln!(out, "- {title}: {}", names.join(" · "));
            }
        }
    }

    fn request(&self, request: &Request, out: &mut String) {
        let _ = write!(out, "\n### `{}`\n", request.method);
        let mut notes = Vec::new();
        match request.stability {
            Stability::Experimental => notes.push("*Experimental.*".to_owned()),
            Stability::Legacy => notes.push("*Kept for old clients.*".to_owned()),
            Stability::Stable | Stability::Internal | Stability::Extension => {}
        }
        if self.unbuilt.contains(request.method) {
            notes.push("*Not available yet.*".to_owned());
        }
        notes.extend(one_at_a_time(request));
        if !notes.is_empty() {
            let _ = write!(out, "\n{}\n", notes.join(" "));
        }
        match request.params {
            Some(params) => self.method(request.method, params, out),
            None => self.without_params(request, out),
        }
        self.outcome(
            "Result",
            &format!("Result of `{}`", request.method),
            request.result,
            out,
        );
    }

    /// A method without params is described by its result: "Result of …, which …".
    fn without_params(&self, request: &Request, out: &mut String) {
        let doc = self
            .model
            .types
            .get(request.result)
            .map(|def| def.doc.as_str())
            .unwrap_or_default();
        if let Some((_, what)) = doc.split_once(", which ") {
            let _ = write!(out, "\n{}\n", capitalized(what));
        }
        out.push_str("\nNo params.\n");
    }

    fn server_request(&self, request: &ServerRequest, out: &mut String) {
        let _ = write!(out, "\n### `{}`\n\nA request of the server.\n", request.method);
        self.method(request.method, request.params, out);
        self.outcome(
            "Answer",
            &format!("Answer to `{}`", request.method),
            request.result,
            out,
        );
    }

    fn notification(&self, notification: &Notification, out: &mut String) {
        let _ = write!(out, "\n### `{}`\n\nA notification.\n", notification.method);
        self.method(notification.method, notification.payload, out);
    }

    /// Tells of the type that goes with a method. Its description begins with the method's name,
    /// which the heading has told already.
    fn method(&self, method: &str, name: &str, out: &mut String) {
        let Some(def) = self.model.types.get(name) else {
            return;
        };
        let doc = match def.doc.strip_prefix(&format!("`{method}`: ")) {
            Some(rest) => capitalized(rest),
            None => def.doc.clone(),
        };
        let _ = write!(out, "\n{doc}\n");
        self.shape(def, out);
    }

    /// Tells of what a method yields. Its description begins with `beginning`, which names the
    /// method, and goes on with a colon and what there is to say, if there is.
    fn outcome(&self, label: &str, beginning: &str, name: &str, out: &mut String) {
        let Some(def) = self.model.types.get(name) else {
            return;
        };
        match def
            .doc
            .strip_prefix(beginning)
            .and_then(|rest| rest.strip_prefix(": "))
        {
            Some(rest) => {
                let _ = write!(out, "\n**{label}** — {rest}\n");
            }
            None => {
                let _ = write!(out, "\n**{label}**\n");
            }
        }
        self.shape(def, out);
    }

    fn described(&self, name: &str, out: &mut String) {
        let Some(def) = self.model.types.get(name) else {
            return;
        };
        if !def.doc.is_empty() {
            let _ = write!(out, "\n{}\n", def.doc);
        }
        self.shape(def, out);
    }

    fn shape(&self, def: &TypeDef, out: &mut String) {
        match &def.body {
            Body::Alias(inner) => {
                let _ = write!(out, "\n{}.\n", capitalized(&self.ty(inner)));
            }
            Body::Struct(members) => self.members(&def.name, members, out),
            Body::Enum { tagging, variants } => self.alternatives(&def.name, tagging, variants, out),
        }
    }

    fn members(&self, of: &str, members: &Struct, out: &mut String) {
        if !members.fields.is_empty() {
            out.push_str("\n| Member | Type | Meaning |\n|---|---|---|\n");
            for field in &members.fields {
                let optional = self.optional(of, field);
                let doc = field.doc.replace("\n\n", " ").replace('|', "\\|");
                let _ = writeln!(
                    out,
                    "| `{}`{optional} | {} | {doc} |",
                    field.name,
                    self.ty(&field.ty)
                );
            }
        }
        match &members.flattened {
            Some(Type::Named(name)) => {
                out.push_str("\nBeside them:\n");
                if let Some(def) = self.model.types.get(name) {
                    self.shape(def, out);
                }
            }
            Some(map) => {
                let _ = write!(out, "\nOther members: {}.\n", self.ty(map));
            }
            None => {}
        }
    }

    fn alternatives(&self, of: &str, tagging: &Tagging, variants: &[Variant], out: &mut String) {
        let bare = variants
            .iter()
            .all(|variant| matches!(variant.content, Content::Nothing));
        if bare && variants.iter().all(|variant| variant.doc.is_empty()) {
            let names: Vec<String> = variants
                .iter()
                .map(|variant| format!("`{}`", variant.name))
                .collect();
            let _ = write!(out, "\nOne of {}.\n", names.join(", "));
            return;
        }
        match tagging {
            Tagging::Internal(tag) => {
                let _ = write!(out, "\nOne of these, told apart by the member `{tag}`:\n\n");
            }
            Tagging::External | Tagging::Untagged => out.push_str("\nOne of these:\n\n"),
        }
        for variant in variants {
            let what = match (tagging, &variant.content) {
                (_, Content::Nothing) => format!("`{}`", variant.name),
                (Tagging::External, Content::Value(inner)) => {
                    format!(
                        "an object with the one member `{}`: {}",
                        variant.name,
                        self.ty(inner)
                    )
                }
                (Tagging::External, Content::Members(_)) => {
                    format!("an object with the one member `{}`", variant.name)
                }
                (Tagging::Untagged, Content::Value(inner)) => self.ty(inner),
                (Tagging::Untagged, Content::Members(_)) => "an object".to_owned(),
                (Tagging::Internal(_), Content::Value(inner)) => {
                    format!("`{}`, with the members of {}", variant.name, self.ty(inner))
                }
                (Tagging::Internal(_), Content::Members(_)) => format!("`{}`", variant.name),
            };
            let meaning = if variant.doc.is_empty() {
                String::new()
            } else {
                format!(" — {}", variant.doc)
            };
            let _ = writeln!(out, "- {what}{meaning}");
            if let Content::Members(members) = &variant.content {
                for field in &members.fields {
                    let optional = self.optional(of, field);
                    let meaning = if field.doc.is_empty() {
                        String::new()
                    } else {
                        format!(" — {}", field.doc)
                    };
                    let _ = writeln!(
                        out,
                        "  - `{}`{optional}: {}{meaning}",
                        field.name,
                        self.ty(&field.ty)
                    );
                }
            }
        }
    }

    fn optional(&self, of: &str, field: &Field) -> &'static str {
        let optional = if self.by_clients.contains(of) {
            !field.required
        } else {
            field.omitted
        };
        if optional { "?" } else { "" }
    }

    fn ty(&self, ty: &Type) -> String {
        match ty {
            Type::String => "text".to_owned(),
            Type::Bool => "true or false".to_owned(),
            Type::Integer { .. } => "integer".to_owned(),
            Type::Number => "number".to_owned(),
            Type::Any => "any value".to_owned(),
            Type::List(inner) => format!("list of {}", self.ty(inner)),
            Type::Map(inner) => format!("map of text to {}", self.ty(inner)),
            Type::Nullable(inner) => {
                let inner = self.ty(inner);
                if inner.ends_with("null") {
                    inner
                } else {
                    format!("{inner} or null")
                }
            }
            Type::Named(name) if name == "AbsolutePathBuf" => "absolute path".to_owned(),
            Type::Named(name) => match self.model.types.get(name) {
                Some(def) if layout::INLINE_IN_JSON.contains(&name.as_str()) => match &def.body {
                    Body::Alias(inner) => self.ty(inner),
                    Body::Struct(_) | Body::Enum { .. } => name.clone(),
                },
                _ => {
                    let name = layout::json_name(name);
                    format!("[{name}](#{})", anchor(&name))
                }
            },
        }
    }
}

fn one_at_a_time(request: &Request) -> Option<String> {
    Some(match request.scope {
        "none" => return None,
        "thread" => "One at a time for each thread.".to_owned(),
        "optional_thread" => "One at a time for each thread, if one is named.".to_owned(),
        "thread_or_path" => "One at a time for each thread or history file.".to_owned(),
        "process" => "One at a time for each process of a connection.".to_owned(),
        "optional_process" => "One at a time for each process of a connection, if it is named.".to_owned(),
        "watch" => "One at a time for each watch of a connection.".to_owned(),
        "search_session" => "One at a time for each search.".to_owned(),
        "mcp_server" => "One at a time for each server.".to_owned(),
        _ => format!(
            "One at a time with all methods of the queue `{}`.",
            request.scope_key.trim_matches('"')
        ),
    })
}

/// The anchor that renderers of Markdown give a heading.
fn anchor(heading: &str) -> String {
    let heading = heading.to_lowercase();
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_with_types_is_in_one_group() {
        let model = crate::read_model(&crate::workspace()).expect("the sources can be read");
        for module in model.modules {
            let groups = GROUPS
                .iter()
                .filter(|(_, modules)| modules.contains(&module.name.as_str()))
                .count();
            assert_eq!(groups, 1, "module {}", module.name);
        }
    }

    #[test]
    fn anchors_are_those_of_the_headings() {
        assert_eq!(anchor("`thread/start`"), "threadstart");
        assert_eq!(
            anchor("Questions and the client's own tools"),
            "questions-and-the-clients-own-tools"
        );
    }
}
