// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Params of `gitDiffToRemote`.
 */
export type GitDiffToRemoteParams = {
/**
 * A folder in the repository.
 */
cwd: string, };
