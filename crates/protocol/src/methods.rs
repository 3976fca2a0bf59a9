//! The one table of methods: every client request, server request and notification of the protocol.
//!
//! Adding a method is a row here, its types and its handler. The rows are handed to a callback
//! macro, so that enums, dispatch, schemas and docs are all made from them:
//!
//! ```
//! macro_rules! names {
//!     ($($Variant:ident $name:literal $handler:ident($Params:ty) -> $Result:ty,
//!        $stability:ident, $scope:ident $(($($arg:tt)*))?;)*) => {
//!         const NAMES: &[&str] = &[$($name),*];
//!     };
//! }
//! codex_protocol::for_each_client_request!(names);
//! assert_eq!(NAMES[0], "initialize");
//! ```

/// Calls `$callback!` with a row for each request a client may send, in the order of the protocol:
/// `Variant "method" handler(Params) -> Result, STABILITY, SCOPE;`
///
/// `Params` is `()` for methods without params. STABILITY is `stable`, `experimental` (only for
/// clients with the capability), `legacy` (kept for old clients, not part of the schemas) or
/// `extension` (of this server alone: experimental, not part of the schemas; docs/extensions.md).
/// SCOPE names what the request has to wait its turn for (see [`Scope`](crate::Scope)), with the
/// params' field that holds the key, or is `none`.
#[macro_export]
macro_rules! for_each_client_request {
    ($callback:path) => {
        $callback! {
            // The handshake.
            Initialize "initialize" initialize(InitializeParams) -> InitializeResponse, stable, none;

            // Threads.
            ThreadStart "thread/start" thread_start(ThreadStartParams) -> ThreadStartResponse, stable, none;
            ThreadResume "thread/resume" thread_resume(ThreadResumeParams) -> ThreadResumeResponse, stable, thread_or_path(thread_id, path);
            ThreadFork "thread/fork" thread_fork(ThreadForkParams) -> ThreadForkResponse, stable, thread_or_path(thread_id, path);
            ThreadArchive "thread/archive" thread_archive(ThreadArchiveParams) -> ThreadArchiveResponse, stable, thread(thread_id);
            ThreadUnsubscribe "thread/unsubscribe" thread_unsubscribe(ThreadUnsubscribeParams) -> ThreadUnsubscribeResponse, stable, thread(thread_id);
            ThreadIncrementElicitation "thread/increment_elicitation" thread_increment_elicitation(ThreadIncrementElicitationParams) -> ThreadIncrementElicitationResponse, experimental, thread(thread_id);
            ThreadDecrementElicitation "thread/decrement_elicitation" thread_decrement_elicitation(ThreadDecrementElicitationParams) -> ThreadDecrementElicitationResponse, experimental, thread(thread_id);
            ThreadNameSet "thread/name/set" thread_name_set(ThreadSetNameParams) -> ThreadSetNameResponse, stable, thread(thread_id);
            ThreadGoalSet "thread/goal/set" thread_goal_set(ThreadGoalSetParams) -> ThreadGoalSetResponse, experimental, thread(thread_id);
            ThreadGoalGet "thread/goal/get" thread_goal_get(ThreadGoalGetParams) -> ThreadGoalGetResponse, experimental, thread(thread_id);
            ThreadGoalClear "thread/goal/clear" thread_goal_clear(ThreadGoalClearParams) -> ThreadGoalClearResponse, experimental, thread(thread_id);
            ThreadMetadataUpdate "thread/metadata/update" thread_metadata_update(ThreadMetadataUpdateParams) -> ThreadMetadataUpdateResponse, stable, thread(thread_id);
            ThreadMemoryModeSet "thread/memoryMode/set" thread_memory_mode_set(ThreadMemoryModeSetParams) -> ThreadMemoryModeSetResponse, experimental, thread(thread_id);
            MemoryReset "memory/reset" memory_reset(()) -> MemoryResetResponse, experimental, global("memory");
            ThreadUnarchive "thread/unarchive" thread_unarchive(ThreadUnarchiveParams) -> ThreadUnarchiveResponse, stable, thread(thread_id);
            ThreadCompactStart "thread/compact/start" thread_compact_start(ThreadCompactStartParams) -> ThreadCompactStartResponse, stable, thread(thread_id);
            ThreadShellCommand "thread/shellCommand" thread_shell_command(ThreadShellCommandParams) -> ThreadShellCommandResponse, stable, thread(thread_id);
            ThreadApproveGuardianDeniedAction "thread/approveGuardianDeniedAction" thread_approve_guardian_denied_action(ThreadApproveGuardianDeniedActionParams) -> ThreadApproveGuardianDeniedActionResponse, stable, thread(thread_id);
            ThreadBackgroundTerminalsClean "thread/backgroundTerminals/clean" thread_background_terminals_clean(ThreadBackgroundTerminalsCleanParams) -> ThreadBackgroundTerminalsCleanResponse, experimental, thread(thread_id);
            ThreadRollback "thread/rollback" thread_rollback(ThreadRollbackParams) -> ThreadRollbackResponse, stable, thread(thread_id);
            ThreadList "thread/list" thread_list(ThreadListParams) -> ThreadListResponse, stable, none;
            ThreadLoadedList "thread/loaded/list" thread_loaded_list(ThreadLoadedListParams) -> ThreadLoadedListResponse, stable, none;
            ThreadRead "thread/read" thread_read(ThreadReadParams) -> ThreadReadResponse, stable, thread(thread_id);
            ThreadTurnsList "thread/turns/list" thread_turns_list(ThreadTurnsListParams) -> ThreadTurnsListResponse, stable, none;
            ThreadInjectItems "thread/inject_items" thread_inject_items(ThreadInjectItemsParams) -> ThreadInjectItemsResponse, stable, thread(thread_id);

            // Skills, hooks, plugins, apps.
            SkillsList "skills/list" skills_list(SkillsListParams) -> SkillsListResponse, stable, global("config");
            HooksList "hooks/list" hooks_list(HooksListParams) -> HooksListResponse, stable, global("config");
            MarketplaceAdd "marketplace/add" marketplace_add(MarketplaceAddParams) -> MarketplaceAddResponse, stable, global("config");
            MarketplaceRemove "marketplace/remove" marketplace_remove(MarketplaceRemoveParams) -> MarketplaceRemoveResponse, stable, global("config");
            MarketplaceUpgrade "marketplace/upgrade" marketplace_upgrade(MarketplaceUpgradeParams) -> MarketplaceUpgradeResponse, stable, global("config");
            PluginList "plugin/list" plugin_list(PluginListParams) -> PluginListResponse, stable, global("config");
            PluginRead "plugin/read" plugin_read(PluginReadParams) -> PluginReadResponse, stable, global("config");
            AppList "app/list" app_list(AppsListParams) -> AppsListResponse, stable, none;

            // Device keys.
            DeviceKeyCreate "device/key/create" device_key_create(DeviceKeyCreateParams) -> DeviceKeyCreateResponse, stable, global("device-key");
            DeviceKeyPublic "device/key/public" device_key_public(DeviceKeyPublicParams) -> DeviceKeyPublicResponse, stable, global("device-key");
            DeviceKeySign "device/key/sign" device_key_sign(DeviceKeySignParams) -> DeviceKeySignResponse, stable, global("device-key");

            // The file system.
            FsReadFile "fs/readFile" fs_read_file(FsReadFileParams) -> FsReadFileResponse, stable, none;
            FsWriteFile "fs/writeFile" fs_write_file(FsWriteFileParams) -> FsWriteFileResponse, stable, none;
            FsCreateDirectory "fs/createDirectory" fs_create_directory(FsCreateDirectoryParams) -> FsCreateDirectoryResponse, stable, none;
            FsGetMetadata "fs/getMetadata" fs_get_metadata(FsGetMetadataParams) -> FsGetMetadataResponse, stable, none;
            FsReadDirectory "fs/readDirectory" fs_read_directory(FsReadDirectoryParams) -> FsReadDirectoryResponse, stable, none;
            FsRemove "fs/remove" fs_remove(FsRemoveParams) -> FsRemoveResponse, stable, none;
            FsCopy "fs/copy" fs_copy(FsCopyParams) -> FsCopyResponse, stable, none;
            FsWatch "fs/watch" fs_watch(FsWatchParams) -> FsWatchResponse, stable, watch(watch_id);
            FsUnwatch "fs/unwatch" fs_unwatch(FsUnwatchParams) -> FsUnwatchResponse, stable, watch(watch_id);

            // Skills and plugins, changed.
            SkillsConfigWrite "skills/config/write" skills_config_write(SkillsConfigWriteParams) -> SkillsConfigWriteResponse, stable, global("config");
            PluginInstall "plugin/install" plugin_install(PluginInstallParams) -> PluginInstallResponse, stable, global("config");
            PluginUninstall "plugin/uninstall" plugin_uninstall(PluginUninstallParams) -> PluginUninstallResponse, stable, global("config");

            // Turns.
            TurnStart "turn/start" turn_start(TurnStartParams) -> TurnStartResponse, stable, thread(thread_id);
            TurnSteer "turn/steer" turn_steer(TurnSteerParams) -> TurnSteerResponse, stable, thread(thread_id);
            TurnInterrupt "turn/interrupt" turn_interrupt(TurnInterruptParams) -> TurnInterruptResponse, stable, thread(thread_id);

            // Spoken conversations.
            ThreadRealtimeStart "thread/realtime/start" thread_realtime_start(ThreadRealtimeStartParams) -> ThreadRealtimeStartResponse, experimental, thread(thread_id);
            ThreadRealtimeAppendAudio "thread/realtime/appendAudio" thread_realtime_append_audio(ThreadRealtimeAppendAudioParams) -> ThreadRealtimeAppendAudioResponse, experimental, thread(thread_id);
            ThreadRealtimeAppendText "thread/realtime/appendText" thread_realtime_append_text(ThreadRealtimeAppendTextParams) -> ThreadRealtimeAppendTextResponse, experimental, thread(thread_id);
            ThreadRealtimeStop "thread/realtime/stop" thread_realtime_stop(ThreadRealtimeStopParams) -> ThreadRealtimeStopResponse, experimental, thread(thread_id);
            ThreadRealtimeListVoices "thread/realtime/listVoices" thread_realtime_list_voices(ThreadRealtimeListVoicesParams) -> ThreadRealtimeListVoicesResponse, experimental, none;

            // Reviews.
            ReviewStart "review/start" review_start(ReviewStartParams) -> ReviewStartResponse, stable, thread(thread_id);

            // Models and features.
            ModelList "model/list" model_list(ModelListParams) -> ModelListResponse, stable, none;
            ModelProviderCapabilitiesRead "modelProvider/capabilities/read" model_provider_capabilities_read(ModelProviderCapabilitiesReadParams) -> ModelProviderCapabilitiesReadResponse, stable, none;
            ExperimentalFeatureList "experimentalFeature/list" experimental_feature_list(ExperimentalFeatureListParams) -> ExperimentalFeatureListResponse, stable, global("config");
            ExperimentalFeatureEnablementSet "experimentalFeature/enablement/set" experimental_feature_enablement_set(ExperimentalFeatureEnablementSetParams) -> ExperimentalFeatureEnablementSetResponse, stable, global("config");
            CollaborationModeList "collaborationMode/list" collaboration_mode_list(CollaborationModeListParams) -> CollaborationModeListResponse, experimental, none;
            MockExperimentalMethod "mock/experimentalMethod" mock_experimental_method(MockExperimentalMethodParams) -> MockExperimentalMethodResponse, experimental, none;

            // MCP servers.
            McpServerOauthLogin "mcpServer/oauth/login" mcp_server_oauth_login(McpServerOauthLoginParams) -> McpServerOauthLoginResponse, stable, mcp_server(name);
            ConfigMcpServerReload "config/mcpServer/reload" config_mcp_server_reload(()) -> McpServerRefreshResponse, stable, global("mcp-registry");
            McpServerStatusList "mcpServerStatus/list" mcp_server_status_list(ListMcpServerStatusParams) -> ListMcpServerStatusResponse, stable, global("mcp-registry");
            McpServerResourceRead "mcpServer/resource/read" mcp_server_resource_read(McpResourceReadParams) -> McpResourceReadResponse, stable, optional_thread(thread_id);
            McpServerToolCall "mcpServer/tool/call" mcp_server_tool_call(McpServerToolCallParams) -> McpServerToolCallResponse, stable, thread(thread_id);

            // Windows.
            WindowsSandboxSetupStart "windowsSandbox/setupStart" windows_sandbox_setup_start(WindowsSandboxSetupStartParams) -> WindowsSandboxSetupStartResponse, stable, global("windows-sandbox-setup");

            // The account.
            AccountLoginStart "account/login/start" account_login_start(LoginAccountParams) -> LoginAccountResponse, stable, global("account-auth");
            AccountLoginCancel "account/login/cancel" account_login_cancel(CancelLoginAccountParams) -> CancelLoginAccountResponse, stable, global("account-auth");
            AccountLogout "account/logout" account_logout(()) -> LogoutAccountResponse, stable, global("account-auth");
            AccountRateLimitsRead "account/rateLimits/read" account_rate_limits_read(()) -> GetAccountRateLimitsResponse, stable, none;
            AccountSendAddCreditsNudgeEmail "account/sendAddCreditsNudgeEmail" account_send_add_credits_nudge_email(SendAddCreditsNudgeEmailParams) -> SendAddCreditsNudgeEmailResponse, stable, global("account-auth");

            // Feedback.
            FeedbackUpload "feedback/upload" feedback_upload(FeedbackUploadParams) -> FeedbackUploadResponse, stable, none;

            // Commands.
            CommandExec "command/exec" command_exec(CommandExecParams) -> CommandExecResponse, stable, optional_process(process_id);
            CommandExecWrite "command/exec/write" command_exec_write(CommandExecWriteParams) -> CommandExecWriteResponse, stable, process(process_id);
            CommandExecTerminate "command/exec/terminate" command_exec_terminate(CommandExecTerminateParams) -> CommandExecTerminateResponse, stable, process(process_id);
            CommandExecResize "command/exec/resize" command_exec_resize(CommandExecResizeParams) -> CommandExecResizeResponse, stable, process(process_id);

            // Configuration.
            ConfigRead "config/read" config_read(ConfigReadParams) -> ConfigReadResponse, stable, global("config");
            ExternalAgentConfigDetect "externalAgentConfig/detect" external_agent_config_detect(ExternalAgentConfigDetectParams) -> ExternalAgentConfigDetectResponse, stable, global("config");
            ExternalAgentConfigImport "externalAgentConfig/import" external_agent_config_import(ExternalAgentConfigImportParams) -> ExternalAgentConfigImportResponse, stable, global("config");
            ConfigValueWrite "config/value/write" config_value_write(ConfigValueWriteParams) -> ConfigWriteResponse, stable, global("config");
            ConfigBatchWrite "config/batchWrite" config_batch_write(ConfigBatchWriteParams) -> ConfigWriteResponse, stable, global("config");
            ConfigRequirementsRead "configRequirements/read" config_requirements_read(()) -> ConfigRequirementsReadResponse, stable, global("config");

            // The account, read.
            AccountRead "account/read" account_read(GetAccountParams) -> GetAccountResponse, stable, global("account-auth");

            // Kept from the first protocol version.
            GetConversationSummary "getConversationSummary" get_conversation_summary(GetConversationSummaryParams) -> GetConversationSummaryResponse, legacy, none;
            GitDiffToRemote "gitDiffToRemote" git_diff_to_remote(GitDiffToRemoteParams) -> GitDiffToRemoteResponse, legacy, none;
            GetAuthStatus "getAuthStatus" get_auth_status(GetAuthStatusParams) -> GetAuthStatusResponse, legacy, global("account-auth");

            // Finding files.
            FuzzyFileSearch "fuzzyFileSearch" fuzzy_file_search(FuzzyFileSearchParams) -> FuzzyFileSearchResponse, stable, none;
            FuzzyFileSearchSessionStart "fuzzyFileSearch/sessionStart" fuzzy_file_search_session_start(FuzzyFileSearchSessionStartParams) -> FuzzyFileSearchSessionStartResponse, experimental, search_session(session_id);
            FuzzyFileSearchSessionUpdate "fuzzyFileSearch/sessionUpdate" fuzzy_file_search_session_update(FuzzyFileSearchSessionUpdateParams) -> FuzzyFileSearchSessionUpdateResponse, experimental, search_session(session_id);
            FuzzyFileSearchSessionStop "fuzzyFileSearch/sessionStop" fuzzy_file_search_session_stop(FuzzyFileSearchSessionStopParams) -> FuzzyFileSearchSessionStopResponse, experimental, search_session(session_id);

            // Extensions of this server.
            ThreadSearch "thread/search" thread_search(ThreadSearchParams) -> ThreadSearchResponse, extension, none;
        }
    };
}

