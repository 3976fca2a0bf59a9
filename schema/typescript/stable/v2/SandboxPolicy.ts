// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { NetworkAccess } from "./NetworkAccess";

/**
 * What commands may touch. The older form of `PermissionProfile`, kept for clients that use
 * it.
 */
export type SandboxPolicy =
/**
 * Everything.
 */
{ "type": "dangerFullAccess" } |
/**
 * Reading everywhere, writing nowhere.
 */
{ "type": "readOnly",
/**
 * Whether the network may be used.
 */
networkAccess: boolean, } |
/**
 * The server itself runs in a sandbox and adds none.
 */
{ "type": "externalSandbox",
/**
 * What that sandbox allows.
 */
networkAccess: NetworkAccess, } |
/**
 * Reading everywhere, writing in some folders.
 */
{ "type": "workspaceWrite",
/**
 * Folders to write in beside the working directory.
 */
writableRoots: Array<AbsolutePathBuf>,
/**
 * Whether the network may be used.
 */
networkAccess: boolean,
/**
 * Whether writing in `$TMPDIR` is forbidden.
 */
excludeTmpdirEnvVar: boolean,
/**
 * Whether writing in `/tmp` is forbidden.
 */
excludeSlashTmp: boolean, };
