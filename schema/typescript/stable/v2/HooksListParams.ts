// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `hooks/list`: lists the hooks that count in some folders.
 */
export type HooksListParams = {
/**
 * The folders; none for the server's own.
 */
cwds?: Array<string>, };
