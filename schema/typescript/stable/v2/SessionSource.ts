// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SubAgentSource } from "../SubAgentSource";

/**
 * What started a thread.
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
"appServer" |
/**
 * A program that gave its own name.
 */
{ "custom": string } |
/**
 * Another thread.
 */
{ "subAgent": SubAgentSource } |
/**
 * Not recorded.
 */
"unknown";
