// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What one hook said.
 */
export type HookPromptFragment = { text: string,
/**
 * The run of the hook.
 */
hookRunId: string, };
