//! Talking to a model: providers, the Responses API over server-sent events, what its failures mean, which models
//! there are, and a scripted model that needs neither network nor account.
//!
//! ```no_run
//! # async fn example() -> Result<(), codex_model::ModelError> {
//! use std::sync::Arc;
//! use codex_model::{Credentials, Event, Http, ModelClient, Provider, Request, RequestHeaders};
//!
//! let provider = Provider { base_url: Some("http://127.0.0.1:8080/v1".into()), ..Provider::default() };
//! let client = ModelClient::new(provider, Http::from_environment(), Arc::new(Credentials::none()));
//! let (headers, metadata) = (RequestHeaders::default(), Default::default());
//! let request: Request<'_> = Request {
//!     model: "gpt-5.5", instructions: "", input: &[], tools: &[], parallel_tool_calls: false, reasoning: None,
//!     service_tier: None, prompt_cache_key: "thread", verbosity: None, output_format: None,
//!     client_metadata: &metadata, headers: &headers,
//! };
//! let mut answer = client.stream(&request).await?;
//! while let Some(event) = answer.next_event().await {
//!     if let Event::OutputTextDelta(text) = event? {
//!         eprint!("{text}");
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! What is deliberately absent: threads, turns, the order of retries a client is told of. That is the agent's.

mod body;
mod catalogue;
mod client;
mod command_token;
mod credentials;
mod error;
mod event;
mod failure;
mod input;
mod provider;
mod rate_limits;
mod request;
mod retry;
pub mod script;
mod sse;
mod transport;
mod usage_limit;

pub use catalogue::{
    AvailabilityNux, Catalogue, CatalogueError, ModelInfo, ModelMessages, PersonalityTexts, ReasoningLevel,
    TruncationMode, TruncationPolicy, Upgrade, Visibility,
};
pub use client::{Http, ModelClient, ResponseStream};
pub use credentials::{BoxFuture, CredentialSource, Credentials};
pub use error::{ErrorKind, ModelError};
pub use event::{Event, TokenUsage};
pub use input::InputItem;
pub use provider::{BUILT_IN_SCRIPT, BadRegion, CommandAuth, EnvVars, Provider, process_environment};
pub use rate_limits::{Credits, LimitWindow, RateLimits};
pub use request::{OutputFormat, Reasoning, Request, RequestHeaders, ascii_json};
pub use retry::backoff;
