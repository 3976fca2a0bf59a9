// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AuthMode } from "./AuthMode";

/**
 * Result of `getAuthStatus`.
 */
export type GetAuthStatusResponse = {
/**
 * How the user is logged in; null if not at all.
 */
authMethod: AuthMode | null,
/**
 * The token, if asked for.
 */
authToken: string | null,
/**
 * Whether the current model provider wants a login.
 */
requiresOpenaiAuth: boolean | null, };
