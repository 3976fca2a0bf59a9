//! `request_user_input`: questions to the user (turns.md §22).

use codex_protocol::{
    ToolRequestUserInputOption, ToolRequestUserInputParams, ToolRequestUserInputQuestion,
    ToolRequestUserInputResponse,
};
use serde::Deserialize;

use super::{Answer, Scope, arguments};
use crate::event::Question;

#[derive(Deserialize)]
struct Arguments {
    questions: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    id: String,
    header: String,
    question: String,
    #[serde(default, alias = "isSecret")]
    is_secret: bool,
    #[serde(default)]
    options: Option<Vec<ToolRequestUserInputOption>>,
}

pub(crate) async fn user_input(scope: &Scope, text: &str, call_id: &str) -> Result<Answer, String> {
    if !scope.settings.plan_mode()
        && !scope
            .env
            .config
            .features
            .enabled("default_mode_request_user_input")
    {
        return Err("request_user_input is unavailable in Default mode".into());
    }
    let Arguments { questions } = arguments(text)?;
    if questions
        .iter()
        .any(|question| question.options.as_ref().is_none_or(Vec::is_empty))
    {
        return Err("request_user_input requires non-empty options for every question".into());
    }
    let questions = questions
        .into_iter()
        .map(|asked| ToolRequestUserInputQuestion {
            id: asked.id,
            header: asked.header,
            question: asked.question,
            is_other: true,
            is_secret: asked.is_secret,
            options: asked.options,
        })
        .collect();
    let reply = scope
        .out
        .ask(Question::UserInput(ToolRequestUserInputParams {
            thread_id: scope.thread_id(),
            turn_id: scope.turn_id(),
            item_id: call_id.to_owned(),
            questions,
        }))
        .await;
    let answers = reply
        .ok()
        .and_then(|reply| serde_json::from_str::<ToolRequestUserInputResponse>(reply.get()).ok());
    let told = answers.and_then(|answers| serde_json::to_string(&answers).ok());
    Ok(Answer::text(
        told.unwrap_or_else(|| r#"{"answers":{}}"#.to_owned()),
    ))
}
