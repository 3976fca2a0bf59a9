// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What an agent does about another.
 */
export type CollabAgentTool =
/**
 * Starts it.
 */
"spawnAgent" |
/**
 * Tells it something.
 */
"sendInput" |
/**
 * Opens it again.
 */
"resumeAgent" |
/**
 * Waits for it to end its turn.
 */
"wait" |
/**
 * Closes it.
 */
"closeAgent";
