//! `codex debug app-server send-message`: runs one turn as a client and shows it as it streams.

mod client;
mod questions;
mod render;
mod terminal;
mod wire;

use std::collections::VecDeque;
use std::io::{self, IsTerminal, Stdout};
use std::process::ExitCode;

use anyhow::Context;
use codex_protocol::*;
use serde_json::Value;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::args::{ConfigArgs, SendMessage};
use client::{Client, ClientError, Incoming};
use questions::{Question, Taken};
use render::Renderer;
use terminal::Terminal;

/// What shells tell of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Runs the command; `before` are the overrides given before the subcommand.
pub fn run(before: ConfigArgs, command: SendMessage) -> anyhow::Result<ExitCode> {
    crate::logging::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let code = runtime.block_on(converse(before, command));
    // The terminal may still be read from.
    runtime.shutdown_background();
    match code {
        // It has told why on the stderr it shares with this client.
        Err(error) => match error.downcast_ref() {
            Some(ClientError::Failed(code)) => Ok(ExitCode::from(*code)),
            _ => Err(error),
        },
        ended => ended,
    }
}

async fn converse(before: ConfigArgs, command: SendMessage) -> anyhow::Result<ExitCode> {
    let overrides = command.overrides.clone().behind(before);
    if command.connect.is_none()
        && let Some(cwd) = &command.cwd
        && !cwd.is_dir()
    {
        anyhow::bail!("--cwd: `{}` is not a folder", cwd.display());
    }
    let mut client = reach(&overrides, &command).await?;
    let mut screen = Renderer::new(io::stdout(), io::stdout().is_terminal());
    let turn = begin(&mut client, &mut screen, &command).await?;
    let mut conversation = Conversation {
        client,
        screen,
        turn,
        asked: VecDeque::new(),
        terminal: Terminal::new(io::stdin().is_terminal()),
        interrupts: signal(SignalKind::interrupt())?,
        interrupted: false,
    };
    let end = conversation.run().await?;
    match end {
        End::GaveUp => return Ok(ExitCode::from(INTERRUPTED)),
        End::Turn(TurnStatus::Completed) => conversation.client.close().await,
        End::Turn(_) => {
            conversation.client.close().await;
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A connection to the server the flags ask for.
async fn reach(overrides: &ConfigArgs, command: &SendMessage) -> anyhow::Result<Client> {
    let Some(url) = &command.connect else {
        let program = std::env::current_exe().context("cannot tell where this program is")?;
        return Ok(Client::start(
            &program,
            server_args(overrides, command.scripted_model.as_deref()),
        )?);
    };
    if !overrides.is_empty() {
        anyhow::bail!(
            "a running server has its own configuration: `-c`, `--enable` and `--disable` do not go with `--connect`"
        );
    }
    let token = match &command.token_env {
        Some(name) => Some(
            std::env::var(name).with_context(|| format!("no token in the environment variable {name}"))?,
        ),
        None => None,
    };
    let default_socket = || {
        let home = codex_config::Home::from_env()?;
        Ok(codex_server::transport::unix::control_socket(home.path()))
    };
    Ok(Client::connect(url, token.as_deref(), default_socket).await?)
}

/// The arguments of a server of our own.
fn server_args(overrides: &ConfigArgs, scripted_model: Option<&str>) -> Vec<String> {
    let mut args = vec!["app-server".to_owned()];
    for (flag, values) in [
        ("-c", &overrides.config),
        ("--enable", &overrides.enable),
        ("--disable", &overrides.disable),
    ] {
        args.extend(values.iter().flat_map(|value| [flag.to_owned(), value.clone()]));
    }
    match scripted_model {
        None => {}
        Some("") => args.push("--scripted-model".into()),
        Some(file) => args.push(format!("--scripted-model={file}")),
    }
    args
}

/// The turn a conversation is about.
struct TurnIds {
    thread: String,
    turn: String,
}

/// Introduces this client, opens the thread and starts the turn.
async fn begin(
    client: &mut Client,
    screen: &mut Renderer<Stdout>,
    command: &SendMessage,
) -> anyhow::Result<TurnIds> {
    let client_info = ClientInfo {
        name: "codex_debug".into(),
        title: Some("codex debug".into()),
        version: env!("CARGO_PKG_VERSION").into(),
    };
    let capabilities = Some(InitializeCapabilities {
        experimental_api: true,
        ..InitializeCapabilities::default()
    });
    let _: InitializeResponse = client
        .call(
            "initialize",
            InitializeParams {
                client_info,
                capabilities,
            },
        )
        .await?;
    client.notify("initialized").await?;
    let model_provider = lacks_model(client)
        .await?
        .then(|| codex_config::schema::BuiltInProvider::Scripted.id().to_owned());
    if model_provider.is_some() {
        screen
            .note("No model is configured and nobody is logged in: the built-in scripted model answers.")?;
    }
    let thread = match &command.thread {
        Some(id) => resume(client, screen, command, id, model_provider).await?,
        None => start(client, screen, command, model_provider).await?,
    };
    screen.user(&command.text)?;
    let input = vec![UserInput::Text {
        text: command.text.clone(),
        text_elements: Vec::new(),
    }];
    let params = serde_json::json!({ "threadId": thread, "input": input });
    let started: TurnStartResponse = client.call("turn/start", params).await?;
    Ok(TurnIds {
        thread,
        turn: started.turn.id,
    })
}

/// Whether the server would ask a service that needs a login nobody made, without anybody having chosen it.
async fn lacks_model(client: &mut Client) -> Result<bool, ClientError> {
    let account: GetAccountResponse = client.call("account/read", serde_json::json!({})).await?;
    if account.account.is_some() || !account.requires_openai_auth {
        return Ok(false);
    }
    let read: Value = client.call("config/read", serde_json::json!({})).await?;
    Ok(read["config"]["model_provider"].is_null())
}

async fn start(
    client: &mut Client,
    screen: &mut Renderer<Stdout>,
    command: &SendMessage,
    model_provider: Option<String>,
) -> anyhow::Result<String> {
    let cwd = command
        .cwd
        .clone()
        .map_or_else(std::env::current_dir, std::path::absolute)?;
    let cwd = Some(cwd.to_string_lossy().into_owned());
    let params = ThreadStartParams {
        cwd,
        model_provider,
        // Tells of calls that fail before there is an item to tell of.
        experimental_raw_events: true,
        ..ThreadStartParams::default()
    };
    let opened: ThreadStartResponse = client.call("thread/start", params).await?;
    screen.thread(
        &opened.thread.id,
        &opened.model,
        &opened.model_provider,
        opened.cwd.as_path(),
        &opened.sandbox,
    )?;
    Ok(opened.thread.id)
}

async fn resume(
    client: &mut Client,
    screen: &mut Renderer<Stdout>,
    command: &SendMessage,
    id: &str,
    model_provider: Option<String>,
) -> anyhow::Result<String> {
    let cwd = command.cwd.as_ref().map(std::path::absolute).transpose()?;
    let params = serde_json::json!({ "threadId": id, "cwd": cwd, "modelProvider": model_provider });
    let opened: ThreadResumeResponse = client.call("thread/resume", params).await?;
    screen.thread(
        &opened.thread.id,
        &opened.model,
        &opened.model_provider,
        opened.cwd.as_path(),
        &opened.sandbox,
    )?;
    if command.connect.is_none() && !opened.cwd.as_path().is_dir() {
        screen.note("That folder is gone, so that no command can run in it; `--cwd DIR` chooses another.")?;
    }
    Ok(opened.thread.id)
}

/// How a conversation ended.
enum End {
    /// The turn did.
    Turn(TurnStatus),
    /// The user would not wait for the interrupted turn.
    GaveUp,
}

/// A running turn, what is shown of it, and what it waits for.
struct Conversation {
    client: Client,
    screen: Renderer<Stdout>,
    turn: TurnIds,
    /// Questions of the server, the first of which is on the screen.
    asked: VecDeque<(RequestId, Question)>,
    terminal: Terminal,
    interrupts: Signal,
    interrupted: bool,
}

impl Conversation {
    async fn run(&mut self) -> anyhow::Result<End> {
        loop {
            tokio::select! {
                incoming = self.client.next() => match incoming? {
                    Incoming::Notification(notification) => {
                        if let Some(end) = self.told(notification)? {
                            return Ok(End::Turn(end));
                        }
                    }
                    Incoming::Request(request) => self.asked(request).await?,
                },
                line = self.terminal.line(), if !self.asked.is_empty() => self.answered(line).await?,
                _ = self.interrupts.recv() => {
                    if self.interrupted {
                        return Ok(End::GaveUp);
                    }
                    self.interrupt().await?;
                }
            }
        }
    }

    /// Shows what the server tells; returns the status of the turn when it has ended.
    fn told(&mut self, notification: JsonRpcNotification) -> anyhow::Result<Option<TurnStatus>> {
        let method = notification.method.clone();
        let Ok(notification) = read::<ServerNotification>(notification.method, notification.params) else {
            tracing::debug!("unknown notification {method}");
            return Ok(None);
        };
        if let ServerNotification::ServerRequestResolved(resolved) = &notification {
            self.settled(&resolved.request_id)?;
        }
        self.screen.show(&notification)?;
        match notification {
            ServerNotification::TurnCompleted(end) if end.turn.id == self.turn.turn => {
                self.screen.end_of_turn(&end.turn)?;
                Ok(Some(end.turn.status))
            }
            _ => Ok(None),
        }
    }

    async fn asked(&mut self, request: JsonRpcRequest) -> anyhow::Result<()> {
        let JsonRpcRequest {
            id, method, params, ..
        } = request;
        let Some(question) = read(method.clone(), params).ok().and_then(Question::new) else {
            self.screen.note(&format!(
                "The server asks for {method}, which this client does not know."
            ))?;
            return Ok(self.client.refuse(id, "not supported by this client").await?);
        };
        if !self.terminal.is_interactive() {
            self.screen.note(&format!(
                "{} Declined: there is no terminal to ask.",
                question.what()
            ))?;
            return Ok(self.client.answer(id, question.declined()).await?);
        }
        self.asked.push_back((id, question));
        if self.asked.len() == 1 {
            self.prompt()?;
        }
        Ok(())
    }

    fn prompt(&mut self) -> io::Result<()> {
        match self.asked.front() {
            Some((_, question)) => self.screen.prompt(&question.prompt()),
            None => Ok(()),
        }
    }

    /// Takes a line of the terminal, or its end, as the answer to the first question.
    async fn answered(&mut self, line: Option<String>) -> anyhow::Result<()> {
        self.screen.answered();
        let Some((id, question)) = self.asked.front_mut() else {
            return Ok(());
        };
        let taken = match &line {
            Some(line) => question.take(line),
            None => Taken::Answer(question.declined()),
        };
        if let Taken::Answer(answer) = taken {
            let id = id.clone();
            self.asked.pop_front();
            self.client.answer(id, answer).await?;
        }
        Ok(self.prompt()?)
    }

    /// Somebody has answered a question, perhaps another client.
    fn settled(&mut self, id: &RequestId) -> io::Result<()> {
        let was_first = self.asked.front().is_some_and(|(first, _)| first == id);
        self.asked.retain(|(asked, _)| asked != id);
        if was_first {
            self.screen.note("This was settled elsewhere.")?;
            self.prompt()?;
        }
        Ok(())
    }

    async fn interrupt(&mut self) -> anyhow::Result<()> {
        self.interrupted = true;
        self.screen
            .note("Interrupting the turn; press Ctrl-C again to leave at once.")?;
        let TurnIds { thread, turn } = &self.turn;
        let params = TurnInterruptParams {
            thread_id: thread.clone(),
            turn_id: turn.clone(),
        };
        self.client.send("turn/interrupt", params).await?;
        Ok(())
    }
}

/// A notification or request by its method's name.
fn read<T: serde::de::DeserializeOwned>(method: String, params: Option<Value>) -> serde_json::Result<T> {
    serde_json::from_value(serde_json::json!({ "method": method, "params": params }))
}
