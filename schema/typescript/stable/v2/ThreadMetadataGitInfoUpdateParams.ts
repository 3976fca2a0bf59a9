// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Changes to what is known of a git repository. Absent members are kept, null ones cleared.
 */
export type ThreadMetadataGitInfoUpdateParams = {
/**
 * The commit.
 */
sha?: string | null,
/**
 * The branch.
 */
branch?: string | null,
/**
 * Address of the remote `origin`.
 */
originUrl?: string | null, };
