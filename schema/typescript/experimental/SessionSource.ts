// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { InternalSessionSource } from "./InternalSessionSource";
import type { SubAgentSource } from "./SubAgentSource";

/**
 * What started a thread, in the spelling of history files (`SessionSource` has the current
 * one).
 */
export type SessionSource =
/**
 * The command line program.
 */
"cli" |
/**
 * An editor.
 */
"vscode" |
/**
 * A run without interaction.
 */
"exec" |
/**
 * A client of this server.
 */
"mcp" |
/**
 * A program that gave its own name.
 */
{ "custom": string } |
/**
 * The server itself.
 */
{ "internal": InternalSessionSource } |
/**
 * Another thread.
 */
{ "subagent": SubAgentSource } |
/**
 * Not recorded.
 */
"unknown";
