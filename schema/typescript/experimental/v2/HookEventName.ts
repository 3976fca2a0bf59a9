// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * When hooks run.
 */
export type HookEventName =
/**
 * Before a tool is used.
 */
"preToolUse" |
/**
 * Before the user is asked for leave.
 */
"permissionRequest" |
/**
 * After a tool was used.
 */
"postToolUse" |
/**
 * When a session starts.
 */
"sessionStart" |
/**
 * When the user says something.
 */
"userPromptSubmit" |
/**
 * When a turn would end.
 */
"stop";
