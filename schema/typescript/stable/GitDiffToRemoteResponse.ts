// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { GitSha } from "./GitSha";

/**
 * Result of `gitDiffToRemote`.
 */
export type GitDiffToRemoteResponse = {
/**
 * The nearest commit that the remote has, too.
 */
sha: GitSha,
/**
 * What the working tree changes against it, as a unified diff.
 */
diff: string, };
