// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { HookErrorInfo } from "./HookErrorInfo";
import type { HookMetadata } from "./HookMetadata";

/**
 * The hooks of a folder.
 */
export type HooksListEntry = {
/**
 * The folder as it was asked for.
 */
cwd: string, hooks: Array<HookMetadata>,
/**
 * What is odd about their configuration.
 */
warnings: Array<string>,
/**
 * Files that could not be read.
 */
errors: Array<HookErrorInfo>, };
