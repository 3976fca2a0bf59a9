// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * When the client is asked before a command runs or a patch is applied.
 */
export type AskForApproval =
/**
 * Always, except for commands known to only read.
 */
"untrusted" |
/**
 * When something failed in the sandbox, before it is tried without.
 */
"on-failure" |
/**
 * When the model asks for it, or the sandbox would forbid it.
 */
"on-request" |
/**
 * Sort by sort: what is false is refused without asking.
 */
{ "granular": {
/**
 * Leaving the sandbox.
 */
sandbox_approval: boolean,
/**
 * What a rules file says to ask about.
 */
rules: boolean,
/**
 * What a skill wants to run.
 */
skill_approval: boolean,
/**
 * The model asking for more permissions.
 */
request_permissions: boolean,
/**
 * Questions of MCP servers.
 */
mcp_elicitations: boolean, } } |
/**
 * Never: what would have to be asked is refused.
 */
"never";
