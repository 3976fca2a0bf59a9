// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppInfo } from "./AppInfo";

/**
 * Result of `app/list`.
 */
export type AppsListResponse = { data: Array<AppInfo>,
/**
 * Where the next page begins; null at the end.
 */
nextCursor: string | null, };
