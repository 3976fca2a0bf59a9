// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * When the user is asked about a tool.
 */
export type AppToolApproval =
/**
 * When the tool says that it changes something.
 */
"auto" |
/**
 * Always.
 */
"prompt" |
/**
 * Never.
 */
"approve";
