// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Why the server started a thread by itself.
 */
export type InternalSessionSource =
/**
 * To sort what it remembers.
 */
"memory_consolidation";
