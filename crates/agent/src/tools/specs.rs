//! Which tools a turn's requests offer, and how they are described (turns.md §11). The descriptions are ours.

use codex_config::WebSearchMode;
use codex_protocol::DynamicToolSpec;
use serde_json::{Map, Value, json};

use crate::environment::Environment;
use crate::model::Model;
use crate::settings::Settings;

/// The tools of a turn.
#[derive(Debug, Default)]
pub(crate) struct Offered {
    specs: Vec<Value>,
    names: Vec<&'static str>,
    /// Handlers of shell tools answer, offered or not.
    shells: bool,
}

impl Offered {
    /// The tools for a turn with these settings, in the order requests have them.
    pub(crate) fn for_turn(env: &Environment, settings: &Settings, model: &Model) -> Self {
        let config = &env.config;
        let on = |feature: &str| config.features.enabled(feature);
        let mut tools = Offered {
            shells: on("shell_tool") && settings.has_environment,
            ..Offered::default()
        };
        let more_permissions = on("exec_permission_approvals");
        let shell = Shell {
            login: config.allow_login_shell,
            more_permissions,
        };
        if tools.shells && on("unified_exec") {
            tools.offer("exec_command", exec_command(shell));
            tools.offer("write_stdin", write_stdin());
        } else if tools.shells && model.shell_command_tool() {
            tools.offer("shell_command", shell_command(shell));
        } else if tools.shells {
            tools.offer("shell", shell_list(shell));
        }
        tools.offer("update_plan", update_plan());
        if env.goals.is_some() {
            tools.offer(
                "get_goal",
                function(
                    "get_goal",
                    "The goal of this thread, with budget and what is used of it.",
                    json!({}),
                    &[],
                ),
            );
            tools.offer("create_goal", create_goal());
            tools.offer("update_goal", update_goal());
        }
        tools.offer("request_user_input", request_user_input());
        if on("request_permissions_tool") {
            tools.offer("request_permissions", request_permissions());
        }
        if settings.has_environment && (model.has_patch_tool() || on("apply_patch_freeform")) {
            tools.offer("apply_patch", apply_patch());
        }
        if let Some(search) = web_search(env, settings, model) {
            tools.offer("web_search", search);
        }
        if settings.has_environment && config.tools_view_image {
            tools.offer("view_image", view_image(model));
        }
        tools.specs.extend(dynamic(&settings.dynamic_tools));
        tools
    }

    fn offer(&mut self, name: &'static str, spec: Value) {
        self.names.push(name);
        self.specs.push(spec);
    }

    /// As requests have them.
    pub(crate) fn specs(&self) -> &[Value] {
        &self.specs
    }

    /// Whether this built-in tool is offered.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// Whether shell tools answer at all.
    pub(crate) fn shells(&self) -> bool {
        self.shells
    }

    /// Whether the freeform patch tool is offered.
    pub(crate) fn patch_tool(&self) -> bool {
        self.has("apply_patch")
    }
}

fn function(name: &str, description: &str, properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "function",
        "name": name,
        "description": description,
        "strict": false,
        "parameters": object(properties, required),
    })
}

