//! Methods of the protocol whose service does not exist yet. Each answers with an error that names it; a test counts
//! them, so that the list can only shrink.

use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;

macro_rules! unbuilt {
    ($($handler:ident($Params:ty) -> $Result:ty, $method:literal;)*) => {
        /// The methods that have no service yet.
        pub const UNBUILT: &[&str] = &[$($method),*];

        $(
            #[doc = concat!("`", $method, "` has no service yet.")]
            pub async fn $handler(_: &mut Context, _: $Params) -> Result<$Result, RpcError> {
                Err(RpcError::internal(concat!($method, " is not available in this version of the server")))
            }
        )*
    };
}

unbuilt! {
    thread_approve_guardian_denied_action(ThreadApproveGuardianDeniedActionParams) -> ThreadApproveGuardianDeniedActionResponse, "thread/approveGuardianDeniedAction";
    thread_goal_set(ThreadGoalSetParams) -> ThreadGoalSetResponse, "thread/goal/set";
    thread_goal_get(ThreadGoalGetParams) -> ThreadGoalGetResponse, "thread/goal/get";
    thread_goal_clear(ThreadGoalClearParams) -> ThreadGoalClearResponse, "thread/goal/clear";
    skills_list(SkillsListParams) -> SkillsListResponse, "skills/list";
    hooks_list(HooksListParams) -> HooksListResponse, "hooks/list";
    marketplace_add(MarketplaceAddParams) -> MarketplaceAddResponse, "marketplace/add";
    marketplace_remove(MarketplaceRemoveParams) -> MarketplaceRemoveResponse, "marketplace/remove";
    marketplace_upgrade(MarketplaceUpgradeParams) -> MarketplaceUpgradeResponse, "marketplace/upgrade";
    plugin_list(PluginListParams) -> PluginListResponse, "plugin/list";
    plugin_read(PluginReadParams) -> PluginReadResponse, "plugin/read";
    app_list(AppsListParams) -> AppsListResponse, "app/list";
    device_key_create(DeviceKeyCreateParams) -> DeviceKeyCreateResponse, "device/key/create";
    device_key_public(DeviceKeyPublicParams) -> DeviceKeyPublicResponse, "device/key/public";
    device_key_sign(DeviceKeySignParams) -> DeviceKeySignResponse, "device/key/sign";
    fs_read_file(FsReadFileParams) -> FsReadFileResponse, "fs/readFile";
    fs_write_file(FsWriteFileParams) -> FsWriteFileResponse, "fs/writeFile";
    fs_create_directory(FsCreateDirectoryParams) -> FsCreateDirectoryResponse, "fs/createDirectory";
    fs_get_metadata(FsGetMetadataParams) -> FsGetMetadataResponse, "fs/getMetadata";
    fs_read_directory(FsReadDirectoryParams) -> FsReadDirectoryResponse, "fs/readDirectory";
    fs_remove(FsRemoveParams) -> FsRemoveResponse, "fs/remove";
    fs_copy(FsCopyParams) -> FsCopyResponse, "fs/copy";
    fs_watch(FsWatchParams) -> FsWatchResponse, "fs/watch";
    fs_unwatch(FsUnwatchParams) -> FsUnwatchResponse, "fs/unwatch";
    skills_config_write(SkillsConfigWriteParams) -> SkillsConfigWriteResponse, "skills/config/write";
    plugin_install(PluginInstallParams) -> PluginInstallResponse, "plugin/install";
    plugin_uninstall(PluginUninstallParams) -> PluginUninstallResponse, "plugin/uninstall";
    thread_realtime_start(ThreadRealtimeStartParams) -> ThreadRealtimeStartResponse, "thread/realtime/start";
    thread_realtime_append_audio(ThreadRealtimeAppendAudioParams) -> ThreadRealtimeAppendAudioResponse, "thread/realtime/appendAudio";
    thread_realtime_append_text(ThreadRealtimeAppendTextParams) -> ThreadRealtimeAppendTextResponse, "thread/realtime/appendText";
    thread_realtime_stop(ThreadRealtimeStopParams) -> ThreadRealtimeStopResponse, "thread/realtime/stop";
    thread_realtime_list_voices(ThreadRealtimeListVoicesParams) -> ThreadRealtimeListVoicesResponse, "thread/realtime/listVoices";
    review_start(ReviewStartParams) -> ReviewStartResponse, "review/start";
    model_provider_capabilities_read(ModelProviderCapabilitiesReadParams) -> ModelProviderCapabilitiesReadResponse, "modelProvider/capabilities/read";
    experimental_feature_list(ExperimentalFeatureListParams) -> ExperimentalFeatureListResponse, "experimentalFeature/list";
    experimental_feature_enablement_set(ExperimentalFeatureEnablementSetParams) -> ExperimentalFeatureEnablementSetResponse, "experimentalFeature/enablement/set";
    collaboration_mode_list(CollaborationModeListParams) -> CollaborationModeListResponse, "collaborationMode/list";
    mock_experimental_method(MockExperimentalMethodParams) -> MockExperimentalMethodResponse, "mock/experimentalMethod";
    mcp_server_oauth_login(McpServerOauthLoginParams) -> McpServerOauthLoginResponse, "mcpServer/oauth/login";
    config_mcp_server_reload(()) -> McpServerRefreshResponse, "config/mcpServer/reload";
    mcp_server_status_list(ListMcpServerStatusParams) -> ListMcpServerStatusResponse, "mcpServerStatus/list";
    mcp_server_resource_read(McpResourceReadParams) -> McpResourceReadResponse, "mcpServer/resource/read";
    mcp_server_tool_call(McpServerToolCallParams) -> McpServerToolCallResponse, "mcpServer/tool/call";
    windows_sandbox_setup_start(WindowsSandboxSetupStartParams) -> WindowsSandboxSetupStartResponse, "windowsSandbox/setupStart";
    account_login_cancel(CancelLoginAccountParams) -> CancelLoginAccountResponse, "account/login/cancel";
    account_rate_limits_read(()) -> GetAccountRateLimitsResponse, "account/rateLimits/read";
    account_send_add_credits_nudge_email(SendAddCreditsNudgeEmailParams) -> SendAddCreditsNudgeEmailResponse, "account/sendAddCreditsNudgeEmail";
    feedback_upload(FeedbackUploadParams) -> FeedbackUploadResponse, "feedback/upload";
    command_exec(CommandExecParams) -> CommandExecResponse, "command/exec";
    command_exec_write(CommandExecWriteParams) -> CommandExecWriteResponse, "command/exec/write";
    command_exec_terminate(CommandExecTerminateParams) -> CommandExecTerminateResponse, "command/exec/terminate";
    command_exec_resize(CommandExecResizeParams) -> CommandExecResizeResponse, "command/exec/resize";
    external_agent_config_detect(ExternalAgentConfigDetectParams) -> ExternalAgentConfigDetectResponse, "externalAgentConfig/detect";
    external_agent_config_import(ExternalAgentConfigImportParams) -> ExternalAgentConfigImportResponse, "externalAgentConfig/import";
    config_value_write(ConfigValueWriteParams) -> ConfigWriteResponse, "config/value/write";
    config_batch_write(ConfigBatchWriteParams) -> ConfigWriteResponse, "config/batchWrite";
    config_requirements_read(()) -> ConfigRequirementsReadResponse, "configRequirements/read";
    git_diff_to_remote(GitDiffToRemoteParams) -> GitDiffToRemoteResponse, "gitDiffToRemote";
    fuzzy_file_search(FuzzyFileSearchParams) -> FuzzyFileSearchResponse, "fuzzyFileSearch";
    fuzzy_file_search_session_start(FuzzyFileSearchSessionStartParams) -> FuzzyFileSearchSessionStartResponse, "fuzzyFileSearch/sessionStart";
    fuzzy_file_search_session_update(FuzzyFileSearchSessionUpdateParams) -> FuzzyFileSearchSessionUpdateResponse, "fuzzyFileSearch/sessionUpdate";
    fuzzy_file_search_session_stop(FuzzyFileSearchSessionStopParams) -> FuzzyFileSearchSessionStopResponse, "fuzzyFileSearch/sessionStop";
}
