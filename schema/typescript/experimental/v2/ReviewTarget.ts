// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * Which changes are reviewed.
 */
export type ReviewTarget =
/**
 * Those not committed, new files included.
 */
{ "type": "uncommittedChanges" } |
/**
 * Those against a branch.
 */
{ "type": "baseBranch", branch: string, } |
/**
 * Those of a commit.
 */
{ "type": "commit", sha: string,
/**
 * What to call it; its hash unless said.
 */
title?: string | null, } |
/**
 * Whatever the instructions say.
 */
{ "type": "custom", instructions: string, };