fn object(properties: Value, required: &[&str]) -> Value {
    let mut object = Map::new();
    object.insert("type".into(), "object".into());
    object.insert("properties".into(), properties);
    if !required.is_empty() {
        object.insert("required".into(), required.into());
    }
    object.insert("additionalProperties".into(), false.into());
    Value::Object(object)
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn number(description: &str) -> Value {
    json!({"type": "number", "description": description})
}

fn flag(description: &str) -> Value {
    json!({"type": "boolean", "description": description})
}

fn texts(description: &str) -> Value {
    json!({"type": "array", "items": {"type": "string"}, "description": description})
}

#[derive(Clone, Copy)]
struct Shell {
    login: bool,
    more_permissions: bool,
}

impl Shell {
    /// Adds what all tools that run commands share.
    fn add_to(self, properties: &mut Value, with_login: bool) {
        let Value::Object(properties) = properties else {
            return;
        };
        if with_login && self.login {
            properties.insert(
                "login".into(),
                flag("Run the shell as a login shell; true by default."),
            );
        }
        let escalate = if self.more_permissions {
            "`use_default`, `with_additional_permissions` (say which in `additional_permissions`) or `require_escalated` (outside the sandbox)."
        } else {
            "`use_default`, or `require_escalated` to run outside the sandbox."
        };
        properties.insert("sandbox_permissions".into(), text(escalate));
        properties.insert(
            "justification".into(),
            text("With `require_escalated`: one short question to the user that says why."),
        );
        properties.insert(
            "prefix_rule".into(),
            texts("With `require_escalated`: first words of the command that the user may approve for good, for instance [\"cargo\", \"test\"]."),
        );
        if self.more_permissions {
            properties.insert(
                "additional_permissions".into(),
                permissions("What the command needs beyond the sandbox."),
            );
        }
    }
}

fn permissions(description: &str) -> Value {
    let mut spec = object(
        json!({
            "network": object(json!({"enabled": flag("Whether the network is needed.")}), &[]),
            "file_system": object(
                json!({"read": texts("Paths to read."), "write": texts("Paths to write.")}),
                &[],
            ),
        }),
        &[],
    );
    spec["description"] = description.into();
    spec
}

fn exec_command(shell: Shell) -> Value {
    let mut properties = json!({
        "cmd": text("The command line."),
        "workdir": text("Where to run it; the turn's folder by default."),
        "shell": text("The shell's program; the user's by default."),
        "tty": flag("Give it a terminal; needed to write to it later. False by default: its input is empty."),
        "yield_time_ms": number("How long to wait for output before it goes on in the background, in milliseconds."),
        "max_output_tokens": number("How much of the output to return, in tokens."),
    });
    shell.add_to(&mut properties, true);
    let about = "Runs a command. Returns its output, and a session number if it still runs.";
    function("exec_command", about, properties, &["cmd"])
}

fn write_stdin() -> Value {
    let properties = json!({
        "session_id": number("The number that `exec_command` gave."),
        "chars": text("What to write; empty only looks for output."),
        "yield_time_ms": number("How long to wait for output, in milliseconds."),
        "max_output_tokens": number("How much of the output to return, in tokens."),
    });
    function(
        "write_stdin",
        "Writes to a running session and returns what it said since.",
        properties,
        &["session_id"],
    )
}

fn shell_command(shell: Shell) -> Value {
    let mut properties = json!({
        "command": text("The script for the user's shell."),
        "workdir": text("Where to run it. Give this rather than using cd."),
        "timeout_ms": number("Time limit in milliseconds."),
    });
    shell.add_to(&mut properties, true);
    function(
        "shell_command",
        "Runs a script in the user's shell and returns its output.",
        properties,
        &["command"],
    )
}

fn shell_list(shell: Shell) -> Value {
    let mut properties = json!({
        "command": texts("Program and arguments. For a script: [\"bash\", \"-lc\", SCRIPT]."),
        "workdir": text("Where to run it. Give this rather than using cd."),
        "timeout_ms": number("Time limit in milliseconds."),
    });
    shell.add_to(&mut properties, false);
    function(
        "shell",
        "Runs a program and returns its output.",
        properties,
        &["command"],
    )
}

fn update_plan() -> Value {
    let step = object(
        json!({"step": text("What is to be done."), "status": text("pending, in_progress or completed")}),
        &["step", "status"],
    );
    let properties = json!({
        "explanation": text("Why the plan changed."),
        "plan": {"type": "array", "items": step, "description": "All steps, in order."},
    });
    let about = "Shows the user a checklist of the work. At most one step is in_progress.";
    function("update_plan", about, properties, &["plan"])
}

fn create_goal() -> Value {
    let properties = json!({
        "objective": text("What is to be reached, concretely enough to be checked."),
        "token_budget": number("Most tokens to use, if the user named a limit."),
    });
    let about = "Sets a goal for this thread, worked towards until it is reached. Only when the user asks for one, and only if there is none.";
    function("create_goal", about, properties, &["objective"])
}

fn update_goal() -> Value {
    let properties = json!({"status": text("complete")});
    function(
        "update_goal",
        "Marks the goal as reached, after checking that it is.",
        properties,
        &["status"],
    )
}

fn request_user_input() -> Value {
    let option = object(
        json!({"label": text("One to five words."), "description": text("What choosing it means.")}),
        &["label", "description"],
    );
    let question = object(
        json!({
            "id": text("Name of the question, in snake_case; answers refer to it."),
            "header": text("A heading of at most twelve characters."),
            "question": text("One sentence."),
            "options": {"type": "array", "items": option, "description": "Two or three choices, the recommended one first. The client adds a free answer."},
        }),
        &["id", "header", "question", "options"],
    );
    let properties =
        json!({"questions": {"type": "array", "items": question, "description": "One to three questions."}});
    let about = "Asks the user and waits for the answers. Works in Plan mode only, unless this thread allows it elsewhere.";
    function("request_user_input", about, properties, &["questions"])
}

fn request_permissions() -> Value {
    let properties = json!({
        "reason": text("Why, in one sentence for the user."),
        "permissions": permissions("What is needed."),
    });
    let about =
        "Asks the user for more permissions, which then hold for later commands of this turn or thread.";
    function("request_permissions", about, properties, &["permissions"])
}

fn view_image(model: &Model) -> Value {
    let mut properties = json!({"path": text("The picture's file.")});
    if model.sees_original_images() {
        properties["detail"] = text("`original` for the picture in its own size; leave it out otherwise.");
    }
    function(
        "view_image",
        "Looks at a picture in the file system.",
        properties,
        &["path"],
    )
}

fn web_search(env: &Environment, settings: &Settings, model: &Model) -> Option<Value> {
    let live = match env.config.web_search_under(&settings.permissions) {
        WebSearchMode::Disabled => return None,
        WebSearchMode::Live => true,
        WebSearchMode::Cached => false,
    };
    let mut spec = json!({"type": "web_search", "external_web_access": live});
    if let Some(options) = env
        .config
        .web_search_options
        .as_ref()
        .and_then(|options| serde_json::to_value(options).ok())
    {
        if let Some(size) = options.get("context_size").filter(|size| !size.is_null()) {
            spec["search_context_size"] = size.clone();
        }
        if let Some(domains) = options
            .get("allowed_domains")
            .filter(|domains| !domains.is_null())
        {
            spec["filters"] = json!({"allowed_domains": domains});
        }
        if let Some(Value::Object(location)) = options.get("location") {
            let mut place = Map::from_iter([("type".to_owned(), Value::from("approximate"))]);
            place.extend(
                location
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(key, value)| (key.clone(), value.clone())),
            );
            spec["user_location"] = Value::Object(place);
        }
    }
    if model.searches_images() {
        spec["search_content_types"] = json!(["text", "image"]);
    }
    Some(spec)
}

