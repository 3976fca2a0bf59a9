//! What needs the `experimentalApi` capability: methods, and single fields of stable methods
//! (transport.md §5.4). A field counts as used when it is there and not null; a boolean when true.

use crate::AskForApproval;
use crate::ClientRequest;
use crate::CommandExecParams;
use crate::LoginAccountParams;
use crate::ThreadForkParams;
use crate::ThreadResumeParams;
use crate::ThreadStartParams;
use crate::TurnStartParams;
use crate::TurnSteerParams;

impl ClientRequest {
    /// What about the request is experimental, if anything: a client without the capability is
    /// refused with this text and ` requires experimentalApi capability`.
    ///
    /// Of several fields the first in the order of the params' declaration is named.
    pub fn experimental_reason(&self) -> Option<&'static str> {
        if self.is_experimental_method() {
            return Some(self.method());
        }
        match self {
            ClientRequest::ThreadStart(params) => thread_start(params),
            ClientRequest::ThreadResume(params) => thread_resume(params),
            ClientRequest::ThreadFork(params) => thread_fork(params),
            ClientRequest::TurnStart(params) => turn_start(params),
            ClientRequest::TurnSteer(params) => turn_steer(params),
            ClientRequest::CommandExec(params) => command_exec(params),
            ClientRequest::AccountLoginStart(params) => account_login_start(params),
            _ => None,
        }
    }
}

/// The experimental members of otherwise stable types, as (type, member on the wire). They are left
/// out of the stable schemas.
pub const EXPERIMENTAL_FIELDS: &[(&str, &str)] = &[
    ("CommandExecutionRequestApprovalParams", "additionalPermissions"),
    ("CommandExecutionRequestApprovalParams", "availableDecisions"),
    ("CommandExecParams", "permissionProfile"),
    ("Config", "apps"),
    ("ConfigRequirements", "allowedApprovalsReviewers"),
    ("ConfigRequirements", "hooks"),
    ("ConfigRequirements", "network"),
    ("ThreadForkParams", "path"),
    ("ThreadForkParams", "permissions"),
    ("ThreadForkParams", "persistExtendedHistory"),
    ("ThreadForkResponse", "activePermissionProfile"),
    ("ThreadForkResponse", "permissionProfile"),
    ("ThreadResumeParams", "history"),
    ("ThreadResumeParams", "path"),
    ("ThreadResumeParams", "permissions"),
    ("ThreadResumeParams", "persistExtendedHistory"),
    ("ThreadResumeResponse", "activePermissionProfile"),
    ("ThreadResumeResponse", "permissionProfile"),
    ("ThreadStartParams", "dynamicTools"),
    ("ThreadStartParams", "environments"),
    ("ThreadStartParams", "experimentalRawEvents"),
    ("ThreadStartParams", "mockExperimentalField"),
    ("ThreadStartParams", "permissions"),
    ("ThreadStartParams", "persistExtendedHistory"),
    ("ThreadStartResponse", "activePermissionProfile"),
    ("ThreadStartResponse", "permissionProfile"),
    ("TurnStartParams", "collaborationMode"),
    ("TurnStartParams", "environments"),
    ("TurnStartParams", "permissions"),
    ("TurnStartParams", "responsesapiClientMetadata"),
    ("TurnSteerParams", "responsesapiClientMetadata"),
];

fn thread_start(params: &ThreadStartParams) -> Option<&'static str> {
    granular(&params.approval_policy)
        .or(used("thread/start.permissions", params.permissions.is_some()))
        .or(used("thread/start.environments", params.environments.is_some()))
        .or(used("thread/start.dynamicTools", params.dynamic_tools.is_some()))
        .or(used(
            "thread/start.mockExperimentalField",
            params.mock_experimental_field.is_some(),
        ))
        .or(used(
            "thread/start.experimentalRawEvents",
            params.experimental_raw_events,
        ))
        .or(used(
            "thread/start.persistFullHistory",
            params.persist_extended_history,
        ))
}

fn thread_resume(params: &ThreadResumeParams) -> Option<&'static str> {
    used("thread/resume.history", params.history.is_some())
        .or(used("thread/resume.path", params.path.is_some()))
        .or(granular(&params.approval_policy))
        .or(used("thread/resume.permissions", params.permissions.is_some()))
        .or(used(
            "thread/resume.persistFullHistory",
            params.persist_extended_history,
        ))
}

