// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * An app a plugin uses.
 */
export type AppSummary = { id: string, name: string, description: string | null,
/**
 * Where the user connects it.
 */
installUrl: string | null,
/**
 * Whether the user has to connect it before it can be used.
 */
needsAuth: boolean, };
