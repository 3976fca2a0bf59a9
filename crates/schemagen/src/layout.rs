//! Names and places of the generated files, as clients of the reference know them (transport.md §12).

/// Modules of the protocol crate that declare no wire types.
pub const MODULES_WITHOUT_TYPES: &[&str] = &[
    "client_request",
    "double_option",
    "gate",
    "lib",
    "methods",
    "scope",
    "server_message",
];

/// The flattened member that keeps the fields a type does not know.
pub const UNKNOWN_FIELDS: &str = "extra";

/// The variant that keeps values of kinds an enum does not know.
pub const CATCH_ALL: &str = "Other";

/// Enums whose catch-all is part of the contract, as the kind `other`.
pub const WITH_NAMED_OTHER: &[&str] = &["ResponseItem", "ResponsesApiWebSearchAction"];

/// Objects whose alternatives and free members the reference's schemas do not spell out.
pub const MAPS_NOT_IN_JSON: &[&str] = &["AppsConfig", "AppToolsConfig"];

/// Types whose shape is written out where they are used, in TypeScript.
pub const INLINE_IN_TYPESCRIPT: &[&str] = &[
    "AppConfig",
    "AppToolConfig",
    "McpServerElicitationRequest",
    "ThreadListCwdFilter",
];

/// Types whose shape is written out where they are used, in JSON Schema.
pub const INLINE_IN_JSON: &[&str] = &[
    "ExecPolicyAmendment",
    "LocalShellExecAction",
    "McpServerElicitationRequest",
];

/// Types that have a file of their own in TypeScript, beside folder `v2`, in the order of the
/// alphabet. All others are in `v2`.
const TOP_LEVEL_IN_TYPESCRIPT: &[&str] = &[
    "AbsolutePathBuf",
    "AgentPath",
    "ApplyPatchApprovalParams",
    "ApplyPatchApprovalResponse",
    "AuthMode",
    "ClientInfo",
    "ClientNotification",
    "ClientRequest",
    "CollaborationMode",
    "ContentItem",
    "ConversationGitInfo",
    "ConversationSource",
    "ConversationSummary",
    "ExecCommandApprovalParams",
    "ExecCommandApprovalResponse",
    "ExecPolicyAmendment",
    "FileChange",
    "ForcedLoginMethod",
    "FunctionCallOutputBody",
    "FunctionCallOutputContentItem",
    "GetAuthStatusParams",
    "GetAuthStatusResponse",
    "GetConversationSummaryParams",
    "GetConversationSummaryResponse",
    "GitDiffToRemoteParams",
    "GitDiffToRemoteResponse",
    "GitSha",
    "ImageDetail",
    "InitializeCapabilities",
    "InitializeParams",
    "InitializeResponse",
    "InputModality",
    "InternalSessionSource",
    "LocalShellAction",
    "LocalShellExecAction",
    "LocalShellStatus",
    "MessagePhase",
    "ModeKind",
    "NetworkPolicyAmendment",
    "NetworkPolicyRuleAction",
    "ParsedCommand",
    "Personality",
    "PlanType",
    "RealtimeConversationVersion",
    "RealtimeOutputModality",
    "RealtimeVoice",
    "RealtimeVoicesList",
    "ReasoningEffort",
    "ReasoningItemContent",
    "ReasoningItemReasoningSummary",
    "ReasoningSummary",
    "RequestId",
    "Resource",
    "ResourceContent",
    "ResourceTemplate",
    "ResponseItem",
    "ResponsesApiWebSearchAction",
    "ReviewDecision",
    "ServerNotification",
    "ServerRequest",
    "ServiceTier",
    "Settings",
    "SubAgentSource",
    "ThreadId",
    "ThreadMemoryMode",
    "Tool",
    "Verbosity",
    "WebSearchContextSize",
    "WebSearchLocation",
    "WebSearchMode",
    "WebSearchToolConfig",
];

/// Types that have a TypeScript file in both places: the old and the current approvals use them.
pub const IN_BOTH_PLACES: &[&str] = &[
    "ExecPolicyAmendment",
    "NetworkPolicyAmendment",
    "NetworkPolicyRuleAction",
];

/// Types that are in no TypeScript file: the envelope, which each client brings along.
const NOT_IN_TYPESCRIPT: &[&str] = &["W3cTraceContext"];

/// The type's name in JSON Schema.
pub fn json_name(rust_name: &str) -> String {
    match rust_name.strip_prefix("JsonRpc") {
        Some(rest) => format!("JSONRPC{rest}"),
        None => rust_name.to_owned(),
    }
}

/// The type's name in TypeScript. Two are taken twice: at the top for the spelling of histories, in
/// `v2` for the current one.
pub fn typescript_name(rust_name: &str) -> &str {
    match rust_name {
        "ConversationSource" => "SessionSource",
        "ResponsesApiWebSearchAction" => "WebSearchAction",
        name => name,
    }
}

/// Whether the type's TypeScript file is beside folder `v2`.
pub fn is_top_level_in_typescript(rust_name: &str) -> bool {
    rust_name.starts_with("FuzzyFileSearch") || TOP_LEVEL_IN_TYPESCRIPT.contains(&rust_name)
}

/// Whether the type has a TypeScript file.
pub fn is_in_typescript(rust_name: &str) -> bool {
    !rust_name.starts_with("JsonRpc")
        && !NOT_IN_TYPESCRIPT.contains(&rust_name)
        && !INLINE_IN_TYPESCRIPT.contains(&rust_name)
}

/// Whether a method's types belong to the first version of the protocol or to both, so that they
/// stand beside those of the current one.
pub fn is_top_level_in_json(rust_name: &str) -> bool {
    rust_name.starts_with("FuzzyFileSearch") || rust_name.starts_with("Initialize")
}

/// Types of the legacy methods, which have no JSON Schema.
pub const ONLY_IN_TYPESCRIPT: &[&str] = &[
    "ConversationGitInfo",
    "ConversationSource",
    "ConversationSummary",
    "GetAuthStatusParams",
    "GetAuthStatusResponse",
    "GetConversationSummaryParams",
    "GetConversationSummaryResponse",
    "GitDiffToRemoteParams",
    "GitDiffToRemoteResponse",
    "GitSha",
    "InternalSessionSource",
];

/// Types whose files hold no descriptions: tools that read them take them for part of the envelope
/// and want just the shape.
pub const BARE: &[&str] = &["RequestId"];
