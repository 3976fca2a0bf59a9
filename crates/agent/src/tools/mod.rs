//! What the model may do besides talking: its calls, found by name and answered (turns.md §11).

mod ask;
pub(crate) mod calls;
mod command;
mod deny_globs;
mod dynamic;
mod exec;
mod goals;
pub(crate) mod output;
pub(crate) mod patch;
pub(crate) mod permissions;
mod plan;
pub(crate) mod policy;
pub(crate) mod sessions;
mod shell;
mod specs;
pub(crate) mod user_shell;
mod view_image;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use codex_config::paths::normalize;
use codex_protocol::{AbsolutePathBuf, FunctionCallOutputBody, ResponseItem};
use serde::de::DeserializeOwned;
use tokio::sync::RwLock;

use crate::conversation::Shared;
use crate::environment::Environment;
use crate::event::Out;
use crate::hooks;
use crate::model::Model;
use crate::settings::Settings;
use crate::turn::Cancel;

pub(crate) use specs::Offered;

/// What the tools of a turn work with. Processes that outlive the turn keep it.
pub(crate) struct Scope {
    pub(crate) env: Arc<Environment>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) out: Out,
    pub(crate) cancel: Cancel,
    /// The turn's settings; its environment's folder is in them.
    pub(crate) settings: Settings,
    pub(crate) model: Model,
    pub(crate) offered: Offered,
    /// Held for reading by calls that may run side by side, for writing by those that run alone.
    pub(crate) gate: RwLock<()>,
    /// What the turn's patches changed. Held while one is applied and told of, also when its call is stopped meanwhile.
    pub(crate) patches: Arc<tokio::sync::Mutex<patch::Patches>>,
    /// Permissions granted for the turn.
    pub(crate) granted: Mutex<permissions::Grant>,
}

/// What the model is told in answer to a call.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The output; None leaves the call without one.
    pub(crate) body: Option<FunctionCallOutputBody>,
    /// Messages that enter the history before the output.
    pub(crate) before: Vec<ResponseItem>,
    /// What hooks hear of a tool that did what it should.
    pub(crate) response: Option<String>,
}

impl Answer {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Answer {
            body: Some(FunctionCallOutputBody::Text(text.into())),
            before: Vec::new(),
            response: None,
        }
    }

    /// The same of a tool that did what it should; hooks hear this.
    pub(crate) fn heard_as(mut self, response: impl Into<String>) -> Self {
        self.response = Some(response.into());
        self
    }

    /// The same with messages before it.
    pub(crate) fn after(mut self, messages: Vec<ResponseItem>) -> Self {
        self.before = messages;
        self
    }
}

/// A refusal is told like any other text.
impl From<Result<Answer, String>> for Answer {
    fn from(result: Result<Answer, String>) -> Self {
        result.unwrap_or_else(Answer::text)
    }
}

impl Scope {
    /// The thread's id.
    pub(crate) fn thread_id(&self) -> String {
        self.env.thread_id.clone()
    }

    /// The turn's id.
    pub(crate) fn turn_id(&self) -> String {
        self.out.turn_id().to_string()
    }

    /// A folder or file that a call names, on the turn's folder; empty is that folder.
    pub(crate) fn path(&self, named: Option<&str>) -> PathBuf {
        match named {
            None | Some("") => self.settings.cwd.clone(),
            Some(path) => normalize(&self.settings.cwd.join(path)),
        }
    }
}

/// A path that a turn's absolute folder made absolute.
pub(crate) fn absolute(path: &Path) -> AbsolutePathBuf {
    AbsolutePathBuf::new(path)
        .or_else(|| AbsolutePathBuf::new(Path::new("/").join(path)))
        .expect("a path under / is absolute")
}

/// A call's arguments.
fn arguments<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("failed to parse function arguments: {error}"))
}

