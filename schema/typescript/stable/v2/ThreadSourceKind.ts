// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What started a thread, as a filter.
 */
export type ThreadSourceKind = "cli" | "vscode" | "exec" | "appServer" |
/**
 * Another thread, for any reason.
 */
"subAgent" |
/**
 * Another thread, to review changes.
 */
"subAgentReview" |
/**
 * Another thread, to summarize.
 */
"subAgentCompact" |
/**
 * Another thread, for a task.
 */
"subAgentThreadSpawn" |
/**
 * Another thread, for another reason.
 */
"subAgentOther" | "unknown";
