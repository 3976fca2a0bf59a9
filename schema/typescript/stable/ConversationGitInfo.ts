// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The state of a git repository, with the member names of history files.
 */
export type ConversationGitInfo = {
/**
 * The commit checked out.
 */
sha: string | null,
/**
 * The branch checked out.
 */
branch: string | null,
/**
 * Address of the remote `origin`.
 */
origin_url: string | null, };
