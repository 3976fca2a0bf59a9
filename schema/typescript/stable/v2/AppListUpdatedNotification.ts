// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppInfo } from "./AppInfo";

export type AppListUpdatedNotification = { data: Array<AppInfo>, };