/// Calls `$callback!` with a row for each request the server may send:
/// `Variant "method" (Params) -> Result;`
#[macro_export]
macro_rules! for_each_server_request {
    ($callback:path) => {
        $callback! {
            ItemCommandExecutionRequestApproval "item/commandExecution/requestApproval" (CommandExecutionRequestApprovalParams) -> CommandExecutionRequestApprovalResponse;
            ItemFileChangeRequestApproval "item/fileChange/requestApproval" (FileChangeRequestApprovalParams) -> FileChangeRequestApprovalResponse;
            ItemToolRequestUserInput "item/tool/requestUserInput" (ToolRequestUserInputParams) -> ToolRequestUserInputResponse;
            McpServerElicitationRequest "mcpServer/elicitation/request" (McpServerElicitationRequestParams) -> McpServerElicitationRequestResponse;
            ItemPermissionsRequestApproval "item/permissions/requestApproval" (PermissionsRequestApprovalParams) -> PermissionsRequestApprovalResponse;
            ItemToolCall "item/tool/call" (DynamicToolCallParams) -> DynamicToolCallResponse;
            AccountChatgptAuthTokensRefresh "account/chatgptAuthTokens/refresh" (ChatgptAuthTokensRefreshParams) -> ChatgptAuthTokensRefreshResponse;
            ApplyPatchApproval "applyPatchApproval" (ApplyPatchApprovalParams) -> ApplyPatchApprovalResponse;
            ExecCommandApproval "execCommandApproval" (ExecCommandApprovalParams) -> ExecCommandApprovalResponse;
        }
    };
}