/// The client's tools; those of one namespace together, where its first one stands.
fn dynamic(tools: &[DynamicToolSpec]) -> Vec<Value> {
    let mut specs: Vec<Value> = Vec::new();
    let mut places: Vec<(&str, usize)> = Vec::new();
    for tool in tools.iter().filter(|tool| !tool.defer_loading) {
        let spec = json!({
            "type": "function",
            "name": tool.name,
            "description": tool.description,
            "strict": false,
            "parameters": tool.input_schema,
        });
        let Some(namespace) = tool.namespace.as_deref() else {
            specs.push(spec);
            continue;
        };
        match places.iter().find(|(name, _)| *name == namespace) {
            Some((_, at)) => {
                if let Some(Value::Array(tools)) = specs[*at].get_mut("tools") {
                    tools.push(spec);
                }
            }
            None => {
                places.push((namespace, specs.len()));
                let about = format!("Tools of {namespace}, answered by the client.");
                specs.push(
                    json!({"type": "namespace", "name": namespace, "description": about, "tools": [spec]}),
                );
            }
        }
    }
    specs
}

fn apply_patch() -> Value {
    json!({
        "type": "custom",
        "name": "apply_patch",
        "description": "Edits files. The input is a patch in the given grammar, as it is: no JSON, no quoting.",
        "format": {"type": "grammar", "syntax": "lark", "definition": PATCH_GRAMMAR},
    })
}

/// The grammar of turns.md §21.
const PATCH_GRAMMAR: &str = r#"start: begin hunk+ end
begin: "*** Begin Patch" LF
end: "*** End Patch" LF?

hunk: add | delete | update
add: "*** Add File: " path LF added+
delete: "*** Delete File: " path LF
update: "*** Update File: " path LF move? chunks?

move: "*** Move to: " path LF
chunks: (context | line)+ eof?
context: ("@@" | "@@ " /(.+)/) LF
line: ("+" | "-" | " ") /(.*)/ LF
added: "+" /(.*)/ LF
eof: "*** End of File" LF
path: /(.+)/

%import common.LF
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str, namespace: Option<&str>, defer_loading: bool) -> DynamicToolSpec {
        DynamicToolSpec {
            namespace: namespace.map(str::to_owned),
            name: name.into(),
            description: "d".into(),
            input_schema: json!({"type": "object", "properties": {}}),
            defer_loading,
        }
    }

    #[test]
    fn tools_of_a_namespace_are_offered_together_and_deferred_ones_not_at_all() {
        let specs = dynamic(&[
            tool("a", Some("own"), false),
            tool("b", Some("own"), true),
            tool("c", None, false),
            tool("d", Some("own"), false),
        ]);
        assert_eq!(specs.len(), 2);
        assert_eq!(specs[0]["type"], "namespace");
        let names: Vec<_> = specs[0]["tools"]
            .as_array()
            .expect("tools")
            .iter()
            .map(|t| t["name"].as_str())
            .collect();
        assert_eq!(names, [Some("a"), Some("d")]);
        assert_eq!(specs[1]["name"], "c");
    }

    #[test]
    fn login_is_offered_only_where_it_is_allowed() {
        let has_login = |login| {
            let spec = exec_command(Shell {
                login,
                more_permissions: false,
            });
            spec["parameters"]["properties"].get("login").is_some()
        };
        assert!(has_login(true));
        assert!(!has_login(false));
    }
}
