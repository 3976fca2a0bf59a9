// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/decrement_elicitation`: the question is answered. Experimental.
 */
export type ThreadDecrementElicitationParams = {
/**
 * The thread.
 */
threadId: string, };
