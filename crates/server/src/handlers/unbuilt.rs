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
    skills_list(SkillsListParams) -> SkillsListResponse, "skills/list";
    marketplace_add(MarketplaceAddParams) -> MarketplaceAddResponse, "marketplace/add";
    marketplace_remove(MarketplaceRemoveParams) -> MarketplaceRemoveResponse, "marketplace/remove";
    marketplace_upgrade(MarketplaceUpgradeParams) -> MarketplaceUpgradeResponse, "marketplace/upgrade";
    plugin_list(PluginListParams) -> PluginListResponse, "plugin/list";
    plugin_read(PluginReadParams) -> PluginReadResponse, "plugin/read";
    app_list(AppsListParams) -> AppsListResponse, "app/list";
    skills_config_write(SkillsConfigWriteParams) -> SkillsConfigWriteResponse, "skills/config/write";
    plugin_install(PluginInstallParams) -> PluginInstallResponse, "plugin/install";
    plugin_uninstall(PluginUninstallParams) -> PluginUninstallResponse, "plugin/uninstall";
    thread_realtime_start(ThreadRealtimeStartParams) -> ThreadRealtimeStartResponse, "thread/realtime/start";
    thread_realtime_append_audio(ThreadRealtimeAppendAudioParams) -> ThreadRealtimeAppendAudioResponse, "thread/realtime/appendAudio";
    thread_realtime_append_text(ThreadRealtimeAppendTextParams) -> ThreadRealtimeAppendTextResponse, "thread/realtime/appendText";
    thread_realtime_stop(ThreadRealtimeStopParams) -> ThreadRealtimeStopResponse, "thread/realtime/stop";
    thread_realtime_list_voices(ThreadRealtimeListVoicesParams) -> ThreadRealtimeListVoicesResponse, "thread/realtime/listVoices";
    review_start(ReviewStartParams) -> ReviewStartResponse, "review/start";
    mcp_server_oauth_login(McpServerOauthLoginParams) -> McpServerOauthLoginResponse, "mcpServer/oauth/login";
    config_mcp_server_reload(()) -> McpServerRefreshResponse, "config/mcpServer/reload";
    mcp_server_status_list(ListMcpServerStatusParams) -> ListMcpServerStatusResponse, "mcpServerStatus/list";
    mcp_server_resource_read(McpResourceReadParams) -> McpResourceReadResponse, "mcpServer/resource/read";
    mcp_server_tool_call(McpServerToolCallParams) -> McpServerToolCallResponse, "mcpServer/tool/call";
    external_agent_config_detect(ExternalAgentConfigDetectParams) -> ExternalAgentConfigDetectResponse, "externalAgentConfig/detect";
    external_agent_config_import(ExternalAgentConfigImportParams) -> ExternalAgentConfigImportResponse, "externalAgentConfig/import";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_methods_without_a_service_are_counted_down() {
        assert_eq!(
            UNBUILT.len(),
            24,
            "one got its service: lower the number; none may lose its own"
        );
        for method in UNBUILT {
            assert!(
                ClientRequest::METHODS.contains(method),
                "{method} is not in the table"
            );
        }
    }
}
