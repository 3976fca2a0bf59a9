// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { OverriddenMetadata } from "./OverriddenMetadata";
import type { WriteStatus } from "./WriteStatus";

/**
 * Result of `config/value/write` and `config/batchWrite`.
 */
export type ConfigWriteResponse = {
/**
 * Whether the change has an effect.
 */
status: WriteStatus,
/**
 * The version the file has now.
 */
version: string,
/**
 * The file.
 */
filePath: AbsolutePathBuf,
/**
 * Why the change has no effect, if it has none.
 */
overriddenMetadata: OverriddenMetadata | null, };