fn thread_fork(params: &ThreadForkParams) -> Option<&'static str> {
    used("thread/fork.path", params.path.is_some())
        .or(granular(&params.approval_policy))
        .or(used("thread/fork.permissions", params.permissions.is_some()))
        .or(used(
            "thread/fork.persistFullHistory",
            params.persist_extended_history,
        ))
}

fn turn_start(params: &TurnStartParams) -> Option<&'static str> {
    used(
        "turn/start.responsesapiClientMetadata",
        params.responsesapi_client_metadata.is_some(),
    )
    .or(used("turn/start.environments", params.environments.is_some()))
    .or(granular(&params.approval_policy))
    .or(used("turn/start.permissions", params.permissions.is_some()))
    .or(used(
        "turn/start.collaborationMode",
        params.collaboration_mode.is_some(),
    ))
}

fn turn_steer(params: &TurnSteerParams) -> Option<&'static str> {
    used(
        "turn/steer.responsesapiClientMetadata",
        params.responsesapi_client_metadata.is_some(),
    )
}

fn command_exec(params: &CommandExecParams) -> Option<&'static str> {
    used(
        "command/exec.permissionProfile",
        params.permission_profile.is_some(),
    )
}

fn account_login_start(params: &LoginAccountParams) -> Option<&'static str> {
    let own_tokens = matches!(params, LoginAccountParams::ChatgptAuthTokens { .. });
    used("account/login/start.chatgptAuthTokens", own_tokens)
}

fn granular(policy: &Option<AskForApproval>) -> Option<&'static str> {
    used(
        "askForApproval.granular",
        matches!(policy, Some(AskForApproval::Granular { .. })),
    )
}

fn used(reason: &'static str, used: bool) -> Option<&'static str> {
    used.then_some(reason)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    fn reason(method: &str, params: Value) -> Option<&'static str> {
        let params = to_raw_value(&params).expect("JSON");
        ClientRequest::parse(method, Some(&params))
            .expect("valid params")
            .experimental_reason()
    }

    #[test]
    fn an_experimental_method_is_named_itself() {
        assert_eq!(reason("memory/reset", json!({})), Some("memory/reset"));
        assert_eq!(
            reason("thread/realtime/listVoices", json!({})),
            Some("thread/realtime/listVoices")
        );
        assert_eq!(reason("thread/list", json!({})), None);
    }

    #[test]
    fn a_field_counts_when_it_is_there_and_not_null() {
        assert_eq!(
            reason("thread/start", json!({"dynamicTools": []})),
            Some("thread/start.dynamicTools")
        );
        assert_eq!(reason("thread/start", json!({"dynamicTools": null})), None);
        assert_eq!(
            reason("thread/start", json!({"experimentalRawEvents": false})),
            None
        );
        assert_eq!(
            reason("thread/start", json!({"experimentalRawEvents": true})),
            Some("thread/start.experimentalRawEvents")
        );
        assert_eq!(
            reason(
                "thread/fork",
                json!({"threadId": "x", "persistExtendedHistory": true})
            ),
            Some("thread/fork.persistFullHistory")
        );
    }

    #[test]
    fn of_several_fields_the_first_declared_is_named() {
        let granular =
            json!({"granular": {"sandbox_approval": true, "rules": true, "mcp_elicitations": true}});
        let permissions = json!({"type": "profile", "id": ":workspace"});
        assert_eq!(
            reason(
                "thread/start",
                json!({"approvalPolicy": granular, "permissions": permissions})
            ),
            Some("askForApproval.granular")
        );
        assert_eq!(
            reason(
                "thread/resume",
                json!({"threadId": "x", "approvalPolicy": granular, "history": [], "path": "/x"})
            ),
            Some("thread/resume.history")
        );
        assert_eq!(
            reason(
                "turn/start",
                json!({"threadId": "x", "input": [], "approvalPolicy": granular, "environments": []})
            ),
            Some("turn/start.environments")
        );
    }

    #[test]
    fn own_tokens_are_an_experimental_way_to_log_in() {
        let tokens = json!({"type": "chatgptAuthTokens", "accessToken": "a", "chatgptAccountId": "b"});
        assert_eq!(
            reason("account/login/start", tokens),
            Some("account/login/start.chatgptAuthTokens")
        );
        assert_eq!(reason("account/login/start", json!({"type": "chatgpt"})), None);
    }
}
