// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "./AbsolutePathBuf";

/**
 * Result of `initialize`.
 */
export type InitializeResponse = {
/**
 * What the server calls itself in requests to the model: originator, version, system,
 * terminal and client.
 */
userAgent: string,
/**
 * The folder of configuration, credentials and histories, with symbolic links resolved.
 */
codexHome: AbsolutePathBuf,
/**
 * `unix` or `windows`.
 */
platformFamily: string,
/**
 * `linux`, `macos`, `windows` and so on.
 */
platformOs: string, };
