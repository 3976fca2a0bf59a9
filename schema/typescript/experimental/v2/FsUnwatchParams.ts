// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `fs/unwatch`: ends a watch. Nothing is told of it after the reply.
 */
export type FsUnwatchParams = {
/**
 * The client's name for the watch.
 */
watchId: string, };
