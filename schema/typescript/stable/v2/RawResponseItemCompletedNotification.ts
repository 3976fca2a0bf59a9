// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ResponseItem } from "../ResponseItem";

export type RawResponseItemCompletedNotification = { threadId: string, turnId: string, item: ResponseItem, };