/// Whether a call may run beside others: shells and pictures, where they are offered.
fn runs_beside(scope: &Scope, item: &ResponseItem) -> bool {
    let name = match item {
        ResponseItem::FunctionCall {
            name,
            namespace: None,
            ..
        } => name.as_str(),
        ResponseItem::LocalShellCall { .. } => "local_shell",
        _ => return false,
    };
    matches!(
        name,
        "exec_command" | "shell_command" | "shell" | "local_shell" | "container.exec" | "view_image"
    ) && scope.offered.has(name)
}

/// Answers a call.
pub(crate) async fn answer(scope: Arc<Scope>, item: Arc<ResponseItem>) -> Answer {
    if runs_beside(&scope, &item) {
        let _beside = scope.gate.read().await;
        hooks::around(&scope, &item, dispatch).await
    } else {
        let _alone = scope.gate.write().await;
        hooks::around(&scope, &item, dispatch).await
    }
}

async fn dispatch(scope: &Arc<Scope>, item: &ResponseItem) -> Answer {
    match item {
        ResponseItem::FunctionCall {
            name,
            namespace,
            arguments,
            call_id,
            ..
        } => function(scope, name, namespace.as_deref(), arguments, call_id).await,
        ResponseItem::CustomToolCall {
            name, input, call_id, ..
        } => custom(scope, name, input, call_id).await,
        ResponseItem::LocalShellCall {
            action, call_id, id, ..
        } if scope.offered.shells() => match call_id.as_deref().or(id.as_deref()) {
            Some(call_id) => shell::local_call(scope, action, call_id).await.into(),
            None => Answer::text("LocalShellCall without call_id or id"),
        },
        ResponseItem::LocalShellCall { .. } => Answer::text("unsupported call: local_shell"),
        _ => Answer {
            body: None,
            before: Vec::new(),
            response: None,
        },
    }
}

async fn function(
    scope: &Arc<Scope>,
    name: &str,
    namespace: Option<&str>,
    text: &str,
    call_id: &str,
) -> Answer {
    let answered: Result<Answer, String> = match (namespace, name) {
        (None, "shell_command") if scope.offered.shells() => shell::command(scope, text, call_id).await,
        (None, "shell" | "container.exec" | "local_shell") if scope.offered.shells() => {
            shell::list(scope, name, text, call_id).await
        }
        (None, "exec_command") if scope.offered.has(name) => exec::start(scope, text, call_id).await,
        (None, "write_stdin") if scope.offered.has(name) => exec::write(scope, text).await,
        (None, "apply_patch") if scope.offered.has(name) => patch::function_call(scope, text, call_id).await,
        (None, "update_plan") => plan::update(scope, text).await,
        (None, "request_user_input") => ask::user_input(scope, text, call_id).await,
        (None, "request_permissions") if scope.offered.has(name) => {
            permissions::request(scope, text, call_id).await
        }
        (None, "view_image") if scope.offered.has(name) => view_image::view(scope, text, call_id).await,
        (None, "get_goal" | "create_goal" | "update_goal") if scope.offered.has(name) => {
            goals::call(scope, name, text).await
        }
        _ => match dynamic::find(scope, namespace, name) {
            Some(tool) => dynamic::call(scope, tool, text, call_id).await,
            None => Err(format!(
                "unsupported call: {}{name}",
                namespace.unwrap_or_default()
            )),
        },
    };
    answered.into()
}

async fn custom(scope: &Arc<Scope>, name: &str, input: &str, call_id: &str) -> Answer {
    if name == "apply_patch" && scope.offered.patch_tool() {
        return patch::custom_call(scope, input, call_id).await.into();
    }
    let wants_function = scope.offered.has(name)
        || (scope.offered.shells()
            && matches!(name, "shell_command" | "shell" | "container.exec" | "local_shell"));
    if wants_function {
        // The call stays without an output, which requests fill in.
        return Answer {
            body: None,
            before: Vec::new(),
            response: None,
        };
    }
    Answer::text(format!("unsupported custom tool call: {name}"))
}
