//! `thread/realtime/*`: spoken conversations with a thread (experimental).

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// `thread/realtime/start`: starts a spoken conversation. What goes wrong is told by
/// `thread/realtime/error`. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeStartParams {
    /// The thread.
    pub thread_id: String,
    /// Whether the model speaks or writes.
    pub output_modality: RealtimeOutputModality,
    /// What the model is told; null for nothing, absent for the built-in text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// How sound is carried. Default a WebSocket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<ThreadRealtimeStartTransport>,
    /// How the model sounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice: Option<RealtimeVoice>,
}

/// Whether a model speaks or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RealtimeOutputModality {
    Text,
    Audio,
}

/// How sound is carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ThreadRealtimeStartTransport {
    /// In notifications and requests.
    Websocket,
    /// Between the client and the service directly.
    Webrtc {
        /// The client's offer.
        sdp: String,
    },
}

/// How a model sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RealtimeVoice {
    Alloy,
    Arbor,
    Ash,
    Ballad,
    Breeze,
    Cedar,
    Coral,
    Cove,
    Echo,
    Ember,
    Juniper,
    Maple,
    Marin,
    Sage,
    Shimmer,
    Sol,
    Spruce,
    Vale,
    Verse,
}

/// Result of `thread/realtime/start`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadRealtimeStartResponse {}

/// `thread/realtime/appendAudio`: adds sound of the user. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeAppendAudioParams {
    /// The thread.
    pub thread_id: String,
    pub audio: ThreadRealtimeAudioChunk,
}

/// A piece of sound: 16-bit linear samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeAudioChunk {
    /// The samples, in base64.
    pub data: String,
    /// Samples per second.
    pub sample_rate: u32,
    /// How many channels are interleaved.
    pub num_channels: u16,
    /// How many samples there are of each.
    pub samples_per_channel: Option<u32>,
    /// The item of the model it belongs to.
    pub item_id: Option<String>,
}

/// Result of `thread/realtime/appendAudio`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadRealtimeAppendAudioResponse {}

/// `thread/realtime/appendText`: adds words of the user. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeAppendTextParams {
    /// The thread.
    pub thread_id: String,
    pub text: String,
}

/// Result of `thread/realtime/appendText`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadRealtimeAppendTextResponse {}

/// `thread/realtime/stop`: ends a spoken conversation. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeStopParams {
    /// The thread.
    pub thread_id: String,
}

/// Result of `thread/realtime/stop`: nothing more to say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadRealtimeStopResponse {}

/// `thread/realtime/listVoices`: lists the voices there are. Experimental.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadRealtimeListVoicesParams {}

/// Result of `thread/realtime/listVoices`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadRealtimeListVoicesResponse {
    pub voices: RealtimeVoicesList,
}

/// Voices, by the version of the service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RealtimeVoicesList {
    pub v1: Vec<RealtimeVoice>,
    pub v2: Vec<RealtimeVoice>,
    pub default_v1: RealtimeVoice,
    pub default_v2: RealtimeVoice,
}

/// `thread/realtime/started`: a spoken conversation has begun. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeStartedNotification {
    /// The thread.
    pub thread_id: String,
    /// The service's name for it.
    pub session_id: Option<String>,
    /// The service's version.
    pub version: RealtimeConversationVersion,
}

/// A version of the service for spoken conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RealtimeConversationVersion {
    V1,
    V2,
}

/// `thread/realtime/itemAdded`: an event of the service. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeItemAddedNotification {
    /// The thread.
    pub thread_id: String,
    /// The event as the service sent it.
    pub item: Value,
}

/// `thread/realtime/transcript/delta`: more of what is said. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeTranscriptDeltaNotification {
    /// The thread.
    pub thread_id: String,
    /// Who says it: `user` or `assistant`.
    pub role: String,
    /// What is to be added.
    pub delta: String,
}

/// `thread/realtime/transcript/done`: what was said. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeTranscriptDoneNotification {
    /// The thread.
    pub thread_id: String,
    /// Who said it: `user` or `assistant`.
    pub role: String,
    pub text: String,
}

/// `thread/realtime/outputAudio/delta`: sound of the model. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeOutputAudioDeltaNotification {
    /// The thread.
    pub thread_id: String,
    pub audio: ThreadRealtimeAudioChunk,
}

/// `thread/realtime/sdp`: the service's answer to the offer of WebRTC. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeSdpNotification {
    /// The thread.
    pub thread_id: String,
    pub sdp: String,
}

/// `thread/realtime/error`: something went wrong in a spoken conversation. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeErrorNotification {
    /// The thread.
    pub thread_id: String,
    pub message: String,
}

/// `thread/realtime/closed`: a spoken conversation has ended. Experimental.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRealtimeClosedNotification {
    /// The thread.
    pub thread_id: String,
    /// Why.
    pub reason: Option<String>,
}
