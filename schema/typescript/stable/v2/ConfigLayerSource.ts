// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

/**
 * Where a layer of the configuration is from.
 */
export type ConfigLayerSource =
/**
 * The device management.
 */
{ "type": "mdm", domain: string, key: string, } |
/**
 * The machine's file.
 */
{ "type": "system", file: AbsolutePathBuf, } |
/**
 * The user's file.
 */
{ "type": "user", file: AbsolutePathBuf, } |
/**
 * A project's folder.
 */
{ "type": "project",
/**
 * The folder `.codex` in it.
 */
dotCodexFolder: AbsolutePathBuf, } |
/**
 * The command line, or the client.
 */
{ "type": "sessionFlags" } |
/**
 * The administrator's older file.
 */
{ "type": "legacyManagedConfigTomlFromFile", file: AbsolutePathBuf, } |
/**
 * The device management's older settings.
 */
{ "type": "legacyManagedConfigTomlFromMdm" };
