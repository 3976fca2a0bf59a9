//! Hooks in a turn: when they run, and what their answers change (agent.md §7).

use std::sync::{Arc, PoisonError, RwLock};

use codex_config::{AskForApproval, Config};
use codex_hooks::{
    Hooks, Moment, PostToolUse, PreToolUse, SessionStart, Situation, Stop as StopMoment, Stopping, ToolCall,
    TurnEnded, UserPromptSubmit,
};
use codex_protocol::{
    ContentItem, FunctionCallOutputBody, HookPromptFragment, LocalShellAction, ResponseItem, UserInput,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::errors::Stop;
use crate::event::Event;
use crate::tools::{Answer, Scope, user_shell};
use crate::turn::Running;

/// The hooks of a thread. They can be exchanged while it is loaded, also in the middle of a turn.
#[derive(Debug)]
pub struct ThreadHooks(RwLock<Arc<Hooks>>);

impl ThreadHooks {
    /// Those that count under the thread's configuration. Blocks for reading files.
    pub fn load(config: &Config) -> Arc<Self> {
        Arc::new(Self(RwLock::new(discover(config))))
    }

    /// From now on those count that do under `config`. Blocks for reading files.
    pub fn reload(&self, config: &Config) {
        let hooks = discover(config);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = hooks;
    }

    fn current(&self) -> Arc<Hooks> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn discover(config: &Config) -> Arc<Hooks> {
    Arc::new(Hooks::new(
        codex_hooks::discover(config).hooks,
        user_shell::program(),
    ))
}

impl Scope {
    /// Runs the hooks that want to hear of this, and tells of their runs. None: there is none.
    pub(crate) async fn hooked<M: Moment>(&self, moment: &M) -> Option<M::Outcome> {
        let situation = Situation {
            thread_id: &self.env.thread_id,
            turn_id: self.out.turn_id(),
            transcript: self.env.transcript.as_deref(),
            cwd: &self.settings.cwd,
            model: &self.settings.model,
            never_asks: self.settings.approval_policy == AskForApproval::Never,
        };
        let round = self.env.hooks.current().round(moment, &situation)?;
        for run in round.runs() {
            self.out.send(Event::HookStarted(Box::new(run.clone()))).await;
        }
        let heard = round.run().await;
        for run in heard.runs {
            self.out.send(Event::HookCompleted(Box::new(run))).await;
        }
        Some(heard.outcome)
    }
}

impl Running<'_> {
    /// Lets hooks hear of the session's start, in its first turn. Says whether the turn goes on.
    pub(crate) async fn begin_session(&mut self) -> Result<bool, Stop> {
        let Some(source) = self.conv.starting.take() else {
            return Ok(true);
        };
        let moment = SessionStart { source };
        let heard = self.cancel.or(self.scope.hooked(&moment)).await?;
        let welcome = heard.unwrap_or_default();
        self.add_contexts(welcome.contexts).await;
        Ok(!welcome.stops)
    }

    /// The user's message, unless a hook keeps it back. Says whether it was said.
    pub(crate) async fn submit(&mut self, input: Vec<UserInput>) -> Result<bool, Stop> {
        let prompt: String = input.iter().filter_map(text).collect();
        let moment = UserPromptSubmit { prompt: &prompt };
        let heard = self.cancel.or(self.scope.hooked(&moment)).await?;
        let welcome = heard.unwrap_or_default();
        if !welcome.stops {
            self.say(input).await;
        }
        self.add_contexts(welcome.contexts).await;
        Ok(!welcome.stops)
    }

    /// Whether hooks make a turn go on that would end; the model has been told what they want then.
    pub(crate) async fn is_kept_going(&mut self) -> Result<bool, Stop> {
        let last_message = self.last_message.clone();
        let moment = StopMoment {
            is_active: self.kept_going,
            last_message: last_message.as_deref(),
        };
        let heard = self.cancel.or(self.scope.hooked(&moment)).await?;
        let Some(Stopping::GoesOn(fragments)) = heard else {
            return Ok(false);
        };
        self.kept_going = true;
        let message = prompt_message(&fragments);
        let item = codex_rollout::items::hook_prompt(&message, || uuid::Uuid::new_v4().to_string());
        self.remember(message).await;
        if let Some(item) = item {
            self.out.completed(item).await;
        }
        Ok(true)
    }

    /// Tells the program for finished turns of this one.
    pub(crate) fn notify(&self) {
        let env = &self.scope.env;
        let Some(program) = &env.config.notify else { return };
        let said = self
            .conv
            .history
            .newest_user_messages()
            .filter(|item| codex_rollout::history::is_user_turn(item));
        let mut input_messages: Vec<String> = said.map(|item| words(&item)).collect();
        input_messages.reverse();
        TurnEnded {
            thread_id: &env.thread_id,
            turn_id: self.out.turn_id(),
            cwd: &self.scope.settings.cwd,
            client: Some(&env.originator),
            input_messages: &input_messages,
            last_assistant_message: self.last_message.as_deref(),
        }
        .tell(program);
    }

    async fn add_contexts(&mut self, contexts: Vec<String>) {
        for context in contexts {
            self.remember(developer(context)).await;
        }
    }
}

/// Answers a call, with hooks before and after it.
pub(crate) async fn around(
    scope: &Arc<Scope>,
    item: &ResponseItem,
    dispatch: impl AsyncFnOnce(&Arc<Scope>, &ResponseItem) -> Answer,
) -> Answer {
    let Some(call) = tool_call(scope, item) else {
        return dispatch(scope, item).await;
    };
    if let Some(Some(refusal)) = scope.hooked(&PreToolUse { call: &call }).await {
        return Answer::text(refusal);
    }
    let mut answer = dispatch(scope, item).await;
    let Some(response) = answer.response.take() else {
        return answer;
    };
    let moment = PostToolUse {
        call: &call,
        response: &response,
    };
    if let Some(reviewed) = scope.hooked(&moment).await {
        if let Some(instead) = reviewed.instead {
            answer.body = Some(FunctionCallOutputBody::Text(instead));
        }
        answer.before.extend(reviewed.contexts.into_iter().map(developer));
    }
    answer
}

/// The call as hooks know it; None for tools they hear nothing of, and for calls that can't be understood.
fn tool_call(scope: &Scope, item: &ResponseItem) -> Option<ToolCall> {
    #[derive(Deserialize)]
    struct Script {
        command: String,
    }
    #[derive(Deserialize)]
    struct List {
        command: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Session {
        cmd: String,
    }
    #[derive(Deserialize)]
    struct Patch {
        input: String,
    }
    fn read<T: DeserializeOwned>(arguments: &str) -> Option<T> {
        serde_json::from_str(arguments).ok()
    }
    if scope.env.hooks.current().is_empty() {
        return None;
    }
    let offered = &scope.offered;
    match item {
        ResponseItem::FunctionCall {
            name,
            namespace: None,
            arguments,
            call_id,
            ..
        } => match name.as_str() {
            "shell_command" if offered.shells() => {
                read(arguments).map(|Script { command }| ToolCall::command(call_id, command))
            }
            "shell" | "container.exec" | "local_shell" if offered.shells() => read(arguments)
                .map(|List { command }| ToolCall::command(call_id, codex_shell::quote(&command))),
            "exec_command" if offered.has(name) => {
                read(arguments).map(|Session { cmd }| ToolCall::command(call_id, cmd))
            }
            "apply_patch" if offered.has(name) => {
                read(arguments).map(|Patch { input }| ToolCall::patch(call_id, input))
            }
            _ => None,
        },
        ResponseItem::CustomToolCall {
            name, input, call_id, ..
        } if name == "apply_patch" && offered.patch_tool() => Some(ToolCall::patch(call_id, input.as_str())),
        ResponseItem::LocalShellCall {
            action: LocalShellAction::Exec(action),
            call_id,
            id,
            ..
        } if offered.shells() => {
            let id = call_id.as_deref().or(id.as_deref())?;
            Some(ToolCall::command(id, codex_shell::quote(&action.command)))
        }
        _ => None,
    }
}

fn developer(text: String) -> ResponseItem {
    ResponseItem::message("developer", vec![ContentItem::input_text(text)])
}

fn text(part: &UserInput) -> Option<&str> {
    match part {
        UserInput::Text { text, .. } => Some(text),
        _ => None,
    }
}

/// The texts of a message.
fn words(item: &ResponseItem) -> String {
    match item {
        ResponseItem::Message { content, .. } => content.iter().filter_map(ContentItem::text).collect(),
        _ => String::new(),
    }
}

/// The message that makes the model go on: what histories are read back by has to find each part whole.
fn prompt_message(fragments: &[HookPromptFragment]) -> ResponseItem {
    let part = |fragment: &HookPromptFragment| {
        let id = escaped(&fragment.hook_run_id).replace('"', "&quot;");
        let text = escaped(&fragment.text);
        ContentItem::input_text(format!("<hook_prompt hook_run_id=\"{id}\">{text}</hook_prompt>"))
    };
    ResponseItem::message("user", fragments.iter().map(part).collect())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use codex_protocol::ThreadItem;

    use super::*;

    #[test]
    fn what_hooks_want_is_read_back_as_it_was_said() {
        let fragments = vec![HookPromptFragment {
            text: "a <b> & \"c\" 'd' &lt;".to_owned(),
            hook_run_id: "stop:0:/a \"b\"&/hooks.json".to_owned(),
        }];
        let message = prompt_message(&fragments);
        let Some(ThreadItem::HookPrompt { fragments: read, .. }) =
            codex_rollout::items::hook_prompt(&message, String::new)
        else {
            panic!("a hook's prompt")
        };
        assert_eq!(read, fragments);
    }
}
