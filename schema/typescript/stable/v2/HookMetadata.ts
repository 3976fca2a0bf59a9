// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { HookEventName } from "./HookEventName";
import type { HookHandlerType } from "./HookHandlerType";
import type { HookSource } from "./HookSource";

/**
 * A hook: something to run when something happens.
 */
export type HookMetadata = {
/**
 * Tells it from all others.
 */
key: string,
/**
 * When it runs.
 */
eventName: HookEventName,
/**
 * What runs.
 */
handlerType: HookHandlerType,
/**
 * For what it runs, as a pattern; null for everything.
 */
matcher: string | null,
/**
 * The command line, if a command runs.
 */
command: string | null,
/**
 * When it is given up, in seconds.
 */
timeoutSec: number,
/**
 * What is shown while it runs.
 */
statusMessage: string | null,
/**
 * The file it is configured in.
 */
sourcePath: AbsolutePathBuf,
/**
 * What kind of file that is.
 */
source: HookSource,
/**
 * The plugin it is from.
 */
pluginId: string | null,
/**
 * Its place in the order in which they run.
 */
displayOrder: number, enabled: boolean,
/**
 * Whether the administrator prescribes it.
 */
isManaged: boolean, };
