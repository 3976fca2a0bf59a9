// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The id of a thread: a UUID in lower case with dashes.
 */
export type ThreadId = string;