/// Calls `$callback!` with a row for each notification of the server:
/// `Variant "method" (Payload), STABILITY;`
///
/// STABILITY is `stable`, `experimental` (withheld from clients without the capability) or
/// `internal` (sent to those who asked for it by other means, not part of the schemas).
#[macro_export]
macro_rules! for_each_server_notification {
    ($callback:path) => {
        $callback! {
            Error "error" (ErrorNotification), stable;
            ThreadStarted "thread/started" (ThreadStartedNotification), stable;
            ThreadStatusChanged "thread/status/changed" (ThreadStatusChangedNotification), stable;
            ThreadArchived "thread/archived" (ThreadArchivedNotification), stable;
            ThreadUnarchived "thread/unarchived" (ThreadUnarchivedNotification), stable;
            ThreadClosed "thread/closed" (ThreadClosedNotification), stable;
            SkillsChanged "skills/changed" (SkillsChangedNotification), stable;
            ThreadNameUpdated "thread/name/updated" (ThreadNameUpdatedNotification), stable;
            ThreadGoalUpdated "thread/goal/updated" (ThreadGoalUpdatedNotification), experimental;
            ThreadGoalCleared "thread/goal/cleared" (ThreadGoalClearedNotification), experimental;
            ThreadTokenUsageUpdated "thread/tokenUsage/updated" (ThreadTokenUsageUpdatedNotification), stable;
            TurnStarted "turn/started" (TurnStartedNotification), stable;
            HookStarted "hook/started" (HookStartedNotification), stable;
            TurnCompleted "turn/completed" (TurnCompletedNotification), stable;
            HookCompleted "hook/completed" (HookCompletedNotification), stable;
            TurnDiffUpdated "turn/diff/updated" (TurnDiffUpdatedNotification), stable;
            TurnPlanUpdated "turn/plan/updated" (TurnPlanUpdatedNotification), stable;
            ItemStarted "item/started" (ItemStartedNotification), stable;
            ItemAutoApprovalReviewStarted "item/autoApprovalReview/started" (ItemGuardianApprovalReviewStartedNotification), stable;
            ItemAutoApprovalReviewCompleted "item/autoApprovalReview/completed" (ItemGuardianApprovalReviewCompletedNotification), stable;
            ItemCompleted "item/completed" (ItemCompletedNotification), stable;
            ItemAgentMessageDelta "item/agentMessage/delta" (AgentMessageDeltaNotification), stable;
            ItemPlanDelta "item/plan/delta" (PlanDeltaNotification), stable;
            CommandExecOutputDelta "command/exec/outputDelta" (CommandExecOutputDeltaNotification), stable;
            ItemCommandExecutionOutputDelta "item/commandExecution/outputDelta" (CommandExecutionOutputDeltaNotification), stable;
            ItemCommandExecutionTerminalInteraction "item/commandExecution/terminalInteraction" (TerminalInteractionNotification), stable;
            ItemFileChangeOutputDelta "item/fileChange/outputDelta" (FileChangeOutputDeltaNotification), stable;
            ItemFileChangePatchUpdated "item/fileChange/patchUpdated" (FileChangePatchUpdatedNotification), stable;
            ServerRequestResolved "serverRequest/resolved" (ServerRequestResolvedNotification), stable;
            ItemMcpToolCallProgress "item/mcpToolCall/progress" (McpToolCallProgressNotification), stable;
            McpServerOauthLoginCompleted "mcpServer/oauthLogin/completed" (McpServerOauthLoginCompletedNotification), stable;
            McpServerStartupStatusUpdated "mcpServer/startupStatus/updated" (McpServerStatusUpdatedNotification), stable;
            AccountUpdated "account/updated" (AccountUpdatedNotification), stable;
            AccountRateLimitsUpdated "account/rateLimits/updated" (AccountRateLimitsUpdatedNotification), stable;
            AppListUpdated "app/list/updated" (AppListUpdatedNotification), stable;
            RemoteControlStatusChanged "remoteControl/status/changed" (RemoteControlStatusChangedNotification), stable;
            ExternalAgentConfigImportCompleted "externalAgentConfig/import/completed" (ExternalAgentConfigImportCompletedNotification), stable;
            FsChanged "fs/changed" (FsChangedNotification), stable;
            ItemReasoningSummaryTextDelta "item/reasoning/summaryTextDelta" (ReasoningSummaryTextDeltaNotification), stable;
            ItemReasoningSummaryPartAdded "item/reasoning/summaryPartAdded" (ReasoningSummaryPartAddedNotification), stable;
            ItemReasoningTextDelta "item/reasoning/textDelta" (ReasoningTextDeltaNotification), stable;
            ThreadCompacted "thread/compacted" (ContextCompactedNotification), stable;
            ModelRerouted "model/rerouted" (ModelReroutedNotification), stable;
            ModelVerification "model/verification" (ModelVerificationNotification), stable;
            Warning "warning" (WarningNotification), stable;
            GuardianWarning "guardianWarning" (GuardianWarningNotification), stable;
            DeprecationNotice "deprecationNotice" (DeprecationNoticeNotification), stable;
            ConfigWarning "configWarning" (ConfigWarningNotification), stable;
            FuzzyFileSearchSessionUpdated "fuzzyFileSearch/sessionUpdated" (FuzzyFileSearchSessionUpdatedNotification), stable;
            FuzzyFileSearchSessionCompleted "fuzzyFileSearch/sessionCompleted" (FuzzyFileSearchSessionCompletedNotification), stable;
            ThreadRealtimeStarted "thread/realtime/started" (ThreadRealtimeStartedNotification), experimental;
            ThreadRealtimeItemAdded "thread/realtime/itemAdded" (ThreadRealtimeItemAddedNotification), experimental;
            ThreadRealtimeTranscriptDelta "thread/realtime/transcript/delta" (ThreadRealtimeTranscriptDeltaNotification), experimental;
            ThreadRealtimeTranscriptDone "thread/realtime/transcript/done" (ThreadRealtimeTranscriptDoneNotification), experimental;
            ThreadRealtimeOutputAudioDelta "thread/realtime/outputAudio/delta" (ThreadRealtimeOutputAudioDeltaNotification), experimental;
            ThreadRealtimeSdp "thread/realtime/sdp" (ThreadRealtimeSdpNotification), experimental;
            ThreadRealtimeError "thread/realtime/error" (ThreadRealtimeErrorNotification), experimental;
            ThreadRealtimeClosed "thread/realtime/closed" (ThreadRealtimeClosedNotification), experimental;
            WindowsWorldWritableWarning "windows/worldWritableWarning" (WindowsWorldWritableWarningNotification), stable;
            WindowsSandboxSetupCompleted "windowsSandbox/setupCompleted" (WindowsSandboxSetupCompletedNotification), stable;
            AccountLoginCompleted "account/login/completed" (AccountLoginCompletedNotification), stable;
            RawResponseItemCompleted "rawResponseItem/completed" (RawResponseItemCompletedNotification), internal;
        }
    };
}
