//! Account, login and rate limits: `account/*`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

/// `account/login/start`: starts a login. Its end is told by `account/login/completed`, and a new
/// account by `account/updated`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LoginAccountParams {
    /// With a key of the API.
    ApiKey { api_key: String },
    /// In the browser.
    Chatgpt {
        /// Whether the last page of the login leads back to the app.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        codex_streamlined_login: bool,
    },
    /// With a code that is typed in on another device.
    ChatgptDeviceCode,
    /// With tokens that the client has and renews itself. Experimental.
    ChatgptAuthTokens {
        access_token: String,
        /// The account or workspace the tokens are for.
        chatgpt_account_id: String,
        /// The account's plan; read from the token unless said.
        #[serde(skip_serializing_if = "Option::is_none")]
        chatgpt_plan_type: Option<String>,
    },
}

/// Result of `account/login/start`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum LoginAccountResponse {
    /// The key is stored.
    ApiKey,
    /// The login waits for the browser.
    Chatgpt {
        /// What it is cancelled by.
        login_id: String,
        /// The page the user has to visit.
        auth_url: String,
    },
    /// The login waits for the code.
    ChatgptDeviceCode {
        /// What it is cancelled by.
        login_id: String,
        /// The page the user has to visit.
        verification_url: String,
        /// The code to type in there.
        user_code: String,
    },
    /// The tokens are in use.
    ChatgptAuthTokens,
}

/// `account/login/cancel`: ends a login that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelLoginAccountParams {
    /// Which login.
    pub login_id: String,
}

/// Result of `account/login/cancel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CancelLoginAccountResponse {
    pub status: CancelLoginAccountStatus,
}

/// What ending a login did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CancelLoginAccountStatus {
    /// It waits no more.
    Canceled,
    /// It was not waiting.
    NotFound,
}

/// Result of `account/logout`, which forgets the credentials.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LogoutAccountResponse {}

/// Result of `account/rateLimits/read`, which tells how much of the account's limits is used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetAccountRateLimitsResponse {
    /// The limit that counts for this program.
    pub rate_limits: RateLimitSnapshot,
    /// All limits, by their ids.
    pub rate_limits_by_limit_id: Option<BTreeMap<String, RateLimitSnapshot>>,
}

/// How much of a limit is used. In notifications null means unchanged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimitSnapshot {
    /// What limit it is, such as `codex`.
    pub limit_id: Option<String>,
    pub limit_name: Option<String>,
    /// The shorter period it counts over.
    pub primary: Option<RateLimitWindow>,
    /// The longer period it counts over.
    pub secondary: Option<RateLimitWindow>,
    /// What can be used beyond it.
    pub credits: Option<CreditsSnapshot>,
    /// The account's plan.
    pub plan_type: Option<PlanType>,
    /// What is used up, if something is.
    pub rate_limit_reached_type: Option<RateLimitReachedType>,
}

/// What can be used beyond a limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreditsSnapshot {
    pub has_credits: bool,
    /// Whether there is no end to it.
    pub unlimited: bool,
    /// How much there is, as text.
    pub balance: Option<String>,
}

/// The plan of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanType {
    Free,
    Go,
    Plus,
    Pro,
    Prolite,
    Team,
    SelfServeBusinessUsageBased,
    Business,
    EnterpriseCbpUsageBased,
    Enterprise,
    Edu,
    Unknown,
}

/// A period a limit counts over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimitWindow {
    /// How much is used, from 0 to 100.
    pub used_percent: i32,
    /// How long it is, in minutes.
    pub window_duration_mins: Option<i64>,
    /// When it starts anew, in seconds since 1970.
    pub resets_at: Option<i64>,
}

/// What is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimitReachedType {
    RateLimitReached,
    WorkspaceOwnerCreditsDepleted,
    WorkspaceMemberCreditsDepleted,
    WorkspaceOwnerUsageLimitReached,
    WorkspaceMemberUsageLimitReached,
}

/// `account/sendAddCreditsNudgeEmail`: asks the workspace's owner by e-mail for more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendAddCreditsNudgeEmailParams {
    /// More of what.
    pub credit_type: AddCreditsNudgeCreditType,
}

/// What the workspace's owner is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddCreditsNudgeCreditType {
    Credits,
    UsageLimit,
}

/// Result of `account/sendAddCreditsNudgeEmail`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SendAddCreditsNudgeEmailResponse {
    pub status: AddCreditsNudgeEmailStatus,
}

/// Whether the owner was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddCreditsNudgeEmailStatus {
    Sent,
    /// The owner was asked a short time ago.
    CooldownActive,
}

/// `account/read`: asks who is logged in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetAccountParams {
    /// Whether to renew the token first.
    #[serde(default)]
    pub refresh_token: bool,
}

/// Result of `account/read`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetAccountResponse {
    /// Null if nobody is logged in, or nobody needs to be.
    pub account: Option<Account>,
    /// Whether the model provider wants a login.
    pub requires_openai_auth: bool,
}

/// Who is logged in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Account {
    /// Whoever has the key.
    ApiKey,
    /// A user of the service.
    Chatgpt { email: String, plan_type: PlanType },
    /// Whoever the credentials for Amazon Bedrock belong to.
    AmazonBedrock,
}

/// `account/chatgptAuthTokens/refresh`: the client's tokens are refused; it is to give new ones
/// within 10 seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatgptAuthTokensRefreshParams {
    pub reason: ChatgptAuthTokensRefreshReason,
    /// The account the old ones were for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_account_id: Option<String>,
}

/// Why new tokens are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatgptAuthTokensRefreshReason {
    Unauthorized,
}

/// Answer to `account/chatgptAuthTokens/refresh`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatgptAuthTokensRefreshResponse {
    pub access_token: String,
    /// The account or workspace the tokens are for.
    pub chatgpt_account_id: String,
    /// The account's plan; read from the token unless said.
    pub chatgpt_plan_type: Option<String>,
}

/// `account/updated`: somebody logged in or out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountUpdatedNotification {
    /// How the user is logged in; null if not at all.
    pub auth_mode: Option<AuthMode>,
    /// The account's plan, if it has one.
    pub plan_type: Option<PlanType>,
}

/// How a user is logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AuthMode {
    /// With a key of the API.
    Apikey,
    /// With an account whose tokens the server renews.
    Chatgpt,
    /// With tokens the client renews.
    ChatgptAuthTokens,
    /// As an agent with an identity of its own.
    AgentIdentity,
}

/// `account/rateLimits/updated`: more of a limit is used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountRateLimitsUpdatedNotification {
    pub rate_limits: RateLimitSnapshot,
}

/// `account/login/completed`: a login has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountLoginCompletedNotification {
    /// Which one; null for those that end at once.
    pub login_id: Option<String>,
    pub success: bool,
    /// Why it failed, if it did.
    pub error: Option<String>,
}
