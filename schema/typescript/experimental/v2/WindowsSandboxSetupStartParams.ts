// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { WindowsSandboxSetupMode } from "./WindowsSandboxSetupMode";

/**
 * `windowsSandbox/setupStart`: prepares the sandbox on Windows. Its end is told by
 * `windowsSandbox/setupCompleted`.
 */
export type WindowsSandboxSetupStartParams = { mode: WindowsSandboxSetupMode,
/**
 * The working directory to prepare it for.
 */
cwd?: AbsolutePathBuf | null, };
