// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `thread/name/set`: names a thread, open or stored.
 */
export type ThreadSetNameParams = {
/**
 * The thread.
 */
threadId: string,
/**
 * The name; blanks around it are cut off, and it must not be empty.
 */
name: string, };
