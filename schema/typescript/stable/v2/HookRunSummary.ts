// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { HookEventName } from "./HookEventName";
import type { HookExecutionMode } from "./HookExecutionMode";
import type { HookHandlerType } from "./HookHandlerType";
import type { HookOutputEntry } from "./HookOutputEntry";
import type { HookRunStatus } from "./HookRunStatus";
import type { HookScope } from "./HookScope";
import type { HookSource } from "./HookSource";

/**
 * A run of a hook.
 */
export type HookRunSummary = {
/**
 * Tells it from others.
 */
id: string, eventName: HookEventName, handlerType: HookHandlerType, executionMode: HookExecutionMode, scope: HookScope, sourcePath: AbsolutePathBuf, source: HookSource,
/**
 * Its place in the order in which they run.
 */
displayOrder: number, status: HookRunStatus,
/**
 * What to show for it.
 */
statusMessage: string | null,
/**
 * When it began, in seconds since 1970.
 */
startedAt: number,
/**
 * When it ended, in seconds since 1970.
 */
completedAt: number | null,
/**
 * How long it took, in milliseconds.
 */
durationMs: number | null,
/**
 * What it said.
 */
entries: Array<HookOutputEntry>, };
