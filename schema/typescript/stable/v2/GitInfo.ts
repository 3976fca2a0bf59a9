// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The state of a git repository.
 */
export type GitInfo = {
/**
 * The commit that was checked out.
 */
sha: string | null,
/**
 * The branch that was checked out.
 */
branch: string | null,
/**
 * Address of the remote `origin`.
 */
originUrl: string | null, };
