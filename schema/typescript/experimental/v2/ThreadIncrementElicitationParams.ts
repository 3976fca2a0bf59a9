// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/increment_elicitation`: the client shows a question of its own; waiting for the
 * answer does not count as waiting for a tool. Experimental.
 */
export type ThreadIncrementElicitationParams = {
/**
 * The thread.
 */
threadId: string, };
