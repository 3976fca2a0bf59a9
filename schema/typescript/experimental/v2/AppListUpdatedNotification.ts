// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppInfo } from "./AppInfo";

/**
 * `app/list/updated`: there are other apps now.
 */
export type AppListUpdatedNotification = { data: Array<AppInfo>, };
