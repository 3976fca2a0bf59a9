// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `app/list`: lists connectors to outside services, a page at a time.
 */
export type AppsListParams = {
/**
 * Where the page begins: `nextCursor` of the page before; absent for the first.
 */
cursor?: string | null,
/**
 * How many to answer with: all unless said.
 */
limit?: number | null,
/**
 * A thread whose settings decide which apps are switched on.
 */
threadId?: string | null,
/**
 * Whether to ask the service even if that was done before.
 */
forceRefetch?: boolean, };
