// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { GuardianCommandSource } from "./GuardianCommandSource";
import type { NetworkApprovalProtocol } from "./NetworkApprovalProtocol";
import type { RequestPermissionProfile } from "./RequestPermissionProfile";

/**
 * Something that is reviewed.
 */
export type GuardianApprovalReviewAction =
/**
 * A command line.
 */
{ "type": "command", source: GuardianCommandSource, command: string, cwd: AbsolutePathBuf, } |
/**
 * A program that a command starts.
 */
{ "type": "execve", source: GuardianCommandSource, program: string,
/**
 * Its arguments, its name first.
 */
argv: Array<string>, cwd: AbsolutePathBuf, } |
/**
 * Changes to files.
 */
{ "type": "applyPatch", cwd: AbsolutePathBuf, files: Array<AbsolutePathBuf>, } |
/**
 * Reaching a host.
 */
{ "type": "networkAccess",
/**
 * What is reached, as it was asked for.
 */
target: string, host: string, protocol: NetworkApprovalProtocol, port: number, } |
/**
 * A tool of an MCP server.
 */
{ "type": "mcpToolCall", server: string, toolName: string,
/**
 * The app it belongs to.
 */
connectorId: string | null, connectorName: string | null, toolTitle: string | null, } |
/**
 * More permissions.
 */
{ "type": "requestPermissions", reason: string | null, permissions: RequestPermissionProfile, };
