// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Resource } from "../Resource";
import type { ResourceTemplate } from "../ResourceTemplate";
import type { Tool } from "../Tool";
import type { McpAuthStatus } from "./McpAuthStatus";

/**
 * An MCP server and what it offers.
 */
export type McpServerStatus = {
/**
 * Its name in the configuration.
 */
name: string,
/**
 * Its tools, by the names they have there.
 */
tools: { [key in string]?: Tool }, resources: Array<Resource>, resourceTemplates: Array<ResourceTemplate>, authStatus: McpAuthStatus, };
