// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * A place where commands run.
 */
export type TurnEnvironmentParams = {
/**
 * Which one; there is only `local`.
 */
environmentId: string,
/**
 * The working directory there.
 */
cwd: AbsolutePathBuf, };
